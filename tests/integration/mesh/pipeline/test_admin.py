"""What people do to jobs, and what workers make of it."""

import asyncio

import pytest
from sqlalchemy import select

from mesh.errors import InvalidInput
from mesh.pipeline.admin import UNFINISHED, JobAdmin, JobMissing
from mesh.pipeline.jobs import Claim
from mesh.pipeline.states import JobState, TransitionRefused
from mesh.pipeline.tables import jobs
from tests.integration.mesh.pipeline.stage import STAGE, FakeStage, Mesh
from tests.support.eventually import eventually

BATCH = "01890a5d-ac96-774b-bcce-b302099a8057"
# The machine may have much else to do; what is waited for takes a second.
PATIENCE = 60.0


class Unreadable(InvalidInput):
    """Fails for good, with words that no database stores as they are."""

    reason = "UNREADABLE"

    def __init__(self) -> None:
        super().__init__("cannot read \udcff\udcfe.wav " + "x" * 5000)


async def unreadable(_: Claim) -> None:
    raise Unreadable


def admin_of(mesh: Mesh) -> JobAdmin:
    return JobAdmin(jobs=mesh.store(), clock=mesh.clock)


async def test_a_person_s_cancel_stops_the_worker_in_the_middle_and_a_retry_has_it_done(mesh: Mesh) -> None:
    reached, stopped = asyncio.Event(), asyncio.Event()

    async def stop_the_first(claim: Claim) -> None:
        if reached.is_set():
            return
        reached.set()
        try:
            await asyncio.Event().wait()
        finally:
            stopped.set()

    stage = FakeStage(stop_the_first)
    mesh.start(mesh.worker(stage, mesh.store(lease_seconds=600)))
    job_id = await mesh.enqueue()
    await reached.wait()
    await mesh.database.run(lambda work: admin_of(mesh).cancel(work, job_id))
    async with asyncio.timeout(PATIENCE):
        await stopped.wait()
    assert (await mesh.state(job_id), await mesh.stored()) == ("cancelled", 0)
    await mesh.database.run(lambda work: admin_of(mesh).retry(work, job_id))
    await mesh.reaches(job_id, JobState.SUCCEEDED)
    assert await mesh.stored() == 1
    assert [(claim.attempt, claim.fence) for claim in stage.claims] == [(1, 1), (1, 2)]
    assert await mesh.history(job_id) == ["queued", "running", "cancelled", "queued", "running", "succeeded"]


async def test_a_failure_in_words_that_cannot_be_stored_ends_as_a_dead_letter_all_the_same(mesh: Mesh) -> None:
    mesh.start(mesh.worker(FakeStage(unreadable)))
    job_id = await mesh.enqueue()
    row = await mesh.reaches(job_id, JobState.DEAD)
    assert (row.error_reason, row.failure_class, row.attempts) == ("UNREADABLE", "bad_input", 1)
    assert row.error_message.startswith("cannot read ??.wav")
    await mesh.database.run(lambda work: admin_of(mesh).resolve(work, job_id, "noise"))
    assert (await mesh.job(job_id)).resolution_note == "noise"


async def test_what_runs_again_is_worked_on_as_its_batch_says(mesh: Mesh) -> None:
    stage = FakeStage()
    mesh.start(mesh.worker(stage))
    first = await mesh.enqueue(b"what to do", subject="recordings/1", owner="north")
    await mesh.reaches(first, JobState.SUCCEEDED)

    async def again() -> int:
        return await mesh.database.run(
            lambda work: admin_of(mesh).enqueue_again(
                work,
                stage=STAGE,
                subjects=["recordings/1", "recordings/never"],
                lane="batch",
                batch=BATCH,
                options={"engine": "other"},
            )
        )

    assert [await again(), await again()] == [1, 0]
    await eventually(lambda: len(stage.claims) == 2, timeout=PATIENCE)
    claim = stage.claims[1]
    assert (claim.input, claim.lane, claim.batch, claim.owner) == (b"what to do", "batch", BATCH, "north")
    assert claim.options == {"engine": "other"}


async def test_jobs_are_stopped_some_at_a_time_and_the_next_step_goes_on_behind(mesh: Mesh) -> None:
    made = [await mesh.enqueue(subject=f"recordings/{number}") for number in range(5)]
    admin, meant = admin_of(mesh), [jobs.c.stage == STAGE]
    first = await mesh.database.run(lambda work: admin.cancel_chunk(work, meant, state=JobState.QUEUED, limit=3))
    assert (first.changed, first.after) == (3, made[2])
    rest = await mesh.database.run(
        lambda work: admin.cancel_chunk(work, meant, state=JobState.QUEUED, after=made[2], limit=3)
    )
    assert (rest.changed, rest.after) == (2, None)
    assert await mesh.database.run(lambda work: admin.count(work, meant, states=UNFINISHED)) == 0


async def test_a_job_that_runs_or_waits_is_not_queued_a_second_time(mesh: Mesh) -> None:
    job_id = await mesh.enqueue()
    for state in UNFINISHED:
        async with mesh.database.transaction() as work:
            await work.execute(jobs.update().values(state=state))
        with pytest.raises(TransitionRefused):
            await mesh.database.run(lambda work: admin_of(mesh).retry(work, job_id))
    with pytest.raises(JobMissing):
        await mesh.database.run(lambda work: admin_of(mesh).retry(work, "nobody's"))
    async with mesh.database.transaction() as work:
        assert (await work.execute(select(jobs.c.state))).scalars().all() == ["running"]
