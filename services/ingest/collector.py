"""Removes blobs that no row names: audio whose commit failed, parts whose row was never written.

Why it never removes what an upload under way counts on. Every blob has a key of its own for each try to store it
(`audio_key`, `part_key`): nobody but the try that put it there will ever name it. A try names its blob in a commit that
follows within seconds, bounded by the time limits of the upload, or never. So a blob that is older than the grace time
(a day; an hour at least) and that no row names now will be named by nobody later, and neither the same bytes being
uploaded at this moment nor the same request being resumed touches that key.

What a row names is asked after the blob was listed, so a commit in between is seen. Keys of another form are left
alone.
"""

import asyncio
import random
from collections.abc import AsyncIterator, Collection
from datetime import datetime, timedelta
from typing import Protocol

import structlog

from mesh.blobs import StoredBlob
from mesh.clock import Clock
from mesh.errors import TsnError
from services.ingest.domain.upload import AUDIO, PARTS, is_audio_key, upload_of_part
from services.ingest.metrics import IngestMetrics

SWEEP_SECONDS = 6 * 3600.0
CHUNK = 500
"""Keys asked for in one query."""
SUSPICIOUS_COUNT = 20
"""Where so many old blobs in a row are mostly nobody's, the database is not the one that they belong to."""

log = structlog.get_logger(__name__)


class Listing(Protocol):
    """The blob store; mesh's BlobStore."""

    def pages(self, prefix: str) -> AsyncIterator[list[StoredBlob]]:
        """What is stored below `prefix`, a page at a time."""
        ...

    async def delete(self, key: str) -> None:
        """Remove `key`."""
        ...

    async def remove_staged(self, *, before: datetime) -> int:
        """Remove what killed processes left half written; how many."""
        ...


class NamedKeys(Protocol):
    """What the rows name. Every method raises DatabaseUnavailable."""

    async def audio(self, keys: Collection[str]) -> set[str]:
        """Those of `keys` that recordings name."""
        ...

    async def parts(self, uploads: Collection[tuple[str, str]]) -> set[str]:
        """The keys that these unfinished uploads, by node and request_id, name."""
        ...


class OrphanCollector:
    """Walks the blob store now and then. Any number of replicas may do so at once."""

    def __init__(
        self, *, blobs: Listing, rows: NamedKeys, clock: Clock, metrics: IngestMetrics, grace: timedelta
    ) -> None:
        self._blobs = blobs
        self._rows = rows
        self._clock = clock
        self._metrics = metrics
        self._grace = grace

    async def run(self) -> None:
        """Collect for ever; cancel to stop. Replicas that start together do not walk together."""
        while True:
            await asyncio.sleep(SWEEP_SECONDS * random.uniform(0.1, 1.0))
            try:
                await self.collect()
            except Exception as error:
                log.warning("orphans not collected", error=str(error) or type(error).__name__)

    async def collect(self) -> int:
        """Walk everything once; the number of blobs removed. Raises DatabaseUnavailable, BlobStoreUnavailable."""
        before = self._clock.now() - self._grace
        removed = 0
        async for keys in self._old_keys(AUDIO, before):
            known = [key for key in keys if is_audio_key(key)]
            orphans = set(known) - await self._rows.audio(known)
            if len(orphans) >= SUSPICIOUS_COUNT and len(orphans) * 2 > len(keys):
                log.error(
                    "orphans left alone: is this the database of these blobs?", orphans=len(orphans), of=len(keys)
                )
                return removed
            removed += await self._remove(orphans, "audio")
        async for keys in self._old_keys(PARTS, before):
            uploads = {key: upload for key in keys if (upload := upload_of_part(key)) is not None}
            named = await self._rows.parts(set(uploads.values()))
            removed += await self._remove(uploads.keys() - named, "part")
        staged = await self._blobs.remove_staged(before=before)
        self._metrics.orphans_removed.labels(kind="half_written").inc(staged)
        return removed + staged

    async def _old_keys(self, prefix: str, before: datetime) -> AsyncIterator[list[str]]:
        """Keys below `prefix` that were stored before a moment, at most CHUNK at a time."""
        waiting: list[str] = []
        async for page in self._blobs.pages(prefix):
            waiting += [blob.key for blob in page if blob.modified_at < before]
            while len(waiting) >= CHUNK:
                yield waiting[:CHUNK]
                waiting = waiting[CHUNK:]
        if waiting:
            yield waiting

    async def _remove(self, keys: Collection[str], kind: str) -> int:
        removed = 0
        for key in sorted(keys):
            try:
                await self._blobs.delete(key)
            except TsnError as error:
                log.warning("orphan not removed", key=key, error=error.message)
                continue
            removed += 1
            log.info("orphan removed", key=key, kind=kind)
        self._metrics.orphans_removed.labels(kind=kind).inc(removed)
        return removed
