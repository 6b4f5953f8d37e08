"""`tsn batches list|show|watch|cancel|retry`."""

import typer

from clients.cli.batch_text import BATCH_COLUMNS, BATCH_SPARE, BATCH_WHOLE, batch_lines, batch_row
from clients.cli.batch_watch import watch_to_the_end
from clients.cli.command import Call, command
from clients.cli.listing import tell_page
from clients.cli.names import batch_name
from clients.cli.options import AllOption, BatchArgument, LimitOption, PageTokenOption
from clients.cli.paging import collect
from clients.cli.render import counted
from tsn.ingest.v1.batch_pb2 import (
    Batch,
    CancelBatchRequest,
    CancelBatchResponse,
    GetBatchRequest,
    GetBatchResponse,
    ListBatchesRequest,
    ListBatchesResponse,
    RetryBatchRequest,
    RetryBatchResponse,
)

PAGE_LIMIT = 1000

app = typer.Typer(help="Many jobs under one name: imports and re-runs.", no_args_is_help=True)


@command(app, "list")
async def list_batches(
    call: Call, limit: LimitOption = 50, everything: AllOption = False, page_token: PageTokenOption = ""
) -> None:
    """List batches with their progress, newest first."""

    async def page(token: str, wanted: int) -> tuple[list[Batch], str]:
        request = ListBatchesRequest(page_token=token, page_size=wanted)
        answer = await call.gateway.ask(call.gateway.batches.ListBatches, request)
        return list(answer.batches), answer.next_page_token

    found, token = await collect(page, limit=None if everything else limit, most=PAGE_LIMIT, token=page_token)
    tell_page(
        call,
        ListBatchesResponse(batches=found, next_page_token=token),
        [batch_row(batch) for batch in found],
        columns=BATCH_COLUMNS,
        whole=BATCH_WHOLE,
        spare=BATCH_SPARE,
        none="no batches; `tsn import FOLDER` and `tsn rerun STAGE` make them",
    )


@command(app, "show")
async def show(call: Call, batch: BatchArgument) -> None:
    """Show one batch: what it is for, how far it has come."""
    answer = await call.gateway.ask(call.gateway.batches.GetBatch, GetBatchRequest(name=batch_name(batch)))
    _tell(call, answer)


@command(app, "watch")
async def watch(call: Call, batch: BatchArgument) -> None:
    """Follow a batch until it has ended; exit 1 if it was cancelled or a job of it died. Ctrl-C leaves it running."""
    await watch_to_the_end(call, batch_name(batch), stream_json=True)


@command(app, "cancel")
async def cancel(call: Call, batch: BatchArgument) -> None:
    """Stop a batch: nothing more is queued, its open jobs are cancelled. Results that are there stay."""
    answer = await call.gateway.ask(call.gateway.batches.CancelBatch, CancelBatchRequest(name=batch_name(batch)))
    _tell(call, answer)


@command(app, "retry")
async def retry(call: Call, batch: BatchArgument) -> None:
    """Queue the dead and cancelled jobs of a batch again."""
    answer = await call.gateway.ask(call.gateway.batches.RetryBatch, RetryBatchRequest(name=batch_name(batch)))
    _tell(call, answer, f"{counted(answer.retried, 'job')} queued again")


def _tell(call: Call, answer: GetBatchResponse | CancelBatchResponse | RetryBatchResponse, *above: str) -> None:
    """The answer to programs; to people `above`, then the batch."""
    if call.output.as_json:
        call.output.document(answer)
        return
    for line in (*above, *batch_lines(answer.batch)):
        call.output.say(line)
