"""A server of the bus is killed in the middle of publishing and working: nothing is lost, nothing comes twice."""

import asyncio
import time

from nats.errors import Error as NatsError

from mesh.bus.bus import Bus, BusUnavailable
from mesh.bus.standing import Stored
from mesh.bus.streams import EVENTS, WORK
from mesh.pipeline.claims import Claim
from tests.integration.clusters.test_galera import JOBS, all_done, has_events
from tests.integration.mesh.pipeline.stage import FakeStage, mesh_on, results
from tests.support.eventually import eventually
from tests.support.nats_cluster import SIZE, NatsCluster

SUBJECT = "tsn.ingest.v1.recording_stored"
MESSAGES = 600
WRITES_AGAIN_SECONDS = 60.0


async def publish_until_taken(bus: Bus, number: int) -> Stored:
    """As the outbox does: the same message with the same id until the bus has it."""
    while True:
        try:
            return await bus.publish(SUBJECT, str(number).encode(), message_id=f"message-{number}")
        except BusUnavailable:
            await asyncio.sleep(0.1)


async def payloads(bus: Bus) -> list[bytes]:
    """What lies in the stream, once the servers that are left answer: they may still be choosing who leads."""
    found: list[bytes] = []

    async def read() -> bool:
        found.clear()
        try:
            subscription = await bus.jetstream.subscribe(SUBJECT, stream=EVENTS, ordered_consumer=True)
            try:
                for _ in range(await messages(bus)):
                    found.append((await subscription.next_msg(timeout=10)).data)
            finally:
                await subscription.unsubscribe()
        except NatsError:
            return False
        return True

    await eventually(read, timeout=60)
    return found


async def messages(bus: Bus) -> int:
    """How many lie in the stream."""
    return int((await bus.jetstream.stream_info(EVENTS)).state.messages)


async def test_no_message_is_lost_when_the_leader_is_killed_in_the_middle_of_publishing(
    nats_servers: NatsCluster, nats_url: str
) -> None:
    bus = Bus(nats_url, name="test", replicas=SIZE, timeout_seconds=2)
    await bus.connect()
    leader = await nats_servers.leader(EVENTS)
    half = asyncio.Event()

    async def publish(lane: int) -> None:
        for number in range(lane, MESSAGES, 4):
            if number >= MESSAGES // 2:
                half.set()
            await publish_until_taken(bus, number)

    async with asyncio.TaskGroup() as group:
        for lane in range(4):
            group.create_task(publish(lane))
        await half.wait()
        await nats_servers.kill(leader)
        killed = time.monotonic()
    try:
        assert time.monotonic() - killed < WRITES_AGAIN_SECONDS
        assert sorted(map(int, await payloads(bus))) == list(range(MESSAGES))
    finally:
        await nats_servers.start(leader)
        await bus.close()


async def test_a_stream_is_taken_for_the_same_while_each_server_is_killed_in_turn(
    nats_servers: NatsCluster, nats_url: str
) -> None:
    """Or else all its events that search does not have yet would be published again."""
    bus = Bus(nats_url, name="test", replicas=SIZE, timeout_seconds=2)
    await bus.connect()
    first = await publish_until_taken(bus, 1)
    for index in range(SIZE):
        await nats_servers.kill(index)
        lives: list[str] = []
        await eventually(lambda lives=lives: _asked(bus, lives), timeout=120)
        await nats_servers.start(index)
        await nats_servers.in_step(EVENTS)
        await eventually(lambda lives=lives: _asked(bus, lives), timeout=120)
        assert set(lives) == {first.life}
    await nats_servers.delete(EVENTS)
    anew: list[str] = []
    # The server that was killed last may still count as offline: three copies then have no place.
    await eventually(lambda: _asked(bus, anew), timeout=120)
    assert first.life not in anew
    await bus.close()


async def _asked(bus: Bus, lives: list[str]) -> bool:
    try:
        lives.append((await bus.events_standing()).life)
    except BusUnavailable:
        return False
    return True


async def test_every_job_is_done_once_while_each_server_is_killed_in_turn(
    nats_servers: NatsCluster, nats_url: str, database_url: str
) -> None:
    async def short(_: Claim) -> None:
        await asyncio.sleep(0.05)

    async with mesh_on(database_url, nats_url) as mesh:
        stage = FakeStage(short)
        mesh.start(mesh.worker(stage, mesh.store(lease_seconds=2), slots=2))
        queued = 0
        for index in range(SIZE):
            share = JOBS * (index + 1) // SIZE
            for number in range(queued, share):
                await mesh.enqueue(b"x", subject=f"recordings/{number}")
            queued = share
            await nats_servers.kill(index)
            await nats_servers.start(index)
            await nats_servers.in_step(WORK, EVENTS)
        await eventually(lambda: all_done(mesh), timeout=180)
        async with mesh.database.transaction() as work:
            done = [row.job_id for row in await work.execute(results.select())]
        assert len(done) == len(set(done)) == JOBS
        await eventually(lambda: has_events(mesh, JOBS), timeout=120)
