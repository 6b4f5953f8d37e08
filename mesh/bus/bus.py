"""JetStream behind a few verbs. Reconnects for ever; every call has a timeout."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import nats
import structlog
from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.aio.subscription import Subscription
from nats.errors import Error as NatsError
from nats.errors import NoServersError
from nats.js import JetStreamContext
from nats.js.api import ConsumerConfig, StreamConfig
from nats.js.errors import NotFoundError

from mesh.bus import streams
from mesh.errors import Unavailable
from mesh.telemetry.tracing import TRACEPARENT

MESSAGE_ID = "Nats-Msg-Id"

log = structlog.get_logger(__name__)


class BusUnavailable(Unavailable):
    """NATS does not answer."""

    reason = "BUS_UNAVAILABLE"


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


class Bus:
    """A connection to NATS. Build it, `connect` it, `close` it."""

    def __init__(self, url: str, *, name: str, replicas: int = 1, timeout_seconds: float = 5.0) -> None:
        self._servers = [server.strip() for server in url.split(",")]
        self._name = name
        self._replicas = replicas
        self._timeout = timeout_seconds
        self._client = Client()
        self._js: JetStreamContext | None = None

    async def connect(self) -> None:
        """Connect and make sure that the streams exist; waits for the server for as long as it takes."""
        await self._connect()
        while True:
            try:
                for config in streams.stream_configs(self._replicas):
                    await self._ensure_stream(config)
                return
            except (NatsError, TimeoutError) as error:
                log.warning("streams not ready", error=str(error) or type(error).__name__)
                await asyncio.sleep(0.5)

    async def _connect(self) -> None:
        delay = 0.2
        while True:
            try:
                self._client = await nats.connect(
                    servers=self._servers,
                    name=self._name,
                    max_reconnect_attempts=-1,
                    reconnect_time_wait=1,
                    connect_timeout=3,
                    ping_interval=20,
                    error_cb=_on_error,
                )
                break
            except (NoServersError, OSError, TimeoutError) as error:
                log.warning("waiting for NATS", error=str(error) or type(error).__name__)
                await asyncio.sleep(delay)
                delay = min(5.0, delay * 2)
        self._js = self._client.jetstream(timeout=self._timeout)

    @property
    def _stream(self) -> JetStreamContext:
        if self._js is None:
            raise BusUnavailable("not connected to NATS yet", retry_after_seconds=1.0)
        return self._js

    async def publish(self, subject: str, payload: bytes, message_id: str, traceparent: str = "") -> None:
        """Publish to a stream; returns when the server has stored it. Same `message_id`: stored once.

        Raises BusUnavailable.
        """
        headers = {MESSAGE_ID: message_id}
        if traceparent:
            headers[TRACEPARENT] = traceparent
        try:
            await self._stream.publish(subject, payload, timeout=self._timeout, headers=headers)
        except (NatsError, TimeoutError) as error:
            raise BusUnavailable(f"NATS took no message: {type(error).__name__}", retry_after_seconds=1.0) from error

    async def publish_live(self, subject: str, payload: bytes, traceparent: str = "") -> None:
        """Publish below `tsn.live`: whoever listens now gets it, nobody else; lost when NATS is away."""
        if self._client.is_connected:
            headers = {TRACEPARENT: traceparent} if traceparent else None
            await self._client.publish(f"{streams.LIVE}.{subject}", payload, headers=headers)

    async def subscribe_live(self, subject: str, handle: Callable[[Msg], Awaitable[None]]) -> Subscription:
        """Listen below `tsn.live`."""
        return await self._client.subscribe(f"{streams.LIVE}.{subject}", cb=handle, pending_msgs_limit=4096)

    async def consumer(self, stream: str, config: ConsumerConfig) -> "Consumer":
        """The durable consumer `config`, created where it is missing. Raises BusUnavailable."""
        try:
            await self._stream.add_consumer(stream, config)
            subscription = await self._stream.pull_subscribe_bind(consumer=config.durable_name, stream=stream)
        except (NatsError, TimeoutError) as error:
            raise BusUnavailable(f"no consumer from NATS: {type(error).__name__}", retry_after_seconds=1.0) from error
        return Consumer(subscription)

    async def backlog(self, stream: str, consumer: str) -> int:
        """Messages that the durable consumer has not handed out yet. Raises BusUnavailable."""
        try:
            info = await self._stream.consumer_info(stream, consumer)
        except (NatsError, TimeoutError) as error:
            raise BusUnavailable(f"no answer from NATS: {type(error).__name__}", retry_after_seconds=1.0) from error
        return int(info.num_pending or 0)

    @property
    def jetstream(self) -> JetStreamContext:
        """The JetStream context, for what this class does not offer. Raises BusUnavailable before `connect`."""
        return self._stream

    async def ping(self) -> None:
        """Raise BusUnavailable unless JetStream answers."""
        if not self._client.is_connected:
            raise BusUnavailable("not connected to NATS")
        try:
            await self._stream.account_info()
        except (NatsError, TimeoutError) as error:
            raise BusUnavailable(f"JetStream does not answer: {type(error).__name__}") from error

    async def close(self) -> None:
        """Send what is pending and close."""
        if self._js is None:
            return
        if self._client.is_connected:
            # No drain: it waits half a minute for status messages of a pull consumer that nobody will take.
            with contextlib.suppress(NatsError, TimeoutError):
                await self._client.flush(timeout=2)
        await self._client.close()

    async def _ensure_stream(self, config: StreamConfig) -> None:
        assert config.name is not None
        try:
            await self._stream.stream_info(config.name)
        except NotFoundError:
            await self._stream.add_stream(config)


class Consumer:
    """Messages of a durable consumer, taken in batches."""

    def __init__(self, subscription: JetStreamContext.PullSubscription) -> None:
        self._subscription = subscription

    async def fetch(self, batch: int, *, wait_seconds: float = 5.0) -> list[Delivery]:
        """Up to `batch` messages; waits up to `wait_seconds` for the first, then takes what is there.

        Raises BusUnavailable when the server does not answer.
        """
        try:
            messages = await self._subscription.fetch(batch, timeout=wait_seconds)
        except TimeoutError:
            return []
        except NatsError as error:
            raise BusUnavailable(f"no messages from NATS: {type(error).__name__}", retry_after_seconds=1.0) from error
        return [Delivery(message) for message in messages]

    async def close(self) -> None:
        """Stop listening; messages not taken yet are delivered again, to whoever asks."""
        with contextlib.suppress(NatsError):
            await self._subscription.unsubscribe()


async def _on_error(error: Exception) -> None:
    log.debug("NATS error", error=str(error) or type(error).__name__)
