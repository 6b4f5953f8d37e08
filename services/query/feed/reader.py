"""Reads TSN_EVENTS in order from any position, without gaps, without leaving anything behind on the server."""

import asyncio
import contextlib
from dataclasses import dataclass
from datetime import datetime
from types import TracebackType
from typing import Self

from nats.errors import Error as NatsError
from nats.js import JetStreamContext
from nats.js.api import AckPolicy, ConsumerConfig, DeliverPolicy

from mesh.bus.bus import Bus, BusUnavailable
from mesh.bus.streams import EVENTS
from mesh.cancelling import heeded
from mesh.telemetry.tracing import TRACEPARENT

FORGET_SECONDS = 60.0
"""The server forgets a reader that asks for nothing for so long: its process is gone."""


@dataclass(frozen=True)
class StoredEvent:
    """A message of the stream."""

    sequence: int
    subject: str
    payload: bytes
    traceparent: str
    published_at: datetime


@dataclass(frozen=True)
class Extent:
    """What the stream keeps: sequences `first` to `last`; `first` is one more than `last` when it is empty."""

    first: int
    last: int


async def stream_extent(bus: Bus) -> Extent:
    """Ask the server. Raises BusUnavailable."""
    try:
        state = (await heeded(bus.jetstream.stream_info(EVENTS))).state
    except (NatsError, TimeoutError) as error:
        raise _unavailable(error) from error
    if state.messages == 0:
        return Extent(state.last_seq + 1, state.last_seq)
    return Extent(state.first_seq, state.last_seq)


class StreamReader:
    """`async with StreamReader(bus, after=n) as reader`: events from n + 1 on.

    A consumer of the server's that lives in memory and takes no acknowledgements. When it is gone (restart of the
    server) or a message was lost on the way, `read` raises BusUnavailable; open a new reader at the last event then.
    """

    def __init__(self, bus: Bus, *, after: int) -> None:
        self._bus = bus
        self.position = after
        """Sequence of the last event read."""
        self._name = ""
        self._delivered = 0
        self._subscription: JetStreamContext.PullSubscription | None = None

    async def __aenter__(self) -> Self:
        config = ConsumerConfig(
            deliver_policy=DeliverPolicy.BY_START_SEQUENCE,
            opt_start_seq=self.position + 1,
            ack_policy=AckPolicy.NONE,
            inactive_threshold=FORGET_SECONDS,
            mem_storage=True,
            num_replicas=1,
        )
        try:
            info = await heeded(self._bus.jetstream.add_consumer(EVENTS, config))
            self._name = info.name
            self._subscription = await heeded(
                self._bus.jetstream.pull_subscribe_bind(consumer=info.name, stream=EVENTS)
            )
        except (NatsError, TimeoutError) as error:
            raise _unavailable(error) from error
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        # What cannot be told to the server now, it finds out by itself after FORGET_SECONDS.
        with contextlib.suppress(NatsError, TimeoutError, OSError):
            async with asyncio.timeout(1):
                if self._subscription is not None:
                    await self._subscription.unsubscribe()
                await heeded(self._bus.jetstream.delete_consumer(EVENTS, self._name))

    async def read(self, batch: int, *, wait_seconds: float) -> list[StoredEvent]:
        """The next events; none where nothing comes within `wait_seconds`. Raises BusUnavailable."""
        assert self._subscription is not None
        try:
            messages = await heeded(self._subscription.fetch(batch, timeout=wait_seconds))
        except TimeoutError:
            return []
        except NatsError as error:
            raise _unavailable(error) from error
        events = []
        for message in messages:
            metadata = message.metadata
            self._delivered += 1
            if metadata.sequence.consumer != self._delivered:
                raise BusUnavailable("an event was lost on the way from NATS", retry_after_seconds=0.1)
            self.position = metadata.sequence.stream
            events.append(
                StoredEvent(
                    sequence=metadata.sequence.stream,
                    subject=message.subject,
                    payload=message.data,
                    traceparent=(message.headers or {}).get(TRACEPARENT, ""),
                    published_at=metadata.timestamp,
                )
            )
        return events

    async def pending(self) -> int:
        """Events in the stream that have not been read. Raises BusUnavailable also when the consumer is gone."""
        try:
            info = await heeded(self._bus.jetstream.consumer_info(EVENTS, self._name))
        except (NatsError, TimeoutError) as error:
            raise _unavailable(error) from error
        return int(info.num_pending or 0)


def _unavailable(error: Exception) -> BusUnavailable:
    return BusUnavailable(f"TSN_EVENTS cannot be read: {type(error).__name__}", retry_after_seconds=1.0)
