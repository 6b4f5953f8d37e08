"""One file to the server, resumable: used by the field agent and by `tsn upload`."""

import asyncio
import hashlib
import math
import unicodedata
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import grpc

from clients.common.backoff import Backoff
from clients.common.errors import FileChanged, Refused, Transient, from_rpc_error
from clients.common.telemetry import trace_metadata
from tsn.ingest.v1 import ingest_pb2 as pb
from tsn.ingest.v1.recording_pb2 import Lane

if TYPE_CHECKING:
    # Exists for the type checker only.
    from tsn.ingest.v1.ingest_pb2_grpc import IngestServiceAsyncStub

CHUNK_BYTES = 65_536
"""The contract's largest chunk."""
NAME_LENGTH = 255
"""The longest name of a file that a server takes; the end of a longer one tells more than its beginning."""
READ_BYTES = 16 * CHUNK_BYTES
"""One trip to a thread for this much of the file."""

Progress = Callable[[int], None]
"""Told how many bytes of the file the server has or was handed."""


@dataclass(frozen=True)
class OutgoingFile:
    """A file on its way. `captured_at` is aware, `sha256` 64 hexadecimal digits, `request_id` for good.

    `sequence` is its number in the spool `spool_id`; 0: the sender does not count.
    """

    path: Path
    node: str
    channel: str
    captured_at: datetime
    sha256: str
    size_bytes: int
    request_id: str
    lane: Lane = Lane.LANE_UNSPECIFIED
    batch: str = ""
    sequence: int = 0
    spool_id: str = ""

    @property
    def node_name(self) -> str:
        """Resource name of the node."""
        return f"nodes/{self.node}"


@dataclass(frozen=True)
class UploadOutcome:
    """The server has it, durably. `deduplicated`: it had it before."""

    recording_name: str
    deduplicated: bool


@dataclass(frozen=True)
class UploadPolicy:
    """How patient an upload is.

    The deadline of one stream is `base_seconds` plus the bytes to send at `slowest_bytes_per_second`: kind to
    a thin line, and still an end for a server that hangs. `attempts` counts streams; the failure of the last
    is the caller's, and so is a wait that would be longer than `longest_wait_seconds`.
    """

    base_seconds: float = 30.0
    slowest_bytes_per_second: float = 16_384.0
    query_seconds: float = 10.0
    longest_wait_seconds: float = math.inf
    attempts: int = 3
    backoff: Backoff = field(default_factory=lambda: Backoff(cap_seconds=10.0))
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep

    def deadline_seconds(self, size_bytes: int) -> float:
        """Deadline of a stream that carries `size_bytes`."""
        return self.base_seconds + size_bytes / self.slowest_bytes_per_second


def file_sha256(path: Path) -> tuple[str, int]:
    """SHA-256 (64 hexadecimal digits) and size in bytes of the file, read once. Blocks. Raises OSError."""
    digest, size = hashlib.sha256(), 0
    with path.open("rb") as file:
        while block := file.read(READ_BYTES):
            digest.update(block)
            size += len(block)
    return digest.hexdigest(), size


def plain_name(name: str) -> str:
    """`name` as the server takes it: the wire wants UTF-8, and no odd name may cost a recording.

    Control characters, backslashes and what is not UTF-8 become `?`; at most 255 characters.
    """
    odd = {"Cc", "Cs"}
    plain = "".join("?" if one == "\\" or unicodedata.category(one) in odd else one for one in name)
    return plain[-NAME_LENGTH:]


async def upload_file(
    stub: "IngestServiceAsyncStub",
    outgoing: OutgoingFile,
    *,
    policy: UploadPolicy | None = None,
    resume: bool = False,
    progress: Progress | None = None,
) -> UploadOutcome:
    """Send `outgoing`; return once the server acknowledged it as durable.

    A stream that breaks is resumed where the server's GetUpload says. `resume` asks that before the first try
    too: for a file whose earlier upload may have come some way. Raises Refused, Unwelcome, Transient (after
    the policy's attempts), FileChanged, OSError.
    """
    upload = _Upload(stub, outgoing, policy or UploadPolicy(), progress or (lambda _: None))
    return await upload.run(ask_first=resume)


class _Upload:
    """One call of upload_file."""

    def __init__(
        self, stub: "IngestServiceAsyncStub", outgoing: OutgoingFile, policy: UploadPolicy, progress: Progress
    ) -> None:
        self._stub = stub
        self._outgoing = outgoing
        self._policy = policy
        self._progress = progress

    async def run(self, *, ask_first: bool) -> UploadOutcome:
        failures = 0
        while True:
            try:
                return await self._try(ask_first=ask_first or failures > 0)
            except Transient as error:
                failures += 1
                if failures >= self._policy.attempts:
                    raise
                delay = self._policy.backoff.delay_seconds(failures, error.retry_after_seconds)
                if delay > self._policy.longest_wait_seconds:
                    raise
                await self._policy.sleep(delay)

    async def _try(self, *, ask_first: bool) -> UploadOutcome:
        offset = 0
        if ask_first:
            known = await self._ask()
            if known.HasField("recording"):
                return UploadOutcome(known.recording.name, deduplicated=True)
            # More than the file holds cannot be of this file; the server's hash check would refuse it.
            offset = known.received_bytes if known.received_bytes <= self._outgoing.size_bytes else 0
        try:
            return await self._send(offset)
        except Refused:
            if offset == 0:
                raise
            # What the server kept may be what is wrong: only the file sent whole is refused for good.
            return await self._send(0)

    async def _ask(self) -> pb.GetUploadResponse:
        request = pb.GetUploadRequest(request_id=self._outgoing.request_id, node=self._outgoing.node_name)
        try:
            return await self._stub.GetUpload(request, timeout=self._policy.query_seconds, metadata=trace_metadata())
        except grpc.aio.AioRpcError as error:
            if error.code() is grpc.StatusCode.NOT_FOUND:
                return pb.GetUploadResponse()
            failure = from_rpc_error(error)
            if isinstance(failure, Transient):
                failure.before_sending = True
            raise failure from error

    async def _send(self, offset: int) -> UploadOutcome:
        left = self._outgoing.size_bytes - offset
        reader = _Reader(self._outgoing, offset, self._progress)
        call = self._stub.UploadRecording(
            reader.messages(), timeout=self._policy.deadline_seconds(left), metadata=trace_metadata()
        )
        try:
            response = await call
        except grpc.aio.AioRpcError as error:
            if reader.failure:
                raise reader.failure from error
            raise from_rpc_error(error) from error
        except asyncio.CancelledError:
            call.cancel()
            # gRPC reports a stream whose own source failed as cancelled.
            if reader.failure:
                raise reader.failure from None
            raise
        return UploadOutcome(response.recording.name, response.deduplicated)


class _Reader:
    """The messages of one stream. `failure` says why reading ended early."""

    def __init__(self, outgoing: OutgoingFile, offset: int, progress: Progress) -> None:
        self._outgoing = outgoing
        self._offset = offset
        self._progress = progress
        self.failure: FileChanged | OSError | None = None

    async def messages(self) -> AsyncIterator[pb.UploadRecordingRequest]:
        """Metadata, then the file from the offset on in chunks."""
        yield pb.UploadRecordingRequest(metadata=self._metadata())
        self._progress(self._offset)
        try:
            async for chunk in self._chunks():
                yield pb.UploadRecordingRequest(chunk=chunk)
        except (FileChanged, OSError) as failure:
            self.failure = failure
            raise

    async def _chunks(self) -> AsyncIterator[bytes]:
        sent, size = self._offset, self._outgoing.size_bytes
        with await asyncio.to_thread(self._open) as file:
            while block := await asyncio.to_thread(file.read, READ_BYTES):
                if sent + len(block) > size:
                    raise FileChanged(f"{self._outgoing.path} is longer than the {size} bytes it had")
                for start in range(0, len(block), CHUNK_BYTES):
                    chunk = block[start : start + CHUNK_BYTES]
                    yield chunk
                    sent += len(chunk)
                    self._progress(sent)
        if sent != size:
            raise FileChanged(f"{self._outgoing.path} is shorter than the {size} bytes it had")

    def _open(self) -> BinaryIO:
        file = self._outgoing.path.open("rb")
        file.seek(self._offset)
        return file

    def _metadata(self) -> pb.UploadMetadata:
        outgoing = self._outgoing
        return pb.UploadMetadata(
            node=outgoing.node_name,
            channel=outgoing.channel,
            captured_at=outgoing.captured_at.astimezone(UTC),
            sha256=outgoing.sha256,
            size_bytes=outgoing.size_bytes,
            request_id=outgoing.request_id,
            source_file_name=plain_name(outgoing.path.name),
            offset=self._offset,
            lane=outgoing.lane,
            batch=outgoing.batch,
            sequence=outgoing.sequence,
            spool_id=outgoing.spool_id,
        )
