"""A database, a bus and a blob store with everything the stages need, and a look behind it."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import grpc
from google.protobuf.message import Message
from grpc_health.v1 import health_pb2, health_pb2_grpc
from nats.aio.msg import Msg
from prometheus_client import CollectorRegistry
from pydantic import SecretStr
from sqlalchemy import Select, Table, func, select

from mesh.blobs import BlobStore
from mesh.bus.bus import Bus
from mesh.bus.streams import EVENTS
from mesh.clock import SystemClock
from mesh.db.database import Database
from mesh.db.outbox import OutboxRelay
from mesh.db.tables import metadata
from mesh.host import ServiceHost
from mesh.pipeline.jobs import Claim, JobStore
from mesh.pipeline.states import ENDED
from mesh.pipeline.tables import job_transitions, jobs
from mesh.pipeline.worker import Stage, StageWorker
from mesh.rpc.server import RpcServer
from mesh.settings import MeshSettings
from mesh.telemetry.metrics import JobMetrics, OutboxMetrics, RpcMetrics
from tests.support.eventually import eventually

Event = TypeVar("Event", bound=Message)


@dataclass
class LiveMessages:
    """What was published below `tsn.live`, in the order it came."""

    arrived: list[tuple[str, bytes]] = field(default_factory=list)

    def of(self, subject: str, kind: type[Event]) -> list[Event]:
        """Messages of one subject (`partial`, `mentions`, `alerts`)."""
        return [kind.FromString(payload) for name, payload in self.arrived if name == f"tsn.live.{subject}"]


@dataclass
class Bench:
    """What a service stands on."""

    mesh: MeshSettings
    database: Database
    bus: Bus
    blobs: BlobStore
    jobs: JobStore
    live: LiveMessages

    async def enqueue(
        self, stage: str, subject: str, payload: bytes, *, again: str = "", lane: str = "live", **asked: Any
    ) -> str:
        """Queue a job as the stage before would; `again` tells a second job of the same subject apart."""
        key = f"{subject}/{stage}/{again}" if again else None
        async with self.database.transaction() as work:
            job_id = await self.jobs.enqueue(
                work, stage=stage, subject=subject, lane=lane, payload=payload, dedupe_key=key, **asked
            )
        assert job_id is not None
        return job_id

    async def ended(self, job_id: str, timeout: float = 60.0) -> dict[str, Any]:  # noqa: ASYNC109
        """The job's row as soon as nothing more happens to it."""
        rows: list[dict[str, Any]] = []

        async def has_ended() -> bool:
            rows[:] = [await self.job(job_id)]
            return rows[0]["state"] in ENDED

        await eventually(has_ended, timeout)
        return rows[0]

    async def job(self, job_id: str) -> dict[str, Any]:
        """A job's row."""
        return (await self.rows(select(jobs).where(jobs.c.id == job_id)))[0]

    async def jobs_of(self, stage: str) -> Sequence[dict[str, Any]]:
        """All jobs of a stage."""
        return await self.rows(select(jobs).where(jobs.c.stage == stage).order_by(jobs.c.id))

    async def history(self, job_id: str) -> list[str]:
        """The states that a job went through."""
        statement = select(job_transitions).where(job_transitions.c.job_id == job_id).order_by(job_transitions.c.id)
        return [row["to_state"] for row in await self.rows(statement)]

    async def rows(self, statement: Select[Any]) -> Sequence[dict[str, Any]]:
        """What a query gives."""
        async with self.database.transaction() as work:
            return [dict(row) for row in (await work.execute(statement)).mappings()]

    async def count(self, table: Table) -> int:
        """Rows in a table."""
        async with self.database.transaction() as work:
            return int((await work.execute(select(func.count()).select_from(table))).scalar_one())

    async def events(self, subject: str, kind: type[Event], *, at_least: int) -> list[Event]:
        """The events published on `subject`, as soon as there are that many."""
        subscription = await self.bus.jetstream.subscribe(subject, stream=EVENTS, ordered_consumer=True)
        try:
            return [kind.FromString((await subscription.next_msg(timeout=60)).data) for _ in range(at_least)]
        finally:
            await subscription.unsubscribe()

    async def work(self, stage: Stage, job_id: str) -> Claim:
        """Do one job by hand, without a worker: claim, work, commit."""
        claim = await self.database.run(lambda work: self.jobs.claim(work, job_id))
        assert isinstance(claim, Claim)
        outcome = await stage.work(claim)
        async with self.database.transaction() as work:
            assert await self.jobs.finish(work, claim, outcome.state, outcome.note)
            await outcome.store(work)
        return claim

    @asynccontextmanager
    async def working(self, stage: Stage, *, slots: int = 1) -> AsyncIterator[StageWorker]:
        """A worker of `stage` for the block; its retries wait milliseconds."""
        worker = StageWorker(
            stage=stage,
            jobs=self.jobs,
            database=self.database,
            bus=self.bus,
            metrics=JobMetrics(CollectorRegistry()),
            slots=slots,
            backoff_base_seconds=0.02,
            due_seconds=0.05,
        )
        running = asyncio.create_task(worker.run())
        try:
            yield worker
        finally:
            worker.drain()
            async with asyncio.timeout(60):
                await running


@asynccontextmanager
async def bench(database_url: str, nats_url: str, folder: Path) -> AsyncIterator[Bench]:
    """A bench with the shared tables and those whose modules were imported, its outbox relayed."""
    mesh = MeshSettings(
        database_url=SecretStr(database_url), database_pool_size=4, nats_url=nats_url, blob_url=f"file://{folder}/blobs"
    )
    clock = SystemClock()
    database, bus = Database(database_url), Bus(nats_url, name="bench")
    async with database.engine.begin() as connection:
        await connection.run_sync(metadata.create_all)
    await bus.connect()
    live = LiveMessages()

    async def keep(message: Msg) -> None:
        live.arrived.append((message.subject, message.data))

    await bus.subscribe_live(">", keep)
    # A round trip: the subscription is known to the server before anything is published.
    await bus.ping()
    relay = OutboxRelay(database=database, publish=bus.publish, clock=clock, metrics=OutboxMetrics(CollectorRegistry()))
    relaying = asyncio.create_task(relay.run())
    try:
        yield Bench(mesh, database, bus, BlobStore(mesh.blob_url), JobStore(clock=clock, worker="bench"), live)
    finally:
        relaying.cancel()
        await asyncio.gather(relaying, return_exceptions=True)
        await bus.close()
        await database.close()


@asynccontextmanager
async def serving(host: ServiceHost, timeout: float = 60.0) -> AsyncIterator[str]:  # noqa: ASYNC109
    """Run a service in this process until the block ends; yields host:port as soon as it says SERVING."""
    life = asyncio.create_task(host.run())
    try:
        async with asyncio.timeout(timeout):
            await eventually(lambda: host.port or life.done(), timeout)
            address = f"127.0.0.1:{host.port}"
            await health_is(address, health_pb2.HealthCheckResponse.SERVING, life.done)
        yield address
    finally:
        host.stopping.set()
        async with asyncio.timeout(60):
            await life


async def health_is(
    address: str, wanted: "health_pb2.HealthCheckResponse.ServingStatus", given_up: Callable[[], bool] = bool
) -> None:
    """Wait until the service at `address` says `wanted`."""
    async with grpc.aio.insecure_channel(address) as channel:
        stub = health_pb2_grpc.HealthStub(channel)
        while not given_up():
            answer = await stub.Check(health_pb2.HealthCheckRequest(), timeout=30)
            if answer.status == wanted:
                return
            await asyncio.sleep(0.02)


@asynccontextmanager
async def calling(register: Callable[[grpc.aio.Server], None]) -> AsyncIterator[grpc.aio.Channel]:
    """A channel to a server with the interceptors of production and what `register` adds; nothing behind it."""
    server = RpcServer(
        listen="127.0.0.1:0", metrics=RpcMetrics(CollectorRegistry()), register=register, service_names=(), checks={}
    )
    await server.start()
    try:
        async with grpc.aio.insecure_channel(f"127.0.0.1:{server.port}") as channel:
            yield channel
    finally:
        await server.stop(0)
