"""Finds the recordings that a review of a callsign concerns and has them read again, some at a time."""

import asyncio
import contextlib
from collections.abc import Sequence
from datetime import timedelta
from functools import partial

import structlog
from sqlalchemy import Select, or_, select, union, update

from mesh.clock import Clock
from mesh.db.database import Database, Transaction
from mesh.pipeline.lanes import Lane
from services.extract.domain.reviews import Review
from services.extract.rereading import NeverRead, Rereading
from services.extract.store.reviews import review_of
from services.extract.store.reviews_tables import review_effects, reviews
from services.extract.store.tables import mentions

POLL_SECONDS = 1.0
CHUNK = 25
"""Recordings queued in one transaction. One chunk a poll and review: 25 recordings a second leave room for the rest."""
REVIEWS_AT_ONCE = 20

log = structlog.get_logger(__name__)


class ReviewFinding:
    """Runs in every replica; the database decides who does a step. A process that dies leaves it to the others."""

    def __init__(
        self,
        *,
        database: Database,
        rereading: Rereading,
        clock: Clock,
        settle: timedelta,
        poll_seconds: float = POLL_SECONDS,
        chunk: int = CHUNK,
    ) -> None:
        """`settle`: what was being stored when a review was made is stored by then; all is looked through once more."""
        self._database = database
        self._rereading = rereading
        self._clock = clock
        self._poll_seconds = poll_seconds
        self._chunk = chunk
        self._settle = settle
        self._bell = asyncio.Event()

    def wake(self) -> None:
        """Look at once: there is something new to find."""
        self._bell.set()

    async def run(self) -> None:
        """Keep on for ever; cancel to stop."""
        while True:
            self._bell.clear()
            await self._round()
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(self._poll_seconds):
                    await self._bell.wait()

    async def _round(self) -> None:
        """One step of each review, so that a big one does not hold up the others."""
        unfound = select(reviews.c.id).where(reviews.c.found_at.is_(None)).order_by(reviews.c.id)

        async def read(work: Transaction) -> Sequence[str]:
            return (await work.execute(unfound.limit(REVIEWS_AT_ONCE))).scalars().all()

        try:
            for review_id in await self._database.run(read):
                await self._database.run(partial(self._step, review_id=review_id))
        except Exception as error:
            log.warning("reviews wait to be followed", error=str(error) or type(error).__name__)

    async def _step(self, work: Transaction, review_id: str) -> None:
        locked = select(reviews).where(reviews.c.id == review_id).with_for_update(skip_locked=True)
        row = (await work.execute(locked)).mappings().one_or_none()
        if row is None or row["found_at"] is not None:
            return
        review, settled = review_of(row), self._clock.now() - row["changed_at"] >= self._settle
        if row["passes"] and not settled:
            return
        found = list((await work.execute(_concerned(review, row["position"], self._chunk))).scalars())
        queued = sum([await self._queue(work, review, recording) for recording in found])
        values: dict[str, object] = {"recordings_queued": row["recordings_queued"] + queued}
        if len(found) == self._chunk:
            values |= {"position": found[-1]}
        elif row["passes"] == 0:
            values |= {"position": "", "passes": 1}
        else:
            values |= {"found_at": self._clock.now(), "passes": row["passes"] + 1}
            log.info("review followed", review=review_id, recordings=values["recordings_queued"])
        await work.execute(update(reviews).where(reviews.c.id == review_id).values(values))

    async def _queue(self, work: Transaction, review: Review, recording: str) -> bool:
        why = f"undo/{review.id}" if review.undone_at else f"review/{review.id}"
        try:
            return await self._rereading.queue(work, recording, why=why, lane=Lane.LIVE) is not None
        except NeverRead:
            return False


def _concerned(review: Review, after: str, limit: int) -> Select[tuple[str]]:
    """Names of the recordings behind `after`: where the call is read, and where reviews of it did something."""
    touched = select(review_effects.c.recording).where(review_effects.c.recording > after)
    if review.undone_at is not None:
        here = touched.where(review_effects.c.review == review.id)
        return select(here.distinct().order_by(review_effects.c.recording).limit(limit).subquery().c.recording)
    of_the_call = select(reviews.c.id).where(reviews.c.base_call == review.base_call, reviews.c.recording == "")
    read = select(mentions.c.recording).where(mentions.c.base_call == review.base_call, mentions.c.recording > after)
    if review.node:
        read = read.where(or_(mentions.c.node == review.node, mentions.c.recording.startswith(_below(review.node))))
        touched = touched.where(review_effects.c.recording.startswith(_below(review.node)))
    every = union(read, touched.where(review_effects.c.review.in_(of_the_call))).subquery()
    return select(every.c.recording).order_by(every.c.recording).limit(limit)


def _below(node: str) -> str:
    return f"nodes/{node}/recordings/"
