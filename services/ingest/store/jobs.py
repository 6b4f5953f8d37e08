"""What people see of the jobs. The pipeline writes them; this only reads."""

import operator
from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import Column, ColumnElement, Select, select

from mesh.db.database import Transaction
from mesh.pipeline.tables import job_transitions, jobs
from services.ingest.domain.model import FieldCondition, JobStep, JobView
from services.ingest.store.bounded import BoundedDatabase
from services.ingest.store.rows import job_from_row, step_from_row

COMPARISONS: dict[str, Callable[[Any, Any], Any]] = {
    "=": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
_COLUMNS: dict[str, Column[Any]] = {
    "state": jobs.c.state,
    "stage": jobs.c.stage,
    "lane": jobs.c.lane,
    "recording": jobs.c.subject,
    "node": jobs.c.owner,
    "batch": jobs.c.batch,
    "reason": jobs.c.error_reason,
    "created_at": jobs.c.created_at,
}
# Not the input: a transcript of megabytes is nothing for a list.
_SEEN = [column for column in jobs.c if column.name != "input"]


class JobReader:
    """Jobs as they stand. Every method raises DatabaseUnavailable."""

    def __init__(self, *, database: BoundedDatabase) -> None:
        self._database = database

    async def job(self, job_id: str) -> tuple[JobView, list[JobStep]] | None:
        """One job with its history, oldest first; None where there is none."""

        async def read(work: Transaction) -> tuple[JobView, list[JobStep]] | None:
            row = (await work.execute(select(*_SEEN).where(jobs.c.id == job_id))).mappings().first()
            if row is None:
                return None
            steps = select(job_transitions).where(job_transitions.c.job_id == job_id).order_by(job_transitions.c.id)
            return job_from_row(row), [step_from_row(step) for step in (await work.execute(steps)).mappings()]

        return await self._database.run(read)

    async def page(self, conditions: Sequence[FieldCondition], *, before: str | None, limit: int) -> list[JobView]:
        """Jobs that meet all conditions, newest first, beginning with the one made before `before`."""
        statement = select(*_SEEN).where(*map(clause, conditions)).order_by(jobs.c.id.desc()).limit(limit)
        if before is not None:
            statement = statement.where(jobs.c.id < before)
        return await self._read(statement)

    async def of_recording(self, name: str) -> list[JobView]:
        """The jobs of one recording, oldest first."""
        return await self._read(select(*_SEEN).where(jobs.c.subject == name).order_by(jobs.c.id))

    async def _read(self, statement: Select[Any]) -> list[JobView]:
        async def read(work: Transaction) -> list[JobView]:
            return [job_from_row(row) for row in (await work.execute(statement)).mappings()]

        return await self._database.run(read)


def clause(condition: FieldCondition) -> ColumnElement[bool]:
    """A condition on jobs as SQL."""
    if condition.field == "resolved":
        resolved = (condition.op == "=") is condition.value
        return jobs.c.resolved_at.is_not(None) if resolved else jobs.c.resolved_at.is_(None)
    made: ColumnElement[bool] = COMPARISONS[condition.op](_COLUMNS[condition.field], condition.value)
    return made
