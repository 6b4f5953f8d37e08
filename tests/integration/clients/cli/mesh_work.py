"""Jobs and batches of the mesh in memory, as each test sets them."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import grpc

from tests.integration.clients.node.ingest_server import Refusal, refuse
from tsn.ingest.v1 import batch_pb2, job_pb2
from tsn.ingest.v1.batch_pb2_grpc import BatchServiceServicer
from tsn.ingest.v1.job_pb2_grpc import JobServiceServicer

Context = Any
UNFINISHED = (job_pb2.JOB_STATE_QUEUED, job_pb2.JOB_STATE_RUNNING, job_pb2.JOB_STATE_WAITING)
RETRYABLE = (job_pb2.JOB_STATE_DEAD, job_pb2.JOB_STATE_DEGRADED, job_pb2.JOB_STATE_CANCELLED)


@dataclass
class Jobs(JobServiceServicer):
    """Jobs as each test sets them; filters are kept, not obeyed.

    `watched`: what WatchJobs streams, one list a call, the last again and again. `steered`: each request that changes
    or counts, in order. `queues`: answers of GetQueues, each used once, the last again and again.
    """

    jobs: list[job_pb2.Job] = field(default_factory=list)
    filters: list[str] = field(default_factory=list)
    watched: list[list[job_pb2.Job]] = field(default_factory=list)
    steered: list[Any] = field(default_factory=list)
    queues: list[job_pb2.GetQueuesResponse] = field(default_factory=list)
    queues_away: bool = False

    async def GetJob(self, request: job_pb2.GetJobRequest, context: Context) -> job_pb2.GetJobResponse:
        return job_pb2.GetJobResponse(job=await self._named(request.name, context))

    async def ListJobs(self, request: job_pb2.ListJobsRequest, context: Context) -> job_pb2.ListJobsResponse:
        self.filters.append(request.filter)
        return job_pb2.ListJobsResponse(jobs=self.jobs)

    async def WatchJobs(
        self, request: job_pb2.WatchJobsRequest, context: Context
    ) -> AsyncIterator[job_pb2.WatchJobsResponse]:
        jobs = self.watched.pop(0) if len(self.watched) > 1 else (self.watched or [[]])[0]
        for job in jobs:
            yield job_pb2.WatchJobsResponse(job=job)

    async def CancelJob(self, request: job_pb2.CancelJobRequest, context: Context) -> job_pb2.CancelJobResponse:
        self.steered.append(request)
        job = await self._named(request.name, context)
        if job.state not in UNFINISHED:
            await refuse(context, Refusal(grpc.StatusCode.FAILED_PRECONDITION, "JOB_ENDED"))
        job.state = job_pb2.JOB_STATE_CANCELLED
        return job_pb2.CancelJobResponse(job=job)

    async def RetryJob(self, request: job_pb2.RetryJobRequest, context: Context) -> job_pb2.RetryJobResponse:
        self.steered.append(request)
        job = await self._named(request.name, context)
        if job.state not in RETRYABLE:
            await refuse(context, Refusal(grpc.StatusCode.FAILED_PRECONDITION, "JOB_NOT_RETRYABLE"))
        job.state = job_pb2.JOB_STATE_QUEUED
        return job_pb2.RetryJobResponse(job=job)

    async def ResolveJob(self, request: job_pb2.ResolveJobRequest, context: Context) -> job_pb2.ResolveJobResponse:
        self.steered.append(request)
        job = await self._named(request.name, context)
        if job.state != job_pb2.JOB_STATE_DEAD:
            await refuse(context, Refusal(grpc.StatusCode.FAILED_PRECONDITION, "JOB_NOT_DEAD"))
        job.resolution_note = request.note
        return job_pb2.ResolveJobResponse(job=job)

    async def CancelJobs(self, request: job_pb2.CancelJobsRequest, context: Context) -> job_pb2.CancelJobsResponse:
        self.steered.append(request)
        return job_pb2.CancelJobsResponse(cancelled=sum(job.state in UNFINISHED for job in self.jobs))

    async def RetryJobs(self, request: job_pb2.RetryJobsRequest, context: Context) -> job_pb2.RetryJobsResponse:
        self.steered.append(request)
        return job_pb2.RetryJobsResponse(retried=sum(job.state in RETRYABLE for job in self.jobs))

    async def GetQueues(self, request: job_pb2.GetQueuesRequest, context: Context) -> job_pb2.GetQueuesResponse:
        if self.queues_away:
            await refuse(context, Refusal(grpc.StatusCode.UNAVAILABLE))
        if not self.queues:
            return job_pb2.GetQueuesResponse()
        return self.queues.pop(0) if len(self.queues) > 1 else self.queues[0]

    async def _named(self, name: str, context: Context) -> job_pb2.Job:
        found = [job for job in self.jobs if job.name == name]
        if not found:
            await refuse(context, Refusal(grpc.StatusCode.NOT_FOUND, "JOB_UNKNOWN"))
        return found[0]


@dataclass
class Batches(BatchServiceServicer):
    """Batches as each test sets them.

    `progress`: what WatchBatch streams, one list a call; a list that does not end the batch breaks off; with none left
    it stays silent.
    """

    batches: list[batch_pb2.Batch] = field(default_factory=list)
    created: list[batch_pb2.CreateBatchRequest] = field(default_factory=list)
    progress: list[list[batch_pb2.Batch]] = field(default_factory=list)
    would_be: int = 0
    names: dict[str, str] = field(default_factory=dict)
    watching: asyncio.Event = field(default_factory=asyncio.Event)

    async def CreateBatch(
        self, request: batch_pb2.CreateBatchRequest, context: Context
    ) -> batch_pb2.CreateBatchResponse:
        self.created.append(request)
        made = batch_pb2.Batch()
        made.CopyFrom(request.batch)
        if request.dry_run:
            made.total_recordings = self.would_be
            return batch_pb2.CreateBatchResponse(batch=made)
        said = next(
            (one.batch for one in self.created[:-1] if one.request_id == request.request_id != ""), request.batch
        )
        if said != request.batch:
            await refuse(context, Refusal(grpc.StatusCode.ALREADY_EXISTS, "REQUEST_ID_REUSED"))
        name = self.names.get(request.request_id) or f"batches/{len(self.batches) + 1}"
        if name not in (batch.name for batch in self.batches):
            made.name, made.state = name, batch_pb2.BATCH_STATE_EXPANDING
            self.batches.append(made)
        if request.request_id:
            self.names[request.request_id] = name
        return batch_pb2.CreateBatchResponse(batch=await self._named(name, context))

    async def GetBatch(self, request: batch_pb2.GetBatchRequest, context: Context) -> batch_pb2.GetBatchResponse:
        return batch_pb2.GetBatchResponse(batch=await self._named(request.name, context))

    async def ListBatches(
        self, request: batch_pb2.ListBatchesRequest, context: Context
    ) -> batch_pb2.ListBatchesResponse:
        return batch_pb2.ListBatchesResponse(batches=self.batches)

    async def WatchBatch(
        self, request: batch_pb2.WatchBatchRequest, context: Context
    ) -> AsyncIterator[batch_pb2.WatchBatchResponse]:
        await self._named(request.name, context)
        if not self.progress:
            yield batch_pb2.WatchBatchResponse(batch=self.batches[0])
            self.watching.set()
            await asyncio.Event().wait()
        for batch in self.progress.pop(0):
            yield batch_pb2.WatchBatchResponse(batch=batch)

    async def CancelBatch(
        self, request: batch_pb2.CancelBatchRequest, context: Context
    ) -> batch_pb2.CancelBatchResponse:
        batch = await self._named(request.name, context)
        batch.state = batch_pb2.BATCH_STATE_CANCELLED
        return batch_pb2.CancelBatchResponse(batch=batch)

    async def RetryBatch(self, request: batch_pb2.RetryBatchRequest, context: Context) -> batch_pb2.RetryBatchResponse:
        batch = await self._named(request.name, context)
        retried = batch.counts.dead + batch.counts.cancelled
        batch.state = batch_pb2.BATCH_STATE_RUNNING
        return batch_pb2.RetryBatchResponse(batch=batch, retried=retried)

    async def _named(self, name: str, context: Context) -> batch_pb2.Batch:
        found = [batch for batch in self.batches if batch.name == name]
        if not found:
            await refuse(context, Refusal(grpc.StatusCode.NOT_FOUND, "BATCH_UNKNOWN"))
        return found[0]
