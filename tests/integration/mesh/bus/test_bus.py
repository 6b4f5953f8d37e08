"""mesh.bus on a real NATS."""

import asyncio
import shutil
import signal
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress
from pathlib import Path
from typing import TypeVar

import pytest
from nats.aio.msg import Msg

from deploy.local.nats import Nats
from deploy.local.ports import free_port
from deploy.local.running import start
from mesh.bus.bus import Bus, BusUnavailable, Consumer, Delivery
from mesh.bus.errors import MessageTooLarge
from mesh.bus.streams import DEAD, EVENTS, MAX_MESSAGE_BYTES, WORK, event_consumer, work_consumer, work_subject
from tests.support.eventually import POLL_SECONDS, eventually

SUBJECT = work_subject("transcribe", "live")
Answer = TypeVar("Answer")


@pytest.fixture(name="bus")
async def _bus(nats_url: str) -> AsyncIterator[Bus]:
    bus = Bus(nats_url, name="test", timeout_seconds=30)
    await bus.connect()
    yield bus
    await bus.close()


async def in_the_end(ask: Callable[[], Awaitable[Answer]]) -> Answer:
    """The first answer of a bus with little patience, on a machine that may be busy."""
    async with asyncio.timeout(60):
        while True:
            with suppress(BusUnavailable):
                return await ask()
            await asyncio.sleep(POLL_SECONDS)


async def take(consumer: Consumer) -> Delivery:
    """The next message, waited for."""
    async with asyncio.timeout(60):
        while not (deliveries := await consumer.fetch(1, wait_seconds=1)):
            pass
    return deliveries[0]


async def test_several_that_connect_at_once_find_the_same_streams(nats_url: str) -> None:
    buses = [Bus(nats_url, name=f"test-{number}", timeout_seconds=30) for number in range(6)]
    async with asyncio.timeout(60):
        await asyncio.gather(*(bus.connect() for bus in buses))
        consumers = await asyncio.gather(
            *(bus.consumer(WORK, work_consumer("transcribe", "live", ack_wait_seconds=600)) for bus in buses)
        )
    names = {info.config.name for info in await buses[0].jetstream.streams_info()}
    assert names == {EVENTS, WORK, DEAD}
    await buses[0].publish(SUBJECT, b"one", "1")
    fetching = {asyncio.ensure_future(each.fetch(1, wait_seconds=600)) for each in consumers}
    done, others = await asyncio.wait(fetching, timeout=60, return_when=asyncio.FIRST_COMPLETED)
    assert [[each.payload for each in task.result()] for task in done] == [[b"one"]]
    [info] = await buses[0].jetstream.consumers_info(WORK)
    assert (info.num_ack_pending, info.num_pending) == (1, 0)
    for task in others:
        task.cancel()
    await asyncio.gather(*others, return_exceptions=True)
    for bus in buses:
        await bus.close()


async def test_a_message_is_fetched_with_its_facts_and_gone_once_acknowledged(bus: Bus) -> None:
    consumer = await bus.consumer(WORK, work_consumer("transcribe", "live", ack_wait_seconds=60))
    await bus.publish(SUBJECT, b"payload", "id-1", "00-trace")
    delivery = await take(consumer)
    assert (delivery.subject, delivery.payload, delivery.traceparent) == (SUBJECT, b"payload", "00-trace")
    assert delivery.stream_sequence == 1
    await delivery.ack()
    await eventually(lambda: _messages(bus, 0))


async def _messages(bus: Bus, count: int) -> bool:
    return (await bus.jetstream.stream_info(WORK)).state.messages == count


async def test_fetch_gives_what_is_there_without_waiting_for_the_rest(bus: Bus) -> None:
    consumer = await bus.consumer(WORK, work_consumer("transcribe", "live", ack_wait_seconds=30))
    for number in range(3):
        await bus.publish(SUBJECT, b"%d" % number, f"{number}")
    async with asyncio.timeout(60):  # The wait for a full batch would be ten minutes.
        deliveries = await consumer.fetch(10, wait_seconds=600)
    assert [delivery.payload for delivery in deliveries] == [b"0", b"1", b"2"]


async def test_fetch_returns_as_soon_as_the_first_message_comes(bus: Bus) -> None:
    consumer = await bus.consumer(WORK, work_consumer("transcribe", "live", ack_wait_seconds=30))
    fetching = asyncio.ensure_future(consumer.fetch(10, wait_seconds=600))
    await eventually(lambda: _pulls_waiting(bus))
    await bus.publish(SUBJECT, b"late", "1")
    async with asyncio.timeout(60):
        assert [delivery.payload for delivery in await fetching] == [b"late"]


async def _pulls_waiting(bus: Bus) -> bool:
    return bool((await bus.jetstream.consumer_info(WORK, "transcribe-live")).num_waiting)


async def test_fetch_of_nothing_is_empty(bus: Bus) -> None:
    consumer = await bus.consumer(WORK, work_consumer("transcribe", "live", ack_wait_seconds=60))
    assert await consumer.fetch(5, wait_seconds=0.1) == []
    assert await consumer.fetch(1, wait_seconds=0.1) == []


async def test_the_same_message_id_is_stored_once(bus: Bus) -> None:
    for _ in range(3):
        await bus.publish(SUBJECT, b"x", "same")
    assert await _messages(bus, 1)


async def test_a_message_put_off_comes_again(bus: Bus) -> None:
    consumer = await bus.consumer(WORK, work_consumer("transcribe", "live", ack_wait_seconds=30))
    await bus.publish(SUBJECT, b"x", "1")
    first = await take(consumer)
    put_off = time.monotonic()
    await first.retry_later(0.3)
    again = await take(consumer)
    assert time.monotonic() - put_off > 0.25
    assert again.payload == b"x"
    assert again.message.metadata.num_delivered > first.message.metadata.num_delivered


async def test_a_message_not_acknowledged_in_time_comes_again(bus: Bus) -> None:
    consumer = await bus.consumer(WORK, work_consumer("transcribe", "live", ack_wait_seconds=0.3))
    await bus.publish(SUBJECT, b"x", "1")
    first, again = await take(consumer), await take(consumer)
    assert again.payload == b"x"
    assert again.message.metadata.num_delivered > first.message.metadata.num_delivered


async def test_a_lane_gets_the_work_of_its_stage_lane_and_crowd_only(bus: Bus) -> None:
    taken: list[tuple[str, bool, list[bytes]]] = []
    consumers = [
        (
            lane,
            crowd,
            await bus.prompt_consumer(WORK, work_consumer("transcribe", lane, crowd=crowd, ack_wait_seconds=60)),
        )
        for lane in ("urgent", "batch")
        for crowd in (False, True)
    ]
    for number, subject in enumerate(
        [
            work_subject("extract", "urgent"),
            work_subject("transcribe", "urgent"),
            work_subject("transcribe", "batch"),
            work_subject("transcribe", "batch", crowd=True),
        ]
    ):
        await bus.publish(subject, b"%d" % number, f"{number}")
    for lane, crowd, consumer in consumers:
        taken.append((lane, crowd, [each.payload for each in await consumer.take(5)]))
    assert taken == [("urgent", False, [b"1"]), ("urgent", True, []), ("batch", False, [b"2"]), ("batch", True, [b"3"])]


async def test_a_prompt_consumer_gives_what_is_there_and_does_not_wait(bus: Bus) -> None:
    consumer = await bus.prompt_consumer(WORK, work_consumer("transcribe", "live", ack_wait_seconds=30))
    assert await consumer.take(3) == []
    for number in range(5):
        await bus.publish(SUBJECT, b"%d" % number, f"{number}")
    assert [each.payload for each in await consumer.take(3)] == [b"0", b"1", b"2"]
    assert [each.payload for each in await consumer.take(3)] == [b"3", b"4"]
    assert await consumer.take(3) == []


async def test_a_prompt_consumer_that_is_gone_says_so(bus: Bus) -> None:
    consumer = await bus.prompt_consumer(WORK, work_consumer("transcribe", "live", ack_wait_seconds=30))
    await bus.remove_consumer(WORK, "transcribe-live")
    await bus.remove_consumer(WORK, "transcribe-live")
    with pytest.raises(BusUnavailable):
        await consumer.take(1)


async def test_the_bus_tells_since_when_a_message_waits_to_be_handed_out(bus: Bus) -> None:
    consumer = await bus.prompt_consumer(WORK, work_consumer("transcribe", "live", ack_wait_seconds=30))
    assert await bus.undelivered_since(WORK, "transcribe-live", SUBJECT) is None
    for number in range(2):
        await bus.publish(SUBJECT, b"x", f"{number}")
        await bus.publish(work_subject("transcribe", "batch"), b"x", f"batch-{number}")
    first, second = [(await bus.jetstream.get_msg(WORK, number)).time for number in (1, 3)]
    assert await bus.undelivered_since(WORK, "transcribe-live", SUBJECT) == first
    await consumer.take(1)
    assert await bus.undelivered_since(WORK, "transcribe-live", SUBJECT) == second
    await consumer.take(1)
    assert await bus.undelivered_since(WORK, "transcribe-live", SUBJECT) is None
    with pytest.raises(BusUnavailable):
        await bus.undelivered_since(WORK, "nobody", SUBJECT)


async def test_a_message_over_the_limit_is_refused_for_good(bus: Bus) -> None:
    with pytest.raises(MessageTooLarge):
        await bus.publish(SUBJECT, bytes(MAX_MESSAGE_BYTES + 1), "1")
    assert await _messages(bus, 0)


async def test_a_server_that_came_back_without_its_disk_gets_its_streams_and_consumers_anew() -> None:
    with tempfile.TemporaryDirectory(prefix="tsn-nats-") as folder:
        server = Nats.new(Path(folder) / "server")
        child = await start(server, Path(folder))
        bus = Bus(server.url, name="test", timeout_seconds=2)
        await bus.connect()
        await in_the_end(lambda: bus.publish(SUBJECT, b"before", "1"))
        child.send(signal.SIGKILL)
        await child.wait()
        await asyncio.to_thread(shutil.rmtree, server.folder)
        child = await start(server, Path(folder))
        await in_the_end(lambda: bus.publish(SUBJECT, b"after", "2"))
        config = work_consumer("transcribe", "live", ack_wait_seconds=60)
        consumer = await in_the_end(lambda: bus.prompt_consumer(WORK, config))
        assert [each.payload for each in await in_the_end(lambda: consumer.take(5))] == [b"after"]
        await bus.close()
        await child.stop()


async def test_two_services_each_get_every_event(bus: Bus) -> None:
    await bus.publish("tsn.ingest.v1.recording_stored", b"event", "1")
    for name in ("query", "analyze"):
        consumer = await bus.consumer(EVENTS, event_consumer(name, ack_wait_seconds=60))
        assert (await take(consumer)).payload == b"event"


async def test_live_messages_reach_listeners_and_are_not_stored(bus: Bus) -> None:
    heard: list[tuple[str, bytes]] = []

    async def hear(message: Msg) -> None:
        heard.append((message.subject, message.data))

    await bus.subscribe_live("partial", hear)
    await bus.publish_live("partial", b"half a")
    await eventually(lambda: heard)
    assert heard == [("tsn.live.partial", b"half a")]
    assert all(info.state.messages == 0 for info in await bus.jetstream.streams_info())


async def test_a_subject_of_no_stream_is_refused(bus: Bus) -> None:
    with pytest.raises(BusUnavailable):
        await bus.publish("elsewhere.x", b"", "1")


async def test_before_it_is_connected_the_bus_is_unavailable() -> None:
    bus = Bus("nats://127.0.0.1:1", name="test")
    with pytest.raises(BusUnavailable):
        await bus.publish(SUBJECT, b"", "1")
    with pytest.raises(BusUnavailable):
        await bus.ping()
    await bus.publish_live("partial", b"")
    await bus.close()


async def test_connecting_waits_for_the_server() -> None:
    with tempfile.TemporaryDirectory(prefix="tsn-nats-") as folder:
        server = Nats(folder=Path(folder), port=free_port())
        bus = Bus(server.url, name="test", timeout_seconds=30)
        connecting = asyncio.ensure_future(bus.connect())
        child = await start(server, Path(folder))
        async with asyncio.timeout(60):
            await connecting
        await bus.ping()
        await bus.close()
        await child.stop()


async def test_a_server_that_was_killed_is_used_again_when_it_is_back() -> None:
    with tempfile.TemporaryDirectory(prefix="tsn-nats-") as folder:
        server = Nats.new(Path(folder))
        child = await start(server, Path(folder))
        bus = Bus(server.url, name="test", timeout_seconds=2)
        await bus.connect()
        config = work_consumer("transcribe", "live", ack_wait_seconds=5)
        consumer = await in_the_end(lambda: bus.consumer(WORK, config))
        await in_the_end(lambda: bus.publish(SUBJECT, b"before", "1"))
        child.send(signal.SIGKILL)
        await child.wait()
        with pytest.raises(BusUnavailable):
            await bus.publish(SUBJECT, b"during", "2")
        with pytest.raises(BusUnavailable):
            await bus.ping()
        assert await consumer.fetch(1, wait_seconds=0.2) == []
        child = await start(server, Path(folder))
        await in_the_end(bus.ping)
        await in_the_end(lambda: bus.publish(SUBJECT, b"after", "3"))
        payloads = [(await take(consumer)).payload for _ in range(2)]
        assert payloads[0] == b"before"
        await bus.close()
        await child.stop()
