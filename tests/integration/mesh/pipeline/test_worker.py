"""The life of a job on a worker, from queue to end."""

import asyncio

from sqlalchemy import update

from mesh.bus.streams import DEAD, EVENTS, MAX_PAYLOAD_BYTES, WORK, work_subject
from mesh.db.database import Transaction
from mesh.errors import InvalidInput, Kind, TsnError, Unavailable
from mesh.pipeline.jobs import Claim
from mesh.pipeline.states import JobState
from mesh.pipeline.tables import jobs
from mesh.pipeline.worker import MAX_DEFERRALS, Outcome
from mesh.telemetry.tracing import span, trace_id_of
from tests.integration.mesh.pipeline.stage import EVENT, STAGE, FakeStage, Mesh
from tests.support.eventually import eventually
from tests.support.spans import recorded_spans


class EngineAway(TsnError):
    """For this test."""

    reason = "ENGINE_AWAY"


class PeerAway(Unavailable):
    """For this test."""

    reason = "PEER_AWAY"


class NotAllowed(TsnError):
    """For this test."""

    kind = Kind.PRECONDITION
    reason = "NOT_ALLOWED"


class AudioBroken(InvalidInput):
    """For this test."""

    reason = "AUDIO_BROKEN"


async def test_a_job_that_goes_well_leaves_result_state_event_and_history(mesh: Mesh) -> None:
    stage = FakeStage()
    mesh.start(mesh.worker(stage))
    job_id = await mesh.enqueue(b"audio")
    row = await mesh.reaches(job_id, JobState.SUCCEEDED)
    assert (row.attempts, row.worker, row.lease_until, row.error_reason) == (1, "worker-1", None, "")
    assert stage.claims[0].input == b"audio"
    assert await mesh.history(job_id) == ["queued", "running", "succeeded"]
    assert await mesh.stored() == 1
    await eventually(lambda: _count(mesh, EVENTS, 1))
    await eventually(lambda: _count(mesh, WORK, 0))
    # Counted a moment after the commit.
    await eventually(lambda: mesh.count("tsn_jobs_finished_total", stage=STAGE, state="succeeded") == 1)
    assert mesh.count("tsn_jobs_running", stage=STAGE) == 0


async def _count(mesh: Mesh, stream: str, count: int) -> bool:
    return await mesh.messages(stream) == count


async def test_degraded_is_an_end_of_its_own(mesh: Mesh) -> None:
    mesh.start(mesh.worker(FakeStage(state=JobState.DEGRADED)))
    job_id = await mesh.enqueue()
    await mesh.reaches(job_id, JobState.DEGRADED)
    assert await mesh.stored() == 1


async def test_a_transient_failure_is_tried_again_and_counted(mesh: Mesh) -> None:
    async def away_at_first(claim: Claim) -> None:
        if claim.attempt < 3:
            raise EngineAway("the engine is away")

    mesh.start(mesh.worker(FakeStage(away_at_first)))
    job_id = await mesh.enqueue()
    row = await mesh.reaches(job_id, JobState.SUCCEEDED)
    assert (row.attempts, row.error_reason, row.error_message) == (3, "", "")
    assert await mesh.history(job_id) == [*["queued", "running", "waiting"] * 2, "queued", "running", "succeeded"]
    assert await mesh.stored() == 1


async def test_a_job_that_always_fails_is_dead_after_its_attempts(mesh: Mesh) -> None:
    async def away(_: Claim) -> None:
        raise EngineAway("the engine is away")

    mesh.start(mesh.worker(FakeStage(away)))
    job_id = await mesh.enqueue(max_attempts=2)
    row = await mesh.reaches(job_id, JobState.DEAD)
    assert (row.attempts, row.error_reason, row.error_message) == (2, "ENGINE_AWAY", "the engine is away")
    assert row.failure_class == "transient"
    assert await mesh.stored() == 0
    await eventually(lambda: _count(mesh, DEAD, 1))
    assert (await mesh.bus.jetstream.get_msg(DEAD, 1)).data == job_id.encode()
    await eventually(lambda: _count(mesh, WORK, 0))


async def test_bad_input_is_dead_at_once_with_its_reason(mesh: Mesh) -> None:
    async def broken(_: Claim) -> None:
        raise AudioBroken("not audio: text named .wav")

    mesh.start(mesh.worker(FakeStage(broken)))
    job_id = await mesh.enqueue()
    row = await mesh.reaches(job_id, JobState.DEAD)
    assert (row.attempts, row.error_reason, row.failure_class) == (1, "AUDIO_BROKEN", "bad_input")
    assert row.error_message == "not audio: text named .wav"
    await eventually(lambda: _count(mesh, DEAD, 1))


async def test_what_is_forbidden_for_good_is_dead_at_once(mesh: Mesh) -> None:
    async def refuse(_: Claim) -> None:
        raise NotAllowed("the engine may not be used for this node")

    mesh.start(mesh.worker(FakeStage(refuse)))
    row = await mesh.reaches(await mesh.enqueue(), JobState.DEAD)
    assert (row.attempts, row.error_reason, row.failure_class) == (1, "NOT_ALLOWED", "permanent")


async def test_a_dependency_that_is_away_uses_up_no_attempt(mesh: Mesh) -> None:
    async def away_at_first(claim: Claim) -> None:
        if claim.deferrals < 4:
            raise PeerAway("nobody answers")

    mesh.start(mesh.worker(FakeStage(away_at_first)))
    row = await mesh.reaches(await mesh.enqueue(max_attempts=1), JobState.SUCCEEDED)
    assert (row.attempts, row.deferrals, row.fence, row.failure_class) == (1, 4, 5, "")


async def test_a_dependency_that_never_comes_back_ends_in_a_visible_end(mesh: Mesh) -> None:
    async def away(_: Claim) -> None:
        raise PeerAway("nobody answers")

    job_id = await mesh.enqueue()
    async with mesh.database.transaction() as work:
        await work.execute(update(jobs).where(jobs.c.id == job_id).values(deferrals=MAX_DEFERRALS))
    mesh.start(mesh.worker(FakeStage(away)))
    row = await mesh.reaches(job_id, JobState.DEAD)
    assert (row.error_reason, row.failure_class) == ("PEER_AWAY", "dependency")


async def test_a_worker_knows_whose_work_it_does_and_what_was_asked(mesh: Mesh) -> None:
    stage = FakeStage()
    mesh.start(mesh.worker(stage))
    async with mesh.database.transaction() as work:
        job_id = await mesh.store().enqueue(
            work,
            stage=STAGE,
            subject="recordings/1",
            lane="batch",
            payload=b"audio",
            owner="node-1",
            batch="batch-1",
            options={"engine": "scripted"},
        )
    assert job_id is not None
    await mesh.reaches(job_id, JobState.SUCCEEDED)
    [claim] = stage.claims
    assert (claim.owner, claim.batch, claim.lane, claim.options) == (
        "node-1",
        "batch-1",
        "batch",
        {"engine": "scripted"},
    )


async def test_an_unexpected_failure_counts_as_transient(mesh: Mesh) -> None:
    async def stumble(claim: Claim) -> None:
        if claim.attempt == 1:
            raise ZeroDivisionError("a bug")

    mesh.start(mesh.worker(FakeStage(stumble)))
    job_id = await mesh.enqueue()
    await mesh.reaches(job_id, JobState.SUCCEEDED)
    assert "waiting" in await mesh.history(job_id)


async def test_a_failure_that_no_column_holds_is_written_down_all_the_same(mesh: Mesh) -> None:
    failure = type("Failure" + "X" * 100, (Exception,), {})

    async def fail(_: Claim) -> None:
        raise failure("bad name \udcff " + "🙂" * 2000)

    mesh.start(mesh.worker(FakeStage(fail)))
    job_id = await mesh.enqueue(max_attempts=1)
    row = await mesh.reaches(job_id, JobState.DEAD)
    assert row.error_message.startswith("bad name ? 🙂")
    assert row.error_reason.startswith("Failure")


async def test_a_result_that_cannot_be_stored_leaves_nothing_of_itself(mesh: Mesh) -> None:
    stage = FakeStage()
    mesh.start(mesh.worker(stage))
    job_id = await mesh.enqueue(b"too long for its column " * 10, max_attempts=2)
    await mesh.reaches(job_id, JobState.DEAD)
    assert len(stage.claims) == 2
    assert await mesh.stored() == 0
    assert await mesh.messages(EVENTS) == 0


async def test_a_second_message_of_a_job_that_is_done_is_only_acknowledged(mesh: Mesh) -> None:
    stage = FakeStage()
    mesh.start(mesh.worker(stage))
    job_id = await mesh.enqueue()
    await mesh.reaches(job_id, JobState.SUCCEEDED)
    for subject, payload in ((work_subject(STAGE, "live"), job_id.encode()), (work_subject(STAGE, "live"), b"no job")):
        await mesh.bus.publish(subject, payload, payload.decode() + "-again")
    await eventually(lambda: _count(mesh, WORK, 0))
    assert len(stage.claims) == 1
    assert await mesh.stored() == 1


async def test_a_message_that_is_no_text_does_not_stop_the_worker(mesh: Mesh) -> None:
    mesh.start(mesh.worker(FakeStage()))
    await mesh.bus.publish(work_subject(STAGE, "live"), b"\xff\xfe", "odd")
    job_id = await mesh.enqueue()
    await mesh.reaches(job_id, JobState.SUCCEEDED)


async def test_no_more_jobs_run_at_once_than_there_are_slots(mesh: Mesh) -> None:
    go_on, running, most = asyncio.Event(), 0, 0

    async def count(_: Claim) -> None:
        nonlocal running, most
        running += 1
        most = max(most, running)
        await go_on.wait()
        running -= 1

    mesh.start(mesh.worker(FakeStage(count), slots=2))
    ids = [await mesh.enqueue(subject=f"recordings/{number}") for number in range(5)]
    await eventually(lambda: running == 2)
    go_on.set()
    for job_id in ids:
        await mesh.reaches(job_id, JobState.SUCCEEDED)
    assert most == 2


async def test_seven_workers_do_each_job_once_and_not_seven_times(mesh: Mesh) -> None:
    stages = [FakeStage() for _ in range(7)]
    for number, stage in enumerate(stages):
        mesh.start(mesh.worker(stage, mesh.store(worker=f"worker-{number}")))
    ids = [await mesh.enqueue(subject=f"recordings/{number}") for number in range(14)]
    for job_id in ids:
        await mesh.reaches(job_id, JobState.SUCCEEDED)
    assert sorted(claim.job_id for stage in stages for claim in stage.claims) == sorted(ids)
    assert await mesh.stored() == 14


async def test_four_slots_are_four_workers_and_no_lock_makes_them_one(mesh: Mesh) -> None:
    together = asyncio.Barrier(4)

    async def meet(_: Claim) -> None:
        await together.wait()

    mesh.start(mesh.worker(FakeStage(meet), slots=4))
    for job_id in [await mesh.enqueue(subject=f"recordings/{number}") for number in range(8)]:
        await mesh.reaches(job_id, JobState.SUCCEEDED)


async def test_a_poison_recording_does_not_loop_for_ever_and_blocks_nobody(mesh: Mesh) -> None:
    async def stumble(claim: Claim) -> None:
        if claim.subject == "recordings/poison":
            raise RuntimeError("poison")

    stage = FakeStage(stumble)
    mesh.start(mesh.worker(stage))
    poison = await mesh.enqueue(subject="recordings/poison", max_attempts=5)
    for job_id in [await mesh.enqueue(subject=f"recordings/{number}") for number in range(6)]:
        await mesh.reaches(job_id, JobState.SUCCEEDED)
    assert (await mesh.reaches(poison, JobState.DEAD)).attempts == 5
    assert [claim.job_id for claim in stage.claims].count(poison) == 5


async def test_a_failure_that_cannot_be_put_into_words_is_dead_lettered_all_the_same(mesh: Mesh) -> None:
    class Unspeakable(Exception):
        def __str__(self) -> str:
            raise RuntimeError("logging it raises")

    async def fail(_: Claim) -> None:
        raise Unspeakable

    mesh.start(mesh.worker(FakeStage(fail)))
    row = await mesh.reaches(await mesh.enqueue(max_attempts=2), JobState.DEAD)
    assert (row.attempts, row.error_reason) == (2, "Unspeakable")
    await eventually(lambda: _count(mesh, DEAD, 1))
    labels = {"stage": STAGE, "failure": "transient", "reason": "Unspeakable"}
    await eventually(lambda: mesh.count("tsn_jobs_dead_total", **labels) == 1)


async def test_a_result_too_large_for_the_bus_is_dead_with_that_reason(mesh: Mesh) -> None:
    class Verbose(FakeStage):
        async def work(self, claim: Claim) -> Outcome:
            self.claims.append(claim)

            async def store(work: Transaction) -> None:
                work.publish(EVENT, bytes(MAX_PAYLOAD_BYTES + 1))

            return Outcome(store=store)

    mesh.start(mesh.worker(Verbose()))
    row = await mesh.reaches(await mesh.enqueue(), JobState.DEAD)
    assert (row.attempts, row.error_reason, row.failure_class) == (1, "MESSAGE_TOO_LARGE", "bad_input")


async def test_what_waits_is_seen_in_metrics(mesh: Mesh) -> None:
    async with mesh.database.transaction() as work:
        for number in range(3):
            await mesh.store().enqueue(work, stage=STAGE, subject=f"r/{number}", lane="batch", payload=b"")
    worker = mesh.worker(FakeStage())
    await worker.sweeper.count()
    labels = {"stage": STAGE, "lane": "batch", "crowd": "false"}
    assert mesh.count("tsn_queue_depth", **labels, state="queued") == 3
    assert mesh.count("tsn_queue_depth", **labels | {"lane": "live"}, state="queued") == 0
    await asyncio.sleep(0.01)
    await worker.sweeper.count()
    assert mesh.count("tsn_queue_oldest_seconds", **labels) > 0


async def test_two_workers_share_the_work_and_do_each_job_once(mesh: Mesh) -> None:
    stages = FakeStage(), FakeStage()
    for number, stage in enumerate(stages):
        mesh.start(mesh.worker(stage, mesh.store(worker=f"worker-{number}"), slots=2))
    ids = [await mesh.enqueue(subject=f"recordings/{number}") for number in range(20)]
    for job_id in ids:
        await mesh.reaches(job_id, JobState.SUCCEEDED)
    assert await mesh.stored() == 20
    assert sorted(claim.job_id for stage in stages for claim in stage.claims) == sorted(ids)


async def test_draining_lets_the_running_job_finish_and_takes_no_other(mesh: Mesh) -> None:
    reached, go_on = asyncio.Event(), asyncio.Event()

    async def wait(_: Claim) -> None:
        reached.set()
        await go_on.wait()

    worker = mesh.worker(FakeStage(wait))
    task = mesh.start(worker)
    first, second = await mesh.enqueue(subject="recordings/1"), await mesh.enqueue(subject="recordings/2")
    await reached.wait()
    assert worker.busy == 1
    worker.drain()
    go_on.set()
    async with asyncio.timeout(60):
        await task
    states = sorted([await mesh.state(first), await mesh.state(second)])
    assert states == ["queued", "succeeded"]


async def test_an_idle_worker_drains_at_once(mesh: Mesh) -> None:
    worker = mesh.worker(FakeStage(), slots=3)
    task = mesh.start(worker)
    await eventually(mesh.listens)
    worker.drain()
    async with asyncio.timeout(60):
        await task


async def test_the_work_belongs_to_the_trace_that_queued_it(mesh: Mesh) -> None:
    with recorded_spans() as spans:
        with span("upload") as upload:
            job_id = await mesh.enqueue()
        mesh.start(mesh.worker(FakeStage()))
        await mesh.reaches(job_id, JobState.SUCCEEDED)
        await eventually(lambda: any(each.name == "transcribe job" for each in spans.get_finished_spans()))
        [job_span] = [each for each in spans.get_finished_spans() if each.name == "transcribe job"]
    assert job_span.context.trace_id == upload.get_span_context().trace_id
    assert trace_id_of((await mesh.job(job_id)).traceparent) == format(job_span.context.trace_id, "032x")
