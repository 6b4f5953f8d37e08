"""Sends partial texts to whoever listens while a recording is decoded: extract, analyze, the live feed.

Nothing here ever waits for a peer: each has a short queue of its own, and what does not fit is dropped.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import Protocol

import grpc
import structlog

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
STREAM_SECONDS = 600.0
REST_SECONDS = 3.0
"""A peer that failed is left alone for this long."""

log = structlog.get_logger(__name__)


class Partials:
    """The queue of one peer for one recording: ends, never blocks, drops when full."""

    def __init__(self) -> None:
        self._queue: asyncio.Queue[PartialTranscript | None] = asyncio.Queue(QUEUE_LIMIT)

    def offer(self, partial: PartialTranscript) -> bool:
        """Queue `partial`; False when there was no room. One place is kept for the end."""
        if self._queue.qsize() >= QUEUE_LIMIT - 1:
            return False
        self._queue.put_nowait(partial)
        return True

    def end(self) -> None:
        """No more will come."""
        self._queue.put_nowait(None)

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
        self, *, peers: list[Peer], metrics: TranscribeMetrics, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._peers = peers
        self._metrics = metrics
        self._monotonic = monotonic
        self._resting_until: dict[str, float] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    @contextmanager
    def session(self) -> Iterator[Callable[[PartialTranscript], None]]:
        """A function that takes the partials of one recording; the sessions outlive the block until peers answered."""
        traceparent = current_traceparent()
        open_peers: list[tuple[str, Partials]] = []
        if len(self._tasks) < SESSIONS_LIMIT * len(self._peers):
            for peer in self._peers:
                if self._resting_until.get(peer.name, 0.0) > self._monotonic():
                    continue
                partials = Partials()
                open_peers.append((peer.name, partials))
                self._start(self._listen(peer, partials, traceparent))

        def offer(partial: PartialTranscript) -> None:
            for name, partials in open_peers:
                if not partials.offer(partial):
                    self._metrics.partials_dropped.labels(peer=name).inc()

        try:
            yield offer
        finally:
            for _, partials in open_peers:
                partials.end()

    async def close(self) -> None:
        """Give up what is under way."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _start(self, listening: Awaitable[None]) -> None:
        task: asyncio.Task[None] = asyncio.ensure_future(listening)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _listen(self, peer: Peer, partials: Partials, traceparent: str) -> None:
        try:
            await peer.listen(partials, traceparent)
        except Exception as error:
            self._resting_until[peer.name] = self._monotonic() + REST_SECONDS
            log.info("live peer lost", peer=peer.name, error=type(error).__name__)
