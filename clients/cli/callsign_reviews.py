"""`tsn callsigns reject|merge|opt-out|opt-in|opt-outs`: people's word on a callsign wherever it is read."""

import asyncio
from typing import Annotated

import typer

from clients.cli.author import AuthorOption, author_of
from clients.cli.callsigns import app
from clients.cli.command import Call, command
from clients.cli.listing import tell_page
from clients.cli.mentions import ForceOption, ReasonOption
from clients.cli.names import node_name, short
from clients.cli.options import AllOption, LimitOption, PageTokenOption
from clients.cli.paging import collect
from clients.cli.render import counted
from clients.cli.review_text import OPT_OUT_COLUMNS, OPT_OUT_WHOLE, opt_out_row, review_sentence
from tsn.extract.v1.review_pb2 import (
    CreateOptOutRequest,
    DeleteOptOutRequest,
    GetReviewRequest,
    ListOptOutsRequest,
    ListOptOutsResponse,
    OptOut,
    Review,
    ReviewAction,
    ReviewCallsignRequest,
    ReviewCallsignResponse,
)

__all__ = ["app"]

PAGE_LIMIT = 1000
POLL_SECONDS = 0.5

OnlyNodeOption = Annotated[str | None, typer.Option("--node", help="Only what this node heard.")]
WaitOption = Annotated[bool, typer.Option("--wait", help="Until all recordings concerned are found.")]
CallArgument = Annotated[str, typer.Argument(metavar="CALL", help="Base call.")]


@command(app, "reject")
async def reject(
    call: Call,
    callsign: Annotated[str, typer.Argument(metavar="CALL", help="What is read as a callsign and is none.")],
    node: OnlyNodeOption = None,
    wait: WaitOption = False,
    reason: ReasonOption = "",
    author: AuthorOption = None,
) -> None:
    """Say that a callsign is none, wherever it is read. Mentions that somebody confirmed stay.

    For example: tsn callsigns reject AT9AM --reason "a time of day"
    """
    request = ReviewCallsignRequest(
        action=ReviewAction.REVIEW_ACTION_REJECT,
        base_call=callsign,
        node=node_name(node) if node else "",
        reason=reason,
        author=author_of(author),
    )
    await _say(call, request, wait=wait)


@command(app, "merge")
async def merge(
    call: Call,
    callsign: Annotated[str, typer.Argument(metavar="CALL", help="The call as it is misread.")],
    into: Annotated[str, typer.Argument(metavar="RIGHT", help="The call that is right.")],
    node: OnlyNodeOption = None,
    wait: WaitOption = False,
    force: ForceOption = False,
    reason: ReasonOption = "",
    author: AuthorOption = None,
) -> None:
    """Say that a callsign is a misreading of another, wherever it is read."""
    request = ReviewCallsignRequest(
        action=ReviewAction.REVIEW_ACTION_MERGE,
        base_call=callsign,
        new_call=into,
        node=node_name(node) if node else "",
        force=force,
        reason=reason,
        author=author_of(author),
    )
    await _say(call, request, wait=wait)


@command(app, "opt-out")
async def opt_out(
    call: Call,
    callsign: CallArgument,
    force: ForceOption = False,
    reason: ReasonOption = "",
    author: AuthorOption = None,
) -> None:
    """Note that a callsign asked not to be profiled: no list, statistics or register shows it.

    What was said on the air stays in transcripts.
    """
    request = CreateOptOutRequest(base_call=callsign, force=force, reason=reason, author=author_of(author))
    answer = await call.gateway.ask(call.gateway.reviews.CreateOptOut, request)
    if call.output.as_json:
        call.output.document(answer)
    else:
        call.output.say(f"{answer.opt_out.base_call} is left out")


@command(app, "opt-in")
async def opt_in(call: Call, callsign: CallArgument, author: AuthorOption = None) -> None:
    """Note that a callsign may be profiled again."""
    name = f"optOuts/{callsign.upper()}"
    request = DeleteOptOutRequest(name=name, author=author_of(author))
    answer = await call.gateway.ask(call.gateway.reviews.DeleteOptOut, request)
    if call.output.as_json:
        call.output.document(answer)
    else:
        call.output.say(f"{callsign.upper()} is no longer left out")


@command(app, "opt-outs")
async def opt_outs(
    call: Call, limit: LimitOption = 50, everything: AllOption = False, page_token: PageTokenOption = ""
) -> None:
    """List the callsigns that asked not to be profiled."""

    async def page(token: str, wanted: int) -> tuple[list[OptOut], str]:
        request = ListOptOutsRequest(page_token=token, page_size=wanted)
        answer = await call.gateway.ask(call.gateway.reviews.ListOptOuts, request)
        return list(answer.opt_outs), answer.next_page_token

    found, token = await collect(page, limit=None if everything else limit, most=PAGE_LIMIT, token=page_token)
    tell_page(
        call,
        ListOptOutsResponse(opt_outs=found, next_page_token=token),
        [opt_out_row(one) for one in found],
        columns=OPT_OUT_COLUMNS,
        whole=OPT_OUT_WHOLE,
        spare=("why",),
        none="no callsign is left out",
    )


async def _say(call: Call, request: ReviewCallsignRequest, *, wait: bool) -> None:
    review = (await call.gateway.ask(call.gateway.reviews.ReviewCallsign, request)).review
    while wait and review.finding:
        await asyncio.sleep(POLL_SECONDS)
        review = await _again(call, review)
    if call.output.as_json:
        call.output.document(ReviewCallsignResponse(review=review))
        return
    call.output.say(review_sentence(review))
    one = short(review.name)
    if review.finding:
        call.output.note(f"the recordings concerned are read again; `tsn reviews show {one}` shows how far that is")
    else:
        call.output.note(f"{counted(review.recordings_queued, 'recording')} read again")
    call.output.note(f"`tsn reviews undo {one}` takes it back")


async def _again(call: Call, review: Review) -> Review:
    return (await call.gateway.ask(call.gateway.reviews.GetReview, GetReviewRequest(name=review.name))).review
