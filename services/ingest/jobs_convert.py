"""Jobs to messages, and the filter of a list to conditions."""

from collections.abc import Sequence

from mesh.pipeline.states import JobState
from mesh.rpc.filters import BadFilter, Condition, parse_filter
from mesh.rpc.times import to_timestamp
from mesh.telemetry.tracing import trace_id_of
from services.ingest.convert import LANES_TO_WIRE
from services.ingest.domain.model import JobCondition, JobStep, JobView, Lane
from tsn.ingest.v1 import job_pb2 as pb
from tsn.ingest.v1 import recording_pb2

FIELDS = ("state", "stage", "lane", "recording")
_VALUES = {"state": tuple(map(str, JobState)), "lane": tuple(map(str, Lane))}
_STATES = {
    JobState.QUEUED: pb.JOB_STATE_QUEUED,
    JobState.RUNNING: pb.JOB_STATE_RUNNING,
    JobState.SUCCEEDED: pb.JOB_STATE_SUCCEEDED,
    JobState.DEGRADED: pb.JOB_STATE_DEGRADED,
    JobState.WAITING: pb.JOB_STATE_WAITING,
    JobState.DEAD: pb.JOB_STATE_DEAD,
    JobState.CANCELLED: pb.JOB_STATE_CANCELLED,
}


def conditions_from_filter(text: str) -> list[JobCondition]:
    """The conditions of a ListJobs filter. Raises BadFilter."""
    return [_condition(parsed) for parsed in parse_filter(text, fields=FIELDS)]


def _condition(parsed: Condition) -> JobCondition:
    if parsed.op not in {"=", "!="}:
        raise BadFilter(f"{parsed.field} can be compared with = and != only")
    known = _VALUES.get(parsed.field)
    if known is not None and parsed.value not in known:
        raise BadFilter(f"{parsed.field}: {parsed.value!r} is none of {', '.join(known)}")
    if not parsed.value.isascii():
        raise BadFilter(f"{parsed.field}: names hold no such characters as in {parsed.value!r}")
    return JobCondition(field=parsed.field, value=parsed.value, negated=parsed.op == "!=")


def job_to_wire(job: JobView, steps: Sequence[JobStep] = ()) -> pb.Job:
    """A job, with its history where it is given."""
    message = pb.Job(
        name=f"jobs/{job.id}",
        recording=job.recording,
        stage=job.stage,
        lane=LANES_TO_WIRE.get(Lane(job.lane), recording_pb2.LANE_UNSPECIFIED),
        state=_state(job.state),
        attempts=job.attempts,
        max_attempts=job.max_attempts,
        created_at=to_timestamp(job.created_at),
        updated_at=to_timestamp(job.updated_at),
        worker=job.worker,
        trace_id=trace_id_of(job.traceparent),
        history=[_step(step) for step in steps],
    )
    if job.retry_at is not None:
        message.retry_at.CopyFrom(to_timestamp(job.retry_at))
    if job.error_reason:
        message.error.CopyFrom(pb.JobError(reason=job.error_reason, message=job.error_message))
    return message


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
