"""Watches where audio goes: no upload begins that could not be kept."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Protocol

import structlog

from mesh.errors import TsnError, Unavailable
from mesh.volume import Space, disk_space
from services.ingest.domain.admission_errors import StorageFull, StorageSilent, StorageUnfamiliar
from services.ingest.domain.errors import ScratchUnavailable
from services.ingest.metrics import IngestMetrics

LOOK_SECONDS = 3.0
"""A disk that takes longer to say how full it is counts as away."""
LEAST_SHARE = 20
"""Never more than a twentieth of a disk is asked to be free: a small scratch disk is no reason to take nothing."""
REASONS = (StorageFull.reason, StorageUnfamiliar.reason)
"""Named in metrics; everything else is a store that is away."""

log = structlog.get_logger(__name__)


class Storage(Protocol):
    """The blob store, as far as its health is concerned; mesh's BlobStore."""

    async def ping(self) -> None:
        """Raise BlobStoreUnavailable unless the store answers."""
        ...

    async def space(self) -> Space | None:
        """Room on the disk of a local folder; None for other stores."""
        ...

    async def is_blank(self) -> bool:
        """True for a local folder that holds nothing and was never seen otherwise."""
        ...


class StorageGuard:
    """Pauses intake while the blob store or the scratch disk is full or away; it goes on by itself."""

    def __init__(
        self,
        *,
        blobs: Storage,
        scratch_folder: Path,
        min_free_bytes: int,
        has_recordings: Callable[[], Awaitable[bool]],
        metrics: IngestMetrics,
        fresh_seconds: float = 1.0,
        retry_seconds: float = 30.0,
        measure: Callable[[Path], Space] = disk_space,
    ) -> None:
        """`has_recordings` tells a store that was lost before this process saw it from a new one; `measure` blocks.

        `retry_seconds` is when nodes are told to come again.
        """
        self._blobs = blobs
        self._scratch_folder = scratch_folder
        self._min_free_bytes = min_free_bytes
        self._has_recordings = has_recordings
        self._metrics = metrics
        self._fresh_seconds = fresh_seconds
        self._retry_seconds = retry_seconds
        self._disk_space = measure
        self._problem: TsnError | None = None
        self._spare_bytes: int | None = None
        self._looked_at = float("-inf")
        self._looking: asyncio.Task[None] | None = None

    async def admit(self, size_bytes: int) -> None:
        """Return when `size_bytes` more can be kept. Raises StorageFull, StorageLost and other Unavailable."""
        if asyncio.get_running_loop().time() - self._looked_at > self._fresh_seconds:
            await self.look()
        await self.check()
        if self._spare_bytes is not None and size_bytes > self._spare_bytes:
            raise self._full(size_bytes)

    async def check(self) -> None:
        """Raise what pauses intake as of the last look."""
        if self._problem is not None:
            raise self._problem.with_traceback(None)

    async def run(self) -> None:
        """Look for ever, so that metrics and log tell of it without an upload; cancel to stop."""
        while True:
            await self.look()
            await asyncio.sleep(self._fresh_seconds)

    async def look(self) -> None:
        """Look at the disks now. A look that hangs is waited for by all later ones: each would block a thread."""
        if self._looking is None or self._looking.done():
            self._looking = asyncio.create_task(self._measure())
            # Asked for here too, since nobody may be waiting any more when it fails.
            self._looking.add_done_callback(lambda look: look.cancelled() or look.exception())
        # Whoever comes while this one waits may begin the next look.
        looking = self._looking
        done, _ = await asyncio.wait({looking}, timeout=LOOK_SECONDS)
        if not done:
            self._conclude(StorageSilent())
            return
        error = looking.exception()
        if error is not None and not isinstance(error, TsnError):
            log.error("storage not looked at", error=str(error) or type(error).__name__)
            error = StorageSilent()
        self._conclude(error)

    async def _measure(self) -> None:
        """Raise what is wrong; note what room there is."""
        await self._blobs.ping()
        if await self._blobs.is_blank() and await self._has_recordings():
            raise StorageUnfamiliar
        spare = [self._spare("blobs", await self._blobs.space()), self._spare("scratch", await self._scratch_space())]
        self._spare_bytes = min((room for room in spare if room is not None), default=None)
        if self._spare_bytes is not None and self._spare_bytes <= 0:
            raise self._full(0)

    def _full(self, asked_bytes: int) -> StorageFull:
        full = StorageFull(spare_bytes=self._spare_bytes or 0, asked_bytes=asked_bytes)
        full.retry_after_seconds = self._retry_seconds
        return full

    async def _scratch_space(self) -> Space:
        try:
            return await asyncio.to_thread(self._disk_space, self._scratch_folder)
        except OSError as error:
            raise ScratchUnavailable from error

    def _spare(self, disk: str, space: Space | None) -> int | None:
        """Bytes above what has to stay free; None where nobody minds."""
        if space is None:
            return None
        self._metrics.storage_free_bytes.labels(disk=disk).set(space.free_bytes)
        if self._min_free_bytes == 0:
            return None
        return space.free_bytes - min(self._min_free_bytes, space.total_bytes // LEAST_SHARE)

    def _conclude(self, problem: TsnError | None) -> None:
        if problem is not None:
            problem.retry_after_seconds = self._retry_seconds
        before, self._problem = self._problem, problem
        self._looked_at = asyncio.get_running_loop().time()
        for known in (*REASONS, Unavailable.reason):
            self._metrics.intake_paused.labels(reason=known).set(_label(problem) == known)
        if problem is not None and (before is None or before.reason != problem.reason):
            log.error("intake paused", reason=problem.reason, message=problem.message)
        elif problem is None and before is not None:
            log.info("intake goes on", after=before.reason)


def _label(problem: TsnError | None) -> str:
    if problem is None:
        return ""
    return problem.reason if problem.reason in REASONS else Unavailable.reason
