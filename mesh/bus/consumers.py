"""Messages taken from streams."""

import asyncio
import contextlib
import json
from dataclasses import dataclass

from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.aio.subscription import Subscription
from nats.errors import Error as NatsError
from nats.js import JetStreamContext

from mesh.bus.errors import BusUnavailable
from mesh.cancelling import heeded
from mesh.telemetry.tracing import TRACEPARENT

_NOTHING = frozenset({"404", "408", "409"})
"""Statuses that mean: no message now. 409 also says that too many wait for their acknowledgement."""


@dataclass(frozen=True)
class Delivery:
    """A message from a stream, waiting for its acknowledgement."""

    message: Msg

    @property
    def subject(self) -> str:
        """Subject it was published on."""
        return self.message.subject

    @property
    def payload(self) -> bytes:
        """The bytes."""
        return self.message.data

    @property
    def traceparent(self) -> str:
        """Trace context of the publisher; empty where there is none."""
        return (self.message.headers or {}).get(TRACEPARENT, "")

    @property
    def stream_sequence(self) -> int:
        """Position in the stream."""
        return int(self.message.metadata.sequence.stream)

    async def ack(self) -> None:
        """Done; never deliver again."""
        await self.message.ack()

    async def retry_later(self, seconds: float) -> None:
        """Deliver again after `seconds`."""
        await self.message.nak(delay=max(0.001, seconds))

    async def in_progress(self) -> None:
        """Still at work; start the redelivery clock anew."""
        await self.message.in_progress()


class Consumer:
    """Messages of a durable consumer, taken in batches."""

    def __init__(self, subscription: JetStreamContext.PullSubscription) -> None:
        self._subscription = subscription

    async def fetch(self, batch: int, *, wait_seconds: float = 5.0) -> list[Delivery]:
        """Up to `batch` messages; waits up to `wait_seconds` for the first, then takes what is there.

        Raises BusUnavailable when the server does not answer.
        """
        try:
            messages = await heeded(self._subscription.fetch(batch, timeout=wait_seconds))
        except TimeoutError:
            return []
        except NatsError as error:
            raise BusUnavailable(f"no messages from NATS: {type(error).__name__}", retry_after_seconds=1.0) from error
        return [Delivery(message) for message in messages]

    async def close(self) -> None:
        """Stop listening; messages not taken yet are delivered again, to whoever asks."""
        with contextlib.suppress(NatsError):
            await self._subscription.unsubscribe()


class PromptConsumer:
    """Takes what a durable consumer has now and never waits for more.

    A pull that waits would be answered by whatever comes first, also when something more urgent is at hand by then,
    and loses its message for the time of a lease when nobody listens any more.
    """

    def __init__(self, client: Client, *, stream: str, name: str, answer_seconds: float) -> None:
        self._client = client
        self._request = f"$JS.API.CONSUMER.MSG.NEXT.{stream}.{name}"
        self._answer_seconds = answer_seconds
        self._inbox = client.new_inbox()
        self._arrived: asyncio.Queue[Msg] = asyncio.Queue()
        self._subscription: Subscription | None = None
        self._pulls = 0

    async def open(self) -> None:
        """Listen for answers."""
        self._subscription = await self._client.subscribe(f"{self._inbox}.*", cb=self._arrived.put)

    async def take(self, count: int) -> list[Delivery]:
        """Up to `count` messages, at once. Raises BusUnavailable; what comes too late is given by the next call."""
        found: list[Delivery] = []
        while len(found) < count and not self._arrived.empty():
            message = self._arrived.get_nowait()
            if not JetStreamContext.is_status_msg(message):
                found.append(Delivery(message))
        if len(found) < count:
            await self._pull(found, count)
        return found

    async def _pull(self, found: list[Delivery], count: int) -> None:
        if not self._client.is_connected:
            raise BusUnavailable("not connected to NATS", retry_after_seconds=1.0)
        self._pulls += 1
        answers = f"{self._inbox}.{self._pulls}"
        request = json.dumps({"batch": count - len(found), "no_wait": True}).encode()
        try:
            async with asyncio.timeout(self._answer_seconds):
                await self._client.publish(self._request, request, reply=answers)
                while len(found) < count:
                    message = await self._arrived.get()
                    status = JetStreamContext.is_status_msg(message)
                    if not status:
                        found.append(Delivery(message))
                    elif message.subject == answers:
                        if status not in _NOTHING:
                            raise BusUnavailable(f"NATS gave no message: {status}", retry_after_seconds=1.0)
                        return
        except (NatsError, TimeoutError) as error:
            if not found:
                raise BusUnavailable("NATS gave no answer", retry_after_seconds=1.0) from error

    async def close(self) -> None:
        """Stop listening."""
        if self._subscription is not None:
            with contextlib.suppress(NatsError):
                await self._subscription.unsubscribe()
