"""Workers that die, leases that run out, servers that go away."""

import asyncio
import signal
import tempfile
from datetime import UTC, datetime
from pathlib import Path

import nats.errors
from sqlalchemy import update

from deploy.local.mariadb import MariaDb
from deploy.local.running import start
from mesh.bus.streams import EVENTS, WORK
from mesh.db.database import DatabaseUnavailable
from mesh.pipeline.jobs import Claim
from mesh.pipeline.states import JobState
from mesh.pipeline.tables import jobs
from tests.integration.mesh.pipeline.stage import STAGE, FakeStage, Mesh, mesh_on
from tests.support.clock import FakeClock
from tests.support.eventually import eventually


class Hold:
    """Work that waits for the test, at its first attempt only."""

    def __init__(self) -> None:
        self.reached, self.go_on = asyncio.Event(), asyncio.Event()

    async def __call__(self, claim: Claim) -> None:
        if claim.attempt == 1:
            self.reached.set()
            await self.go_on.wait()


async def test_the_late_result_of_a_lost_lease_is_discarded(mesh: Mesh) -> None:
    """Between the last renewal and the commit another worker takes the job: nothing of the first one's is stored."""
    hold, clock = Hold(), FakeClock()
    late = mesh.worker(FakeStage(hold), mesh.store(worker="late", lease_seconds=60, clock=clock))
    mesh.start(late)
    job_id = await mesh.enqueue()
    await hold.reached.wait()
    clock.advance(61)
    async with mesh.database.transaction() as work:
        other = mesh.store(worker="other", clock=clock)
        assert isinstance(await other.claim(work, job_id), Claim)
    hold.go_on.set()
    await eventually(lambda: mesh.count("tsn_job_leases_lost_total", stage=STAGE) == 1)
    row = await mesh.job(job_id)
    assert (row.state, row.worker, row.attempts, row.fence) == ("running", "other", 2, 2)
    assert await mesh.stored() == 0
    assert await mesh.messages(EVENTS) == 0
    assert await mesh.history(job_id) == ["queued", "running", "running"]


async def test_the_late_failure_of_a_lost_lease_changes_nothing(mesh: Mesh) -> None:
    hold, clock = Hold(), FakeClock()

    async def hold_then_fail(claim: Claim) -> None:
        await hold(claim)
        raise RuntimeError("too late to matter")

    mesh.start(mesh.worker(FakeStage(hold_then_fail), mesh.store(worker="late", lease_seconds=60, clock=clock)))
    job_id = await mesh.enqueue()
    await hold.reached.wait()
    clock.advance(61)
    async with mesh.database.transaction() as work:
        assert isinstance(await mesh.store(worker="other", clock=clock).claim(work, job_id), Claim)
    hold.go_on.set()
    await eventually(lambda: mesh.count("tsn_job_leases_lost_total", stage=STAGE) == 1)
    row = await mesh.job(job_id)
    assert (row.state, row.worker, row.error_reason) == ("running", "other", "WORKER_LOST")


async def test_a_cancelled_job_stops_at_the_next_renewal(mesh: Mesh) -> None:
    reached, stopped = asyncio.Event(), asyncio.Event()

    async def work_for_ever(_: Claim) -> None:
        reached.set()
        try:
            await asyncio.Event().wait()
        finally:
            stopped.set()

    mesh.start(mesh.worker(FakeStage(work_for_ever), mesh.store(lease_seconds=0.8)))
    job_id = await mesh.enqueue()
    await reached.wait()
    async with mesh.database.transaction() as work:
        await work.execute(update(jobs).where(jobs.c.id == job_id).values(state=JobState.CANCELLED))
    async with asyncio.timeout(10):
        await stopped.wait()
    assert await mesh.state(job_id) == "cancelled"
    assert await mesh.stored() == 0


async def test_the_lease_of_long_work_is_kept(mesh: Mesh) -> None:
    hold = Hold()
    first = FakeStage(hold)
    mesh.start(mesh.worker(first, mesh.store(lease_seconds=0.8)))
    job_id = await mesh.enqueue()
    await hold.reached.wait()
    second = FakeStage()
    mesh.start(mesh.worker(second, mesh.store(worker="second", lease_seconds=0.8)))
    begun = (await mesh.job(job_id)).lease_until

    async def renewed_twice() -> bool:
        return bool((await mesh.job(job_id)).lease_until.timestamp() > begun.timestamp() + 0.35)

    await eventually(renewed_twice)
    hold.go_on.set()
    await mesh.reaches(job_id, JobState.SUCCEEDED)
    assert second.claims == []
    assert (await mesh.job(job_id)).attempts == 1


async def test_the_attempt_of_a_killed_worker_counts_and_another_finishes(mesh: Mesh) -> None:
    hold = Hold()
    killed = mesh.start(mesh.worker(FakeStage(hold), mesh.store(worker="killed", lease_seconds=0.5)))
    job_id = await mesh.enqueue()
    await hold.reached.wait()
    killed.cancel()
    await asyncio.gather(killed, return_exceptions=True)
    row = await mesh.job(job_id)
    assert (row.state, row.attempts) == ("running", 1)
    mesh.start(mesh.worker(FakeStage(), mesh.store(worker="next", lease_seconds=0.5)))
    row = await mesh.reaches(job_id, JobState.SUCCEEDED)
    assert (row.attempts, row.worker) == (2, "next")
    assert await mesh.stored() == 1


async def test_a_job_that_kills_every_worker_is_dead_in_the_end(mesh: Mesh) -> None:
    job_id = await mesh.enqueue(max_attempts=2)
    for number in range(2):
        reached = asyncio.Event()

        async def die(_: Claim, reached: asyncio.Event = reached) -> None:
            reached.set()
            await asyncio.Event().wait()

        killed = mesh.start(mesh.worker(FakeStage(die), mesh.store(worker=f"killed-{number}", lease_seconds=0.5)))
        async with asyncio.timeout(15):
            await reached.wait()
        killed.cancel()
        await asyncio.gather(killed, return_exceptions=True)
    mesh.start(mesh.worker(FakeStage(), mesh.store(lease_seconds=0.5)))
    row = await mesh.reaches(job_id, JobState.DEAD)
    assert (row.attempts, row.error_reason, row.failure_class) == (2, "WORKER_LOST", "crash")
    assert await mesh.stored() == 0


async def test_a_sweep_publishes_jobs_whose_message_is_gone(mesh: Mesh) -> None:
    stage = FakeStage()
    job_id = await mesh.enqueue()
    await eventually(lambda: _count(mesh, WORK, 1))
    await mesh.bus.jetstream.purge_stream(WORK)
    worker = mesh.worker(stage, mesh.store(lease_seconds=1))
    mesh.start(worker)
    clock = FakeClock((await mesh.job(job_id)).updated_at)
    sweeper = mesh.worker(stage, mesh.store(lease_seconds=1, clock=clock))
    await eventually(lambda: _has_consumer(mesh))
    assert await sweeper.sweep_once() == 0
    clock.advance(3)
    assert await sweeper.sweep_once() == 1
    await mesh.reaches(job_id, JobState.SUCCEEDED)
    assert await sweeper.sweep_once() == 0


async def test_a_sweep_adds_nothing_to_a_backlog(mesh: Mesh) -> None:
    hold = Hold()
    mesh.start(mesh.worker(FakeStage(hold), mesh.store(lease_seconds=7 * 86_400)))
    for number in range(3):
        await mesh.enqueue(subject=f"recordings/{number}")
    await hold.reached.wait()
    await eventually(lambda: _count(mesh, WORK, 3))
    clock = FakeClock(datetime.now(UTC))
    sweeper = mesh.worker(FakeStage(), mesh.store(lease_seconds=1, clock=clock))
    clock.advance(86_400)
    assert await sweeper.sweep_once() == 0
    hold.go_on.set()


async def test_a_database_away_when_the_work_ends_costs_neither_result_nor_attempt(nats_url: str) -> None:
    with tempfile.TemporaryDirectory(prefix="tsn-mariadb-") as folder:
        server = MariaDb.new(Path(folder), "--innodb-buffer-pool-size=64M")
        child = await start(server, Path(folder))
        try:
            async with mesh_on(server.url, nats_url) as mesh:
                hold = Hold()
                stage = FakeStage(hold)
                mesh.start(mesh.worker(stage, mesh.store(lease_seconds=1)))
                job_id = await mesh.enqueue()
                await hold.reached.wait()
                child.send(signal.SIGKILL)
                await child.wait()
                hold.go_on.set()
                child = await start(server, Path(folder))
                await eventually(lambda: _succeeded(mesh, job_id), timeout=30)
                assert await mesh.stored() == 1
                assert (await mesh.job(job_id)).attempts == 1
                assert len(stage.claims) == 1
                await eventually(lambda: _count(mesh, EVENTS, 1))
        finally:
            await child.stop()


async def _succeeded(mesh: Mesh, job_id: str) -> bool:
    try:
        return await mesh.state(job_id) == JobState.SUCCEEDED
    except DatabaseUnavailable:
        return False


async def _count(mesh: Mesh, stream: str, count: int) -> bool:
    return await mesh.messages(stream) == count


async def _has_consumer(mesh: Mesh) -> bool:
    try:
        return bool(await mesh.bus.jetstream.consumers_info(WORK))
    except nats.errors.TimeoutError:
        return False
