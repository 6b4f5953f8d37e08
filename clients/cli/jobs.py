"""`tsn jobs list|show|cancel|retry`."""

from datetime import UTC, datetime
from typing import Annotated, Protocol

import typer

from clients.cli.choices import StateName
from clients.cli.command import Call, command
from clients.cli.conditions import job_filter
from clients.cli.confirming import confirm
from clients.cli.each import each_job
from clients.cli.job_text import JOB_COLUMNS, JOB_SPARE, JOB_WHOLE, job_lines, job_row
from clients.cli.listing import tell_page
from clients.cli.names import batch_name, job_name
from clients.cli.options import (
    AllOption,
    BatchOption,
    DryRunOption,
    FilterOption,
    JobArgument,
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
from clients.cli.paging import collect
from clients.cli.render import counted
from tsn.ingest.v1.job_pb2 import (
    CancelJobRequest,
    CancelJobsRequest,
    GetJobRequest,
    Job,
    ListJobsRequest,
    ListJobsResponse,
    RetryJobRequest,
    RetryJobsRequest,
)

PAGE_LIMIT = 1000


class Change(Protocol):
    """Changes the jobs that a filter names, or only counts them."""

    async def __call__(self, *, dry_run: bool) -> int:
        """How many it was."""
        ...


app = typer.Typer(help="The work that recordings go through.", no_args_is_help=True)
StateOption = Annotated[StateName | None, typer.Option("--state", help="Only in this state.")]
RecordingOption = Annotated[str | None, typer.Option("--recording", help="Only of this recording, by name.")]
NamesArgument = Annotated[list[str] | None, typer.Argument(metavar="[JOB...]", help="Names, jobs/JOB, or ids alone.")]


@command(app, "list")
async def list_jobs(
    call: Call,
    state: StateOption = None,
    stage: StageOption = None,
    lane: LaneOption = None,
    recording: RecordingOption = None,
    node: NodeOption = None,
    batch: BatchOption = None,
    reason: ReasonOption = None,
    since: QueuedSince = None,
    until: QueuedUntil = None,
    also: FilterOption = None,
    limit: LimitOption = 50,
    everything: AllOption = False,
    page_token: PageTokenOption = "",
) -> None:
    """List jobs, newest first. For example: tsn jobs list --state waiting --node w7abc --since 2h."""
    chosen = _chosen(state, stage, lane, recording, node, batch, reason, since, until, also)
    found, token = await find_jobs(call, chosen, limit=None if everything else limit, page_token=page_token)
    page = ListJobsResponse(jobs=found, next_page_token=token)
    rows = [job_row(job) for job in found]
    tell_page(call, page, rows, columns=JOB_COLUMNS, whole=JOB_WHOLE, spare=JOB_SPARE, none="no jobs")


@command(app, "show")
async def show(call: Call, job: JobArgument) -> None:
    """Show one job with its history as a timeline."""
    await show_job(call, job)


@command(app, "cancel")
async def cancel(
    call: Call,
    jobs: NamesArgument = None,
    state: StateOption = None,
    stage: StageOption = None,
    lane: LaneOption = None,
    recording: RecordingOption = None,
    node: NodeOption = None,
    batch: BatchOption = None,
    reason: ReasonOption = None,
    since: QueuedSince = None,
    until: QueuedUntil = None,
    also: FilterOption = None,
    dry_run: DryRunOption = False,
    yes: YesOption = False,
) -> None:
    """Stop jobs that have not ended; their audio is kept. Name them, or choose them by options.

    For example: tsn jobs cancel --stage transcribe --node w7abc --dry-run
    """
    chosen = _chosen(state, stage, lane, recording, node, batch, reason, since, until, also)
    if _one_way(jobs, chosen, dry_run):
        await each_job(call, jobs or [], lambda name: _cancel(call, name))
        return

    async def stop(*, dry_run: bool) -> int:
        request = CancelJobsRequest(filter=chosen, dry_run=dry_run)
        return (await call.gateway.ask(call.gateway.jobs.CancelJobs, request)).cancelled

    await _change_chosen(call, stop, chosen, question="Stop {}?", done="stopped", dry_run=dry_run, yes=yes)


@command(app, "retry")
async def retry(
    call: Call,
    jobs: NamesArgument = None,
    state: StateOption = None,
    stage: StageOption = None,
    lane: LaneOption = None,
    recording: RecordingOption = None,
    node: NodeOption = None,
    batch: BatchOption = None,
    reason: ReasonOption = None,
    since: QueuedSince = None,
    until: QueuedUntil = None,
    also: FilterOption = None,
    dry_run: DryRunOption = False,
    yes: YesOption = False,
) -> None:
    """Queue dead, degraded or cancelled jobs again, with all their attempts. Name them, or choose them by options.

    For example: tsn jobs retry --state cancelled --batch 0198c0de-... --yes
    """
    chosen = _chosen(state, stage, lane, recording, node, batch, reason, since, until, also)
    if _one_way(jobs, chosen, dry_run):
        await each_job(call, jobs or [], lambda name: retry_job(call, name))
        return
    await retry_jobs(call, chosen, dry_run=dry_run, yes=yes)


async def find_jobs(call: Call, chosen: str, *, limit: int | None, page_token: str = "") -> tuple[list[Job], str]:
    """Jobs that the filter names, at most `limit` (None: all); and the token of what follows."""
    request = ListJobsRequest(filter=chosen)

    async def page(token: str, wanted: int) -> tuple[list[Job], str]:
        request.page_token, request.page_size = token, wanted
        answer = await call.gateway.ask(call.gateway.jobs.ListJobs, request)
        return list(answer.jobs), answer.next_page_token

    return await collect(page, limit=limit, most=PAGE_LIMIT, token=page_token)


async def show_job(call: Call, job: str) -> Job:
    """Show one job, named or by its id; returns it."""
    answer = await call.gateway.ask(call.gateway.jobs.GetJob, GetJobRequest(name=job_name(job)))
    if call.output.as_json:
        call.output.document(answer)
    for line in () if call.output.as_json else job_lines(answer.job, datetime.now(UTC)):
        call.output.say(line)
    return answer.job


async def retry_job(call: Call, name: str) -> Job:
    """The job, queued again."""
    return (await call.gateway.ask(call.gateway.jobs.RetryJob, RetryJobRequest(name=name))).job


async def retry_jobs(call: Call, chosen: str, *, dry_run: bool, yes: bool) -> None:
    """Count what the filter names, ask, queue it again, say how many."""

    async def queue(*, dry_run: bool) -> int:
        request = RetryJobsRequest(filter=chosen, dry_run=dry_run)
        return (await call.gateway.ask(call.gateway.jobs.RetryJobs, request)).retried

    await _change_chosen(call, queue, chosen, question="Queue {} again?", done="queued again", dry_run=dry_run, yes=yes)


async def _change_chosen(
    call: Call, change: Change, chosen: str, *, question: str, done: str, dry_run: bool, yes: bool
) -> None:
    """Count first, ask a person the `question` of so many jobs, then change them and say how many it was."""
    count = await change(dry_run=True)
    if not dry_run and count:
        confirm(call, question.format(counted(count, "job")), yes=yes)
        count = await change(dry_run=False)
    if call.output.as_json:
        call.output.document({"jobs": count, "filter": chosen, "dryRun": dry_run})
    else:
        call.output.say(f"{counted(count, 'job')} {'would be ' if dry_run else ''}{done}")


async def _cancel(call: Call, name: str) -> Job:
    return (await call.gateway.ask(call.gateway.jobs.CancelJob, CancelJobRequest(name=name))).job


def _chosen(
    state: StateName | None,
    stage: str | None,
    lane: str | None,
    recording: str | None,
    node: str | None,
    batch: str | None,
    reason: str | None,
    since: str | None,
    until: str | None,
    also: str | None,
) -> str:
    return job_filter(
        ("state", "=", state),
        ("stage", "=", stage),
        ("lane", "=", lane),
        ("recording", "=", recording),
        ("batch", "=", batch_name(batch) if batch else None),
        ("reason", "=", reason),
        node=node,
        since=since,
        until=until,
        also=also,
    )


def _one_way(jobs: list[str] | None, chosen: str, dry_run: bool) -> bool:
    """True when jobs are named, False when they are chosen. Raises typer.BadParameter for both, neither, or all."""
    if jobs and (chosen or dry_run):
        raise typer.BadParameter("either name jobs or choose them by options, not both")
    if not jobs and not chosen:
        raise typer.BadParameter("name jobs, or choose them by options such as --stage, --node, --batch, --filter")
    return bool(jobs)
