"""Sends partial texts to whoever listens while a recording is decoded: extract, analyze, the live feed.

Nothing here ever waits for a peer: each has a short queue of its own, and what does not fit is dropped.
"""

import asyncio
import functools
import time
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Protocol

import grpc
import structlog

from mesh.breaker import Breaker, BreakerState
from mesh.bus.bus import Bus
from mesh.telemetry.tracing import current_traceparent
from services.transcribe.metrics import TranscribeMetrics
from tsn.analyze.v1.analyze_pb2 import StreamAnalyzeRequest
from tsn.analyze.v1.analyze_pb2_grpc import AnalyzeServiceStub
from tsn.extract.v1.extract_pb2 import StreamExtractRequest
from tsn.extract.v1.extract_pb2_grpc import ExtractServiceStub
from tsn.transcribe.v1.transcript_pb2 import PartialTranscript

QUEUE_LIMIT = 64
SESSIONS_LIMIT = 64
"""Recordings told to one peer at a time; those of others are not held up by one that hangs."""
STREAM_SECONDS = 600.0
ANSWER_SECONDS = 10.0
"""A peer may take this long to answer once it has the last partial."""
REST_SECONDS = 3.0
"""A peer that failed is left alone for this long; then one recording at a time tries it."""

log = structlog.get_logger(__name__)


class Partials:
    """The queue of one peer for one recording: ends, never blocks, drops when full or abandoned."""

    def __init__(self) -> None:
        self._queue: asyncio.Queue[PartialTranscript | None] = asyncio.Queue(QUEUE_LIMIT)
        self._abandoned = False

    def offer(self, partial: PartialTranscript) -> bool:
        """Queue `partial`; False when there was no room or nobody listens. One place is kept for the end."""
        if self._abandoned or self._queue.qsize() >= QUEUE_LIMIT - 1:
            return False
        self._queue.put_nowait(partial)
        return True

    def end(self) -> None:
        """No more will come."""
        self._queue.put_nowait(None)

    def abandon(self) -> int:
        """Take no more; the number of partials that nobody took."""
        self._abandoned = True
        unsent = 0
        while not self._queue.empty():
            unsent += self._queue.get_nowait() is not None
        return unsent

    async def __aiter__(self) -> AsyncIterator[PartialTranscript]:
        while (partial := await self._queue.get()) is not None:
            yield partial


class Peer(Protocol):
    """Takes the partials of one recording."""

    name: str

    async def listen(self, partials: Partials, traceparent: str) -> None:
        """Consume `partials` to their end."""
        ...


class FeedPeer:
    """Publishes partials on `tsn.live.partial`."""

    name = "feed"

    def __init__(self, bus: Bus) -> None:
        self._bus = bus

    async def listen(self, partials: Partials, traceparent: str) -> None:
        """Publish each partial."""
        async for partial in partials:
            await self._bus.publish_live("partial", partial.SerializeToString(), traceparent)


class ExtractPeer:
    """Sends partials to extract and its live mentions to the feed."""

    name = "extract"

    def __init__(self, channel: grpc.aio.Channel, bus: Bus) -> None:
        self._stub = ExtractServiceStub(channel)
        self._bus = bus

    async def listen(self, partials: Partials, traceparent: str) -> None:
        """Stream the partials; publish what comes back."""

        async def requests() -> AsyncIterator[StreamExtractRequest]:
            async for partial in partials:
                yield StreamExtractRequest(partial=partial)

        async for answer in self._stub.StreamExtract(requests(), timeout=STREAM_SECONDS):
            await self._bus.publish_live("mentions", answer.SerializeToString(), traceparent)


class AnalyzePeer:
    """Sends partials to analyze and its live alerts to the feed."""

    name = "analyze"

    def __init__(self, channel: grpc.aio.Channel, bus: Bus) -> None:
        self._stub = AnalyzeServiceStub(channel)
        self._bus = bus

    async def listen(self, partials: Partials, traceparent: str) -> None:
        """Stream the partials; publish what comes back."""

        async def requests() -> AsyncIterator[StreamAnalyzeRequest]:
            async for partial in partials:
                yield StreamAnalyzeRequest(partial=partial)

        async for answer in self._stub.StreamAnalyze(requests(), timeout=STREAM_SECONDS):
            await self._bus.publish_live("alerts", answer.SerializeToString(), traceparent)


class LiveFanOut:
    """Opens a session a recording and owns the tasks behind it."""

    def __init__(
        self,
        *,
        peers: Sequence[Peer],
        metrics: TranscribeMetrics,
        answer_seconds: float = ANSWER_SECONDS,
        sessions_limit: int = SESSIONS_LIMIT,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._peers = peers
        self._metrics = metrics
        self._answer_seconds = answer_seconds
        self._sessions_limit = sessions_limit
        self._breakers = {
            peer.name: Breaker(failures_limit=1, open_seconds=REST_SECONDS, monotonic=monotonic) for peer in peers
        }
        self._tasks: dict[str, set[asyncio.Task[None]]] = {peer.name: set() for peer in peers}
        for peer in peers:
            metrics.peer_resting.labels(peer=peer.name).set_function(functools.partial(self._rests, peer.name))

    @contextmanager
    def session(self) -> Iterator[Callable[[PartialTranscript], None]]:
        """A function that takes the partials of one recording; peers may go on answering behind the block."""
        traceparent = current_traceparent()
        queues: dict[str, Partials] = {}
        listening: list[asyncio.Task[None]] = []
        for peer in self._peers:
            queues[peer.name] = partials = Partials()
            if self._wants(peer):
                listening.append(self._start(peer, partials, traceparent))
            else:
                partials.abandon()

        def offer(partial: PartialTranscript) -> None:
            for name, partials in queues.items():
                if not partials.offer(partial):
                    self._metrics.partials_dropped.labels(peer=name).inc()

        try:
            yield offer
        finally:
            for partials in queues.values():
                partials.end()
            for task in listening:
                self._limit_answer(task)

    async def close(self) -> None:
        """Give up what is under way."""
        tasks = [task for group in self._tasks.values() for task in group]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _rests(self, name: str) -> bool:
        return self._breakers[name].state is BreakerState.OPEN

    def _wants(self, peer: Peer) -> bool:
        return len(self._tasks[peer.name]) < self._sessions_limit and self._breakers[peer.name].admit()

    def _start(self, peer: Peer, partials: Partials, traceparent: str) -> asyncio.Task[None]:
        task = asyncio.create_task(self._listen(peer, partials, traceparent))
        group = self._tasks[peer.name]
        group.add(task)
        task.add_done_callback(group.discard)
        return task

    def _limit_answer(self, task: asyncio.Task[None]) -> None:
        """Cancel `task` unless it ends within the time for answers."""
        timer = asyncio.get_running_loop().call_later(self._answer_seconds, task.cancel)
        task.add_done_callback(lambda _: timer.cancel())

    async def _listen(self, peer: Peer, partials: Partials, traceparent: str) -> None:
        try:
            await peer.listen(partials, traceparent)
        except (Exception, asyncio.CancelledError) as error:
            self._breakers[peer.name].failed()
            self._metrics.partials_dropped.labels(peer=peer.name).inc(partials.abandon())
            log.info("live peer lost", peer=peer.name, error=type(error).__name__)
            if isinstance(error, asyncio.CancelledError):
                raise
        else:
            self._breakers[peer.name].succeeded()
