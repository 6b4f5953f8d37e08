"""Ingest in this process, on real servers, with a look behind it."""

import asyncio
import hashlib
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import grpc
import pytest
from grpc_health.v1 import health_pb2, health_pb2_grpc
from prometheus_client import CollectorRegistry
from pydantic import SecretStr
from sqlalchemy import func, select, update

from mesh.blobs import BlobStore
from mesh.db.database import Database
from mesh.db.tables import metadata
from mesh.pipeline.tables import jobs
from mesh.rpc.errors import error_reason
from mesh.settings import MeshSettings
from services.ingest import guard, operators
from services.ingest import uploads as flow
from services.ingest.config import IngestSettings
from services.ingest.main import build
from services.ingest.store.tables import nodes, recordings, sequences, spools, uploads
from tsn.ingest.v1 import ingest_pb2 as pb
from tsn.ingest.v1 import recording_pb2
from tsn.ingest.v1.batch_pb2_grpc import BatchServiceStub
from tsn.ingest.v1.ingest_pb2_grpc import IngestServiceStub
from tsn.ingest.v1.job_pb2_grpc import JobServiceStub

NODE = "hilltop"
CHUNK_BYTES = 65_536
NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
RECEIVED, UPLOADS = "tsn_ingest_received_bytes_total", "tsn_ingest_uploads_total"
AUDIO, PARTS = "recordings/", "uploads/"
PATIENCE = {"database_timeout_seconds": 60.0, "probe_timeout_seconds": 120.0}
"""Settings under which a starved machine is slow and nothing else."""
TABLES = {
    "nodes": nodes,
    "recordings": recordings,
    "uploads": uploads,
    "sequences": sequences,
    "spools": spools,
    "jobs": jobs,
}


class SetClock:
    """A clock that shows what it is told."""

    def __init__(self, moment: datetime = NOW) -> None:
        self.moment = moment

    def now(self) -> datetime:
        """The moment set."""
        return self.moment


@dataclass(frozen=True)
class Refusal:
    """How a call failed."""

    code: grpc.StatusCode
    reason: str
    message: str


@dataclass(frozen=True)
class Stored:
    """What is behind the service: rows and blobs."""

    recordings: int = 0
    uploads: int = 0
    jobs: int = 0
    audio: int = 0
    parts: int = 0


NOTHING = Stored()
ONE = Stored(recordings=1, jobs=1, audio=1)


@dataclass
class RunningIngest:
    """A service, stubs to it, and what it stores."""

    ingest: IngestServiceStub
    jobs: JobServiceStub
    batches: BatchServiceStub
    channel: grpc.aio.Channel
    database: Database
    blobs: BlobStore
    clock: SetClock
    registry: CollectorRegistry
    address: str
    """host:port."""
    stop: Callable[[], None]
    """Begins a graceful stop."""

    async def stored(self) -> Stored:
        """Rows and blobs as they are now."""
        counts = {name: await self.count(name) for name in ("recordings", "uploads", "jobs")}
        audio, parts = await self.blobs.keys(AUDIO), await self.blobs.keys(PARTS)
        return Stored(**counts, audio=len(audio), parts=len(parts))

    async def count(self, table: str) -> int:
        """Rows in a table."""
        async with self.database.transaction() as work:
            return int((await work.execute(select(func.count()).select_from(TABLES[table]))).scalar_one())

    async def rows(self, table: str) -> Sequence[dict[str, Any]]:
        """All rows of a table."""
        async with self.database.transaction() as work:
            return [dict(row) for row in (await work.execute(select(TABLES[table]))).mappings()]

    async def finish_jobs(self) -> None:
        """Let every job have ended well."""
        async with self.database.transaction() as work:
            await work.execute(update(jobs).values(state="succeeded"))

    async def audio_of(self, recording: recording_pb2.Recording) -> bytes:
        """The stored bytes of a recording."""
        (key,) = [row["audio_key"] for row in await self.rows("recordings") if recording.name.endswith(row["id"])]
        return await self.blobs.get(key)

    async def send(
        self, content: bytes, *, chunk_bytes: int = CHUNK_BYTES, start: int = 0, **changes: Any
    ) -> pb.UploadRecordingResponse:
        """Upload `content` from `start` on; `changes` are fields of the metadata that differ from the truth."""
        first = upload_metadata(content, **{"offset": start} | changes)
        return await self.ingest.UploadRecording(messages(first, content[start:], chunk_bytes), timeout=60)

    async def refusal(self, content: bytes, **changes: Any) -> Refusal:
        """How `send` fails."""
        return await refused(self.send(content, **changes))

    def metric(self, name: str, **labels: str) -> float:
        """A figure that /metrics would show now; 0 where there is none."""
        return self.registry.get_sample_value(name, labels) or 0.0

    async def vanish_after(self, content: bytes, count: int, **changes: Any) -> None:
        """Send `count` bytes, break off once they arrived, return when the service has kept them."""
        first = upload_metadata(content, **changes)
        start, kept = first.offset, {"outcome": "kept"}
        received, broken = self.metric(RECEIVED), self.metric(UPLOADS, **kept)

        async def some() -> AsyncIterator[pb.UploadRecordingRequest]:
            async for message in messages(first, content[start : start + count], CHUNK_BYTES):
                yield message
            await asyncio.Event().wait()

        call = self.ingest.UploadRecording(some(), timeout=60)
        await until(lambda: self.metric(RECEIVED) == received + count)
        call.cancel()
        await until(lambda: self.metric(UPLOADS, **kept) == broken + 1)


async def until(condition: Callable[[], bool], *, seconds: float = 60) -> None:
    """Return when `condition` is true. Raises TimeoutError after `seconds`."""
    async with asyncio.timeout(seconds):
        while not condition():  # noqa: ASYNC110, a metric cannot be awaited
            await asyncio.sleep(0.01)


@contextmanager
def _patient() -> Iterator[None]:
    """No limit inside the service is reached only because the machine has other things to do.

    A disk that answers late would put off a fetch behind a clock that stands still, and a break that is heard of late
    would count as the end of the stream.
    """
    with pytest.MonkeyPatch.context() as changed:
        changed.setattr(guard, "LOOK_SECONDS", 60.0)
        changed.setattr(operators, "PATIENCE_SECONDS", 120.0)
        changed.setattr(flow, "KEEP_SECONDS", 60.0)
        changed.setattr(flow, "HANG_UP_SECONDS", 2.0)
        yield


@asynccontextmanager
async def running_ingest(
    *, database_url: str, nats_url: str, folder: Path, registered: Iterable[str] = (NODE,), **settings: Any
) -> AsyncIterator[RunningIngest]:
    """The service on fresh tables, SERVING, with `registered` nodes; `settings` as in IngestSettings."""
    mesh = MeshSettings(
        database_url=SecretStr(database_url),
        nats_url=nats_url,
        blob_url=f"file://{folder}/blobs",
        database_pool_size=4,
    )
    database, clock = Database(database_url, pool_size=2), SetClock()
    async with database.engine.begin() as connection:
        await connection.run_sync(metadata.create_all)
    with _patient():
        service = build(IngestSettings(**PATIENCE | settings), mesh, clock=clock)
        life = asyncio.create_task(service.host.run())
        try:
            await until(lambda: bool(service.server.port) or life.done())
            address = f"127.0.0.1:{service.server.port}"
            async with grpc.aio.insecure_channel(address) as channel:
                await until_serving(channel)
                running = RunningIngest(
                    ingest=IngestServiceStub(channel),
                    jobs=JobServiceStub(channel),
                    batches=BatchServiceStub(channel),
                    channel=channel,
                    database=database,
                    blobs=BlobStore(mesh.blob_url),
                    clock=clock,
                    registry=service.registry,
                    address=address,
                    stop=service.host.stopping.set,
                )
                for node in registered:
                    request = pb.CreateNodeRequest(node={"name": f"nodes/{node}"})
                    await running.ingest.CreateNode(request, timeout=30)
                yield running
        finally:
            service.host.stopping.set()
            await life
            await database.close()


async def until_serving(channel: grpc.aio.Channel) -> None:
    """Return when the whole service says SERVING."""
    async with asyncio.timeout(60):
        async for answer in health_pb2_grpc.HealthStub(channel).Watch(health_pb2.HealthCheckRequest()):
            if answer.status == health_pb2.HealthCheckResponse.SERVING:
                return


def upload_metadata(content: bytes, **changes: Any) -> pb.UploadMetadata:
    """True metadata of `content`, with `changes`."""
    digest = hashlib.sha256(content).hexdigest()
    fields: dict[str, Any] = {
        "node": f"nodes/{NODE}",
        "channel": "146.960",
        "captured_at": NOW - timedelta(minutes=2),
        "sha256": digest,
        "size_bytes": len(content),
        "request_id": f"request-{digest[:16]}",
        "source_file_name": "over.wav",
    }
    return pb.UploadMetadata(**fields | changes)


async def messages(
    first: pb.UploadMetadata | None, content: bytes, chunk_bytes: int
) -> AsyncIterator[pb.UploadRecordingRequest]:
    """Metadata (unless None), then the content in chunks."""
    if first is not None:
        yield pb.UploadRecordingRequest(metadata=first)
    for position in range(0, len(content), chunk_bytes):
        yield pb.UploadRecordingRequest(chunk=content[position : position + chunk_bytes])


async def refused(call: Any) -> Refusal:
    """How `call` fails; fails the test where it does not."""
    try:
        answer = await call
    except grpc.aio.AioRpcError as error:
        return Refusal(error.code(), error_reason(error), error.details() or "")
    raise AssertionError(f"was not refused: {answer}")
