"""Operators cancel, retry and put aside."""

import asyncio
from datetime import timedelta

import grpc
import pytest
from sqlalchemy import func, select, update

from mesh.bus.bus import Bus
from mesh.bus.streams import WORK
from mesh.db.tables import outbox
from mesh.pipeline.states import JobState
from mesh.pipeline.tables import jobs
from tests.integration.services.ingest.running import RunningIngest, refused
from tests.integration.services.ingest.steering import STORE, bury, claim, finish, get, queue_jobs, states
from tests.support.audio_files import wav_file
from tests.support.eventually import eventually
from tsn.ingest.v1 import job_pb2 as pb
from tsn.ingest.v1.recording_pb2 import LANE_BATCH, LANE_LIVE

INVALID, PRECONDITION = grpc.StatusCode.INVALID_ARGUMENT, grpc.StatusCode.FAILED_PRECONDITION
ABSENT = "jobs/01890a5d-ac96-774b-bcce-b302099a8057"
QUEUED, DEAD, CANCELLED = pb.JOB_STATE_QUEUED, pb.JOB_STATE_DEAD, pb.JOB_STATE_CANCELLED


async def cancel(service: RunningIngest, job_id: str) -> pb.Job:
    return (await service.jobs.CancelJob(pb.CancelJobRequest(name=f"jobs/{job_id}"), timeout=30)).job


async def retry(service: RunningIngest, job_id: str) -> pb.Job:
    return (await service.jobs.RetryJob(pb.RetryJobRequest(name=f"jobs/{job_id}"), timeout=30)).job


async def resolve(service: RunningIngest, job_id: str, note: str = "static only") -> pb.Job:
    return (await service.jobs.ResolveJob(pb.ResolveJobRequest(name=f"jobs/{job_id}", note=note), timeout=30)).job


@pytest.mark.parametrize("state", [JobState.QUEUED, JobState.WAITING])
async def test_a_job_that_waits_is_cancelled_and_says_who_did_it(service: RunningIngest, state: JobState) -> None:
    (job_id,) = await queue_jobs(service, state=state)
    job = await cancel(service, job_id)
    assert job.state == CANCELLED
    assert not job.HasField("retry_at")
    assert (job.history[-1].to_state, job.history[-1].worker) == (CANCELLED, "operator")


async def test_a_worker_cannot_finish_a_job_that_was_cancelled_and_the_audio_is_kept(service: RunningIngest) -> None:
    recording = (await service.send(wav_file(1.0))).recording
    listed = await service.jobs.ListJobs(pb.ListJobsRequest(filter=f'recording = "{recording.name}"'), timeout=30)
    job_id = listed.jobs[0].name.removeprefix("jobs/")
    claimed = await claim(service, job_id)
    assert (await get(service, job_id)).HasField("lease_until")
    cancelled = await cancel(service, job_id)
    assert not cancelled.HasField("lease_until")
    assert not await finish(service, claimed)
    assert (await service.stored()).audio == 1


async def test_of_a_cancel_and_a_finish_at_once_exactly_one_wins(service: RunningIngest) -> None:
    ids = await queue_jobs(service, 12)
    held = [await claim(service, job_id) for job_id in ids]

    async def cancelled(job_id: str) -> bool:
        try:
            return (await cancel(service, job_id)).state == CANCELLED
        except grpc.aio.AioRpcError as error:
            return error.code() is not PRECONDITION

    outcomes = await asyncio.gather(
        *(asyncio.gather(finish(service, claimed), cancelled(claimed.job_id)) for claimed in held)
    )
    assert all(finished != stopped for finished, stopped in outcomes)
    expected = [pb.JOB_STATE_SUCCEEDED if finished else CANCELLED for finished, _ in outcomes]
    assert await states(service, ids) == expected


async def test_an_ended_job_is_not_cancelled(service: RunningIngest) -> None:
    (job_id,) = await queue_jobs(service, state=JobState.SUCCEEDED)
    refusal = await refused(service.jobs.CancelJob(pb.CancelJobRequest(name=f"jobs/{job_id}"), timeout=30))
    assert (refusal.code, refusal.reason) == (PRECONDITION, "JOB_ENDED")


async def test_a_dead_job_is_queued_again_with_all_its_attempts_and_a_higher_fence(service: RunningIngest) -> None:
    (job_id,) = await queue_jobs(service)
    first = await claim(service, job_id)
    await bury_claimed(service, job_id)
    dead = await get(service, job_id)
    assert (dead.state, dead.error.reason, dead.attempts) == (DEAD, "AUDIO_UNDECODABLE", 1)
    again = await retry(service, job_id)
    assert (again.state, again.attempts, again.HasField("error")) == (QUEUED, 0, False)
    second = await claim(service, job_id)
    assert (second.attempt, second.input) == (1, b"what to do")
    assert second.fence > first.fence
    assert not await finish(service, first)
    assert await finish(service, second)


async def bury_claimed(service: RunningIngest, job_id: str) -> None:
    async with service.database.transaction() as work:
        values = {"state": JobState.DEAD, "lease_until": None, "error_reason": "AUDIO_UNDECODABLE"}
        await work.execute(update(jobs).where(jobs.c.id == job_id).values(values))


async def test_a_job_that_is_queued_again_reaches_the_workers(service: RunningIngest, nats_url: str) -> None:
    (job_id,) = await queue_jobs(service, state=JobState.CANCELLED)
    bus = Bus(nats_url, name="test")
    await bus.connect()
    try:
        await eventually(lambda: nothing_unsent(service), timeout=60)
        before = (await bus.jetstream.stream_info(WORK)).state.messages
        await retry(service, job_id)
        await eventually(lambda: nothing_unsent(service), timeout=60)
        assert (await bus.jetstream.stream_info(WORK)).state.messages == before + 1
    finally:
        await bus.close()


async def nothing_unsent(service: RunningIngest) -> bool:
    async with service.database.transaction() as work:
        return not (await work.execute(select(func.count()).select_from(outbox))).scalar_one()


@pytest.mark.parametrize("state", [JobState.QUEUED, JobState.RUNNING, JobState.WAITING, JobState.SUCCEEDED])
async def test_what_is_on_its_way_or_done_is_not_queued_again(service: RunningIngest, state: JobState) -> None:
    (job_id,) = await queue_jobs(service, state=state)
    refusal = await refused(service.jobs.RetryJob(pb.RetryJobRequest(name=f"jobs/{job_id}"), timeout=30))
    assert (refusal.code, refusal.reason) == (PRECONDITION, "JOB_NOT_RETRYABLE")


async def test_a_dead_job_is_listed_until_it_is_put_aside_with_a_note(service: RunningIngest) -> None:
    (job_id,) = await queue_jobs(service)
    await bury(service, job_id)

    async def unresolved() -> int:
        text = 'state = "dead" AND stage = "transcribe" AND resolved = false'
        return len((await service.jobs.ListJobs(pb.ListJobsRequest(filter=text), timeout=30)).jobs)

    assert await unresolved() == 1
    resolved = await resolve(service, job_id, " the file is static ")
    assert (resolved.state, resolved.resolution_note) == (DEAD, "the file is static")
    assert resolved.HasField("resolved_at")
    assert resolved.history[-1].note == "put aside: the file is static"
    assert await unresolved() == 0


async def test_only_a_dead_job_is_put_aside_and_only_with_a_note(service: RunningIngest) -> None:
    (job_id,) = await queue_jobs(service)
    request = pb.ResolveJobRequest(name=f"jobs/{job_id}", note="gone")
    refusal = await refused(service.jobs.ResolveJob(request, timeout=30))
    assert (refusal.code, refusal.reason) == (PRECONDITION, "JOB_NOT_DEAD")
    for note in ("", "   ", "n" * 1001):
        request = pb.ResolveJobRequest(name=f"jobs/{job_id}", note=note)
        refusal = await refused(service.jobs.ResolveJob(request, timeout=30))
        assert (refusal.code, refusal.reason) == (INVALID, "NOTE_INVALID")


async def test_a_job_that_is_not_there_is_not_found(service: RunningIngest) -> None:
    for call in (
        service.jobs.CancelJob(pb.CancelJobRequest(name=ABSENT), timeout=30),
        service.jobs.RetryJob(pb.RetryJobRequest(name=ABSENT), timeout=30),
        service.jobs.ResolveJob(pb.ResolveJobRequest(name=ABSENT, note="gone"), timeout=30),
    ):
        refusal = await refused(call)
        assert (refusal.code, refusal.reason) == (grpc.StatusCode.NOT_FOUND, "JOB_UNKNOWN")


async def test_all_jobs_of_a_filter_are_cancelled_after_they_were_counted(service: RunningIngest) -> None:
    meant = await queue_jobs(service, 3, node="north")
    others = await queue_jobs(service, 2, node="south")
    done = await queue_jobs(service, 1, node="north", state=JobState.SUCCEEDED)
    await claim(service, meant[0])
    request = pb.CancelJobsRequest(filter='node = "north"', dry_run=True)
    assert (await service.jobs.CancelJobs(request, timeout=60)).cancelled == 3
    assert CANCELLED not in await states(service, meant)
    request.dry_run = False
    assert (await service.jobs.CancelJobs(request, timeout=60)).cancelled == 3
    assert await states(service, [*meant, *others, *done]) == [CANCELLED] * 3 + [QUEUED] * 2 + [pb.JOB_STATE_SUCCEEDED]
    assert (await service.jobs.CancelJobs(request, timeout=60)).cancelled == 0


async def test_more_jobs_than_one_transaction_holds_are_cancelled_and_queued_again(service: RunningIngest) -> None:
    await queue_jobs(service, 1201, lane="batch")
    text = "lane = batch"
    cancelled = await service.jobs.CancelJobs(pb.CancelJobsRequest(filter=text), timeout=60)
    retried = await service.jobs.RetryJobs(pb.RetryJobsRequest(filter=text), timeout=60)
    assert (cancelled.cancelled, retried.retried) == (1201, 1201)
    async with service.database.transaction() as work:
        found = await work.execute(select(jobs.c.state, func.count()).group_by(jobs.c.state))
        assert [tuple(row) for row in found] == [("queued", 1201)]


async def test_what_was_put_aside_is_queued_again_only_on_request(service: RunningIngest) -> None:
    aside, dead = await queue_jobs(service, 2)
    for job_id in (aside, dead):
        await bury(service, job_id, reason="ENGINE_LOST")
    await resolve(service, aside)
    text = "reason = ENGINE_LOST"
    assert (await service.jobs.RetryJobs(pb.RetryJobsRequest(filter=text, dry_run=True), timeout=60)).retried == 1
    assert (await service.jobs.RetryJobs(pb.RetryJobsRequest(filter=text), timeout=60)).retried == 1
    assert await states(service, [aside, dead]) == [DEAD, QUEUED]
    request = pb.RetryJobsRequest(filter=f"{text} AND resolved = true")
    assert (await service.jobs.RetryJobs(request, timeout=60)).retried == 1
    again = await get(service, aside)
    assert (again.state, again.HasField("resolved_at"), again.resolution_note) == (QUEUED, False, "")


async def test_jobs_are_found_by_the_time_they_were_made(service: RunningIngest) -> None:
    await queue_jobs(service)
    service.clock.moment += timedelta(hours=1)
    (late,) = await queue_jobs(service)
    text = f'created_at >= "{service.clock.moment.isoformat()}"'
    listed = await service.jobs.ListJobs(pb.ListJobsRequest(filter=text), timeout=30)
    assert [job.name for job in listed.jobs] == [f"jobs/{late}"]
    before = await service.jobs.ListJobs(pb.ListJobsRequest(filter=text.replace(">=", "<")), timeout=30)
    assert len(before.jobs) == 1


@pytest.mark.parametrize("text", ["", "   ", "owner = me", "state = asleep"])
async def test_many_jobs_are_changed_only_by_a_filter_that_says_which(service: RunningIngest, text: str) -> None:
    for call in (
        service.jobs.CancelJobs(pb.CancelJobsRequest(filter=text), timeout=30),
        service.jobs.RetryJobs(pb.RetryJobsRequest(filter=text), timeout=30),
    ):
        refusal = await refused(call)
        assert (refusal.code, refusal.reason) == (INVALID, "FILTER_INVALID")


async def test_queues_count_what_waits_runs_and_died_by_stage_and_lane(service: RunningIngest) -> None:
    live = await queue_jobs(service, 3)
    await claim(service, live[0])
    await queue_jobs(service, 2, lane="batch", state=JobState.WAITING)
    dead = await queue_jobs(service, 2, stage="extract", state=JobState.DEAD)
    await queue_jobs(service, 5, stage="analyze", state=JobState.SUCCEEDED)
    await resolve(service, dead[0])
    service.clock.moment += timedelta(seconds=90)
    found = (await service.jobs.GetQueues(pb.GetQueuesRequest(), timeout=30)).queues
    counted = [(each.stage, each.lane, each.queued, each.waiting, each.running, each.dead) for each in found]
    assert counted == [
        ("extract", LANE_LIVE, 0, 0, 0, 1),
        ("transcribe", LANE_BATCH, 0, 2, 0, 0),
        ("transcribe", LANE_LIVE, 2, 0, 1, 0),
    ]
    assert found[2].oldest_age.seconds == 90
    assert not found[1].HasField("oldest_age")


async def test_many_jobs_of_one_node_that_are_queued_again_stand_behind_those_of_other_nodes(
    service: RunningIngest,
) -> None:
    await queue_jobs(service, 40, node="flood", state=JobState.CANCELLED)
    await queue_jobs(service, 2, node="quiet", state=JobState.CANCELLED)
    await service.jobs.RetryJobs(pb.RetryJobsRequest(filter="state = cancelled"), timeout=60)
    (queue,) = (await service.jobs.GetQueues(pb.GetQueuesRequest(), timeout=30)).queues
    assert (queue.queued, queue.crowded) == (42, 40 - STORE.crowd_at)
    listed = await service.jobs.ListJobs(pb.ListJobsRequest(filter='node = "quiet"'), timeout=30)
    assert not any(job.crowded for job in listed.jobs)
