"""`tsn reviews list|show|undo`: who said what of callsigns."""

from typing import Annotated

import typer

from clients.cli.author import AuthorOption, author_of
from clients.cli.command import Call, command
from clients.cli.conditions import review_filter
from clients.cli.listing import tell_page
from clients.cli.names import review_name
from clients.cli.options import AllOption, CallsignOption, LimitOption, NodeOption, PageTokenOption
from clients.cli.paging import collect
from clients.cli.review_text import (
    REVIEW_COLUMNS,
    REVIEW_SPARE,
    REVIEW_WHOLE,
    review_lines,
    review_row,
    review_sentence,
)
from tsn.extract.v1.review_pb2 import (
    GetReviewRequest,
    ListReviewsRequest,
    ListReviewsResponse,
    Review,
    UndoReviewRequest,
)

PAGE_LIMIT = 1000

app = typer.Typer(help="What people said of callsigns: who, when, why; take it back.", no_args_is_help=True)
ReviewArgument = Annotated[str, typer.Argument(metavar="REVIEW", help="Name, reviews/REVIEW, or the id alone.")]


@command(app, "list")
async def list_reviews(
    call: Call,
    recording: Annotated[str | None, typer.Option("--recording", help="Only of this recording.")] = None,
    node: NodeOption = None,
    callsign: CallsignOption = None,
    by: Annotated[str | None, typer.Option("--by", metavar="WHO", help="Only what this person said.")] = None,
    since: Annotated[str | None, typer.Option("--since", metavar="TIME", help="Said since then, e.g. 7d.")] = None,
    holding: Annotated[bool, typer.Option("--holding", help="Without what was undone.")] = False,
    limit: LimitOption = 50,
    everything: AllOption = False,
    page_token: PageTokenOption = "",
) -> None:
    """List reviews, newest first. For example: tsn reviews list --by K7ABC --since 7d."""
    request = ListReviewsRequest(filter=review_filter(recording, node, callsign, by, since, holding=holding))

    async def page(token: str, wanted: int) -> tuple[list[Review], str]:
        request.page_token, request.page_size = token, wanted
        answer = await call.gateway.ask(call.gateway.reviews.ListReviews, request)
        return list(answer.reviews), answer.next_page_token

    found, token = await collect(page, limit=None if everything else limit, most=PAGE_LIMIT, token=page_token)
    tell_page(
        call,
        ListReviewsResponse(reviews=found, next_page_token=token),
        [review_row(review) for review in found],
        columns=REVIEW_COLUMNS,
        whole=REVIEW_WHOLE,
        spare=REVIEW_SPARE,
        none="no reviews; `tsn mentions confirm|reject|replace|add` makes one",
    )


@command(app, "show")
async def show(call: Call, review: ReviewArgument) -> None:
    """Show one review, and how many recordings were read again for it."""
    answer = await call.gateway.ask(call.gateway.reviews.GetReview, GetReviewRequest(name=review_name(review)))
    if call.output.as_json:
        call.output.document(answer)
        return
    for line in review_lines(answer.review):
        call.output.say(line)


@command(app, "undo")
async def undo(call: Call, review: ReviewArgument, author: AuthorOption = None) -> None:
    """Take a review back: what it changed becomes what it would be without it. It stays on record."""
    request = UndoReviewRequest(name=review_name(review), author=author_of(author))
    answer = await call.gateway.ask(call.gateway.reviews.UndoReview, request)
    if call.output.as_json:
        call.output.document(answer)
    else:
        call.output.say(f"undone: {review_sentence(answer.review)}")
