"""What people see of the jobs. The pipeline writes them; this only reads."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Select, select

from mesh.db.database import Transaction
from mesh.pipeline.tables import job_transitions, jobs
from services.ingest.domain.model import JobCondition, JobStep, JobView
from services.ingest.store.bounded import BoundedDatabase
from services.ingest.store.rows import job_from_row, step_from_row

_COLUMNS = {"state": jobs.c.state, "stage": jobs.c.stage, "lane": jobs.c.lane, "recording": jobs.c.subject}
JOB_FIELDS = frozenset(_COLUMNS)
"""Fields that a condition may name."""
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

    async def page(self, conditions: Sequence[JobCondition], *, before: str | None, limit: int) -> list[JobView]:
        """Jobs that meet all conditions, newest first, beginning with the one made before `before`."""
        statement = select(*_SEEN).order_by(jobs.c.id.desc()).limit(limit)
        if before is not None:
            statement = statement.where(jobs.c.id < before)
        for condition in conditions:
            column = _COLUMNS[condition.field]
            statement = statement.where(column != condition.value if condition.negated else column == condition.value)
        return await self._read(statement)

    async def of_recording(self, name: str) -> list[JobView]:
        """The jobs of one recording, oldest first."""
        return await self._read(select(*_SEEN).where(jobs.c.subject == name).order_by(jobs.c.id))

    async def _read(self, statement: Select[Any]) -> list[JobView]:
        async def read(work: Transaction) -> list[JobView]:
            return [job_from_row(row) for row in (await work.execute(statement)).mappings()]

        return await self._database.run(read)
