"""Notices within half a second that a job was cancelled or given to another, in the middle of the work."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

import structlog

from mesh.db.database import Database
from mesh.errors import TsnError
from mesh.pipeline.claims import Claim
from mesh.pipeline.jobs import JobStore

WATCH_SECONDS = 0.5
"""A cancel has to be through within 2 s on a busy machine too, and an engine that does not listen has 0.8 s of them."""

log = structlog.get_logger(__name__)


class ClaimWatch:
    """Asks the database twice a second which claims of this process are good still: one query for all of them."""

    def __init__(self, *, jobs: JobStore, database: Database, every_seconds: float = WATCH_SECONDS) -> None:
        self._jobs = jobs
        self._database = database
        self._every = every_seconds
        self._watched: dict[tuple[str, int], tuple[Claim, asyncio.Event]] = {}

    @contextmanager
    def watching(self, claim: Claim) -> Iterator[asyncio.Event]:
        """An event that is set as soon as the claim is seen to be lost."""
        key, lost = (claim.job_id, claim.fence), asyncio.Event()
        self._watched[key] = claim, lost
        try:
            yield lost
        finally:
            del self._watched[key]

    async def run(self) -> None:
        """Watch for ever; a database that is away is waited for: nobody can cancel a job without it."""
        while True:
            await asyncio.sleep(self._every)
            try:
                async with asyncio.timeout(self._jobs.lease_seconds):
                    await self.look()
            except (TsnError, TimeoutError) as error:
                log.debug("claims not watched", error=str(error) or type(error).__name__)

    async def look(self) -> None:
        """Ask once."""
        watched = list(self._watched.values())
        if not watched:
            return
        claims = [claim for claim, _ in watched]
        held = await self._database.run(lambda work: self._jobs.still_held(work, claims))
        for claim, lost in watched:
            if claim.job_id not in held:
                lost.set()
