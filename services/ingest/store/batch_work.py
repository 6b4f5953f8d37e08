"""What happens to a batch, step by step: its jobs are queued, it ends, it is cancelled or retried."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import distinct, func, select, update

from mesh.clock import Clock
from mesh.db.database import Transaction
from mesh.pipeline.admin import CHUNK, UNFINISHED, JobAdmin
from mesh.pipeline.states import JobState
from mesh.pipeline.tables import jobs
from services.ingest.domain.batches import Batch, BatchKind, BatchState
from services.ingest.domain.model import Lane
from services.ingest.domain.operator_errors import BatchEnded, BatchUnknown
from services.ingest.filters import conditions_on_recordings
from services.ingest.store.batches import batch_from_row, recording_clause
from services.ingest.store.bounded import BoundedDatabase
from services.ingest.store.tables import batches, recordings

UNSETTLED = (BatchState.EXPANDING, BatchState.RUNNING, BatchState.CANCELLING)
UNSETTLED_MOST = 1000


class BatchWork:
    """Moves batches on. Every step is a transaction that holds the batch's row: any number of processes may try.

    A process that dies between two steps leaves a batch that any other goes on with. Every method raises
    DatabaseUnavailable.
    """

    def __init__(
        self,
        *,
        database: BoundedDatabase,
        admin: JobAdmin,
        clock: Clock,
        queue_limit: int,
        import_idle: timedelta,
        chunk: int = CHUNK,
    ) -> None:
        """`queue_limit`: jobs of a re-run that may wait at once; `import_idle`: silence after which an import ended."""
        self._database = database
        self._admin = admin
        self._clock = clock
        self._queue_limit = queue_limit
        self._import_idle = import_idle
        self._chunk = chunk

    async def unsettled(self) -> Sequence[Batch]:
        """Batches with which something may be to do, oldest first."""
        statement = select(batches).where(batches.c.state.in_(UNSETTLED)).order_by(batches.c.id).limit(UNSETTLED_MOST)

        async def read(work: Transaction) -> Sequence[Batch]:
            return [batch_from_row(row) for row in (await work.execute(statement)).mappings()]

        return await self._database.run(read)

    async def expand(self, batch_id: str) -> int | None:
        """Queue the jobs of the next recordings of a re-run; the number of recordings passed over.

        None where there is nothing to do now: another process is at it, it is done, or enough of its jobs wait.
        """
        return await self._database.run(lambda work: self._expand(work, batch_id))

    async def close(self, batch_id: str) -> bool:
        """End a batch whose jobs have all ended; True where it was that far.

        The job of the next stage is made in the transaction that ends the one before, so that a recording on its way
        always has a job that has not ended.
        """
        return await self._database.run(lambda work: self._close(work, batch_id))

    async def cancel(self, batch_id: str) -> None:
        """Stop a batch and all its jobs. Raises BatchUnknown, BatchEnded."""

        async def mark(work: Transaction) -> None:
            batch = await self._locked(work, batch_id)
            if batch is None:
                raise BatchUnknown(f"batches/{batch_id}")
            if batch.state is BatchState.ENDED:
                raise BatchEnded(batch_id, batch.state)
            if batch.state is not BatchState.CANCELLED:
                await self._become(work, batch, BatchState.CANCELLING)

        await self._database.run(mark)
        await self.finish_cancelling(batch_id)

    async def finish_cancelling(self, batch_id: str) -> None:
        """Stop the jobs of a batch that was cancelled. Nothing happens where it goes on meanwhile."""
        while await self._database.run(lambda work: self._cancel_some(work, batch_id)):
            pass

    async def retry(self, batch_id: str) -> int:
        """Queue the dead and cancelled jobs of a batch again; how many it were. Raises BatchUnknown.

        What people put aside stays there. A cancelled re-run goes on where it was stopped.
        """
        retried = 0
        for state in (JobState.DEAD, JobState.CANCELLED):
            after: str | None = ""
            while after is not None:
                changed, after = await self._database.run(
                    lambda work, state=state, after=after: self._retry_some(work, batch_id, state, after)  # type: ignore[misc]
                )
                retried += changed
        return retried

    async def _expand(self, work: Transaction, batch_id: str) -> int | None:
        batch = await self._locked(work, batch_id, skip_locked=True)
        if batch is None or batch.state is not BatchState.EXPANDING or await self._enough_wait(work, batch_id):
            return None
        # Ids are ordered by time: what was stored after the batch was made is not meant.
        span = (recordings.c.id > batch.position, recordings.c.id < batch.id)
        meant = [recording_clause(condition) for condition in conditions_on_recordings(batch.order.filter)]
        statement = select(recordings.c.id, recordings.c.node).where(*span, *meant).order_by(recordings.c.id)
        found = (await work.execute(statement.limit(self._chunk))).all()
        made = await self._admin.enqueue_again(
            work,
            stage=batch.order.stage,
            subjects=[f"nodes/{row.node}/recordings/{row.id}" for row in found],
            lane=Lane.BATCH,
            batch=batch_id,
            options=batch.order.options,
        )
        done = len(found) < self._chunk
        await self._become(
            work,
            batch,
            BatchState.RUNNING if done else BatchState.EXPANDING,
            position=found[-1].id if found else batch.position,
            total_recordings=batch.total_recordings + made,
        )
        return len(found) - made

    async def _enough_wait(self, work: Transaction, batch_id: str) -> bool:
        here = (jobs.c.batch == batch_id, jobs.c.state == JobState.QUEUED)
        some = select(jobs.c.id).where(*here).limit(self._queue_limit).subquery()
        queued = (await work.execute(select(func.count()).select_from(some))).scalar_one()
        return int(queued) >= self._queue_limit

    async def _close(self, work: Transaction, batch_id: str) -> bool:
        batch = await self._locked(work, batch_id, skip_locked=True)
        if batch is None or batch.state is not BatchState.RUNNING:
            return False
        unfinished = select(jobs.c.id).where(jobs.c.batch == batch_id, jobs.c.state.in_(UNFINISHED)).limit(1)
        if (await work.execute(unfinished)).first() is not None:
            return False
        if batch.order.kind is BatchKind.IMPORT and not await self._complete(work, batch):
            return False
        await self._become(work, batch, BatchState.ENDED)
        return True

    async def _complete(self, work: Transaction, batch: Batch) -> bool:
        """True when all that was announced came, or nothing has come for so long that the client must be through."""
        statement = select(func.count(distinct(jobs.c.subject)).label("came"), func.max(jobs.c.updated_at).label("at"))
        row = (await work.execute(statement.where(jobs.c.batch == batch.id))).one()
        last_at: datetime = max(row.at or batch.updated_at, batch.updated_at)
        return 0 < batch.total_recordings <= row.came or self._clock.now() - last_at >= self._import_idle

    async def _cancel_some(self, work: Transaction, batch_id: str) -> bool:
        """One step; True where there may be more to do."""
        batch = await self._locked(work, batch_id)
        if batch is None or batch.state is not BatchState.CANCELLING:
            return False
        here = [jobs.c.batch == batch_id]
        for state in UNFINISHED:
            if (await self._admin.cancel_chunk(work, here, state=state, limit=self._chunk)).changed:
                return True
        if await self._admin.count(work, here, states=UNFINISHED):
            # A worker ended one just now and left a job of the next stage.
            return True
        await self._become(work, batch, BatchState.CANCELLED)
        return False

    async def _retry_some(
        self, work: Transaction, batch_id: str, state: JobState, after: str
    ) -> tuple[int, str | None]:
        batch = await self._locked(work, batch_id)
        if batch is None:
            raise BatchUnknown(f"batches/{batch_id}")
        wanted = [jobs.c.batch == batch_id, jobs.c.resolved_at.is_(None)]
        chunk = await self._admin.retry_chunk(work, wanted, state=state, after=after, limit=self._chunk)
        if chunk.changed or batch.state in {BatchState.CANCELLING, BatchState.CANCELLED}:
            rerun = batch.order.kind is BatchKind.RERUN
            await self._become(work, batch, BatchState.EXPANDING if rerun else BatchState.RUNNING)
        return chunk.changed, chunk.after

    async def _locked(self, work: Transaction, batch_id: str, *, skip_locked: bool = False) -> Batch | None:
        statement = select(batches).where(batches.c.id == batch_id).with_for_update(skip_locked=skip_locked)
        row = (await work.execute(statement)).mappings().first()
        return batch_from_row(row) if row else None

    async def _become(self, work: Transaction, batch: Batch, state: BatchState, **values: object) -> None:
        changed = {"state": state, "updated_at": self._clock.now()} | values
        await work.execute(update(batches).where(batches.c.id == batch.id).values(changed))
