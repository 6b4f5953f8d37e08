"""What surrounds an upload, in memory; everything that happens is written down in order."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from prometheus_client import CollectorRegistry

from mesh.blobs import BlobMissing, BlobStoreUnavailable
from mesh.volume import Space
from services.ingest.domain.errors import AlreadyStored
from services.ingest.domain.model import (
    AudioProperties,
    Known,
    Lane,
    Part,
    PartialUpload,
    Recording,
    UploadMetadata,
)
from services.ingest.domain.sequences import Outcome, SpoolNumber
from services.ingest.guard import StorageGuard
from services.ingest.limits import QueueLimits
from services.ingest.metrics import IngestMetrics

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


class FakeBlobs:
    """Blobs that can fail."""

    def __init__(self, log: list[str]) -> None:
        self._log = log
        self.stored: dict[str, bytes] = {}
        self.broken = False

    async def put(self, key: str, data: bytes | Path) -> None:
        """Store, or fail without a trace."""
        if self.broken:
            self._log.append("put failed")
            raise BlobStoreUnavailable("the disk is gone")
        self.stored[key] = data if isinstance(data, bytes) else await asyncio.to_thread(data.read_bytes)
        self._log.append(f"put {key.split('/')[0]}")

    async def stream(self, key: str) -> AsyncIterator[bytes]:
        """The blob in one piece."""
        if key not in self.stored:
            raise BlobMissing(key)
        yield self.stored[key]

    async def delete(self, key: str) -> None:
        """Forget it."""
        self.stored.pop(key, None)
        self._log.append(f"delete {key.split('/')[0]}")


class FakeRecords:
    """Recordings and unfinished uploads, by their unique keys."""

    def __init__(self, log: list[str]) -> None:
        self._log = log
        self.recordings: list[Recording] = []
        self.partials: dict[tuple[str, str], PartialUpload] = {}
        self.before_store: Callable[[Recording], None] = lambda recording: None
        """Called at the moment of the commit; may raise."""

    async def look_up(self, metadata: UploadMetadata) -> Known:
        """As the rows say."""
        return Known(
            node_registered=True,
            same_request=next((one for one in self.recordings if one.request_id == metadata.request_id), None),
            same_bytes=next((one for one in self.recordings if one.sha256 == metadata.sha256), None),
            partial=self.partials.get((metadata.node, metadata.request_id)),
        )

    async def check_batch(self, batch_id: str) -> None:
        """Every batch is open here."""

    async def store(
        self, recording: Recording, *, register_node: bool, number: SpoolNumber | None = None, batch: str = ""
    ) -> Sequence[Part]:
        """Commit."""
        self.before_store(recording)
        if any(one.sha256 == recording.sha256 for one in self.recordings):
            raise AlreadyStored
        self.recordings.append(recording)
        self._log.append("commit")
        return await self.forget(recording.node, recording.request_id)

    async def keep(self, partial: PartialUpload) -> Sequence[Part]:
        """Remember."""
        self.partials[partial.node, partial.request_id] = partial
        self._log.append("commit part")
        return ()

    async def forget(self, node: str, request_id: str) -> Sequence[Part]:
        """Forget."""
        partial = self.partials.pop((node, request_id), None)
        return partial.parts if partial else ()

    async def forget_stale(self, *, older_than: timedelta) -> Sequence[Part]:
        """Nothing is stale here."""
        return ()


class FakeNumbers:
    """Nobody counts."""

    async def note(self, node: str, number: SpoolNumber, outcome: Outcome) -> None:
        """Forget it."""


class FakeStorage:
    """A blob store's disk, full, lost or hanging as told."""

    def __init__(self) -> None:
        self.free_bytes = 100_000
        self.failure: Exception | None = None
        self.blank = False
        self.looks = 0

    async def ping(self) -> None:
        """Fail as told."""
        self.looks += 1
        if self.failure is not None:
            raise self.failure

    async def space(self) -> Space | None:
        """As told."""
        return Space(free_bytes=self.free_bytes, total_bytes=1_000_000)

    async def is_blank(self) -> bool:
        """As told."""
        return self.blank


async def probe(content: bytes | Path, *, size_bytes: int) -> AudioProperties:
    """Every file is a second of audio."""
    return AudioProperties("wav", "pcm_s16le", 8000, 1, 1.0)


def new_metrics() -> IngestMetrics:
    """Metrics of their own."""
    return IngestMetrics(CollectorRegistry())


def roomy(folder: Path) -> Space:
    """A disk with room, where there is a folder."""
    if not folder.is_dir():
        raise FileNotFoundError(folder)
    return Space(free_bytes=10**12, total_bytes=10**12)


def guard_of(storage: FakeStorage, folder: Path, metrics: IngestMetrics, *, min_free_bytes: int = 0) -> StorageGuard:
    """A guard that looks each time it is asked; recordings were stored before."""

    async def has_recordings() -> bool:
        return True

    return StorageGuard(
        blobs=storage,
        scratch_folder=folder,
        min_free_bytes=min_free_bytes,
        has_recordings=has_recordings,
        metrics=metrics,
        fresh_seconds=-1.0,
        measure=roomy,
    )


def queues_of(metrics: IngestMetrics, *, waiting: int = 0) -> QueueLimits:
    """A limit of 10 for lane batch, in which `waiting` jobs wait."""

    async def count(lane: Lane, limit: int) -> int:
        return min(waiting, limit)

    return QueueLimits(limits={Lane.BATCH: 10}, count=count, metrics=metrics)
