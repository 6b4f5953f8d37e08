"""A real gRPC server with an ingest service in memory that can be told how to fail."""

import asyncio
import hashlib
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import grpc
from google.protobuf import any_pb2, duration_pb2
from google.rpc import error_details_pb2, status_pb2
from grpc_status import rpc_status

from tsn.ingest.v1 import ingest_pb2 as pb
from tsn.ingest.v1 import recording_pb2
from tsn.ingest.v1.ingest_pb2_grpc import IngestServiceServicer, add_IngestServiceServicer_to_server

Context = Any
MAX_CHUNK_BYTES = 65_536


@dataclass(frozen=True)
class Refusal:
    """How the server answers instead of storing."""

    code: grpc.StatusCode
    reason: str = ""
    facts: Mapping[str, str] = field(default_factory=dict)
    retry_after_seconds: float | None = None


@dataclass
class MemoryIngest(IngestServiceServicer):
    """Stores what it is sent; keeps the part of a broken stream; answers repeats as the contract says.

    `breaks`: byte counts, each used once; a stream that has reached the first of them is broken off there; with
    `politely` the rest of it is heard first, so that the sender surely learns why.
    `answers`: each used once, by the next upload. `refusals`: by file name, for good. `hang`: uploads never end.
    `before_store` and `before_answer` are called with the file name: the places where a node may be killed.
    """

    stored: dict[str, bytes] = field(default_factory=dict)
    uploads: list[pb.UploadMetadata] = field(default_factory=list)
    parts: dict[str, bytearray] = field(default_factory=dict)
    recordings: dict[str, recording_pb2.Recording] = field(default_factory=dict)
    breaks: list[int] = field(default_factory=list)
    politely: bool = False
    answers: list[Refusal] = field(default_factory=list)
    refusals: dict[str, Refusal] = field(default_factory=dict)
    hang: bool = False
    heartbeats: list[pb.HeartbeatRequest] = field(default_factory=list)
    traceparents: list[str] = field(default_factory=list)
    before_store: Callable[[str], None] = lambda _: None
    before_answer: Callable[[str], None] = lambda _: None
    waiting: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def offsets(self) -> list[int]:
        """Where each upload began."""
        return [upload.offset for upload in self.uploads]

    @property
    def names(self) -> list[str]:
        """File name of each upload, in order of arrival."""
        return [upload.source_file_name for upload in self.uploads]

    async def UploadRecording(
        self, request_iterator: AsyncIterator[pb.UploadRecordingRequest], context: Context
    ) -> pb.UploadRecordingResponse:
        metadata = (await anext(request_iterator)).metadata
        self.uploads.append(metadata)
        self.traceparents.append(dict(context.invocation_metadata()).get("traceparent", ""))
        await self._answer_otherwise(metadata, request_iterator, context)
        part = self.parts.setdefault(metadata.request_id, bytearray())
        if metadata.offset > len(part):
            await refuse(context, Refusal(grpc.StatusCode.FAILED_PRECONDITION, "OFFSET_AHEAD"))
        del part[metadata.offset :]
        if self._break(part, context):
            await self._broken(request_iterator, context)
        async for request in request_iterator:
            if len(request.chunk) > MAX_CHUNK_BYTES:
                await refuse(context, Refusal(grpc.StatusCode.INVALID_ARGUMENT, "CHUNK_TOO_LARGE"))
            part += request.chunk
            if self._break(part, context):
                await self._broken(request_iterator, context)
        return await self._store(metadata, bytes(part), context)

    async def GetUpload(self, request: pb.GetUploadRequest, context: Context) -> pb.GetUploadResponse:
        if recording := self.recordings.get(request.request_id):
            return pb.GetUploadResponse(received_bytes=recording.size_bytes, recording=recording)
        if request.request_id not in self.parts:
            await context.abort(grpc.StatusCode.NOT_FOUND, "nothing kept")
        return pb.GetUploadResponse(received_bytes=len(self.parts[request.request_id]))

    async def Heartbeat(self, request: pb.HeartbeatRequest, context: Context) -> pb.HeartbeatResponse:
        self.heartbeats.append(request)
        return pb.HeartbeatResponse(clock_offset=duration_pb2.Duration(seconds=0))

    async def _answer_otherwise(
        self, metadata: pb.UploadMetadata, rest: AsyncIterator[pb.UploadRecordingRequest], context: Context
    ) -> None:
        if self.hang:
            self.waiting.set()
            await asyncio.Event().wait()
        refusal = self.answers.pop(0) if self.answers else self.refusals.get(metadata.source_file_name)
        if refusal is not None:
            await _hear_out(rest)
            await refuse(context, refusal)

    def _break(self, part: bytearray, context: Context) -> bool:
        if not self.breaks or len(part) < self.breaks[0]:
            return False
        del part[self.breaks.pop(0) :]
        return True

    async def _broken(self, rest: AsyncIterator[pb.UploadRecordingRequest], context: Context) -> None:
        self.before_store("")
        if self.politely:
            await _hear_out(rest)
        await context.abort(grpc.StatusCode.UNAVAILABLE, "connection lost")

    async def _store(self, metadata: pb.UploadMetadata, content: bytes, context: Context) -> pb.UploadRecordingResponse:
        if hashlib.sha256(content).hexdigest() != metadata.sha256 or len(content) != metadata.size_bytes:
            del self.parts[metadata.request_id]
            await refuse(context, Refusal(grpc.StatusCode.INVALID_ARGUMENT, "SHA256_MISMATCH"))
        known = next((r for r in self.recordings.values() if r.sha256 == metadata.sha256), None)
        recording = known or recording_pb2.Recording(
            name=f"{metadata.node}/recordings/{len(self.recordings)}",
            channel=metadata.channel,
            captured_at=metadata.captured_at,
            sha256=metadata.sha256,
            size_bytes=metadata.size_bytes,
            source_file_name=metadata.source_file_name,
        )
        self.recordings[metadata.request_id] = recording
        self.stored[recording.name] = content
        self.before_answer(metadata.source_file_name)
        return pb.UploadRecordingResponse(recording=recording, deduplicated=known is not None)


async def _hear_out(rest: AsyncIterator[pb.UploadRecordingRequest]) -> None:
    """While bytes are still coming, gRPC's library may lose the status on the sender's side."""
    async for _ in rest:
        pass


async def refuse(context: Context, refusal: Refusal) -> None:
    """End the call with that status and its details."""
    info = error_details_pb2.ErrorInfo(reason=refusal.reason, domain="tsn", metadata=refusal.facts)
    details = [any_pb2.Any()]
    details[0].Pack(info)
    if refusal.retry_after_seconds is not None:
        delay = duration_pb2.Duration()
        delay.FromMilliseconds(round(refusal.retry_after_seconds * 1000))
        details.append(any_pb2.Any())
        details[1].Pack(error_details_pb2.RetryInfo(retry_delay=delay))
    status = status_pb2.Status(code=refusal.code.value[0], message="because", details=details)
    await context.abort_with_status(rpc_status.to_status(status))


@asynccontextmanager
async def serving(ingest: MemoryIngest) -> AsyncIterator[str]:
    """`ingest` on a free port; yields host:port."""
    server = grpc.aio.server()
    add_IngestServiceServicer_to_server(ingest, server)
    port = server.add_insecure_port("127.0.0.1:0")
    await server.start()
    try:
        yield f"127.0.0.1:{port}"
    finally:
        await server.stop(grace=None)
