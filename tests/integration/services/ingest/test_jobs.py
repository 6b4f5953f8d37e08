"""Jobs as operators see them."""

import asyncio

import grpc
from sqlalchemy import update

from mesh.clock import SystemClock
from mesh.db.database import Transaction
from mesh.pipeline.jobs import Claim, JobStore
from mesh.pipeline.states import JobState
from mesh.pipeline.tables import jobs
from tests.integration.services.ingest.running import RunningIngest, refused
from tests.support.audio_files import wav_file
from tsn.ingest.v1 import job_pb2 as pb

INVALID = grpc.StatusCode.INVALID_ARGUMENT
ABSENT = "01890a5d-ac96-774b-bcce-b302099a8057"
STORE = JobStore(clock=SystemClock(), worker="worker-1")


async def only_job(service: RunningIngest, recording: str) -> pb.Job:
    request = pb.ListJobsRequest(filter=f'recording = "{recording}"')
    (job,) = (await service.jobs.ListJobs(request, timeout=30)).jobs
    return job


async def claim(service: RunningIngest, job: pb.Job) -> Claim:
    claimed = await service.database.run(lambda work: STORE.claim(work, job.name.removeprefix("jobs/")))
    assert isinstance(claimed, Claim)
    return claimed


async def test_a_job_shows_its_state_and_history(service: RunningIngest) -> None:
    recording = (await service.send(wav_file(1.0))).recording
    job = await only_job(service, recording.name)
    claimed = await claim(service, job)
    await service.database.run(
        lambda work: STORE.bury(work, claimed, reason="AUDIO_UNDECODABLE", message="no frame decoded")
    )
    seen = (await service.jobs.GetJob(pb.GetJobRequest(name=job.name), timeout=30)).job
    assert (seen.recording, seen.stage, seen.state, seen.attempts) == (
        recording.name,
        "transcribe",
        pb.JOB_STATE_DEAD,
        1,
    )
    assert seen.error == pb.JobError(
        reason="AUDIO_UNDECODABLE", message="no frame decoded", failure_class=pb.FAILURE_CLASS_PERMANENT
    )
    steps = [(step.from_state, step.to_state) for step in seen.history]
    assert steps == [
        (pb.JOB_STATE_UNSPECIFIED, pb.JOB_STATE_QUEUED),
        (pb.JOB_STATE_QUEUED, pb.JOB_STATE_RUNNING),
        (pb.JOB_STATE_RUNNING, pb.JOB_STATE_DEAD),
    ]
    assert seen.history[1].worker == "worker-1"


async def test_jobs_are_listed_newest_first_page_by_page(service: RunningIngest) -> None:
    names = [(await service.send(wav_file(0.5 + number / 10))).recording.name for number in range(5)]
    listed, token = [], ""
    while True:
        page = await service.jobs.ListJobs(pb.ListJobsRequest(page_size=2, page_token=token), timeout=30)
        listed += [job.recording for job in page.jobs]
        token = page.next_page_token
        if not token:
            break
    assert listed == names[::-1]


async def test_jobs_are_filtered(service: RunningIngest) -> None:
    recording = (await service.send(wav_file(1.0))).recording
    await service.send(wav_file(2.0))
    await claim(service, await only_job(service, recording.name))

    async def count(text: str) -> int:
        return len((await service.jobs.ListJobs(pb.ListJobsRequest(filter=text), timeout=30)).jobs)

    assert await count('state = "running" AND stage = "transcribe"') == 1
    assert await count("state != running") == 1
    assert await count("lane = live") == 2
    assert await count("stage = extract") == 0


MALFORMED = (
    'state = "',
    "state",
    "state ~ dead",
    "state > dead",
    "state = asleep",
    "owner = me",
    'recording = "ü"',
    "state = dead OR stage = extract",
    "resolved = maybe",
    "created_at > yesterday",
    "created_at > 2026-11-20T23:30:00",
    "reason > A",
    "'; DROP TABLE jobs; --",
    "📻" * 500,
    "stage = a AND " * 200,
)


async def test_a_malformed_filter_is_refused(service: RunningIngest) -> None:
    for text in MALFORMED:
        refusal = await refused(service.jobs.ListJobs(pb.ListJobsRequest(filter=text), timeout=30))
        assert (refusal.code, refusal.reason) == (INVALID, "FILTER_INVALID"), text


async def test_a_page_token_belongs_to_its_filter(service: RunningIngest) -> None:
    for seconds in (1.0, 2.0):
        await service.send(wav_file(seconds))
    first = await service.jobs.ListJobs(pb.ListJobsRequest(page_size=1, filter="lane = live"), timeout=30)
    request = pb.ListJobsRequest(page_token=first.next_page_token, filter="lane = batch")
    refusal = await refused(service.jobs.ListJobs(request, timeout=30))
    assert (refusal.code, refusal.reason) == (INVALID, "PAGE_TOKEN_INVALID")


async def test_a_watch_follows_a_recording_until_every_stage_has_ended(service: RunningIngest) -> None:
    recording = (await service.send(wav_file(1.0))).recording.name
    seen: list[tuple[str, int]] = []
    changed = asyncio.Event()

    async def watch() -> None:
        async for answer in service.jobs.WatchJobs(pb.WatchJobsRequest(recording=recording), timeout=60):
            seen.append((answer.job.stage, answer.job.state))
            changed.set()

    async with asyncio.TaskGroup() as group:
        group.create_task(watch())
        await changed.wait()
        for stage in ("transcribe", "extract", "analyze"):
            await run_stage(service, recording, stage)
    assert seen[0] == ("transcribe", pb.JOB_STATE_QUEUED)
    ended = {stage for stage, state in seen if state == pb.JOB_STATE_SUCCEEDED}
    assert ended == {"transcribe", "extract", "analyze"}


async def run_stage(service: RunningIngest, recording: str, stage: str) -> None:
    """Do a stage's job, queueing it first where the stage before did not."""

    async def do(work: Transaction) -> None:
        await STORE.enqueue(work, stage=stage, subject=recording, lane="live", payload=b"")
        await work.execute(
            update(jobs).where(jobs.c.subject == recording, jobs.c.stage == stage).values(state=JobState.SUCCEEDED)
        )

    await service.database.run(do)


async def test_a_watch_ends_when_a_stage_gave_up(service: RunningIngest) -> None:
    recording = (await service.send(wav_file(1.0))).recording.name
    claimed = await claim(service, await only_job(service, recording))
    await service.database.run(lambda work: STORE.bury(work, claimed, reason="BROKEN", message="broken"))
    watch = service.jobs.WatchJobs(pb.WatchJobsRequest(recording=recording), timeout=30)
    assert [answer.job.state async for answer in watch] == [pb.JOB_STATE_DEAD]


async def test_a_watch_ends_with_its_deadline(service: RunningIngest) -> None:
    recording = (await service.send(wav_file(1.0))).recording.name
    watch = service.jobs.WatchJobs(pb.WatchJobsRequest(recording=recording), timeout=0.5)
    seen: list[int] = []

    async def follow() -> None:
        async for answer in watch:
            seen.append(answer.job.state)

    assert (await refused(follow())).code is grpc.StatusCode.DEADLINE_EXCEEDED
    # None where the machine was too busy to answer before.
    assert seen in ([pb.JOB_STATE_QUEUED], [])


async def test_what_is_not_there_is_not_found(service: RunningIngest) -> None:
    job = await refused(service.jobs.GetJob(pb.GetJobRequest(name=f"jobs/{ABSENT}"), timeout=30))
    assert (job.code, job.reason) == (grpc.StatusCode.NOT_FOUND, "JOB_UNKNOWN")
    request = pb.WatchJobsRequest(recording=f"nodes/n/recordings/{ABSENT}")
    watch = await refused(service.jobs.WatchJobs(request, timeout=30).read())
    assert (watch.code, watch.reason) == (grpc.StatusCode.NOT_FOUND, "RECORDING_UNKNOWN")


async def test_a_name_of_another_shape_is_refused(service: RunningIngest) -> None:
    for name in ("", "jobs/", "jobs/1", f"job/{ABSENT}", f"jobs/{ABSENT}/x"):
        job = await refused(service.jobs.GetJob(pb.GetJobRequest(name=name), timeout=30))
        assert (job.code, job.reason) == (INVALID, "NAME_INVALID"), name
        watch = await refused(service.jobs.WatchJobs(pb.WatchJobsRequest(recording=name), timeout=30).read())
        assert (watch.code, watch.reason) == (INVALID, "NAME_INVALID"), name
