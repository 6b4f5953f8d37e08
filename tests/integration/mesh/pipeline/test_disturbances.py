"""Workers that die, leases that run out, servers that go away."""

import asyncio
import shutil
import signal
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import update

from deploy.local.mariadb import MariaDb
from deploy.local.nats import Nats
from deploy.local.running import start
from mesh.bus.streams import EVENTS, WORK
from mesh.db.database import DatabaseUnavailable
from mesh.pipeline import attempt
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
    # It is renewed after a quarter of its time, which the test does not last.
    late = mesh.worker(FakeStage(hold), mesh.store(worker="late", lease_seconds=600, clock=clock))
    mesh.start(late)
    job_id = await mesh.enqueue()
    await hold.reached.wait()
    clock.advance(601)
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

    mesh.start(mesh.worker(FakeStage(hold_then_fail), mesh.store(worker="late", lease_seconds=600, clock=clock)))
    job_id = await mesh.enqueue()
    await hold.reached.wait()
    clock.advance(601)
    async with mesh.database.transaction() as work:
        assert isinstance(await mesh.store(worker="other", clock=clock).claim(work, job_id), Claim)
    hold.go_on.set()
    await eventually(lambda: mesh.count("tsn_job_leases_lost_total", stage=STAGE) == 1)
    row = await mesh.job(job_id)
    assert (row.state, row.worker, row.error_reason) == ("running", "other", "WORKER_LOST")


async def test_a_cancel_is_read_in_the_middle_of_the_work_long_before_the_next_renewal(mesh: Mesh) -> None:
    """The state that a person sets is not a string that nobody reads: the work ends within two seconds."""
    reached, stopped = asyncio.Event(), asyncio.Event()

    async def work_for_ever(_: Claim) -> None:
        reached.set()
        try:
            await asyncio.Event().wait()
        finally:
            stopped.set()

    mesh.start(mesh.worker(FakeStage(work_for_ever), mesh.store(lease_seconds=600)))
    job_id = await mesh.enqueue()
    await reached.wait()
    await cancel(mesh, job_id)
    # Two seconds on an idle machine.
    async with asyncio.timeout(60):
        await stopped.wait()
    await eventually(lambda: mesh.count("tsn_job_cancels_seen_total", stage=STAGE) == 1)
    await eventually(lambda: _count(mesh, WORK, 0))
    assert (await mesh.job(job_id)).state == "cancelled"
    assert await mesh.stored() == 0
    assert mesh.count("tsn_job_leases_lost_total", stage=STAGE) == 0


async def test_a_result_that_comes_after_the_cancel_is_discarded(mesh: Mesh) -> None:
    hold = Hold()
    mesh.start(mesh.worker(FakeStage(hold), watch_seconds=3600))
    job_id = await mesh.enqueue()
    await hold.reached.wait()
    await cancel(mesh, job_id)
    hold.go_on.set()
    await eventually(lambda: mesh.count("tsn_job_cancels_seen_total", stage=STAGE) == 1)
    assert await mesh.state(job_id) == "cancelled"
    assert (await mesh.stored(), await mesh.messages(EVENTS)) == (0, 0)


async def test_a_job_cancelled_while_it_waits_is_never_worked_on_again(mesh: Mesh) -> None:
    async def stumble(_: Claim) -> None:
        raise RuntimeError("once")

    stage = FakeStage(stumble)
    mesh.start(mesh.worker(stage, backoff_base_seconds=3600, backoff_cap_seconds=3600))
    job_id = await mesh.enqueue()
    await mesh.reaches(job_id, JobState.WAITING)
    await cancel(mesh, job_id)
    async with mesh.database.transaction() as work:
        await work.execute(update(jobs).where(jobs.c.id == job_id).values(retry_at=datetime(2020, 1, 1, tzinfo=UTC)))
    await mesh.reaches(await mesh.enqueue(subject="recordings/2", max_attempts=1), JobState.DEAD)
    assert [claim.job_id for claim in stage.claims].count(job_id) == 1
    assert await mesh.state(job_id) == "cancelled"


async def cancel(mesh: Mesh, job_id: str) -> None:
    """What a person's command does to the row."""
    async with mesh.database.transaction() as work:
        await work.execute(update(jobs).where(jobs.c.id == job_id).values(state=JobState.CANCELLED))


async def test_work_that_never_ends_fails_at_its_limit(mesh: Mesh) -> None:
    async def hang(_: Claim) -> None:
        await asyncio.Event().wait()

    mesh.start(mesh.worker(FakeStage(hang), attempt_seconds=0.2))
    row = await mesh.reaches(await mesh.enqueue(max_attempts=2), JobState.DEAD)
    assert (row.attempts, row.error_reason, row.failure_class) == (2, "ATTEMPT_TIMED_OUT", "transient")


async def test_a_timeout_of_the_work_s_own_is_not_taken_for_the_limit(mesh: Mesh) -> None:
    async def time_out(_: Claim) -> None:
        raise TimeoutError("the peer took too long")

    mesh.start(mesh.worker(FakeStage(time_out)))
    row = await mesh.reaches(await mesh.enqueue(max_attempts=1), JobState.DEAD)
    assert row.error_reason == "TimeoutError"


async def test_a_worker_that_is_stopped_gives_its_job_back_and_no_attempt_is_used_up(
    mesh: Mesh, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(attempt, "GIVE_BACK_SECONDS", 60)
    hold = Hold()
    worker = mesh.worker(FakeStage(hold), mesh.store(worker="stopped", lease_seconds=600))
    task = mesh.start(worker)
    job_id = await mesh.enqueue(max_attempts=1)
    await hold.reached.wait()
    worker.drain()
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    mesh.start(mesh.worker(FakeStage(), mesh.store(worker="next", lease_seconds=600)))
    row = await mesh.reaches(job_id, JobState.SUCCEEDED)
    assert (row.attempts, row.worker, row.deferrals) == (1, "next", 1)


async def test_no_work_is_taken_while_what_all_of_it_needs_is_away(mesh: Mesh) -> None:
    away, asked = True, 0

    async def blobs() -> None:
        nonlocal asked
        asked += 1
        if away:
            raise RuntimeError("the folder is not mounted")

    stage = FakeStage()
    mesh.start(mesh.worker(stage, needs={"blobs": blobs}))
    job_id = await mesh.enqueue()
    await eventually(lambda: asked >= 2)
    assert mesh.count("tsn_job_gate_closed", stage=STAGE) == 1
    assert (await mesh.state(job_id), stage.claims) == ("queued", [])
    away = False
    assert (await mesh.reaches(job_id, JobState.SUCCEEDED)).attempts == 1
    await eventually(lambda: mesh.count("tsn_job_gate_closed", stage=STAGE) == 0)


async def test_a_bus_that_lost_its_disk_is_used_again_and_no_job_is_lost(database_url: str) -> None:
    with tempfile.TemporaryDirectory(prefix="tsn-nats-") as folder:
        server = Nats.new(Path(folder) / "server")
        child = await start(server, Path(folder))
        try:
            async with mesh_on(database_url, server.url) as mesh:
                hold = Hold()
                mesh.start(mesh.worker(FakeStage(hold), mesh.store(lease_seconds=0.5), sweep_seconds=0.5))
                ids = [await mesh.enqueue(subject="recordings/0")]
                await hold.reached.wait()
                ids += [await mesh.enqueue(subject=f"recordings/{number}") for number in range(1, 4)]
                await eventually(lambda: _all_there(mesh, 4))
                child.send(signal.SIGKILL)
                await child.wait()
                await asyncio.to_thread(shutil.rmtree, server.folder)
                ids.append(await mesh.enqueue(subject="recordings/during"))
                child = await start(server, Path(folder))
                hold.go_on.set()
                for job_id in ids:
                    row = await mesh.reaches(job_id, JobState.SUCCEEDED)
                    assert row.attempts == 1
                assert await mesh.stored() == 5
        finally:
            await child.stop()


async def test_the_lease_of_long_work_is_kept(mesh: Mesh) -> None:
    """The clock goes on when the lease was renewed, so that no busy machine is late with that."""
    hold, clock = Hold(), FakeClock()
    first, second = FakeStage(hold), FakeStage()
    mesh.start(mesh.worker(first, mesh.store(lease_seconds=0.8, clock=clock)))
    job_id = await mesh.enqueue()
    await hold.reached.wait()
    mesh.start(mesh.worker(second, mesh.store(worker="second", lease_seconds=0.8, clock=clock)))
    until = (await mesh.job(job_id)).lease_until

    async def renewed() -> bool:
        return bool((await mesh.job(job_id)).lease_until == until)

    for _ in range(3):
        clock.advance(0.5)
        until += timedelta(seconds=0.5)
        await eventually(renewed)
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
        async with asyncio.timeout(60):
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
    await eventually(mesh.listens)
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
                await eventually(lambda: _succeeded(mesh, job_id))
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


async def _all_there(mesh: Mesh, jobs_: int) -> bool:
    """Whether each job has a message: a sweep may have published a second one."""
    return await mesh.messages(WORK) >= jobs_


async def _count(mesh: Mesh, stream: str, count: int) -> bool:
    return await mesh.messages(stream) == count
