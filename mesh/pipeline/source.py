"""Where a stage's work comes from: one consumer a queue, taken from in fair order."""

import asyncio
import time

import structlog
from nats.aio.msg import Msg
from nats.aio.subscription import Subscription

from mesh.bus.bus import Bus
from mesh.bus.consumers import Delivery, PromptConsumer
from mesh.bus.streams import WORK, all_work, work_consumer, work_subject
from mesh.pipeline.lanes import QUEUES, LaneScheduler, Queue

log = structlog.get_logger(__name__)

POLL_SECONDS = 1.0
"""How often empty queues are looked into without being told: for what is delivered again, and for a bell not heard."""
FRESH_SECONDS = 0.3
"""A message that was heard of may need this long until the stream gives it, where several servers store it."""


class WorkSource:
    """Takes messages of one stage. A core subscription is the bell: it hears what is published, and takes nothing."""

    def __init__(self, *, bus: Bus, stage: str, ack_wait_seconds: float, scheduler: LaneScheduler) -> None:
        self._bus = bus
        self._stage = stage
        self._ack_wait = ack_wait_seconds
        self._scheduler = scheduler
        self._consumers: dict[Queue, PromptConsumer] = {}
        self._bell: Subscription | None = None
        self._rung = asyncio.Event()
        self._heard: dict[Queue, float] = {}
        self._maybe: set[Queue] = set(QUEUES)
        self._polled = time.monotonic()

    async def take(self, count: int) -> list[Delivery]:
        """Up to `count` messages; none after a second without any.

        Raises BusUnavailable: `close` then, and take again.
        """
        if self._bell is None:
            await self._open()
        self._rung.clear()
        now = time.monotonic()
        if now - self._polled >= POLL_SECONDS:
            self._maybe, self._polled = set(QUEUES), now
        found = await self._take_now(count)
        if not found:
            await self._listen()
        return found

    def ring(self) -> None:
        """End the wait of a `take`."""
        self._rung.set()

    async def close(self) -> None:
        """Stop listening. Messages taken and not acknowledged come again, to whoever asks."""
        consumers, self._consumers = self._consumers, {}
        bell, self._bell = self._bell, None
        for consumer in consumers.values():
            await consumer.close()
        if bell is not None:
            await bell.unsubscribe()

    async def _open(self) -> None:
        # The version before had one consumer for all lanes; overlapping ones are refused.
        await self._bus.remove_consumer(WORK, self._stage)
        for queue in QUEUES:
            if queue not in self._consumers:
                config = work_consumer(self._stage, queue.lane, crowd=queue.crowd, ack_wait_seconds=self._ack_wait)
                self._consumers[queue] = await self._bus.prompt_consumer(WORK, config)
        self._bell = await self._bus.listen(all_work(self._stage), self._hear)
        self._maybe = set(QUEUES)

    async def _hear(self, message: Msg) -> None:
        queue = _BY_SUFFIX.get(message.subject.removeprefix(work_subject(self._stage, "")))
        if queue is not None:
            self._heard[queue] = time.monotonic()
            self._maybe.add(queue)
            self._rung.set()

    async def _take_now(self, count: int) -> list[Delivery]:
        found: list[Delivery] = []
        try:
            while len(found) < count and self._maybe:
                for queue, wanted in self._scheduler.plan(count - len(found), self._maybe).items():
                    taken = await self._consumers[queue].take(wanted)
                    found.extend(taken)
                    for _ in taken:
                        self._scheduler.served(queue)
                    if len(taken) < wanted:
                        self._maybe.discard(queue)
        except Exception:
            if not found:
                raise
            log.warning("some queues not asked", stage=self._stage, exc_info=True)
        return found

    async def _listen(self) -> None:
        now = time.monotonic()
        fresh = {queue: now - heard for queue, heard in self._heard.items() if now - heard < FRESH_SECONDS}
        self._maybe.update(fresh)
        # Twice as long after each look: 20, 40, 80, 160 ms.
        wait = max(0.02, min(fresh.values())) if fresh else max(0.0, POLL_SECONDS - (now - self._polled))
        try:
            async with asyncio.timeout(wait):
                await self._rung.wait()
        except TimeoutError:
            return


_BY_SUFFIX = {work_subject("", queue.lane, crowd=queue.crowd).removeprefix("tsn.work.."): queue for queue in QUEUES}
