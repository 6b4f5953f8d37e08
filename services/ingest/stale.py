"""Unfinished uploads that nobody resumed do not stay for ever."""

import asyncio
from datetime import timedelta

import structlog

from services.ingest.domain.ports import Blobs, Records

SWEEP_SECONDS = 3600.0

log = structlog.get_logger(__name__)


class StaleUploads:
    """Removes unfinished uploads, rows and parts."""

    def __init__(self, *, uploads: Records, blobs: Blobs, keep_for: timedelta) -> None:
        self._uploads = uploads
        self._blobs = blobs
        self._keep_for = keep_for

    async def run(self) -> None:
        """Remove for ever; cancel to stop."""
        while True:
            try:
                while await self.remove_some():
                    pass
            except Exception as error:
                log.warning("stale uploads not removed", error=str(error) or type(error).__name__)
            await asyncio.sleep(SWEEP_SECONDS)

    async def remove_some(self) -> int:
        """Remove a batch; the number of parts removed. Raises DatabaseUnavailable, BlobStoreUnavailable."""
        parts = await self._uploads.forget_stale(older_than=self._keep_for)
        for part in parts:
            await self._blobs.delete(part.key)
        return len(parts)
