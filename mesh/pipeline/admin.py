"""What people do to jobs: cancel, retry, put aside, run again; and how much work there is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    JSON,
    ColumnElement,
    Integer,
    RowMapping,
    and_,
    bindparam,
    func,
    insert,
    literal,
    null,
    or_,
    select,
    update,
)
from sqlalchemy.dialects.mysql import Insert
from sqlalchemy.dialects.mysql import insert as mysql_insert

from mesh.bus.streams import work_subject
from mesh.clock import Clock
from mesh.db.database import Transaction
from mesh.db.tables import UtcDateTime
from mesh.ids import new_id
from mesh.pipeline.history import MESSAGE_LIMIT, fitting
from mesh.pipeline.jobs import JobStore
from mesh.pipeline.states import ALLOWED, ENDED, JobState, TransitionRefused, check_transition
from mesh.pipeline.tables import job_transitions, jobs

OPERATOR = "operator"
"""Stands in the history where the name of a process would."""
CHUNK = 500
"""Jobs changed in one transaction: few enough that workers do not wait for their rows."""

UNFINISHED = (JobState.QUEUED, JobState.WAITING, JobState.RUNNING)
"""In the order of a job's life, so that a walk over them meets one that moves on."""
RETRYABLE = tuple(state for state in JobState if state in ENDED and JobState.QUEUED in ALLOWED[state])
"""Those that gave up, were stopped, or did without a helper."""

_SEEN = (jobs.c.id, jobs.c.state, jobs.c.stage, jobs.c.lane, jobs.c.owner, jobs.c.batch, jobs.c.traceparent)


class JobMissing(Exception):
    """There is no such job."""

    def __init__(self, job_id: str) -> None:
        super().__init__(f"there is no job {job_id}")
        self.job_id = job_id


@dataclass(frozen=True)
class Chunk:
    """One step of a walk over many jobs."""

    changed: int
    batches: frozenset[str]
    """Batches of the jobs that were changed."""
    after: str | None
    """Where the next step begins; None at the end."""


@dataclass(frozen=True)
class StageQueue:
    """Work of one stage in one lane."""

    stage: str
    lane: str
    queued: int
    crowded: int
    """Of the queued ones."""
    waiting: int
    running: int
    dead: int
    """Those that nobody put aside."""
    oldest_queued_at: datetime | None
    """Since when the oldest queued job waits for a worker."""


class JobAdmin:
    """Changes jobs on behalf of people. Every method runs inside the caller's transaction; audio is never touched."""

    def __init__(self, *, jobs: JobStore, clock: Clock) -> None:
        self._jobs = jobs
        self._clock = clock

    async def cancel(self, work: Transaction, job_id: str) -> str:
        """Stop a job; its batch. Its worker notices within 2 s. Raises JobMissing, TransitionRefused."""
        row = await self._locked(work, job_id)
        await self._cancel(work, [row])
        return str(row["batch"])

    async def retry(self, work: Transaction, job_id: str) -> str:
        """Queue an ended job again, with all its attempts; its batch. Raises JobMissing, TransitionRefused."""
        row = await self._locked(work, job_id)
        if row["state"] not in RETRYABLE:
            raise TransitionRefused(JobState(row["state"]), JobState.QUEUED)
        await self._retry(work, [row])
        return str(row["batch"])

    async def resolve(self, work: Transaction, job_id: str, note: str) -> None:
        """Put a dead job aside. Raises JobMissing, and TransitionRefused for one that is not dead."""
        row = await self._locked(work, job_id)
        if row["state"] != JobState.DEAD:
            raise TransitionRefused(JobState(row["state"]), JobState.DEAD)
        now = self._clock.now()
        await work.execute(update(jobs).where(jobs.c.id == job_id).values(resolved_at=now, resolution_note=note))
        await self._note(work, [row], JobState.DEAD, f"put aside: {note}")

    async def cancel_chunk(
        self,
        work: Transaction,
        conditions: Sequence[ColumnElement[bool]],
        *,
        state: JobState,
        after: str = "",
        limit: int = CHUNK,
    ) -> Chunk:
        """Stop some jobs of one state that meet `conditions`, beginning behind the id `after`."""
        rows, following = await self._some(work, conditions, state, after, limit)
        await self._cancel(work, rows)
        return Chunk(len(rows), frozenset(str(row["batch"]) for row in rows if row["batch"]), following)

    async def retry_chunk(
        self,
        work: Transaction,
        conditions: Sequence[ColumnElement[bool]],
        *,
        state: JobState,
        after: str = "",
        limit: int = CHUNK,
    ) -> Chunk:
        """Queue some jobs of one state that meet `conditions` again, beginning behind the id `after`."""
        rows, following = await self._some(work, conditions, state, after, limit)
        await self._retry(work, rows)
        return Chunk(len(rows), frozenset(str(row["batch"]) for row in rows if row["batch"]), following)

    async def count(
        self, work: Transaction, conditions: Sequence[ColumnElement[bool]], *, states: Sequence[JobState]
    ) -> int:
        """Jobs in one of `states` that meet `conditions`."""
        statement = select(func.count()).select_from(jobs).where(jobs.c.state.in_(states), *conditions)
        return int((await work.execute(statement)).scalar_one())

    async def enqueue_again(
        self,
        work: Transaction,
        *,
        stage: str,
        subjects: Sequence[str],
        lane: str,
        batch: str,
        options: Mapping[str, str] | None = None,
    ) -> int:
        """Queue `stage` once for each batch and subject, on what its newest job worked on; the number of jobs made.

        Subjects that have had no job of that stage are passed over.
        """
        newest = select(func.max(jobs.c.id)).where(jobs.c.subject.in_(subjects), jobs.c.stage == stage)
        of_each = jobs.c.id.in_((await work.execute(newest.group_by(jobs.c.subject))).scalars().all())
        sources = (await work.execute(select(*_SEEN).where(of_each).order_by(jobs.c.id))).mappings().all()
        if not sources:
            return 0
        crowd = await self._crowd(work, [{**source, "lane": lane} for source in sources])
        made = [{"source": each["id"], "made": new_id(), "is_crowded": each["id"] in crowd} for each in sources]
        await work.execute(self._copy(lane=lane, batch=batch, options=options), made)
        wanted = jobs.c.id.in_([each["made"] for each in made])
        rows = (await work.execute(select(*_SEEN).where(wanted).order_by(jobs.c.id))).mappings().all()
        await self._announce(work, rows)
        await self._note(work, rows, JobState.QUEUED, "run again", before="")
        return len(rows)

    async def queues(self, work: Transaction) -> list[StageQueue]:
        """How much work waits and runs; one entry for each stage and lane that has any, or has dead jobs."""
        open_dead = and_(jobs.c.state == JobState.DEAD, jobs.c.resolved_at.is_(None))
        statement = (
            select(
                jobs.c.stage,
                jobs.c.lane,
                jobs.c.state,
                func.count().label("jobs"),
                func.sum(jobs.c.crowded, type_=Integer).label("crowded"),
                func.min(jobs.c.updated_at).label("oldest"),
            )
            .where(or_(jobs.c.state.in_(UNFINISHED), open_dead))
            .group_by(jobs.c.stage, jobs.c.lane, jobs.c.state)
        )
        found: dict[tuple[str, str], dict[JobState, RowMapping]] = {}
        for row in (await work.execute(statement)).mappings():
            found.setdefault((row["stage"], row["lane"]), {})[JobState(row["state"])] = row
        return [_queue(stage, lane, states) for (stage, lane), states in sorted(found.items())]

    def _copy(self, *, lane: str, batch: str, options: Mapping[str, str] | None) -> Insert:
        """Makes job `made` from job `source`. The input, up to megabytes, does not leave the database."""
        now = self._clock.now()
        values: dict[str, Any] = {
            "id": bindparam("made"),
            "dedupe_key": func.concat(jobs.c.subject, "/", jobs.c.stage, "/", batch),
            "subject": jobs.c.subject,
            "stage": jobs.c.stage,
            "lane": literal(lane),
            "state": literal(JobState.QUEUED),
            "max_attempts": jobs.c.max_attempts,
            "input": jobs.c.input,
            "traceparent": jobs.c.traceparent,
            "created_at": literal(now, UtcDateTime),
            "updated_at": literal(now, UtcDateTime),
            "owner": jobs.c.owner,
            "crowded": bindparam("is_crowded"),
            "batch": literal(batch),
            "options": literal(dict(options), JSON) if options else null(),
        }
        copied = select(*values.values()).where(jobs.c.id == bindparam("source"))
        return mysql_insert(jobs).from_select(list(values), copied).prefix_with("IGNORE")

    async def _announce(self, work: Transaction, rows: Sequence[RowMapping]) -> None:
        """Tell the workers of jobs that are in their queues now."""
        crowded = select(jobs.c.id).where(jobs.c.id.in_([row["id"] for row in rows]), jobs.c.crowded)
        crowd = set((await work.execute(crowded)).scalars().all())
        for row in rows:
            subject = work_subject(row["stage"], row["lane"], crowd=row["id"] in crowd)
            work.publish(subject, row["id"].encode(), traceparent=row["traceparent"])

    async def _crowd(self, work: Transaction, rows: Sequence[RowMapping | Mapping[str, Any]]) -> set[str]:
        """Ids of those of `rows` that would be behind many of their owner, were all of them queued in this order."""
        queued: dict[tuple[str, str, str], int] = {}
        crowd = set()
        for row in rows:
            owner, stage, lane = queue = row["owner"], row["stage"], row["lane"]
            if queue not in queued:
                queued[queue] = await self._jobs.queued_of(work, owner=owner, stage=stage, lane=lane)
            if owner and queued[queue] >= self._jobs.crowd_at:
                crowd.add(str(row["id"]))
            queued[queue] += 1
        return crowd

    async def _locked(self, work: Transaction, job_id: str) -> RowMapping:
        row = (await work.execute(select(*_SEEN).where(jobs.c.id == job_id).with_for_update())).mappings().first()
        if row is None:
            raise JobMissing(job_id)
        return row

    async def _some(
        self,
        work: Transaction,
        conditions: Sequence[ColumnElement[bool]],
        state: JobState,
        after: str,
        limit: int,
    ) -> tuple[Sequence[RowMapping], str | None]:
        """Jobs found without locks, then locked where they are still in that state; and where the next step begins."""
        statement = select(jobs.c.id).where(jobs.c.state == state, jobs.c.id > after, *conditions)
        found = (await work.execute(statement.order_by(jobs.c.id).limit(limit))).scalars().all()
        if not found:
            return [], None
        held = select(*_SEEN).where(jobs.c.id.in_(found), jobs.c.state == state).order_by(jobs.c.id)
        rows = (await work.execute(held.with_for_update())).mappings().all()
        return rows, found[-1] if len(found) == limit else None

    async def _cancel(self, work: Transaction, rows: Sequence[RowMapping]) -> None:
        await self._change(work, rows, JobState.CANCELLED, {"lease_until": None, "retry_at": None})

    async def _retry(self, work: Transaction, rows: Sequence[RowMapping]) -> None:
        # The fence stays: it has to rise above that of any worker that may still be at it.
        values = {
            "crowded": jobs.c.id.in_(await self._crowd(work, rows)),
            "attempts": 0,
            "deferrals": 0,
            "lease_until": None,
            "retry_at": None,
            "error_reason": "",
            "error_message": "",
            "failure_class": "",
            "resolved_at": None,
            "resolution_note": "",
        }
        await self._change(work, rows, JobState.QUEUED, values)
        await self._announce(work, rows)

    async def _change(
        self, work: Transaction, rows: Sequence[RowMapping], after: JobState, values: Mapping[str, Any]
    ) -> None:
        if not rows:
            return
        for row in rows:
            check_transition(JobState(row["state"]), after)
        here = jobs.c.id.in_([row["id"] for row in rows])
        await work.execute(update(jobs).where(here).values(state=after, updated_at=self._clock.now(), **values))
        await self._note(work, rows, after, "cancelled" if after is JobState.CANCELLED else "queued again")

    async def _note(
        self, work: Transaction, rows: Sequence[RowMapping], after: JobState, note: str, *, before: str | None = None
    ) -> None:
        """Write a step of each job down; `before` is the state in its row where not given."""
        at, note = self._clock.now(), fitting(note, MESSAGE_LIMIT)
        steps = [
            {
                "job_id": row["id"],
                "from_state": row["state"] if before is None else before,
                "to_state": after,
                "at": at,
                "worker": OPERATOR,
                "note": note,
            }
            for row in rows
        ]
        if steps:
            await work.execute(insert(job_transitions), steps)


def _queue(stage: str, lane: str, states: Mapping[JobState, RowMapping]) -> StageQueue:
    def jobs_in(state: JobState, column: str = "jobs") -> int:
        return int(states[state][column]) if state in states else 0

    return StageQueue(
        stage=stage,
        lane=lane,
        queued=jobs_in(JobState.QUEUED),
        crowded=jobs_in(JobState.QUEUED, "crowded"),
        waiting=jobs_in(JobState.WAITING),
        running=jobs_in(JobState.RUNNING),
        dead=jobs_in(JobState.DEAD),
        oldest_queued_at=states[JobState.QUEUED]["oldest"] if JobState.QUEUED in states else None,
    )
