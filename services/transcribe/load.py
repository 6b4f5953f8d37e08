"""Whether partial texts are worth their cost now."""

import time
from collections.abc import Callable

import structlog

from mesh.db.database import Database
from mesh.errors import TsnError
from mesh.pipeline.backlog import Backlog
from mesh.pipeline.claims import Claim
from mesh.pipeline.lanes import Lane
from services.transcribe.metrics import TranscribeMetrics

EVERY_SECONDS = 2.0
BACKLOG, BATCH = "backlog", "batch"

log = structlog.get_logger(__name__)


class PartialsPolicy:
    """Sheds partials first when work piles up. Asks the database at most every two seconds, and only while working."""

    def __init__(
        self,
        *,
        database: Database,
        backlog: Backlog,
        limit: int,
        metrics: TranscribeMetrics,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        """`limit`: with more live jobs than this queued, no partials are made."""
        self._database = database
        self._backlog = backlog
        self._limit = limit
        self._metrics = metrics
        self._monotonic = monotonic
        self._asked_at = float("-inf")
        self._piled_up = False

    async def reason_to_shed(self, claim: Claim) -> str:
        """Why this job makes no partials; empty where it does. Nobody follows live what an archive holds."""
        if claim.lane == Lane.BATCH:
            return BATCH
        if self._monotonic() - self._asked_at >= EVERY_SECONDS:
            self._asked_at = self._monotonic()
            await self._ask()
        return BACKLOG if self._piled_up else ""

    async def _ask(self) -> None:
        lanes = (Lane.URGENT, Lane.LIVE)
        try:
            async with self._database.transaction() as work:
                piled_up = await self._backlog.exceeds(work, self._limit, lanes=lanes)
        except TsnError as error:
            log.debug("backlog not counted", error=error.message)
            return
        if piled_up != self._piled_up:
            log.info("partial texts shed" if piled_up else "partial texts again", limit=self._limit)
        self._piled_up = piled_up
        self._metrics.partials_shedding.set(piled_up)
