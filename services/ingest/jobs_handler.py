"""gRPC of jobs: what the pipeline does with each recording."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from typing import Any

import grpc

from mesh.pipeline.states import ENDED, JobState
from mesh.rpc.filters import BadFilter
from mesh.rpc.paging import PageTokens, page_limit
from services.ingest.domain import validation
from services.ingest.domain.errors import JobUnknown, RecordingUnknown
from services.ingest.domain.model import FieldCondition, JobView
from services.ingest.filters import conditions_on_jobs
from services.ingest.jobs_convert import job_to_wire, queues_to_wire
from services.ingest.store.jobs import JobReader
from services.ingest.store.operations import JobOperations
from tsn.ingest.v1 import job_pb2 as pb
from tsn.ingest.v1 import job_pb2_grpc

PAGE_DEFAULT, PAGE_MOST = 50, 1000
STAGES = frozenset({"transcribe", "extract", "analyze"})
"""A recording is through when each of these has ended."""
FETCH = "fetch"
POLL_SECONDS, POLL_MOST_SECONDS = 0.2, 1.0
"""The wait doubles while nothing changes."""
Context = grpc.aio.ServicerContext[Any, Any]


class JobHandler(job_pb2_grpc.JobServiceServicer):
    """JobService."""

    def __init__(
        self, *, jobs: JobReader, operations: JobOperations, pages: PageTokens, watch_limit_seconds: float
    ) -> None:
        self._jobs = jobs
        self._operations = operations
        self._pages = pages
        self._watch_limit_seconds = watch_limit_seconds

    async def GetJob(self, request: pb.GetJobRequest, context: Context) -> pb.GetJobResponse:
        """Return one job with its history."""
        return pb.GetJobResponse(job=await self._job(validation.job_id(request.name)))

    async def ListJobs(self, request: pb.ListJobsRequest, context: Context) -> pb.ListJobsResponse:
        """Return one page of jobs, newest first."""
        limit = page_limit(request.page_size, default=PAGE_DEFAULT, most=PAGE_MOST)
        conditions = conditions_on_jobs(request.filter)
        bound_to = f"ListJobs\n{request.filter}"
        before = str(self._pages.read(request.page_token, request=bound_to)[0]) if request.page_token else None
        found = await self._jobs.page(conditions, before=before, limit=limit + 1)
        token = self._pages.issue([found[limit - 1].id], request=bound_to) if len(found) > limit else ""
        return pb.ListJobsResponse(jobs=[job_to_wire(job) for job in found[:limit]], next_page_token=token)

    async def WatchJobs(self, request: pb.WatchJobsRequest, context: Context) -> AsyncIterator[pb.WatchJobsResponse]:
        """Send the jobs of a recording as they stand, then as they change, until they have ended."""
        name = validation.recording_name(request.recording)
        seen: dict[str, JobView] = {}
        wait_seconds = POLL_SECONDS
        until = asyncio.get_running_loop().time() + self._watch_limit_seconds
        while asyncio.get_running_loop().time() < until:
            jobs = await self._jobs.of_recording(name)
            if not jobs:
                raise RecordingUnknown(name)
            changed = [job for job in jobs if seen.get(job.id) != job]
            for job in changed:
                yield pb.WatchJobsResponse(job=job_to_wire(job))
            if is_through(jobs):
                return
            seen = {job.id: job for job in jobs}
            wait_seconds = POLL_SECONDS if changed else min(POLL_MOST_SECONDS, wait_seconds * 2)
            await asyncio.sleep(wait_seconds)

    async def CancelJob(self, request: pb.CancelJobRequest, context: Context) -> pb.CancelJobResponse:
        """Stop one job."""
        job_id = validation.job_id(request.name)
        await self._operations.cancel(job_id)
        return pb.CancelJobResponse(job=await self._job(job_id))

    async def RetryJob(self, request: pb.RetryJobRequest, context: Context) -> pb.RetryJobResponse:
        """Queue one job again."""
        job_id = validation.job_id(request.name)
        await self._operations.retry(job_id)
        return pb.RetryJobResponse(job=await self._job(job_id))

    async def ResolveJob(self, request: pb.ResolveJobRequest, context: Context) -> pb.ResolveJobResponse:
        """Put one dead job aside."""
        job_id = validation.job_id(request.name)
        await self._operations.resolve(job_id, validation.note(request.note, least=1))
        return pb.ResolveJobResponse(job=await self._job(job_id))

    async def CancelJobs(self, request: pb.CancelJobsRequest, context: Context) -> pb.CancelJobsResponse:
        """Stop all jobs that a filter names, or count them."""
        conditions = _some_conditions(request.filter)
        act = self._operations.count_cancellable if request.dry_run else self._operations.cancel_all
        return pb.CancelJobsResponse(cancelled=await act(conditions))

    async def RetryJobs(self, request: pb.RetryJobsRequest, context: Context) -> pb.RetryJobsResponse:
        """Queue all jobs that a filter names again, or count them."""
        conditions = _some_conditions(request.filter)
        act = self._operations.count_retryable if request.dry_run else self._operations.retry_all
        return pb.RetryJobsResponse(retried=await act(conditions))

    async def GetQueues(self, request: pb.GetQueuesRequest, context: Context) -> pb.GetQueuesResponse:
        """Say how much work there is."""
        return queues_to_wire(await self._operations.queues())

    async def _job(self, job_id: str) -> pb.Job:
        found = await self._jobs.job(job_id)
        if found is None:
            raise JobUnknown(f"jobs/{job_id}")
        return job_to_wire(*found)


def _some_conditions(text: str) -> list[FieldCondition]:
    """The conditions of a filter that must have some. Raises BadFilter."""
    conditions = conditions_on_jobs(text)
    if not conditions:
        raise BadFilter("must not be empty; it decides which jobs are changed")
    return conditions


def is_through(jobs: Sequence[JobView]) -> bool:
    """True when nothing more will happen to the recording by itself. `jobs` are in the order they were made."""
    newest = {job.stage: job for job in jobs}.values()
    if any(job.state not in ENDED for job in newest):
        return False
    given_up = any(job.state in {JobState.DEAD, JobState.CANCELLED} for job in newest)
    stages = {job.stage for job in newest}
    # A fetch that found what is stored already leads to nothing more under this name.
    return given_up or stages >= STAGES or stages == {FETCH}
