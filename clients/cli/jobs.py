"""`tsn jobs list|show`."""

from enum import StrEnum
from typing import Annotated

import typer
from rich.text import Text

from clients.cli.command import Call, command
from clients.cli.conditions import conditions
from clients.cli.options import AllOption, PageTokenOption
from clients.cli.output import clean
from clients.cli.paging import collect
from clients.cli.render import enum_word, moment
from tsn.ingest.v1.job_pb2 import GetJobRequest, Job, JobState, ListJobsRequest, ListJobsResponse
from tsn.ingest.v1.recording_pb2 import Lane

PAGE_LIMIT = 1000

app = typer.Typer(help="The work that recordings go through.", no_args_is_help=True)


class StateName(StrEnum):
    """States by which jobs can be chosen."""

    QUEUED = "queued"
    RUNNING = "running"
    SUCCEEDED = "succeeded"
    DEGRADED = "degraded"
    WAITING = "waiting"
    DEAD = "dead"
    CANCELLED = "cancelled"


class StageName(StrEnum):
    """Stages by which jobs can be chosen."""

    TRANSCRIBE = "transcribe"
    EXTRACT = "extract"
    ANALYZE = "analyze"


class LaneName(StrEnum):
    """Urgency classes."""

    URGENT = "urgent"
    LIVE = "live"
    BATCH = "batch"


@command(app, "list")
async def list_jobs(
    call: Call,
    state: Annotated[StateName | None, typer.Option(help="Only in this state.")] = None,
    stage: Annotated[StageName | None, typer.Option(help="Only of this stage.")] = None,
    lane: Annotated[LaneName | None, typer.Option(help="Only of this lane.")] = None,
    recording: Annotated[str | None, typer.Option(help="Only of this recording, by name.")] = None,
    limit: Annotated[int, typer.Option(min=1, help="At most this many.")] = 50,
    everything: AllOption = False,
    page_token: PageTokenOption = "",
) -> None:
    """List jobs, newest first."""
    request = ListJobsRequest(
        filter=conditions(
            ("state", "=", state), ("stage", "=", stage), ("lane", "=", lane), ("recording", "=", recording)
        )
    )

    async def page(token: str, wanted: int) -> tuple[list[Job], str]:
        request.page_token, request.page_size = token, wanted
        answer = await call.gateway.ask(call.gateway.jobs.ListJobs, request)
        return list(answer.jobs), answer.next_page_token

    found, token = await collect(page, limit=None if everything else limit, most=PAGE_LIMIT, token=page_token)
    if call.output.as_json:
        call.output.document(ListJobsResponse(jobs=found, next_page_token=token))
        return
    if not found:
        call.output.say("no jobs")
        return
    columns = ("changed", "stage", "state", "tries", "why", "recording", "job")
    call.output.table(columns, [_row(job) for job in found])
    if token:
        call.output.note(f"the newest {len(found)} are shown; --limit or --all shows more")


@command(app, "show")
async def show(call: Call, name: Annotated[str, typer.Argument(metavar="NAME", help="jobs/JOB")]) -> None:
    """Show one job with its history."""
    answer = await call.gateway.ask(call.gateway.jobs.GetJob, GetJobRequest(name=name))
    if call.output.as_json:
        call.output.document(answer)
        return
    job, say = answer.job, call.output.say
    say(Text(job.name, style="bold"))
    say(f"recording  {job.recording}")
    say(Text(f"stage      {job.stage}, ").append_text(state_text(job.state)))
    say(f"lane       {enum_word(Lane.Name(job.lane), 'LANE_')}")
    say(f"tries      {job.attempts} of {job.max_attempts}")
    if job.HasField("retry_at"):
        say(f"again at   {moment(job.retry_at)}")
    if job.HasField("error"):
        say(f"error      {error_text(job)}")
    say(f"trace      {job.trace_id or '-'}")
    for step in job.history:
        at, note = moment(step.at), f"  {clean(step.note)}" if step.note else ""
        say(Text(f"  {at}  ").append_text(state_text(step.to_state)).append(f"  {clean(step.worker)}{note}"))


def state_text(state: JobState) -> Text:
    """Name of a state in its colour."""
    styles = {
        JobState.JOB_STATE_SUCCEEDED: "green",
        JobState.JOB_STATE_DEAD: "bold red",
        JobState.JOB_STATE_WAITING: "yellow",
        JobState.JOB_STATE_DEGRADED: "yellow",
    }
    return Text(state_word(state), style=styles.get(state, ""))


def state_word(state: JobState) -> str:
    """Name of a state as in filters."""
    return enum_word(JobState.Name(state), "JOB_STATE_")


def error_text(job: Job) -> str:
    """Why it failed last; empty where it has not."""
    return clean(f"{job.error.reason}: {job.error.message}") if job.HasField("error") else ""


def _row(job: Job) -> tuple[str, str, Text, str, str, str, str]:
    tries = f"{job.attempts}/{job.max_attempts}"
    return moment(job.updated_at), job.stage, state_text(job.state), tries, error_text(job), job.recording, job.name
