"""`tsn dead list|show|retry|retry-all|resolve`: jobs that gave up."""

from datetime import UTC, datetime
from typing import Annotated

import typer

from clients.cli.choices import StateName
from clients.cli.command import Call, command
from clients.cli.conditions import job_filter
from clients.cli.each import each_job
from clients.cli.job_text import DEAD_COLUMNS, DEAD_SPARE, JOB_WHOLE, dead_row
from clients.cli.jobs import find_jobs, retry_job, retry_jobs, show_job
from clients.cli.listing import tell_page
from clients.cli.names import short
from clients.cli.options import (
    AllOption,
    DryRunOption,
    JobArgument,
    JobsArgument,
    LaneOption,
    LimitOption,
    NodeOption,
    PageTokenOption,
    QueuedSince,
    QueuedUntil,
    ReasonOption,
    StageOption,
    YesOption,
)
from tsn.ingest.v1.job_pb2 import Job, JobState, ListJobsResponse, ResolveJobRequest

app = typer.Typer(help="Jobs that gave up: see why, queue them again, put them aside.", no_args_is_help=True)


@command(app, "list")
async def list_dead(
    call: Call,
    stage: StageOption = None,
    lane: LaneOption = None,
    node: NodeOption = None,
    reason: ReasonOption = None,
    since: QueuedSince = None,
    until: QueuedUntil = None,
    resolved: Annotated[bool, typer.Option("--resolved", help="Those that were put aside instead.")] = False,
    limit: LimitOption = 50,
    everything: AllOption = False,
    page_token: PageTokenOption = "",
) -> None:
    """List dead jobs, newest first. For example: tsn dead list --stage transcribe --since 7d."""
    chosen = _dead(stage, lane, node, reason, since, until, resolved=resolved)
    found, token = await find_jobs(call, chosen, limit=None if everything else limit, page_token=page_token)
    now, page = datetime.now(UTC), ListJobsResponse(jobs=found, next_page_token=token)
    rows = [dead_row(job, now) for job in found]
    some = tell_page(call, page, rows, columns=DEAD_COLUMNS, whole=JOB_WHOLE, spare=DEAD_SPARE, none="no dead jobs")
    if some and not resolved:
        call.output.note("`tsn dead retry JOB` queues one again, `tsn dead resolve JOB --note WHY` puts it aside")


@command(app, "show")
async def show(call: Call, job: JobArgument) -> None:
    """Show a dead job: why, its history as a timeline, and what can be done."""
    shown = await show_job(call, job)
    if call.output.as_json:
        return
    if shown.state != JobState.JOB_STATE_DEAD:
        call.output.note("it is not dead")
    elif not shown.HasField("resolved_at"):
        one = short(shown.name)
        call.output.note(f"`tsn dead retry {one}` queues it again")
        call.output.note(f"`tsn dead resolve {one} --note WHY` puts it aside")


@command(app, "retry")
async def retry(call: Call, jobs: JobsArgument) -> None:
    """Queue dead jobs again, with all their attempts."""
    await each_job(call, jobs, lambda name: retry_job(call, name))


@command(app, "retry-all")
async def retry_all(
    call: Call,
    stage: StageOption = None,
    lane: LaneOption = None,
    node: NodeOption = None,
    reason: ReasonOption = None,
    since: QueuedSince = None,
    until: QueuedUntil = None,
    dry_run: DryRunOption = False,
    yes: YesOption = False,
) -> None:
    """Queue all dead jobs again, or those that the options name; those put aside are left alone.

    For example: tsn dead retry-all --reason ENGINE_UNAVAILABLE --since 2h --dry-run
    """
    await retry_jobs(call, _dead(stage, lane, node, reason, since, until), dry_run=dry_run, yes=yes)


@command(app, "resolve")
async def resolve(
    call: Call,
    jobs: JobsArgument,
    note: Annotated[str, typer.Option("--note", help="Why nothing more is to be done.")],
) -> None:
    """Put dead jobs aside for good: they are no longer listed.

    For example: tsn dead resolve 0198c0de-... --note "carrier without speech"
    """
    if not note.strip():
        raise typer.BadParameter("it is empty: say why nothing more is to be done", param_hint="--note")

    async def ask(name: str) -> Job:
        request = ResolveJobRequest(name=name, note=note)
        return (await call.gateway.ask(call.gateway.jobs.ResolveJob, request)).job

    await each_job(call, jobs, ask)


def _dead(
    stage: str | None,
    lane: str | None,
    node: str | None,
    reason: str | None,
    since: str | None,
    until: str | None,
    *,
    resolved: bool = False,
) -> str:
    return job_filter(
        ("state", "=", StateName.DEAD),
        ("resolved", "=", "true" if resolved else "false"),
        ("stage", "=", stage),
        ("lane", "=", lane),
        ("reason", "=", reason),
        node=node,
        since=since,
        until=until,
    )
