"""What `tsn top` looks at: the mesh at one moment, and how fast it moves between two."""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from clients.cli.command import Call
from clients.cli.nodes import all_nodes
from clients.cli.output import message_dict
from clients.cli.probes import Survey, analyze_answers, extract_answers
from clients.cli.render import exact_moment
from tsn.ingest.v1.job_pb2 import GetQueuesRequest, GetQueuesResponse, Queue
from tsn.ingest.v1.recording_pb2 import Lane, Node
from tsn.query.v1.query_pb2 import GetStatisticsRequest, GetStatisticsResponse
from tsn.transcribe.v1.transcribe_pb2 import (
    GetPoolStatisticsRequest,
    GetPoolStatisticsResponse,
    ListEnginesRequest,
    ListEnginesResponse,
)

_STAGE_ORDER = ("fetch", "transcribe", "extract", "analyze")


@dataclass(frozen=True)
class Snapshot:
    """The mesh at one moment. `seconds`: of a clock that never jumps. `problems`: service to why it is silent."""

    at: datetime
    seconds: float
    queues: GetQueuesResponse = field(default_factory=GetQueuesResponse)
    nodes: Sequence[Node] = ()
    statistics: GetStatisticsResponse = field(default_factory=GetStatisticsResponse)
    pool: GetPoolStatisticsResponse = field(default_factory=GetPoolStatisticsResponse)
    engines: ListEnginesResponse = field(default_factory=ListEnginesResponse)
    problems: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Rates:
    """Changes a second between two snapshots; None where they cannot be told."""

    stored: float | None = None
    searchable: float | None = None
    transcribed: float | None = None
    queued: dict[tuple[str, Lane], float] = field(default_factory=dict)
    """Growth of each queue; negative where it shrinks."""


async def take(call: Call) -> Snapshot:
    """Ask everything at once. Raises Unreachable."""
    gateway, survey = call.gateway, Survey(call)
    # One first: an address where nobody listens is told once.
    queues = await survey.heard("ingest", gateway.ask(gateway.jobs.GetQueues, GetQueuesRequest()), GetQueuesResponse())
    statistics_asked = gateway.ask(gateway.query.GetStatistics, GetStatisticsRequest())
    pool_asked = gateway.ask(gateway.transcribe.GetPoolStatistics, GetPoolStatisticsRequest())
    engines_asked = gateway.ask(gateway.transcribe.ListEngines, ListEnginesRequest())
    (nodes, _), statistics, pool, engines, _, _ = await asyncio.gather(
        survey.heard("ingest", all_nodes(call), ([], "")),
        survey.heard("query", statistics_asked, GetStatisticsResponse()),
        survey.heard("transcribe", pool_asked, GetPoolStatisticsResponse()),
        survey.heard("transcribe", engines_asked, ListEnginesResponse()),
        survey.heard("extract", extract_answers(call), None),
        survey.heard("analyze", analyze_answers(call), None),
    )
    return Snapshot(datetime.now(UTC), time.monotonic(), queues, nodes, statistics, pool, engines, survey.problems)


def rates(before: Snapshot | None, after: Snapshot) -> Rates:
    """How fast things moved; nothing without a snapshot before, or from a service that was silent in one of them."""
    if before is None or after.seconds <= before.seconds:
        return Rates()
    passed = after.seconds - before.seconds
    silent = before.problems.keys() | after.problems.keys()

    def grown(service: str, earlier: int, later: int) -> float | None:
        # A counter that falls is of another replica, or begins anew.
        return (later - earlier) / passed if service not in silent and later >= earlier else None

    earlier = {(queue.stage, queue.lane): queue.queued for queue in before.queues.queues}
    return Rates(
        stored=grown("query", before.statistics.recordings, after.statistics.recordings),
        searchable=grown("query", before.statistics.searchable_recordings, after.statistics.searchable_recordings),
        transcribed=grown("transcribe", before.pool.recordings_transcribed, after.pool.recordings_transcribed),
        queued={}
        if "ingest" in silent
        else {
            (queue.stage, queue.lane): (queue.queued - earlier.get((queue.stage, queue.lane), 0)) / passed
            for queue in after.queues.queues
        },
    )


def ordered(queues: Sequence[Queue]) -> list[Queue]:
    """Queues as work flows, the urgent lane first."""
    known = {stage: place for place, stage in enumerate(_STAGE_ORDER)}
    return sorted(queues, key=lambda queue: (known.get(queue.stage, len(known)), queue.stage, queue.lane))


def snapshot_document(address: str, snapshot: Snapshot, speed: Rates) -> dict[str, Any]:
    """A snapshot for programs."""
    return {
        "at": exact_moment(snapshot.at),
        "gateway": address,
        "problems": snapshot.problems,
        "queues": message_dict(snapshot.queues),
        "nodes": [message_dict(node) for node in snapshot.nodes],
        "statistics": message_dict(snapshot.statistics),
        "pool": message_dict(snapshot.pool),
        "engines": message_dict(snapshot.engines),
        "rates": {"stored": speed.stored, "searchable": speed.searchable, "transcribed": speed.transcribed},
    }
