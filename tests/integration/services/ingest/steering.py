"""Jobs to steer: made without uploads, worked on without a worker."""

from collections.abc import Iterable

from sqlalchemy import insert

from mesh.clock import SystemClock
from mesh.ids import new_id
from mesh.pipeline.jobs import Claim, JobStore
from mesh.pipeline.states import JobState
from mesh.pipeline.tables import jobs
from tests.integration.services.ingest.running import NODE, RunningIngest
from tsn.ingest.v1 import job_pb2 as pb

STORE = JobStore(clock=SystemClock(), worker="worker-1")


async def queue_jobs(
    service: RunningIngest,
    count: int = 1,
    *,
    stage: str = "transcribe",
    lane: str = "live",
    node: str = NODE,
    state: JobState = JobState.QUEUED,
) -> list[str]:
    """Ids of new jobs, one for each of as many recordings that need not be there."""

    made = [new_id() for _ in range(count)]
    now = service.clock.now()
    common = {"stage": stage, "lane": lane, "state": state, "owner": node, "created_at": now, "updated_at": now}
    rows = []
    for job_id in made:
        subject = f"nodes/{node}/recordings/{new_id()}"
        own = {"id": job_id, "dedupe_key": f"{subject}/{stage}", "subject": subject}
        rows.append(common | own | {"max_attempts": 5, "input": b"what to do"})
    async with service.database.transaction() as work:
        await work.execute(insert(jobs), rows)
    return made


async def claim(service: RunningIngest, job_id: str) -> Claim:
    """The job, held by a worker."""
    claimed = await service.database.run(lambda work: STORE.claim(work, job_id))
    assert isinstance(claimed, Claim)
    return claimed


async def bury(service: RunningIngest, job_id: str, reason: str = "AUDIO_UNDECODABLE") -> None:
    """Let the job's attempt fail for good."""
    claimed = await claim(service, job_id)
    assert await service.database.run(lambda work: STORE.bury(work, claimed, reason=reason, message="no frame"))


async def finish(service: RunningIngest, claimed: Claim) -> bool:
    """Let the worker finish; False where it holds the job no longer."""
    return await service.database.run(lambda work: STORE.finish(work, claimed, JobState.SUCCEEDED))


async def get(service: RunningIngest, job_id: str) -> pb.Job:
    """The job as operators see it."""
    return (await service.jobs.GetJob(pb.GetJobRequest(name=f"jobs/{job_id}"), timeout=30)).job


async def states(service: RunningIngest, ids: Iterable[str]) -> list[int]:
    """The jobs' states."""
    return [(await get(service, job_id)).state for job_id in ids]
