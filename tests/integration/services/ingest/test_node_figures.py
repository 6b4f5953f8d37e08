"""What /metrics of a running ingest tells of each node."""

import asyncio
from datetime import timedelta
from pathlib import Path
from typing import TypedDict

from prometheus_client import CollectorRegistry

from deploy.local.ports import free_port
from mesh.clock import Clock
from mesh.rpc.times import to_timestamp
from services.ingest.metrics import IngestMetrics
from services.ingest.node_figures import NodeFigures
from services.ingest.store.bounded import BoundedDatabase
from services.ingest.store.nodes import NodeRepository
from tests.integration.services.ingest.running import NODE, RunningIngest, running_ingest
from tests.support.audio_files import wav_file
from tests.support.eventually import eventually
from tests.unit.mesh.telemetry.test_metrics import scrape
from tsn.ingest.v1 import ingest_pb2 as pb
from tsn.ingest.v1 import recording_pb2


class Where(TypedDict):
    """Servers and folder of one test."""

    database_url: str
    nats_url: str
    folder: Path


async def beat(service: RunningIngest, node: str, spooled: int) -> None:
    health = recording_pb2.NodeHealth(version="1", spooled_recordings=spooled)
    request = pb.HeartbeatRequest(name=f"nodes/{node}", sent_at=to_timestamp(service.clock.now()), health=health)
    await service.ingest.Heartbeat(request, timeout=30)


def figures(service: RunningIngest, registry: CollectorRegistry, *, limit: int = 1000) -> NodeFigures:
    clock: Clock = service.clock
    nodes = NodeRepository(database=BoundedDatabase(service.database, timeout_seconds=30), clock=clock)
    silent = timedelta(minutes=3)
    return NodeFigures(nodes=nodes, clock=clock, metrics=IngestMetrics(registry), silent_after=silent, limit=limit)


async def test_the_spool_and_the_last_audio_of_each_node_are_scraped(
    database_url: str, nats_url: str, tmp_path: Path
) -> None:
    port = free_port()
    where = Where(database_url=database_url, nats_url=nats_url, folder=tmp_path)
    async with running_ingest(**where, metrics_listen=f"127.0.0.1:{port}") as service:
        await service.send(wav_file(1.0))
        service.clock.moment += timedelta(seconds=40)
        await beat(service, NODE, 7)

        async def told(line: str) -> bool:
            return line in await asyncio.to_thread(scrape, port)

        await eventually(lambda: told(f'tsn_ingest_node_spooled{{node="{NODE}"}} 7.0'), timeout=60)
        text = await asyncio.to_thread(scrape, port)
        # A database that answered late was away until the next look.
        await eventually(lambda: told('tsn_dependency_away{dependency="database"} 0.0'), timeout=60)
    assert f'tsn_ingest_node_audio_age_seconds{{node="{NODE}"}} 40.0' in text
    assert f'tsn_ingest_node_heartbeat_age_seconds{{node="{NODE}"}} 0.0' in text
    assert 'tsn_ingest_nodes{state="heard"} 1.0' in text


async def test_a_node_that_is_silent_is_counted_and_one_that_is_gone_has_no_figures(
    database_url: str, nats_url: str, tmp_path: Path
) -> None:
    registry = CollectorRegistry()
    nodes = ("early", "late", "never")
    where = Where(database_url=database_url, nats_url=nats_url, folder=tmp_path)
    async with running_ingest(**where, registered=nodes) as service:
        counted = figures(service, registry)

        def spooled(node: str) -> float | None:
            return registry.get_sample_value("tsn_ingest_node_spooled", {"node": node})

        await beat(service, "early", 1)
        service.clock.moment += timedelta(seconds=3600)
        await beat(service, "late", 2)
        await counted.count_once()
        assert (spooled("early"), spooled("late"), spooled("never")) == (1, 2, None)
        assert registry.get_sample_value("tsn_ingest_nodes", {"state": "silent"}) == 1
        service.clock.moment += timedelta(seconds=23.5 * 3600)
        await counted.count_once()
        assert (spooled("early"), spooled("late")) == (None, 2)
        assert registry.get_sample_value("tsn_ingest_node_audio_age_seconds", {"node": "early"}) is None


async def test_figures_of_more_nodes_than_the_limit_are_those_heard_last(
    database_url: str, nats_url: str, tmp_path: Path
) -> None:
    registry = CollectorRegistry()
    where = Where(database_url=database_url, nats_url=nats_url, folder=tmp_path)
    async with running_ingest(**where, registered=("a", "b", "c")) as service:
        for node in ("c", "a", "b"):
            await beat(service, node, 1)
            service.clock.moment += timedelta(seconds=1)
        await figures(service, registry, limit=2).count_once()
    shown = {node for node in "abc" if registry.get_sample_value("tsn_ingest_node_spooled", {"node": node}) is not None}
    assert shown == {"a", "b"}
