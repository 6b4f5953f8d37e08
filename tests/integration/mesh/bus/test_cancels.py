"""No cancel is lost on its way through the NATS library, also when it arrives together with the answer."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest

from mesh.bus.bus import Bus, Consumer
from mesh.bus.streams import EVENTS, WORK, event_consumer, work_consumer, work_subject
from tests.support.eventually import eventually

SUBJECT = work_subject("transcribe", "live")
CONFIG = work_consumer("transcribe", "live", ack_wait_seconds=60)


@pytest.fixture(name="bus")
async def _bus(nats_url: str) -> AsyncIterator[Bus]:
    bus = Bus(nats_url, name="test", timeout_seconds=30)
    await bus.connect()
    await bus.prompt_consumer(WORK, CONFIG)
    yield bus
    await bus.close()


class CancelledWithTheAnswer(dict[str, "asyncio.Future[Any]"]):
    """Requests that wait for answers: as one arrives, the task that asked is cancelled in the same round."""

    def __setitem__(self, token: str, answer: "asyncio.Future[Any]") -> None:
        task = asyncio.current_task()
        assert task is not None
        answer.add_done_callback(lambda _: task.cancel())
        super().__setitem__(token, answer)


CALLS: dict[str, Callable[[Bus], Awaitable[object]]] = {
    "publish": lambda bus: bus.publish(SUBJECT, b"x", "1"),
    "ping": lambda bus: bus.ping(),
    "undelivered_since": lambda bus: bus.undelivered_since(WORK, "transcribe-live", SUBJECT),
    "remove_consumer": lambda bus: bus.remove_consumer(WORK, "transcribe-live"),
    "events_standing": lambda bus: bus.events_standing(),
    "consumer": lambda bus: bus.prompt_consumer(WORK, CONFIG),
}


@pytest.mark.parametrize("name", CALLS)
async def test_a_task_that_is_cancelled_as_its_request_is_answered_ends(bus: Bus, name: str) -> None:
    bus._client._resp_map = CancelledWithTheAnswer()
    task = asyncio.ensure_future(CALLS[name](bus))
    await asyncio.gather(task, return_exceptions=True)
    bus._client._resp_map = {}
    assert task.cancelled()


async def _consumer(bus: Bus) -> Consumer:
    return await bus.consumer(EVENTS, event_consumer("query", ack_wait_seconds=0.5))


async def test_a_task_that_is_cancelled_as_a_message_arrives_ends_and_the_message_comes_again(bus: Bus) -> None:
    consumer = await _consumer(bus)
    queue = consumer._subscription._sub._pending_queue
    arrive, tasks = queue.get, list["asyncio.Task[Any]"]()

    async def get() -> Any:
        message = await arrive()
        if message.data:
            tasks[0].cancel()
        return message

    queue.get = get
    tasks.append(asyncio.ensure_future(consumer.fetch(5, wait_seconds=60)))
    await asyncio.sleep(0)
    await bus.publish("tsn.ingest.v1.recording_stored", b"event", "1")
    await asyncio.gather(*tasks, return_exceptions=True)
    assert tasks[0].cancelled()
    queue.get = arrive
    assert [each.payload for each in await consumer.fetch(1, wait_seconds=60)] == [b"event"]


async def test_a_task_that_is_cancelled_while_its_connection_is_closed_ends(bus: Bus) -> None:
    consumer = await _consumer(bus)
    task = asyncio.ensure_future(consumer.fetch(1, wait_seconds=60))
    await eventually(lambda: consumer._subscription._sub._pending_next_msgs_calls)
    bus._client._status = bus._client.CLOSED
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    bus._client._status = bus._client.CONNECTED
    assert task.cancelled()
