"""Jobs as people read them."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime

from rich.text import Text

from clients.cli.output import Cell, clean
from clients.cli.render import FAINT, enum_word, moment, span, until
from tsn.ingest.v1.job_pb2 import FailureClass, Job, JobState, JobTransition
from tsn.ingest.v1.recording_pb2 import Lane

STATE_STYLES = {
    JobState.JOB_STATE_RUNNING: "cyan",
    JobState.JOB_STATE_SUCCEEDED: "green",
    JobState.JOB_STATE_DEAD: "bold red",
    JobState.JOB_STATE_WAITING: "yellow",
    JobState.JOB_STATE_DEGRADED: "yellow",
    JobState.JOB_STATE_CANCELLED: "magenta",
}


def state_word(state: JobState) -> str:
    """Name of a state as in filters."""
    return enum_word(JobState.Name(state), "JOB_STATE_")


def state_text(state: JobState, *, before: str = "", width: int = 0) -> Text:
    """Name of a state in its colour, filled up to `width`, behind `before`."""
    return Text(before).append(f"{state_word(state):<{width}}", style=STATE_STYLES.get(state, ""))


def lane_word(lane: Lane) -> str:
    """Name of a lane as in filters."""
    return enum_word(Lane.Name(lane), "LANE_")


def class_word(job: Job) -> str:
    """What kind of failure the last was; `-` where there was none."""
    failure = job.error.failure_class
    if failure == FailureClass.FAILURE_CLASS_UNSPECIFIED:
        return "-"
    return enum_word(FailureClass.Name(failure), "FAILURE_CLASS_")


def error_text(job: Job) -> str:
    """Why it failed last; empty where it has not."""
    return clean(f"{job.error.reason}: {job.error.message}") if job.HasField("error") else ""


def tries_text(job: Job) -> str:
    """Attempts begun of those allowed, and how often it was put off."""
    put_off = f" +{job.deferrals} put off" if job.deferrals else ""
    return f"{job.attempts}/{job.max_attempts}{put_off}"


def age_text(job: Job, now: datetime) -> str:
    """Time since the job changed last."""
    return span((now - job.updated_at.ToDatetime(UTC)).total_seconds()) if job.HasField("updated_at") else "-"


def job_row(job: Job) -> tuple[Cell, ...]:
    """Cells for JOB_COLUMNS."""
    return (
        moment(job.updated_at),
        job.stage,
        state_text(job.state),
        tries_text(job),
        error_text(job),
        clean(job.recording),
        job.name,
    )


JOB_COLUMNS = ("changed", "stage", "state", "tries", "why", "recording", "job")
JOB_WHOLE = ("changed", "stage", "job", "recording", "trace", "reason")
"""Columns that are to be copied, or that read badly in pieces."""
JOB_SPARE = ("recording",)


def dead_row(job: Job, now: datetime) -> tuple[Cell, ...]:
    """Cells for DEAD_COLUMNS."""
    return (
        age_text(job, now),
        job.stage,
        class_word(job),
        clean(job.error.reason),
        f"{job.attempts}/{job.max_attempts}",
        str(job.deferrals),
        clean(job.error.message),
        job.trace_id or "-",
        clean(job.recording),
        job.name,
    )


DEAD_SPARE = ("trace", "recording")
DEAD_COLUMNS = ("age", "stage", "class", "reason", "tries", "put off", "last error", "trace", "recording", "job")


def job_lines(job: Job, now: datetime) -> Iterator[Cell]:
    """Everything about one job, its history as a timeline."""
    yield Text(clean(job.name), style="bold")
    yield f"recording  {clean(job.recording)}"
    yield state_text(job.state, before=f"stage      {job.stage}, ")
    yield f"lane       {lane_word(job.lane)}{', behind those of other nodes (crowded)' if job.crowded else ''}"
    yield f"tries      {job.attempts} of {job.max_attempts}"
    if job.deferrals:
        yield f"put off    {job.deferrals} times, since a part that it needs was away"
    if job.batch:
        yield f"batch      {clean(job.batch)}"
    if job.HasField("retry_at"):
        yield f"again at   {moment(job.retry_at)}, {until(job.retry_at, now)}"
    if job.HasField("lease_until"):
        yield f"lease      held by {clean(job.worker) or '-'} until {moment(job.lease_until)}"
    if job.HasField("error"):
        yield f"error      {error_text(job)}"
        yield f"class      {class_word(job)}"
    if job.HasField("resolved_at"):
        yield f"put aside  {moment(job.resolved_at)}: {clean(job.resolution_note)}"
    yield f"trace      {job.trace_id or '-'}"
    yield from timeline(job.history)


def timeline(history: Iterable[JobTransition]) -> Iterator[Text]:
    """One line for each transition: when, how long after the one before, to what, by whom, why."""
    before: datetime | None = None
    for step in history:
        at = step.at.ToDatetime(UTC)
        gap = f"+{span((at - before).total_seconds())}" if before else ""
        note = f"  {clean(step.note)}" if step.note else ""
        line = Text(f"  {moment(step.at)}  ").append(f"{gap:<12}  ", style=FAINT)
        yield line.append_text(state_text(step.to_state, width=9)).append(f"  {clean(step.worker)}{note}")
        before = at
