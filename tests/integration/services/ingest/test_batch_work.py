"""Batches when processes die, and when several are at it."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select, update

from mesh.db.database import Database, Transaction
from mesh.db.tables import metadata, outbox
from mesh.pipeline.admin import JobAdmin
from mesh.pipeline.jobs import Claim, JobStore
from mesh.pipeline.states import JobState
from mesh.pipeline.tables import job_transitions, jobs
from services.ingest.domain.batches import BatchKind, BatchOrder, BatchState
from services.ingest.store.batch_work import BatchWork
from services.ingest.store.batches import BatchRepository
from services.ingest.store.bounded import BoundedDatabase
from tests.integration.services.ingest.stored import store_recordings
from tests.support.clock import FakeClock

CHUNK = 10


class Dies(Exception):
    """Stands for kill -9: what was not committed is gone."""


class DyingAdmin(JobAdmin):
    """Dies after the jobs of a chunk were made, before their transaction is committed."""

    async def enqueue_again(self, work: Transaction, **asked: Any) -> int:
        """Make the jobs, then die."""
        await super().enqueue_again(work, **asked)
        raise Dies


class World:
    """A database with batches, and processes that work on them."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.clock = FakeClock()
        self.store = JobStore(clock=self.clock, worker="worker-1")
        bounded = BoundedDatabase(database, timeout_seconds=60)
        self.batches = BatchRepository(database=bounded, counting=bounded, clock=self.clock)

    def process(self, *, queue_limit: int = 1000, admin: type[JobAdmin] = JobAdmin) -> BatchWork:
        """One of any number."""
        return BatchWork(
            database=BoundedDatabase(self.database, timeout_seconds=60),
            admin=admin(jobs=self.store, clock=self.clock),
            clock=self.clock,
            queue_limit=queue_limit,
            import_idle=timedelta(minutes=10),
            chunk=CHUNK,
        )

    async def rerun(self) -> str:
        """Id of a new batch that runs everything again."""
        order = BatchOrder(BatchKind.RERUN, stage="transcribe")
        return (await self.batches.create(order, total_recordings=0, request_id="")).id

    async def state(self, batch_id: str) -> BatchState:
        """Where the batch stands."""
        return (await self.batches.get(batch_id)).state

    async def subjects(self, batch_id: str) -> Sequence[str]:
        """What its jobs work on."""
        async with self.database.transaction() as work:
            return (await work.execute(select(jobs.c.subject).where(jobs.c.batch == batch_id))).scalars().all()

    async def count(self, table: Any) -> int:
        """Rows of a table."""
        async with self.database.transaction() as work:
            return int((await work.execute(select(func.count()).select_from(table))).scalar_one())


@pytest.fixture(name="world")
async def _world(database_url: str) -> AsyncIterator[World]:
    database = Database(database_url)
    async with database.engine.begin() as connection:
        await connection.run_sync(metadata.create_all)
    yield World(database)
    await database.close()


async def expand_all(process: BatchWork, batch_id: str) -> None:
    while await process.expand(batch_id) is not None:
        pass


async def test_another_process_goes_on_where_one_died_between_two_chunks(world: World) -> None:
    names = await store_recordings(world.database, 35)
    batch_id = await world.rerun()
    await world.process().expand(batch_id)
    await world.process().expand(batch_id)
    assert len(await world.subjects(batch_id)) == 2 * CHUNK
    await expand_all(world.process(), batch_id)
    assert sorted(await world.subjects(batch_id)) == sorted(names)
    assert await world.state(batch_id) is BatchState.RUNNING


async def test_of_a_chunk_whose_process_died_in_the_middle_nothing_is_left_and_nothing_is_missing(world: World) -> None:
    names = await store_recordings(world.database, 25)
    batch_id = await world.rerun()
    await world.process().expand(batch_id)
    messages = await world.count(outbox)
    with pytest.raises(Dies):
        await world.process(admin=DyingAdmin).expand(batch_id)
    assert len(await world.subjects(batch_id)) == await world.count(job_transitions) == CHUNK
    assert await world.count(outbox) == messages
    await expand_all(world.process(), batch_id)
    assert sorted(await world.subjects(batch_id)) == sorted(names)
    assert await world.count(outbox) == len(names)
    assert (await world.batches.get(batch_id)).total_recordings == len(names)


async def test_several_processes_at_one_batch_queue_each_recording_once(world: World) -> None:
    names = await store_recordings(world.database, 60)
    batch_id = await world.rerun()

    async def process() -> None:
        work = world.process()
        while await world.state(batch_id) is BatchState.EXPANDING:
            await work.expand(batch_id)

    await asyncio.gather(*(process() for _ in range(4)))
    assert sorted(await world.subjects(batch_id)) == sorted(names)
    assert await world.count(outbox) == len(names)


async def test_no_more_jobs_of_a_rerun_wait_than_allowed(world: World) -> None:
    await store_recordings(world.database, 50)
    batch_id = await world.rerun()
    process = world.process(queue_limit=15)
    await expand_all(process, batch_id)
    assert len(await world.subjects(batch_id)) == 2 * CHUNK
    assert await world.state(batch_id) is BatchState.EXPANDING
    async with world.database.transaction() as work:
        await work.execute(update(jobs).where(jobs.c.batch == batch_id).values(state=JobState.SUCCEEDED))
    await expand_all(process, batch_id)
    assert len(await world.subjects(batch_id)) == 4 * CHUNK


async def test_a_batch_cancelled_while_it_expands_queues_nothing_more_and_goes_on_when_retried(world: World) -> None:
    names = await store_recordings(world.database, 30)
    batch_id = await world.rerun()
    process = world.process()
    await process.expand(batch_id)
    await process.cancel(batch_id)
    assert await process.expand(batch_id) is None
    assert await world.state(batch_id) is BatchState.CANCELLED
    assert len(await world.subjects(batch_id)) == CHUNK
    assert await process.retry(batch_id) == CHUNK
    await expand_all(process, batch_id)
    assert sorted(await world.subjects(batch_id)) == sorted(names)


async def test_a_cancel_whose_process_died_is_finished_by_another(world: World) -> None:
    await store_recordings(world.database, 25)
    batch_id = await world.rerun()
    process = world.process()
    await expand_all(process, batch_id)
    async with world.database.transaction() as work:
        # As far as a process came that died behind its first transaction.
        statement = "UPDATE ingest_batches SET state = 'cancelling'"
        await work.connection.exec_driver_sql(statement)
    assert [batch.id for batch in await process.unsettled()] == [batch_id]
    await process.finish_cancelling(batch_id)
    assert await world.state(batch_id) is BatchState.CANCELLED
    progress = (await world.batches.progress([await world.batches.get(batch_id)]))[0]
    assert (progress.jobs, progress.ended_recordings) == ({"cancelled": 25}, 25)


async def test_a_cancelled_batch_leaves_no_job_behind_that_a_worker_queued_meanwhile(world: World) -> None:
    """A worker ends a job and queues the next stage's while the batch is being cancelled."""
    await store_recordings(world.database, 20)
    batch_id = await world.rerun()
    process = world.process()
    await expand_all(process, batch_id)
    async with world.database.transaction() as work:
        ids = (await work.execute(select(jobs.c.id).where(jobs.c.batch == batch_id))).scalars().all()
    held = [await world.database.run(lambda work, each=each: world.store.claim(work, each)) for each in ids]

    async def finish(claim: Claim) -> bool:
        async def write(work: Transaction) -> bool:
            if not await world.store.finish(work, claim, JobState.SUCCEEDED):
                return False
            key = f"{claim.subject}/extract/{batch_id}"
            await world.store.enqueue(
                work,
                stage="extract",
                subject=claim.subject,
                lane=claim.lane,
                payload=b"",
                batch=batch_id,
                dedupe_key=key,
            )
            return True

        return await world.database.run(write)

    finished = await asyncio.gather(
        process.cancel(batch_id), *(finish(claim) for claim in held if isinstance(claim, Claim))
    )
    progress = (await world.batches.progress([await world.batches.get(batch_id)]))[0]
    successes = sum(1 for each in finished[1:] if each)
    assert progress.jobs.get("succeeded", 0) == successes
    assert set(progress.jobs) <= {"succeeded", "cancelled"}
    assert progress.jobs["cancelled"] == 20
    assert await world.state(batch_id) is BatchState.CANCELLED


async def test_repeating_a_rerun_s_steps_adds_no_jobs(world: World) -> None:
    names = await store_recordings(world.database, 15)
    batch_id = await world.rerun()
    await expand_all(world.process(), batch_id)
    async with world.database.transaction() as work:
        await work.connection.exec_driver_sql("UPDATE ingest_batches SET state = 'expanding', position = ''")
    await expand_all(world.process(), batch_id)
    assert sorted(await world.subjects(batch_id)) == sorted(names)
    assert (await world.batches.get(batch_id)).total_recordings == len(names)
