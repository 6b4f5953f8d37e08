"""Batches in the database: made, read, counted."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Column, ColumnElement, RowMapping, distinct, exists, func, insert, select, text, update
from sqlalchemy.dialects.mysql import insert as mysql_insert

from mesh.clock import Clock
from mesh.db.database import Transaction
from mesh.ids import new_id
from mesh.pipeline.admin import UNFINISHED
from mesh.pipeline.tables import jobs
from services.ingest.domain.batches import Batch, BatchKind, BatchOrder, BatchState, Progress
from services.ingest.domain.model import FieldCondition
from services.ingest.domain.operator_errors import BatchClosed, BatchRequestReused, BatchUnknown
from services.ingest.store.bounded import BoundedDatabase
from services.ingest.store.jobs import COMPARISONS
from services.ingest.store.tables import batches, recordings

FIRST_STATE = {BatchKind.RERUN: BatchState.EXPANDING, BatchKind.IMPORT: BatchState.RUNNING}
FIRST_STAGE = "transcribe"
"""Every stored recording has a job of this stage."""
_COLUMNS: dict[str, Column[Any]] = {
    "node": recordings.c.node,
    "channel": recordings.c.channel,
    "captured_at": recordings.c.captured_at,
    "recording": recordings.c.id,
}


class BatchRepository:
    """Batches as people see them. Every method raises DatabaseUnavailable."""

    def __init__(self, *, database: BoundedDatabase, counting: BoundedDatabase, clock: Clock) -> None:
        """`counting` is the same database with time enough to look at every recording."""
        self._database = database
        self._counting = counting
        self._clock = clock

    async def create(self, order: BatchOrder, *, total_recordings: int, request_id: str) -> Batch:
        """A new batch, or the one that the same request made before. Raises BatchRequestReused."""
        batch_id, now = new_id(), self._clock.now()
        values = {
            "id": batch_id,
            "request_id": request_id or None,
            "kind": order.kind,
            "stage": order.stage,
            "filter": order.filter,
            "engine": order.engine,
            "model": order.model,
            "note": order.note,
            "state": FIRST_STATE[order.kind],
            "total_recordings": total_recordings,
            "created_at": now,
            "updated_at": now,
        }

        async def write(work: Transaction) -> Batch:
            if not request_id:
                await work.execute(insert(batches).values(values))
                return await _get(work, batches.c.id == batch_id, batch_id)
            await work.execute(mysql_insert(batches).values(values).prefix_with("IGNORE"))
            return await _get(work, batches.c.request_id == request_id, batch_id)

        made = await self._database.run(write)
        if made.order != order:
            raise BatchRequestReused(request_id, made.id)
        return made

    async def get(self, batch_id: str) -> Batch:
        """One batch. Raises BatchUnknown."""
        return await self._database.run(lambda work: _get(work, batches.c.id == batch_id, batch_id))

    async def page(self, *, before: str | None, limit: int) -> list[Batch]:
        """Batches, newest first, beginning with the one made before `before`."""
        statement = select(batches).order_by(batches.c.id.desc()).limit(limit)
        if before is not None:
            statement = statement.where(batches.c.id < before)

        async def read(work: Transaction) -> list[Batch]:
            return [batch_from_row(row) for row in (await work.execute(statement)).mappings()]

        return await self._database.run(read)

    async def progress(self, found: Sequence[Batch]) -> list[Progress]:
        """How far each of `found` has come."""
        ids = [batch.id for batch in found]
        imports = [batch.id for batch in found if batch.order.kind is BatchKind.IMPORT]
        by_state = select(jobs.c.batch, jobs.c.state, func.count().label("jobs")).where(jobs.c.batch.in_(ids))

        async def read(work: Transaction) -> list[Progress]:
            counts: dict[str, dict[str, int]] = {each: {} for each in ids}
            for row in await work.execute(by_state.group_by(jobs.c.batch, jobs.c.state)):
                counts[row.batch][row.state] = row.jobs
            unfinished = await _recordings_by_batch(work, jobs.c.batch.in_(ids), jobs.c.state.in_(UNFINISHED))
            totals = {batch.id: batch.total_recordings for batch in found}
            totals |= dict.fromkeys(imports, 0) | await _recordings_by_batch(work, jobs.c.batch.in_(imports))
            return [Progress(counts[each], totals[each] - unfinished.get(each, 0)) for each in ids]

        return await self._database.run(read) if ids else []

    async def count(self, conditions: Sequence[FieldCondition], stage: str) -> int:
        """How many recordings a re-run of `stage` would find."""
        statement = select(func.count()).select_from(recordings).where(*map(recording_clause, conditions))
        if stage != FIRST_STAGE:
            # Converted, or the index on ASCII names would not be used.
            name = text(
                "CONVERT(CONCAT('nodes/', ingest_recordings.node, '/recordings/', ingest_recordings.id) USING ascii)"
            )
            reached = exists().where(jobs.c.subject == name, jobs.c.stage == stage)
            statement = statement.where(reached)

        async def read(work: Transaction) -> int:
            return int((await work.execute(statement)).scalar_one())

        return await self._counting.run(read)


async def admit(work: Transaction, batch_id: str) -> None:
    """Keep an import open until the caller's transaction ends. Raises BatchUnknown, BatchClosed."""
    statement = select(batches.c.kind, batches.c.state).where(batches.c.id == batch_id)
    row = (await work.execute(statement.with_for_update(read=True))).first()
    if row is None:
        raise BatchUnknown(f"batches/{batch_id}")
    if row.kind != BatchKind.IMPORT:
        raise BatchClosed(batch_id, "is a re-run, which finds its recordings by itself")
    if row.state in {BatchState.CANCELLING, BatchState.CANCELLED}:
        raise BatchClosed(batch_id, "was cancelled")
    if row.state == BatchState.ENDED:
        await reopen(work, [batch_id])


async def reopen(work: Transaction, batch_ids: Sequence[str]) -> None:
    """Let ended batches run again, since there is something to do."""
    here = batches.c.id.in_(batch_ids)
    await work.execute(
        update(batches).where(here, batches.c.state == BatchState.ENDED).values(state=BatchState.RUNNING)
    )


def recording_clause(condition: FieldCondition) -> ColumnElement[bool]:
    """A condition on recordings as SQL."""
    made: ColumnElement[bool] = COMPARISONS[condition.op](_COLUMNS[condition.field], condition.value)
    return made


def batch_from_row(row: RowMapping) -> Batch:
    """A row of ingest_batches."""
    order = BatchOrder(
        kind=BatchKind(row["kind"]),
        stage=row["stage"],
        filter=row["filter"],
        engine=row["engine"],
        model=row["model"],
        note=row["note"],
    )
    return Batch(
        id=row["id"],
        order=order,
        state=BatchState(row["state"]),
        total_recordings=row["total_recordings"],
        position=row["position"],
        created_at=row["created_at"],
        updated_at=row["updated_at"],
    )


async def _get(work: Transaction, here: ColumnElement[bool], batch_id: str) -> Batch:
    row = (await work.execute(select(batches).where(here))).mappings().first()
    if row is None:
        raise BatchUnknown(f"batches/{batch_id}")
    return batch_from_row(row)


async def _recordings_by_batch(work: Transaction, *where: ColumnElement[bool]) -> dict[str, int]:
    counted = select(jobs.c.batch, func.count(distinct(jobs.c.subject)).label("recordings"))
    found = await work.execute(counted.where(*where).group_by(jobs.c.batch))
    return {row.batch: row.recordings for row in found}
