"""Many nodes, long outages, in simulated time."""

import random
from collections import defaultdict
from contextlib import ExitStack
from dataclasses import replace

import pytest

from clients.node.schedule import ROOM_SECONDS, Turn
from services.ingest.domain.admission_errors import BatchUploadsLimited, NodeUploadsLimited, UploadsLimited
from services.ingest.domain.model import Lane
from services.ingest.limits import QUEUE_RETRY_SECONDS, UploadLimits, spread
from tests.unit.clients.node.simulation import Node, Server, World
from tests.unit.services.ingest.domain.test_upload import METADATA
from tests.unit.services.ingest.fakes import new_metrics

HOUR = 3600.0
DAY = 24 * HOUR


def limited(server_limits: UploadLimits, stack: ExitStack, turn: Turn) -> float | None:
    """The server's answer to an upload that begins: None where it takes it."""
    lane = Lane.BATCH if turn.backlog else Lane.LIVE
    try:
        stack.enter_context(server_limits.slot(replace(METADATA, node=turn.row.node, lane=lane)))
    except (UploadsLimited, NodeUploadsLimited, BatchUploadsLimited) as refused:
        return refused.retry_after_seconds
    return None


def a_server(world: World, *, away: tuple[float, float], slots: int, service_seconds: float) -> Server:
    limits = UploadLimits(total=slots, per_node=8, batch=max(1, slots // 5), metrics=new_metrics())
    return Server(world, away, service_seconds, admit=lambda stack, turn: limited(limits, stack, turn))


@pytest.fixture(autouse=True)
def _same_jitter_each_time() -> None:
    random.seed(7)


def test_a_thousand_nodes_do_not_storm_the_server_that_lost_them() -> None:
    outage, end = (60.0, 60.0 + 1200.0), 60.0 + 1200.0 + 600.0
    world = World(seed=1)
    # 64 uploads at a time of 0.1 s each: 640 a second. What is said live takes 2.5 of them.
    server = a_server(world, away=outage, slots=64, service_seconds=0.1)
    nodes = [Node(f"node-{number}", world, server) for number in range(1000)]
    for node in nodes:
        node.record(every_seconds=400.0, until=end - 100.0)
    world.run(end)

    during = [server.knocks[second] for second in range(int(outage[1]) - 600, int(outage[1]))]
    after = [server.knocks[second] for second in range(int(outage[1]), int(end))]
    back = {node: moment for moment, node, _, _ in reversed(server.arrived) if moment >= outage[1]}
    assert sum(during) / len(during) < 25
    assert max(after) < 60
    assert len(back) == 1000
    assert max(back.values()) < outage[1] + 310
    assert [node.name for node in nodes if node.spool.counts().waiting_recordings] == []
    assert len(server.arrived) == len({(recording.identity.path) for _, _, _, recording in server.arrived})
    for node in nodes:
        node.spool.close()


def test_after_an_overload_all_nodes_are_back_within_a_minute_and_not_in_one_moment() -> None:
    full_until, end = 420.0, 600.0
    world = World(seed=3)

    def full(stack: ExitStack, turn: Turn) -> float | None:
        return spread(QUEUE_RETRY_SECONDS) if world.seconds < full_until else None

    server = Server(world, (0.0, 0.0), 0.1, admit=full)
    nodes = [Node(f"node-{number}", world, server) for number in range(500)]
    for node in nodes:
        node.record(every_seconds=100.0, until=end - 60.0)
    world.run(end)

    during = [server.knocks[second] for second in range(120, int(full_until))]
    back = {node: moment for moment, node, _, _ in reversed(server.arrived)}
    # Each asks once in its 30 to 60 seconds: 10 a second, never a wave of them.
    assert sum(during) / len(during) < 13
    assert max(during) < 30
    assert len(back) == 500
    assert max(back.values()) <= full_until + ROOM_SECONDS + 1.0
    assert [node.name for node in nodes if node.spool.counts().waiting_recordings] == []
    for node in nodes:
        node.spool.close()


def test_ten_thousand_files_of_a_day_without_the_server_all_arrive_in_order_on_a_fifth_of_it() -> None:
    away, end = (HOUR, HOUR + DAY), HOUR + DAY + 2.5 * HOUR
    world = World(seed=2)
    # 10 uploads at a time of half a second each; at most 2 of them backlog.
    server = a_server(world, away=away, slots=10, service_seconds=0.5)
    nodes = [Node(f"node-{number}", world, server) for number in range(5)]
    for node in nodes:
        node.record(every_seconds=DAY / 2000, until=end - 60.0, channels=2)
    world.run(end)

    backlog = [entry for entry in server.arrived if entry[2]]
    live = [entry for entry in server.arrived if not entry[2] and entry[0] > away[1] + 310]
    minutes: dict[int, float] = defaultdict(float)
    for second, uploads in server.busy[True].items():
        minutes[second // 60] += uploads * server.service_seconds
    airtimes: dict[tuple[str, str], list[float]] = defaultdict(list)
    for _, node, _, recording in backlog:
        airtimes[node, recording.channel].append(recording.captured_at.timestamp())

    assert [node.spool.counts().waiting_recordings for node in nodes] == [0] * 5
    recorded = sum(node.spool.last_sequence(node.name) for node in nodes)
    assert len({recording.identity.path for _, _, _, recording in server.arrived}) == len(server.arrived) == recorded
    assert len(backlog) > 9_900
    assert max(minutes.values()) <= 0.2 * 10 * 60
    assert all(times == sorted(times) for times in airtimes.values())
    # While the backlog is sent, what is said now does not wait for it.
    assert max(moment + world_start(world) - entry.captured_at.timestamp() for moment, _, _, entry in live) < 2.0
    for node in nodes:
        node.spool.close()


def world_start(world: World) -> float:
    return world.now - world.seconds
