"""mesh.db.outbox between a real MariaDB and a real NATS."""

import asyncio
import signal
import tempfile
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import func, select

from deploy.local.nats import Nats
from deploy.local.running import start
from mesh.bus.bus import MESSAGE_ID, Bus, BusUnavailable
from mesh.bus.errors import MessageTooLarge
from mesh.bus.standing import Stored
from mesh.bus.streams import EVENTS, MAX_PAYLOAD_BYTES
from mesh.clock import SystemClock
from mesh.db.database import Database
from mesh.db.outbox import OutboxRelay, Publish
from mesh.db.tables import metadata, outbox, outbox_sent
from mesh.telemetry.metrics import OutboxMetrics, new_registry
from mesh.telemetry.tracing import TRACEPARENT, span, trace_id_of
from tests.support.eventually import eventually
from tests.support.spans import recorded_spans

SUBJECT = "tsn.ingest.v1.recording_stored"


@pytest.fixture(name="database")
async def _database(database_url: str) -> AsyncIterator[Database]:
    database = Database(database_url)
    async with database.engine.begin() as connection:
        await connection.run_sync(lambda each: metadata.create_all(each, tables=[outbox, outbox_sent]))
    yield database
    await database.close()


def relay_of(database: Database, publish: Publish, *, batch: int = 200, poll_seconds: float = 1.0) -> OutboxRelay:
    return OutboxRelay(
        database=database,
        publish=publish,
        clock=SystemClock(),
        metrics=OutboxMetrics(new_registry()),
        batch=batch,
        poll_seconds=poll_seconds,
        backoff_cap_seconds=0.2,
    )


async def write(database: Database, *payloads: bytes) -> None:
    async with database.transaction() as work:
        for payload in payloads:
            work.publish(SUBJECT, payload)


async def waiting(database: Database) -> int:
    async with database.transaction() as work:
        return int((await work.execute(select(func.count()).select_from(outbox))).scalar_one())


async def published(bus: Bus) -> list[bytes]:
    """What lies in the stream, in its order."""
    state = (await bus.jetstream.stream_info(EVENTS)).state
    numbers = range(state.first_seq, state.last_seq + 1) if state.messages else ()
    found = [await bus.jetstream.get_msg(EVENTS, seq) for seq in numbers]
    return [message.data or b"" for message in found]


@pytest.fixture(name="bus")
async def _bus(nats_url: str) -> AsyncIterator[Bus]:
    bus = Bus(nats_url, name="test", timeout_seconds=30)
    await bus.connect()
    yield bus
    await bus.close()


async def test_a_message_leaves_after_the_commit_and_not_before(database: Database, bus: Bus) -> None:
    relay = relay_of(database, bus.publish)
    async with database.transaction() as work:
        work.publish(SUBJECT, b"stored")
        assert await relay.relay_once() == 0
        assert await published(bus) == []
    assert await relay.relay_once() == 1
    assert await published(bus) == [b"stored"]
    assert await waiting(database) == 0


async def test_a_message_of_a_rolled_back_transaction_never_leaves(database: Database, bus: Bus) -> None:
    async def fail() -> None:
        async with database.transaction() as work:
            work.publish(SUBJECT, b"never")
            raise RuntimeError("no")

    with pytest.raises(RuntimeError):
        await fail()
    assert await relay_of(database, bus.publish).relay_once() == 0
    assert await published(bus) == []
    assert not database.outbox_filled.is_set()


async def test_a_running_relay_is_woken_by_a_commit(database: Database, bus: Bus) -> None:
    # Polling alone would take an hour.
    running = asyncio.ensure_future(relay_of(database, bus.publish, poll_seconds=3600).run())
    for number in range(5):
        await write(database, b"%d" % number)
        await eventually(lambda: published_count(bus, number + 1))  # noqa: B023
    running.cancel()
    assert await published(bus) == [b"0", b"1", b"2", b"3", b"4"]


async def published_count(bus: Bus, count: int) -> bool:
    return (await bus.jetstream.stream_info(EVENTS)).state.messages == count


async def test_messages_of_another_process_are_found_by_polling(database: Database, bus: Bus) -> None:
    running = asyncio.ensure_future(relay_of(database, bus.publish, poll_seconds=0.05).run())
    elsewhere = Database(database.engine.url.render_as_string(hide_password=False))
    await write(elsewhere, b"from elsewhere")
    await eventually(lambda: published_count(bus, 1))
    running.cancel()
    await elsewhere.close()


async def test_two_relays_at_once_store_each_message_once(database: Database, bus: Bus) -> None:
    for start_ in range(0, 100, 10):
        await write(database, *(b"%d" % number for number in range(start_, start_ + 10)))
    relays = [
        asyncio.ensure_future(relay_of(database, bus.publish, batch=7, poll_seconds=0.02).run()) for _ in range(2)
    ]
    await eventually(lambda: _empty(database))
    for relay in relays:
        relay.cancel()
    await asyncio.gather(*relays, return_exceptions=True)
    assert sorted(map(int, await published(bus))) == list(range(100))


async def test_relays_beside_each_other_and_writers_never_lose_a_round_to_a_deadlock(database: Database) -> None:
    sent: list[str] = []

    async def publish(subject: str, payload: bytes, message_id: str, traceparent: str) -> Stored:
        await asyncio.sleep(0.001)
        sent.append(message_id)
        return Stored(EVENTS, "life", len(sent))

    url = database.engine.url.render_as_string(hide_password=False)
    bases = [Database(url) for _ in range(3)]
    relays = [relay_of(base, publish, batch=20, poll_seconds=0.02) for base in bases]
    tasks = [asyncio.ensure_future(relay.run()) for relay in relays]

    async def keep_writing() -> None:
        for _ in range(60):
            await write(database, b"a", b"b", b"c")

    await asyncio.gather(keep_writing(), keep_writing())
    await eventually(lambda: _empty(database))
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    for base in bases:
        await base.close()
    assert sum(relay._metrics.failures._value.get() for relay in relays) == 0
    assert len(sent) == len(set(sent)) == 360


async def test_a_message_that_the_bus_will_never_take_holds_nothing_up(database: Database, bus: Bus) -> None:
    await write(database, b"first", b"too much", b"last")

    async def picky(subject: str, payload: bytes, message_id: str, traceparent: str) -> Stored:
        if payload == b"too much":
            raise MessageTooLarge(subject=subject, size_bytes=8, limit_bytes=7)
        return await bus.publish(subject, payload, message_id, traceparent)

    relay = relay_of(database, picky)
    assert await relay.relay_once() == 2
    await write(database, b"next")
    assert await relay.relay_once() == 1
    assert await published(bus) == [b"first", b"last", b"next"]
    assert await waiting(database) == 1
    assert relay._metrics.refused._value.get() == 1


async def test_a_message_over_the_limit_never_gets_into_the_outbox(database: Database) -> None:
    with pytest.raises(MessageTooLarge):
        await write(database, b"fits", bytes(MAX_PAYLOAD_BYTES + 1))
    assert await waiting(database) == 0


async def test_of_a_batch_only_what_failed_stays(database: Database, bus: Bus) -> None:
    await write(database, b"1", b"2", b"3")

    async def shaky(subject: str, payload: bytes, message_id: str, traceparent: str) -> Stored:
        if payload == b"2":
            raise BusUnavailable("the acknowledgement did not come")
        return await bus.publish(subject, payload, message_id, traceparent)

    with pytest.raises(ExceptionGroup):
        await relay_of(database, shaky).relay_once()
    assert await waiting(database) == 1
    assert await relay_of(database, bus.publish).relay_once() == 1
    assert sorted(await published(bus)) == [b"1", b"2", b"3"]


async def test_what_waits_in_the_outbox_is_counted_with_its_age(database: Database) -> None:
    await write(database, b"1", b"2")

    async def away(*_: object) -> Stored:
        raise BusUnavailable("away")

    relay = relay_of(database, away)
    running = asyncio.ensure_future(relay.run())
    await eventually(lambda: relay._metrics.pending._value.get() == 2)
    await eventually(lambda: relay._metrics.lag_seconds._value.get() > 0.1)
    running.cancel()


async def test_a_message_published_twice_is_stored_once(database: Database, bus: Bus) -> None:
    await write(database, b"once")

    async def then_die(subject: str, payload: bytes, message_id: str, traceparent: str) -> Stored:
        await bus.publish(subject, payload, message_id, traceparent)
        raise BusUnavailable("the acknowledgement was lost")

    with pytest.raises(ExceptionGroup):
        await relay_of(database, then_die).relay_once()
    assert await waiting(database) == 1
    await relay_of(database, bus.publish).relay_once()
    assert await published(bus) == [b"once"]


async def test_messages_of_one_writer_keep_their_order(database: Database, bus: Bus) -> None:
    for start_ in range(0, 300, 50):
        await write(database, *(b"%d" % number for number in range(start_, start_ + 50)))
    while await relay_of(database, bus.publish, batch=64).relay_once():
        pass
    assert await published(bus) == [b"%d" % number for number in range(300)]


async def test_while_the_bus_is_away_messages_wait_and_then_leave_in_order(database: Database) -> None:
    with tempfile.TemporaryDirectory(prefix="tsn-nats-") as folder:
        server = Nats.new(Path(folder))
        child = await start(server, Path(folder))
        # Long enough for a busy machine to store them all: what is sent a second time loses its place.
        bus = Bus(server.url, name="test", timeout_seconds=2)
        await bus.connect()
        relay = relay_of(database, bus.publish, poll_seconds=0.05)
        running = asyncio.ensure_future(relay.run())
        await write(database, b"0")
        await eventually(lambda: published_count(bus, 1))
        child.send(signal.SIGKILL)
        await child.wait()
        for number in range(1, 6):
            await write(database, b"%d" % number)
        await eventually(lambda: relay._metrics.failures._value.get() > 0)
        assert await waiting(database) == 5
        child = await start(server, Path(folder))
        await eventually(lambda: _empty(database))
        assert await published(bus) == [b"0", b"1", b"2", b"3", b"4", b"5"]
        running.cancel()
        await bus.close()
        await child.stop()


async def _empty(database: Database) -> bool:
    return await waiting(database) == 0


async def test_the_trace_of_the_writer_goes_along(database: Database, bus: Bus) -> None:
    with recorded_spans(), span("writer") as writer:
        await write(database, b"traced")
    await relay_of(database, bus.publish).relay_once()
    message = await bus.jetstream.get_msg(EVENTS, 1)
    assert message.headers is not None
    assert trace_id_of(message.headers[TRACEPARENT]) == format(writer.get_span_context().trace_id, "032x")
    assert len(message.headers[MESSAGE_ID]) == 36
