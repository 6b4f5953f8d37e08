"""`tsn submit-url`: the mesh fetches a recording itself."""

import asyncio
import re
from collections.abc import Awaitable, Callable
from typing import Annotated

import typer

from clients.cli.choices import LANES, LaneName
from clients.cli.command import Call, command
from clients.cli.conditions import parse_moment
from clients.cli.failures import NotFinished
from clients.cli.job_text import state_word
from clients.cli.names import batch_name, node_name, short
from clients.cli.waiting import LOOK_AGAIN, Died, StageSeen, wait_until_searchable
from clients.common.errors import Transient
from tsn.ingest.v1.ingest_pb2 import SubmitUrlRequest
from tsn.ingest.v1.job_pb2 import GetJobRequest, Job, JobState
from tsn.ingest.v1.recording_pb2 import Lane

_RECORDING = re.compile(r"nodes/[A-Za-z0-9_-]+/recordings/[0-9a-f-]+")
_GAVE_UP = (JobState.JOB_STATE_DEAD, JobState.JOB_STATE_CANCELLED)
_DONE = (JobState.JOB_STATE_SUCCEEDED, JobState.JOB_STATE_DEGRADED)


def register(app: typer.Typer) -> None:
    """Add the command to `app`."""
    command(app, "submit-url")(submit_url)


async def submit_url(
    call: Call,
    url: Annotated[str, typer.Argument(metavar="URL", help="http or https; its host must be allowed by the operator.")],
    node: Annotated[str, typer.Option(help="Node that the audio belongs to.")],
    captured_at: Annotated[str, typer.Option(metavar="TIME", help="Start of the audio, RFC 3339 with zone.")],
    channel: Annotated[str, typer.Option(help="Channel.")] = "main",
    lane: Annotated[LaneName | None, typer.Option(help="Urgency of the work. (default: batch)")] = None,
    batch: Annotated[str | None, typer.Option(metavar="BATCH", help="Batch that its work belongs to.")] = None,
    wait: Annotated[bool, typer.Option("--wait", help="Until it is searchable; exit 1 if it is not.")] = False,
    wait_timeout: Annotated[
        float, typer.Option(min=0.001, metavar="SECONDS", help="With --wait: longest it may take.")
    ] = 600.0,
) -> None:
    """Have the mesh fetch a recording from a URL; the same again gives the same job.

    For example: tsn submit-url https://archive.example.org/a.mp3 --node w7abc --captured-at 2026-11-20T23:30:00Z
    """
    request = SubmitUrlRequest(
        node=node_name(node),
        channel=channel,
        url=url,
        captured_at=parse_moment(captured_at, "--captured-at"),
        lane=LANES[lane] if lane else Lane.LANE_UNSPECIFIED,
        batch=batch_name(batch) if batch else "",
    )
    answer = await call.gateway.ask(call.gateway.ingest.SubmitUrl, request)
    if not wait:
        if call.output.as_json:
            call.output.document(answer)
        else:
            call.output.say(f"{answer.job} fetches it; `tsn jobs show {short(answer.job)}` shows how it goes")
        return

    def tell(seen: StageSeen) -> None:
        if not call.output.as_json:
            call.output.note(f"{seen.stage} {seen.state}")

    recording = await _fetched(call, answer.job, wait_timeout, tell)
    await wait_until_searchable(call.gateway, recording, seconds=wait_timeout, on_stage=tell)
    if call.output.as_json:
        call.output.document({"job": answer.job, "recording": recording, "searchable": True})
    else:
        call.output.say(f"searchable {recording}")


async def _fetched(
    call: Call,
    name: str,
    seconds: float,
    tell: Callable[[StageSeen], None],
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
) -> str:
    """The recording, once it is stored: that of the job, or the one that had the same bytes before.

    Raises Died, NotFinished after `seconds`, Refused and Unreachable as they come.
    """
    last, rounds = "nothing was seen of it", 0
    try:
        async with asyncio.timeout(seconds):
            while True:
                try:
                    job = (await call.gateway.ask(call.gateway.jobs.GetJob, GetJobRequest(name=name))).job
                    if job.state in _GAVE_UP:
                        raise Died(job)
                    if job.state in _DONE:
                        return _stored_as(job)
                    if last != state_word(job.state):
                        last = state_word(job.state)
                        tell(StageSeen(job.stage, last, job.attempts))
                except Transient as error:
                    last = str(error)
                rounds += 1
                await sleep(LOOK_AGAIN.delay_seconds(rounds))
    except TimeoutError:
        raise NotFinished(f"{name} has not fetched it after {seconds:.0f} s: {last}") from None


def _stored_as(job: Job) -> str:
    note = job.history[-1].note if job.history else ""
    named = _RECORDING.search(note)
    return named[0] if named else job.recording
