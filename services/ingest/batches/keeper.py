"""Keeps batches going: queues what they ask for, ends them, finishes a cancel that broke off."""

import asyncio
import contextlib

import structlog

from services.ingest.domain.batches import Batch, BatchState
from services.ingest.store.batch_work import BatchWork

POLL_SECONDS = 1.0

log = structlog.get_logger(__name__)


class BatchKeeper:
    """Runs in every replica; the database decides who does a step."""

    def __init__(self, *, work: BatchWork, poll_seconds: float = POLL_SECONDS) -> None:
        self._work = work
        self._poll_seconds = poll_seconds
        self._bell = asyncio.Event()

    def wake(self) -> None:
        """Look at once: there is a new batch."""
        self._bell.set()

    async def run(self) -> None:
        """Keep on for ever; cancel to stop."""
        while True:
            self._bell.clear()
            if not await self._round():
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(self._poll_seconds):
                        await self._bell.wait()

    async def _round(self) -> bool:
        """One step of each batch, so that a big one does not hold up the others; True where there is more to do."""
        try:
            unsettled = await self._work.unsettled()
        except Exception as error:
            log.warning("batches not read", error=str(error) or type(error).__name__)
            return False
        # All are looked at, whichever has more to do.
        return any([await self._step(batch) for batch in unsettled])

    async def _step(self, batch: Batch) -> bool:
        try:
            if batch.state is BatchState.EXPANDING:
                return await self._expand(batch.id)
            if batch.state is BatchState.CANCELLING:
                await self._work.finish_cancelling(batch.id)
            elif await self._work.close(batch.id):
                log.info("batch ended", batch=batch.id)
        except Exception as error:
            # The others go on.
            log.warning("batch not moved on", batch=batch.id, error=str(error) or type(error).__name__)
        return False

    async def _expand(self, batch_id: str) -> bool:
        passed_over = await self._work.expand(batch_id)
        if passed_over:
            log.info("recordings passed over: they have not come to that stage", batch=batch_id, recordings=passed_over)
        return passed_over is not None
