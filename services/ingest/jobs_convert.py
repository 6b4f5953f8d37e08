"""Jobs and queues to messages."""

from collections.abc import Sequence
from datetime import datetime

from mesh.pipeline.admin import StageQueue
from mesh.pipeline.states import JobState
from mesh.rpc.times import to_duration, to_timestamp
from mesh.telemetry.tracing import trace_id_of
from services.ingest.convert import LANES_TO_WIRE
from services.ingest.domain.model import JobStep, JobView, Lane
from services.ingest.store.operations import Queues
from tsn.ingest.v1 import job_pb2 as pb

_STATES = {
    JobState.QUEUED: pb.JOB_STATE_QUEUED,
    JobState.RUNNING: pb.JOB_STATE_RUNNING,
    JobState.SUCCEEDED: pb.JOB_STATE_SUCCEEDED,
    JobState.DEGRADED: pb.JOB_STATE_DEGRADED,
    JobState.WAITING: pb.JOB_STATE_WAITING,
    JobState.DEAD: pb.JOB_STATE_DEAD,
    JobState.CANCELLED: pb.JOB_STATE_CANCELLED,
}
_FAILURES = {
    "transient": pb.FAILURE_CLASS_TRANSIENT,
    "bad_input": pb.FAILURE_CLASS_BAD_INPUT,
    "permanent": pb.FAILURE_CLASS_PERMANENT,
    "crash": pb.FAILURE_CLASS_CRASH,
    "dependency": pb.FAILURE_CLASS_DEPENDENCY,
}


def job_to_wire(job: JobView, steps: Sequence[JobStep] = ()) -> pb.Job:
    """A job, with its history where it is given."""
    message = pb.Job(
        name=f"jobs/{job.id}",
        recording=job.recording,
        stage=job.stage,
        lane=LANES_TO_WIRE[Lane(job.lane)],
        state=_state(job.state),
        attempts=job.attempts,
        max_attempts=job.max_attempts,
        created_at=to_timestamp(job.created_at),
        updated_at=to_timestamp(job.updated_at),
        worker=job.worker,
        trace_id=trace_id_of(job.traceparent),
        history=[_step(step) for step in steps],
        batch=f"batches/{job.batch}" if job.batch else "",
        deferrals=job.deferrals,
        resolution_note=job.resolution_note,
        crowded=job.crowded,
    )
    if job.retry_at is not None:
        message.retry_at.CopyFrom(to_timestamp(job.retry_at))
    if job.lease_until is not None:
        message.lease_until.CopyFrom(to_timestamp(job.lease_until))
    if job.resolved_at is not None:
        message.resolved_at.CopyFrom(to_timestamp(job.resolved_at))
    if job.error_reason:
        failure_class = _FAILURES.get(job.failure_class, pb.FAILURE_CLASS_UNSPECIFIED)
        message.error.CopyFrom(
            pb.JobError(reason=job.error_reason, message=job.error_message, failure_class=failure_class)
        )
    return message


def queues_to_wire(queues: Queues) -> pb.GetQueuesResponse:
    """How much work there is."""
    response = pb.GetQueuesResponse(
        queues=[_queue(queue, queues.counted_at) for queue in queues.stages],
        outbox_messages=queues.outbox_messages,
        counted_at=to_timestamp(queues.counted_at),
    )
    if queues.outbox_oldest_at is not None:
        response.outbox_oldest_age.CopyFrom(to_duration(_age_seconds(queues.outbox_oldest_at, queues.counted_at)))
    return response


def _queue(queue: StageQueue, now: datetime) -> pb.Queue:
    message = pb.Queue(
        stage=queue.stage,
        lane=LANES_TO_WIRE[Lane(queue.lane)],
        queued=queue.queued,
        crowded=queue.crowded,
        waiting=queue.waiting,
        running=queue.running,
        dead=queue.dead,
    )
    if queue.oldest_queued_at is not None:
        message.oldest_age.CopyFrom(to_duration(_age_seconds(queue.oldest_queued_at, now)))
    return message


def _age_seconds(since: datetime, now: datetime) -> float:
    # Clocks of two machines may differ by more than the age.
    return max(0.0, (now - since).total_seconds())


def _step(step: JobStep) -> pb.JobTransition:
    return pb.JobTransition(
        from_state=_state(step.before),
        to_state=_state(step.after),
        at=to_timestamp(step.at),
        worker=step.worker,
        note=step.note,
    )


def _state(state: str) -> pb.JobState:
    return _STATES[JobState(state)] if state else pb.JOB_STATE_UNSPECIFIED
