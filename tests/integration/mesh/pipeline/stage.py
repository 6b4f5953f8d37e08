"""A stage whose work the test decides, on a real database and bus."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

from nats.errors import Error as NatsError
from prometheus_client import CollectorRegistry
from sqlalchemy import Column, Integer, MetaData, Table, func, select
from sqlalchemy.dialects.mysql import insert

from mesh.bus.bus import Bus
from mesh.bus.streams import WORK
from mesh.clock import Clock, SystemClock
from mesh.db.database import Database, Transaction
from mesh.db.outbox import OutboxRelay
from mesh.db.tables import TABLE_OPTIONS, ascii_string, id_column, metadata, outbox, outbox_sent
from mesh.pipeline.jobs import Claim, JobStore
from mesh.pipeline.lanes import QUEUES
from mesh.pipeline.states import JobState
from mesh.pipeline.tables import job_transitions, jobs
from mesh.pipeline.worker import Outcome, StageWorker
from mesh.telemetry.metrics import JobMetrics, OutboxMetrics, new_registry
from tests.support.eventually import eventually

STAGE = "transcribe"
EVENT = "tsn.transcribe.v1.transcript_completed"
Work = Callable[[Claim], Awaitable[None]]

# Not in the mesh's own MetaData, which the migrations are compared with.
results_metadata = MetaData()
results = Table(
    "tsn_test_results",
    results_metadata,
    Column("number", Integer, primary_key=True),
    id_column("job_id", nullable=False),
    Column("text", ascii_string(64), nullable=False),
    **TABLE_OPTIONS,
)
TABLES = [outbox, outbox_sent, jobs, job_transitions]


async def at_once(_: Claim) -> None:
    """Work that is done already."""


@dataclass
class FakeStage:
    """Does `behave`, then stores one row and one event."""

    behave: Work = at_once
    name: str = STAGE
    state: JobState = JobState.SUCCEEDED
    claims: list[Claim] = field(default_factory=list)

    async def work(self, claim: Claim) -> Outcome:
        """Keep the claim, behave, and say what to store."""
        self.claims.append(claim)
        await self.behave(claim)

        async def store(work: Transaction) -> None:
            await work.execute(insert(results).values(job_id=claim.job_id, text=claim.input.decode()))
            work.publish(EVENT, claim.input)

        return Outcome(store=store, state=self.state)


@dataclass
class Mesh:
    """Database, bus and relay of one test; as many workers as it wants."""

    database: Database
    bus: Bus
    clock: Clock
    registry: CollectorRegistry = field(default_factory=new_registry)
    tasks: list[asyncio.Task[None]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.metrics = JobMetrics(self.registry)

    def store(self, *, worker: str = "worker-1", lease_seconds: float = 20.0, clock: Clock | None = None) -> JobStore:
        """A job store as one process has it."""
        return JobStore(clock=clock or self.clock, worker=worker, lease_seconds=lease_seconds)

    def worker(self, stage: FakeStage, store: JobStore | None = None, *, slots: int = 1, **options: Any) -> StageWorker:
        """A worker with waits short enough for a test."""
        waits = {"backoff_base_seconds": 0.02, "backoff_cap_seconds": 0.1, "sweep_seconds": 3600, "due_seconds": 0.05}
        return StageWorker(
            stage=stage,
            jobs=store or self.store(),
            database=self.database,
            bus=self.bus,
            metrics=self.metrics,
            slots=slots,
            **waits | options,
        )

    def start(self, worker: StageWorker) -> asyncio.Task[None]:
        """Run a worker until the test ends."""
        task = asyncio.create_task(worker.run())
        self.tasks.append(task)
        return task

    async def enqueue(
        self,
        payload: bytes = b"audio",
        *,
        subject: str = "recordings/1",
        max_attempts: int = 3,
        lane: str = "live",
        owner: str = "",
    ) -> str:
        """A job; its id."""
        async with self.database.transaction() as work:
            job_id = await self.store().enqueue(
                work, stage=STAGE, subject=subject, lane=lane, payload=payload, max_attempts=max_attempts, owner=owner
            )
        assert job_id is not None
        return job_id

    async def job(self, job_id: str) -> Any:
        """The job's row."""
        async with self.database.transaction() as work:
            return (await work.execute(select(jobs).where(jobs.c.id == job_id))).one()

    async def state(self, job_id: str) -> str:
        """Where the job stands."""
        return str((await self.job(job_id)).state)

    async def reaches(self, job_id: str, state: JobState) -> Any:
        """Wait until the job stands at `state`; its row."""

        async def there() -> bool:
            return await self.state(job_id) == state

        await eventually(there)
        return await self.job(job_id)

    async def history(self, job_id: str) -> list[str]:
        """States that the job went through."""
        async with self.database.transaction() as work:
            statement = select(job_transitions.c.to_state).where(job_transitions.c.job_id == job_id)
            return [str(row.to_state) for row in await work.execute(statement.order_by(job_transitions.c.id))]

    async def stored(self) -> int:
        """Results in the database."""
        async with self.database.transaction() as work:
            return int((await work.execute(select(func.count()).select_from(results))).scalar_one())

    async def messages(self, stream: str) -> int:
        """Messages in a stream, as soon as the server tells: a busy one may take longer than an answer may."""
        told: list[int] = []

        async def answers() -> bool:
            with suppress(NatsError, TimeoutError):
                told.append((await self.bus.jetstream.stream_info(stream)).state.messages)
            return bool(told)

        await eventually(answers)
        return told[-1]

    async def listens(self) -> bool:
        """Whether every queue of the stage has its consumer: a worker opens them one by one."""
        with suppress(NatsError, TimeoutError):
            return len(await self.bus.jetstream.consumers_info(WORK)) == len(QUEUES)
        return False

    def count(self, name: str, **labels: str) -> float:
        """A metric's value."""
        return self.registry.get_sample_value(name, labels) or 0.0


@asynccontextmanager
async def mesh_on(database_url: str, nats_url: str, *, bus_seconds: float = 2.0) -> AsyncIterator[Mesh]:
    """Tables, streams and a running relay; everything started inside is ended. `bus_seconds`: wait for its answers."""
    database, bus = Database(database_url), Bus(nats_url, name="test", timeout_seconds=bus_seconds)
    async with database.engine.begin() as connection:
        await connection.run_sync(lambda each: metadata.create_all(each, tables=TABLES))
        await connection.run_sync(results_metadata.create_all)
    await bus.connect()
    mesh = Mesh(database=database, bus=bus, clock=SystemClock())
    relay = OutboxRelay(
        database=database,
        publish=bus.publish,
        clock=SystemClock(),
        metrics=OutboxMetrics(new_registry()),
        poll_seconds=0.1,
        backoff_cap_seconds=0.2,
    )
    mesh.tasks.append(asyncio.create_task(relay.run()))
    try:
        yield mesh
    finally:
        for task in mesh.tasks:
            task.cancel()
        await asyncio.gather(*mesh.tasks, return_exceptions=True)
        await bus.close()
        await database.close()
