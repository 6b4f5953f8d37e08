"""What waits in the database: jobs whose time has come, jobs whose message is gone, and how many there are."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, func, or_, select, update

from mesh.bus.streams import work_subject
from mesh.clock import Clock
from mesh.db.database import Transaction
from mesh.db.tables import outbox
from mesh.pipeline.history import note_transition
from mesh.pipeline.lanes import Lane, Queue
from mesh.pipeline.states import JobState, check_transition
from mesh.pipeline.tables import jobs

COUNT_LIMIT = 50_000
"""Jobs counted at most: beyond this a number is 'at least'."""


@dataclass(frozen=True)
class Depth:
    """Jobs of one queue in one state."""

    queue: Queue
    state: JobState
    count: int
    oldest_seconds: float
    """Since the oldest of them came into this state."""


class Backlog:
    """The jobs of one stage that nobody works on. Every method runs inside the caller's transaction."""

    def __init__(self, *, stage: str, clock: Clock, worker: str) -> None:
        self._stage = stage
        self._clock = clock
        self._worker = worker

    async def queue_due(self, work: Transaction, *, limit: int = 200) -> int:
        """Put those whose wait is over back into their queues; how many. Several may do so at once."""
        now = self._clock.now()
        due = jobs.c.stage == self._stage, jobs.c.state == JobState.WAITING, jobs.c.retry_at <= now
        statement = select(jobs.c.id, jobs.c.lane, jobs.c.crowded, jobs.c.traceparent).where(*due)
        locked = statement.order_by(jobs.c.retry_at).limit(limit).with_for_update(skip_locked=True)
        rows = (await work.execute(locked)).all()
        check_transition(JobState.WAITING, JobState.QUEUED)
        # In one order everywhere, so that two who do this wait for each other at most.
        for row in sorted(rows, key=lambda each: str(each.id)):
            values = {"state": JobState.QUEUED, "retry_at": None, "updated_at": now}
            await work.execute(update(jobs).where(jobs.c.id == row.id).values(**values))
            await note_transition(
                work, row.id, JobState.WAITING, JobState.QUEUED, at=now, worker=self._worker, note="its wait is over"
            )
            self._publish(work, row.id, row.lane, row.crowded)
        return len(rows)

    async def outbox_is_late(self, work: Transaction, *, seconds: float = 10.0) -> bool:
        """Whether messages wait in the outbox for so long that a missing one is merely late."""
        oldest: datetime | None = (await work.execute(select(func.min(outbox.c.created_at)))).scalar()
        return oldest is not None and oldest < self._clock.now() - timedelta(seconds=seconds)

    async def announce_stranded(
        self, work: Transaction, queue: Queue, *, older_than: timedelta, undelivered_since: datetime | None, limit: int
    ) -> int:
        """Publish anew those of `queue` that should have been taken by now; how many.

        Their message was lost with the bus, or their worker died and its message with it. Behind a backlog a job is
        late, not lost: `undelivered_since` is when the oldest message that waits there was stored.
        """
        now = self._clock.now()
        lapsed = now - older_than
        lost = min(lapsed, undelivered_since - older_than) if undelivered_since else lapsed
        stranded = or_(
            and_(jobs.c.state == JobState.QUEUED, jobs.c.updated_at < lost),
            and_(jobs.c.state == JobState.RUNNING, jobs.c.lease_until < lapsed, jobs.c.updated_at < lapsed),
        )
        states = jobs.c.state.in_([JobState.QUEUED, JobState.RUNNING])
        found = select(jobs.c.id).where(jobs.c.stage == self._stage, states, self._in(queue), stranded)
        ids = [row.id for row in await work.execute(found.order_by(jobs.c.updated_at).limit(limit))]
        for job_id in sorted(ids):
            # Marked, or the next sweep would publish it once more.
            await work.execute(update(jobs).where(jobs.c.id == job_id, stranded).values(updated_at=now))
            self._publish(work, job_id, queue.lane, queue.crowd)
        return len(ids)

    async def depths(self, work: Transaction) -> Sequence[Depth]:
        """How much waits in which queue."""
        waiting = jobs.c.state.in_([JobState.QUEUED, JobState.WAITING])
        columns = jobs.c.lane, jobs.c.crowded, jobs.c.state
        some = select(*columns, jobs.c.updated_at).where(jobs.c.stage == self._stage, waiting)
        each = some.limit(COUNT_LIMIT).subquery()
        groups = each.c.lane, each.c.crowded, each.c.state
        statement = select(*groups, func.count().label("number"), func.min(each.c.updated_at).label("oldest"))
        now = self._clock.now()
        return [
            Depth(
                queue=Queue(Lane(row.lane), bool(row.crowded)),
                state=JobState(row.state),
                count=row.number,
                oldest_seconds=max(0.0, (now - row.oldest).total_seconds()),
            )
            for row in await work.execute(statement.group_by(*groups))
        ]

    async def exceeds(self, work: Transaction, limit: int, *, lanes: Collection[Lane]) -> bool:
        """Whether more than `limit` jobs are queued in `lanes`; counts no further than that."""
        queued = jobs.c.stage == self._stage, jobs.c.state == JobState.QUEUED, jobs.c.lane.in_(list(lanes))
        some = select(jobs.c.id).where(*queued).limit(limit + 1).subquery()
        return int((await work.execute(select(func.count()).select_from(some))).scalar_one()) > limit

    def _in(self, queue: Queue) -> ColumnElement[bool]:
        return and_(jobs.c.lane == queue.lane, jobs.c.crowded == queue.crowd)

    def _publish(self, work: Transaction, job_id: str, lane: str, crowd: bool) -> None:
        # The job's row holds its trace; this one is nobody's.
        work.publish(work_subject(self._stage, lane, crowd=crowd), job_id.encode(), traceparent="")
