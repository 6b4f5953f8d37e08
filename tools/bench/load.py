"""Recordings to send, and a client that knows when each can be found."""

import asyncio
import hashlib
import io
import time
import uuid
import wave
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import grpc
import numpy as np

from clients.common.channel import open_channel
from tsn.ingest.v1 import ingest_pb2 as ingest
from tsn.ingest.v1.ingest_pb2_grpc import IngestServiceStub
from tsn.ingest.v1.recording_pb2 import LANE_LIVE, Lane
from tsn.query.v1 import query_pb2 as query
from tsn.query.v1.query_pb2_grpc import QueryServiceStub

CHUNK_BYTES = 65_536
FIRST_AIRTIME = datetime(2026, 1, 1, tzinfo=UTC)


def noise_wav(number: int, *, size_bytes: int = 200_000, rate_hz: int = 16_000) -> bytes:
    """A WAV of `size_bytes` that no other number gives: 16-bit mono noise."""
    samples = (size_bytes - 44) // 2
    pcm = np.random.default_rng(number).integers(-3000, 3000, samples, dtype=np.int16)
    buffer = io.BytesIO()
    with wave.open(buffer, "wb") as writer:
        writer.setnchannels(1)
        writer.setsampwidth(2)
        writer.setframerate(rate_hz)
        writer.writeframes(pcm.tobytes())
    return buffer.getvalue()


@dataclass
class Sent:
    """One recording's way; times are seconds of the monotonic clock."""

    started: float
    acknowledged: float = 0.0
    recording: str = ""
    """Resource name."""
    searchable: "asyncio.Future[float]" = field(default_factory=lambda: asyncio.get_running_loop().create_future())

    @property
    def ack_milliseconds(self) -> float:
        """From the call to the durable acknowledgement."""
        return (self.acknowledged - self.started) * 1000

    @property
    def search_milliseconds(self) -> float:
        """From the acknowledgement to being searchable."""
        return (self.searchable.result() - self.acknowledged) * 1000


class LoadClient:
    """Uploads through the gateway and watches the feed for what became searchable."""

    def __init__(self, channel: grpc.aio.Channel, *, node: str) -> None:
        self._ingest = IngestServiceStub(channel)
        self._query = QueryServiceStub(channel)
        self._node = node
        self._count = 0
        self._open: dict[str, Sent] = {}
        self._early: dict[str, float] = {}
        self.ready = asyncio.Event()

    async def watch(self) -> None:
        """Follow the feed; cancel to stop."""
        call = self._query.WatchFeed(query.WatchFeedRequest(facts_only=True, cursor=""), timeout=3600)
        self.ready.set()
        async for answer in call:
            if answer.WhichOneof("item") != "recording_indexed":
                continue
            name = answer.recording_indexed.recording
            if name in self._open:
                self._open.pop(name).searchable.set_result(time.perf_counter())
            else:
                self._early[name] = time.perf_counter()

    async def send(self, audio: bytes, *, node: str = "", lane: Lane = LANE_LIVE) -> Sent:
        """Upload one recording, of another node where one is given; returns at the acknowledgement.

        Raises grpc.aio.AioRpcError.
        """
        self._count += 1
        metadata = ingest.UploadMetadata(
            node=f"nodes/{node or self._node}",
            channel=f"c{self._count % 4}",
            sha256=hashlib.sha256(audio).hexdigest(),
            size_bytes=len(audio),
            request_id=uuid.uuid4().hex,
            source_file_name=f"{self._count}.wav",
            lane=lane,
        )
        metadata.captured_at.FromDatetime(FIRST_AIRTIME + timedelta(seconds=7 * self._count))

        async def requests() -> AsyncIterator[ingest.UploadRecordingRequest]:
            yield ingest.UploadRecordingRequest(metadata=metadata)
            for start in range(0, len(audio), CHUNK_BYTES):
                yield ingest.UploadRecordingRequest(chunk=audio[start : start + CHUNK_BYTES])

        sent = Sent(started=time.perf_counter())
        answer = await self._ingest.UploadRecording(requests(), timeout=60)
        sent.acknowledged = time.perf_counter()
        name = sent.recording = answer.recording.name
        if name in self._early:
            sent.searchable.set_result(self._early.pop(name))
        else:
            self._open[name] = sent
        return sent


@asynccontextmanager
async def load_client(address: str, *, node: str) -> AsyncIterator[LoadClient]:
    """A client that watches the feed until the block ends."""
    async with open_channel(address) as channel:
        client = LoadClient(channel, node=node)
        watching = asyncio.create_task(client.watch())
        await client.ready.wait()
        try:
            yield client
        finally:
            watching.cancel()
            await asyncio.gather(watching, return_exceptions=True)
