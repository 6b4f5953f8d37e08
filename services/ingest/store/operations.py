"""What operators do to jobs, in transactions."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from sqlalchemy import ColumnElement, func, select

from mesh.clock import Clock
from mesh.db.database import Transaction
from mesh.db.tables import outbox
from mesh.pipeline.admin import RETRYABLE, UNFINISHED, Chunk, JobAdmin, JobMissing, StageQueue
from mesh.pipeline.states import JobState, TransitionRefused
from mesh.pipeline.tables import jobs
from services.ingest.domain.errors import JobUnknown
from services.ingest.domain.model import FieldCondition
from services.ingest.domain.operator_errors import JobEnded, JobNotDead, JobNotRetryable
from services.ingest.store.batches import reopen
from services.ingest.store.bounded import BoundedDatabase
from services.ingest.store.jobs import clause

Conditions = Sequence[ColumnElement[bool]]


@dataclass(frozen=True)
class Queues:
    """How much work waits and runs."""

    stages: Sequence[StageQueue]
    outbox_messages: int
    outbox_oldest_at: datetime | None
    counted_at: datetime


class Step(Protocol):
    """A step of a walk over jobs: JobAdmin's `cancel_chunk` or `retry_chunk`."""

    async def __call__(self, work: Transaction, conditions: Conditions, *, state: JobState, after: str) -> Chunk:
        """Change some jobs of one state, beginning behind the id `after`."""
        ...


class JobOperations:
    """Cancels, retries and puts aside. Every method raises DatabaseUnavailable.

    What concerns many jobs is done in one transaction for each 500 of them: a call that breaks off has done its part,
    and the same call again does the rest.
    """

    def __init__(self, *, database: BoundedDatabase, admin: JobAdmin, clock: Clock) -> None:
        self._database = database
        self._admin = admin
        self._clock = clock

    async def cancel(self, job_id: str) -> None:
        """Stop a job. Raises JobUnknown, JobEnded."""
        try:
            await self._database.run(lambda work: self._admin.cancel(work, job_id))
        except JobMissing as error:
            raise JobUnknown(f"jobs/{job_id}") from error
        except TransitionRefused as error:
            raise JobEnded(job_id, error.before) from error

    async def retry(self, job_id: str) -> None:
        """Queue a job again. Raises JobUnknown, JobNotRetryable."""

        async def write(work: Transaction) -> None:
            batch = await self._admin.retry(work, job_id)
            if batch:
                await reopen(work, [batch])

        try:
            await self._database.run(write)
        except JobMissing as error:
            raise JobUnknown(f"jobs/{job_id}") from error
        except TransitionRefused as error:
            raise JobNotRetryable(job_id, error.before) from error

    async def resolve(self, job_id: str, note: str) -> None:
        """Put a dead job aside. Raises JobUnknown, JobNotDead."""
        try:
            await self._database.run(lambda work: self._admin.resolve(work, job_id, note))
        except JobMissing as error:
            raise JobUnknown(f"jobs/{job_id}") from error
        except TransitionRefused as error:
            raise JobNotDead(job_id, error.before) from error

    async def cancel_all(self, conditions: Sequence[FieldCondition]) -> int:
        """Stop all jobs that meet `conditions` and have not ended; how many it were."""
        wanted, cancelled = [clause(condition) for condition in conditions], 0
        # A job that ended in the meantime may have left one of the next stage: that is what the second round is for.
        # Not until none is left, since live traffic may bring new ones for ever.
        for _ in range(2):
            until = jobs.c.created_at <= self._clock.now()
            cancelled += await self._walk(self._admin.cancel_chunk, [*wanted, until], UNFINISHED)
        return cancelled

    async def retry_all(self, conditions: Sequence[FieldCondition]) -> int:
        """Queue all ended jobs that meet `conditions` and did not succeed again; how many it were."""

        async def step(work: Transaction, conditions: Conditions, *, state: JobState, after: str) -> Chunk:
            chunk = await self._admin.retry_chunk(work, conditions, state=state, after=after)
            if chunk.batches:
                await reopen(work, sorted(chunk.batches))
            return chunk

        return await self._walk(step, _retryable(conditions), RETRYABLE)

    async def count_cancellable(self, conditions: Sequence[FieldCondition]) -> int:
        """How many jobs `cancel_all` would stop."""
        wanted = [clause(condition) for condition in conditions]
        return await self._database.run(lambda work: self._admin.count(work, wanted, states=UNFINISHED))

    async def count_retryable(self, conditions: Sequence[FieldCondition]) -> int:
        """How many jobs `retry_all` would queue."""
        return await self._database.run(lambda work: self._admin.count(work, _retryable(conditions), states=RETRYABLE))

    async def queues(self) -> Queues:
        """How much work there is now."""

        async def read(work: Transaction) -> Queues:
            statement = select(func.count().label("messages"), func.min(outbox.c.created_at).label("oldest"))
            unsent = (await work.execute(statement.select_from(outbox))).one()
            return Queues(await self._admin.queues(work), unsent.messages, unsent.oldest, self._clock.now())

        return await self._database.run(read)

    async def _walk(self, step: Step, conditions: Conditions, states: Sequence[JobState]) -> int:
        changed = 0
        for state in states:
            after: str | None = ""
            while after is not None:
                chunk = await self._database.run(_one(step, conditions, state, after))
                changed, after = changed + chunk.changed, chunk.after
        return changed


def _one(step: Step, conditions: Conditions, state: JobState, after: str) -> Callable[[Transaction], Awaitable[Chunk]]:
    async def write(work: Transaction) -> Chunk:
        return await step(work, conditions, state=state, after=after)

    return write


def _retryable(conditions: Sequence[FieldCondition]) -> Conditions:
    """What people put aside stays there unless they ask for it."""
    wanted = [clause(condition) for condition in conditions]
    if not any(condition.field == "resolved" for condition in conditions):
        wanted.append(jobs.c.resolved_at.is_(None))
    return wanted
