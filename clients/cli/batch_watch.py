"""A batch followed until it has ended."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import aclosing

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from clients.cli.batch_text import ENDED_STATES, batch_lines, counts_text, progress_text
from clients.cli.command import Call
from clients.cli.failures import FAILURE, Unreachable, explain
from clients.cli.feed import RECONNECT
from clients.cli.names import short
from clients.cli.output import clean
from clients.common.backoff import Backoff
from clients.common.errors import ClientError, Refused, Transient
from tsn.ingest.v1.batch_pb2 import Batch, BatchState, GetBatchResponse, WatchBatchRequest


async def follow_batch(
    call: Call,
    name: str,
    *,
    backoff: Backoff | None = None,
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
) -> AsyncGenerator[Batch, None]:
    """The batch as it stands, then each change, until it has ended; a stream that breaks is begun again.

    Raises Refused when the server will not have it, Unreachable when nobody has ever answered.
    """
    failures, answered = 0, False
    while True:
        try:
            async for answer in call.gateway.stream(call.gateway.batches.WatchBatch, WatchBatchRequest(name=name)):
                failures, answered = 0, True
                yield answer.batch
                if answer.batch.state in ENDED_STATES:
                    return
            raise Transient("the server ended the watch")
        except Refused:
            raise
        except ClientError as error:
            if isinstance(error, Unreachable) and not answered:
                raise
            failures += 1
            if failures == 1 and answered:
                why = clean(explain(error, call.gateway.address).message)
                call.output.note(f"connection lost ({why}); reconnecting")
        await sleep((backoff or RECONNECT).delay_seconds(failures))


async def watch_to_the_end(
    call: Call, name: str, *, stream_json: bool, quiet: bool = False, enough: Callable[[Batch], bool] | None = None
) -> None:
    """Show the batch until it has ended or it is `enough`; exit 1 when it was cancelled or a job of it died.

    Ctrl-C ends the watching, not the batch, and says so. JSON: with `stream_json` a line for each change, else one
    document at the end, and nothing with `quiet`.
    """
    last = Batch()
    try:
        with _bar(call) as progress:
            bar = progress.add_task(name, total=None, counts="")
            async with aclosing(follow_batch(call, name)) as changes:
                async for last in changes:
                    progress.update(
                        bar,
                        completed=last.ended_recordings,
                        total=last.total_recordings or None,
                        counts=counts_text(last.counts),
                    )
                    if call.output.as_json and stream_json:
                        call.output.line(last)
                    elif not call.output.interactive and not call.output.as_json:
                        call.output.say(progress_text(last))
                    if enough is not None and enough(last):
                        break
    except asyncio.CancelledError:
        one = short(name)
        call.output.note(f"{name} goes on; `tsn batches watch {one}` follows it, `tsn batches cancel {one}` stops it")
        raise
    _tell_end(call, last, quiet=quiet or stream_json)


def _tell_end(call: Call, batch: Batch, *, quiet: bool) -> None:
    if call.output.as_json:
        if not quiet:
            call.output.document(GetBatchResponse(batch=batch))
    elif call.output.interactive:
        for line in batch_lines(batch):
            call.output.say(line)
    if batch.state == BatchState.BATCH_STATE_CANCELLED or batch.counts.dead:
        if not call.output.as_json:
            why = "was cancelled" if batch.state == BatchState.BATCH_STATE_CANCELLED else "ended with dead jobs"
            call.output.note(f"{batch.name} {why}; `tsn batches retry {short(batch.name)}` queues those jobs again")
        raise typer.Exit(FAILURE)


def _bar(call: Call) -> Progress:
    return Progress(
        TextColumn("{task.description}", markup=False),
        BarColumn(bar_width=24),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
        TextColumn("{task.fields[counts]}", markup=False),
        console=call.output.answers,
        transient=True,
        disable=not call.output.interactive,
    )
