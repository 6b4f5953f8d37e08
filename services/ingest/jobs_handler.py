"""gRPC of jobs: what the pipeline does with each recording."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from typing import Any

import grpc

from mesh.errors import NotServed
from mesh.pipeline.states import ENDED, JobState
from mesh.rpc.paging import PageTokens, page_limit
from services.ingest.domain import validation
from services.ingest.domain.errors import JobUnknown, RecordingUnknown
from services.ingest.domain.model import JobView
from services.ingest.jobs_convert import conditions_from_filter, job_to_wire
from services.ingest.store.jobs import JobReader
from tsn.ingest.v1 import job_pb2 as pb
from tsn.ingest.v1 import job_pb2_grpc

PAGE_DEFAULT, PAGE_MOST = 50, 1000
STAGES = frozenset({"transcribe", "extract", "analyze"})
"""A recording is through when each of these has ended."""
POLL_SECONDS, POLL_MOST_SECONDS = 0.2, 1.0
"""The wait doubles while nothing changes."""
Context = grpc.aio.ServicerContext[Any, Any]


class JobHandler(job_pb2_grpc.JobServiceServicer):
    """JobService."""

    def __init__(self, *, jobs: JobReader, pages: PageTokens, watch_limit_seconds: float) -> None:
        self._jobs = jobs
        self._pages = pages
        self._watch_limit_seconds = watch_limit_seconds

    async def GetJob(self, request: pb.GetJobRequest, context: Context) -> pb.GetJobResponse:
        """Return one job with its history."""
        found = await self._jobs.job(validation.job_id(request.name))
        if found is None:
            raise JobUnknown(request.name)
        return pb.GetJobResponse(job=job_to_wire(*found))

    async def ListJobs(self, request: pb.ListJobsRequest, context: Context) -> pb.ListJobsResponse:
        """Return one page of jobs, newest first."""
        limit = page_limit(request.page_size, default=PAGE_DEFAULT, most=PAGE_MOST)
        conditions = conditions_from_filter(request.filter)
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
        """Refuse: not served by this version."""
        raise NotServed("CancelJob")

    async def RetryJob(self, request: pb.RetryJobRequest, context: Context) -> pb.RetryJobResponse:
        """Refuse: not served by this version."""
        raise NotServed("RetryJob")


def is_through(jobs: Sequence[JobView]) -> bool:
    """True when nothing more will happen to the recording by itself."""
    given_up = any(job.state in {JobState.DEAD, JobState.CANCELLED} for job in jobs)
    ended = {job.stage for job in jobs if job.state in ENDED}
    return given_up or ended >= STAGES
