"""JetStream behind a few verbs. Reconnects for ever; every call has a timeout."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime

import nats
import structlog
from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.aio.subscription import Subscription
from nats.errors import Error as NatsError
from nats.errors import MaxPayloadError, NoServersError
from nats.js import JetStreamContext
from nats.js.api import ConsumerConfig, StreamConfig
from nats.js.errors import NotFoundError

from mesh.bus import streams
from mesh.bus.consumers import Consumer, Delivery, PromptConsumer
from mesh.bus.errors import BusUnavailable, MessageTooLarge
from mesh.bus.standing import Standing, Stored, life_of, standing_of
from mesh.cancelling import heeded
from mesh.telemetry.tracing import TRACEPARENT

__all__ = ["MESSAGE_ID", "Bus", "BusUnavailable", "Consumer", "Delivery"]

MESSAGE_ID = "Nats-Msg-Id"

_TOO_LARGE = 10054
"""JetStream's error code for a message over the stream's limit."""

log = structlog.get_logger(__name__)


class Bus:
    """A connection to NATS. Build it, `connect` it, `close` it."""

    def __init__(
        self, url: str, *, name: str, replicas: int = 1, timeout_seconds: float = 5.0, ping_seconds: float = 5.0
    ) -> None:
        """`ping_seconds`: two unanswered pings end a connection that a network has forgotten."""
        self._servers = [server.strip() for server in url.split(",")]
        self._name = name
        self._replicas = replicas
        self._timeout = timeout_seconds
        self._ping_seconds = ping_seconds
        self._client = Client()
        self._js: JetStreamContext | None = None
        self._streams_checked = False
        self._lives: dict[str, str] = {}
        """When each stream was made, by its name, as seen last."""
        self._checking = asyncio.Lock()

    async def connect(self) -> None:
        """Connect and make sure that the streams exist; waits for the server for as long as it takes."""
        await self._connect()
        while True:
            try:
                await self._check_streams()
                return
            except BusUnavailable as error:
                log.warning("streams not ready", error=error.message)
                await asyncio.sleep(0.5)

    async def _connect(self) -> None:
        delay = 0.2
        while True:
            try:
                self._client = await heeded(
                    nats.connect(
                        servers=self._servers,
                        name=self._name,
                        max_reconnect_attempts=-1,
                        reconnect_time_wait=1,
                        connect_timeout=3,
                        ping_interval=self._ping_seconds,
                        error_cb=_on_error,
                        reconnected_cb=self._on_reconnect,
                    )
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

    async def publish(self, subject: str, payload: bytes, message_id: str, traceparent: str = "") -> Stored:
        """Publish to a stream; returns when the server has stored it, and where. Same `message_id`: stored once.

        Raises BusUnavailable, MessageTooLarge.
        """
        await self._check_streams()
        headers = {MESSAGE_ID: message_id}
        if traceparent:
            headers[TRACEPARENT] = traceparent
        # As they were before: a message taken for older than its stream is published again, the other way it is lost.
        lives = {**self._lives}
        try:
            answer = await heeded(self._stream.publish(subject, payload, timeout=self._timeout, headers=headers))
        except (NatsError, TimeoutError) as error:
            if isinstance(error, MaxPayloadError) or getattr(error, "err_code", None) == _TOO_LARGE:
                limit = min(self._client.max_payload, streams.MAX_MESSAGE_BYTES)
                raise MessageTooLarge(subject=subject, size_bytes=len(payload), limit_bytes=limit) from error
            # Maybe the stream is gone with the server's disk.
            self._streams_checked = False
            raise BusUnavailable(f"NATS took no message: {type(error).__name__}", retry_after_seconds=1.0) from error
        return Stored(stream=answer.stream, life=lives.get(answer.stream, ""), sequence=answer.seq)

    async def publish_live(self, subject: str, payload: bytes, traceparent: str = "") -> None:
        """Publish below `tsn.live`: whoever listens now gets it, nobody else; lost when NATS is away."""
        if self._client.is_connected:
            headers = {TRACEPARENT: traceparent} if traceparent else None
            await heeded(self._client.publish(f"{streams.LIVE}.{subject}", payload, headers=headers))

    async def subscribe_live(self, subject: str, handle: Callable[[Msg], Awaitable[None]]) -> Subscription:
        """Listen below `tsn.live`."""
        return await self._client.subscribe(f"{streams.LIVE}.{subject}", cb=handle, pending_msgs_limit=4096)

    async def listen(self, subject: str, handle: Callable[[Msg], Awaitable[None]]) -> Subscription:
        """Hear a copy of what is published on `subject` from now on, without taking it from its stream."""
        return await self._client.subscribe(subject, cb=handle)

    async def consumer(self, stream: str, config: ConsumerConfig) -> Consumer:
        """The durable consumer `config`, created where it is missing. Raises BusUnavailable."""
        await self._add_consumer(stream, config)
        try:
            subscription = await heeded(self._stream.pull_subscribe_bind(consumer=config.durable_name, stream=stream))
        except (NatsError, TimeoutError) as error:
            raise BusUnavailable(f"no consumer from NATS: {type(error).__name__}", retry_after_seconds=1.0) from error
        return Consumer(subscription)

    async def prompt_consumer(self, stream: str, config: ConsumerConfig) -> PromptConsumer:
        """The same, for one who takes only what is there now. Raises BusUnavailable."""
        assert config.durable_name is not None
        await self._add_consumer(stream, config)
        consumer = PromptConsumer(self._client, stream=stream, name=config.durable_name, answer_seconds=self._timeout)
        await consumer.open()
        return consumer

    async def _add_consumer(self, stream: str, config: ConsumerConfig) -> None:
        await self._check_streams()
        try:
            await heeded(self._stream.add_consumer(stream, config))
        except (NatsError, TimeoutError) as error:
            self._streams_checked = False
            raise BusUnavailable(f"no consumer from NATS: {type(error).__name__}", retry_after_seconds=1.0) from error

    async def remove_consumer(self, stream: str, name: str) -> None:
        """Forget a durable consumer; nothing happens where it is missing. Raises BusUnavailable."""
        try:
            await heeded(self._stream.delete_consumer(stream, name))
        except NotFoundError:
            return
        except (NatsError, TimeoutError) as error:
            raise BusUnavailable(f"no answer from NATS: {type(error).__name__}", retry_after_seconds=1.0) from error

    async def undelivered_since(self, stream: str, consumer: str, subject: str) -> datetime | None:
        """When the oldest message on `subject` that `consumer` has not handed out yet was stored; None where all were.

        Raises BusUnavailable, also where there is no such consumer.
        """
        try:
            info = await heeded(self._stream.consumer_info(stream, consumer))
            if not info.num_pending:
                return None
            after = info.delivered.stream_seq if info.delivered else 0
            try:
                message = await heeded(self._stream.get_msg(stream, seq=after + 1, subject=subject, next=True))
            except NotFoundError:
                return None  # Taken between the two questions.
        except (NatsError, TimeoutError) as error:
            raise BusUnavailable(f"no answer from NATS: {type(error).__name__}", retry_after_seconds=1.0) from error
        return message.time.astimezone(UTC) if message.time else None

    async def events_standing(self) -> Standing:
        """Which stream of events this is, and what of it all durable consumers have. Raises BusUnavailable."""
        self._streams_checked = False
        await self._check_streams()
        try:
            standing = await heeded(standing_of(self._stream, streams.EVENTS))
        except (NatsError, TimeoutError) as error:
            raise BusUnavailable(f"no answer from NATS: {type(error).__name__}", retry_after_seconds=1.0) from error
        return standing

    @property
    def jetstream(self) -> JetStreamContext:
        """The JetStream context, for what this class does not offer. Raises BusUnavailable before `connect`."""
        return self._stream

    async def ping(self) -> None:
        """Raise BusUnavailable unless JetStream answers."""
        if not self._client.is_connected:
            raise BusUnavailable("not connected to NATS")
        try:
            await heeded(self._stream.account_info())
            await self._check_streams()
        except (NatsError, TimeoutError) as error:
            raise BusUnavailable(f"JetStream does not answer: {type(error).__name__}") from error

    async def close(self) -> None:
        """Send what is pending and close."""
        if self._js is None:
            return
        if self._client.is_connected:
            # No drain: it waits half a minute for status messages of a pull consumer that nobody will take.
            with contextlib.suppress(NatsError, TimeoutError):
                await heeded(self._client.flush(timeout=2))
        await self._client.close()

    async def _on_reconnect(self) -> None:
        # The server may have come back without its disk.
        self._streams_checked = False

    async def _check_streams(self) -> None:
        """Create the streams that are missing, unless that was made sure of since the last trouble."""
        if self._streams_checked:
            return
        async with self._checking:
            if self._streams_checked:
                return
            try:
                for config in streams.stream_configs(self._replicas):
                    await self._ensure_stream(config)
            except (NatsError, TimeoutError) as error:
                raise BusUnavailable(
                    f"streams are not ready: {type(error).__name__}", retry_after_seconds=1.0
                ) from error
            self._streams_checked = True

    async def _ensure_stream(self, config: StreamConfig) -> None:
        assert config.name is not None
        try:
            info = await heeded(self._stream.stream_info(config.name))
        except NotFoundError:
            info = await heeded(self._stream.add_stream(config))
            log.info("stream made", stream=config.name)
        self._lives[config.name] = life_of(info)


async def _on_error(error: Exception) -> None:
    log.debug("NATS error", error=str(error) or type(error).__name__)
