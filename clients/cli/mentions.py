"""`tsn mentions list|confirm|reject|replace|add`: callsigns of one recording, and people's word on them."""

from typing import Annotated, Any

import typer

from clients.cli.author import AuthorOption, author_of
from clients.cli.command import Call, command
from clients.cli.names import recording_name, short
from clients.cli.output import clean
from clients.cli.review_text import MENTION_COLUMNS, MENTION_SPARE, MENTION_WHOLE, mention_row, review_sentence
from tsn.extract.v1.review_pb2 import ListMentionsRequest, ReviewAction, ReviewMentionRequest

app = typer.Typer(help="Callsigns found in a recording: see them, put them right.", no_args_is_help=True)

RecordingArgument = Annotated[str, typer.Argument(metavar="RECORDING", help="nodes/NODE/recordings/RECORDING")]
CallArgument = Annotated[str, typer.Argument(metavar="CALL", help="Base call as it is read, e.g. K7ABC.")]
NewCallArgument = Annotated[str, typer.Argument(metavar="NEW", help="The call that was said.")]
SegmentOption = Annotated[
    int | None, typer.Option("--segment", min=0, help="Segment, from 0; where the call is read more than once.")
]
StartOption = Annotated[int | None, typer.Option("--start", min=0, help="Where in the segment it begins.")]
ReasonOption = Annotated[str, typer.Option("--reason", metavar="WHY", help="Kept with the review.")]
ForceOption = Annotated[bool, typer.Option("--force", help="Take a call that no country issues.")]


@command(app, "list")
async def list_mentions(call: Call, recording: RecordingArgument) -> None:
    """List the callsigns of a recording as they stand, with what led to them."""
    request = ListMentionsRequest(recording=recording_name(recording))
    answer = await call.gateway.ask(call.gateway.reviews.ListMentions, request)
    if call.output.as_json:
        call.output.document(answer)
    elif not answer.mentions:
        call.output.say("no callsigns")
    else:
        rows = [mention_row(mention) for mention in answer.mentions]
        call.output.table(MENTION_COLUMNS, rows, whole=MENTION_WHOLE, spare=MENTION_SPARE)


@command(app, "confirm")
async def confirm(
    call: Call,
    recording: RecordingArgument,
    callsign: CallArgument,
    segment: SegmentOption = None,
    start: StartOption = None,
    reason: ReasonOption = "",
    author: AuthorOption = None,
) -> None:
    """Say that a callsign was read right."""
    said = _request(ReviewAction.REVIEW_ACTION_CONFIRM, recording, segment, start, reason, author)
    await _say(call, said, base_call=callsign)


@command(app, "reject")
async def reject(
    call: Call,
    recording: RecordingArgument,
    callsign: CallArgument,
    segment: SegmentOption = None,
    start: StartOption = None,
    reason: ReasonOption = "",
    author: AuthorOption = None,
) -> None:
    """Say that a callsign was not said there. `tsn callsigns reject` says it of a call wherever it is read."""
    said = _request(ReviewAction.REVIEW_ACTION_REJECT, recording, segment, start, reason, author)
    await _say(call, said, base_call=callsign)


@command(app, "replace")
async def replace(
    call: Call,
    recording: RecordingArgument,
    callsign: CallArgument,
    new: NewCallArgument,
    segment: SegmentOption = None,
    start: StartOption = None,
    reason: ReasonOption = "",
    force: ForceOption = False,
    author: AuthorOption = None,
) -> None:
    """Say that another callsign was said there.

    For example: tsn mentions replace nodes/hill/recordings/0198c0de-... K7ABC K7ABD
    """
    said = _request(ReviewAction.REVIEW_ACTION_REPLACE, recording, segment, start, reason, author)
    await _say(call, said, base_call=callsign, new_call=new, force=force)


@command(app, "add")
async def add(
    call: Call,
    recording: RecordingArgument,
    callsign: Annotated[str, typer.Argument(metavar="CALL", help="Base call that was said.")],
    heard: Annotated[str, typer.Option("--heard", metavar="WORDS", help="The words that spell it.")] = "",
    segment: SegmentOption = None,
    reason: ReasonOption = "",
    force: ForceOption = False,
    author: AuthorOption = None,
) -> None:
    """Say that a callsign was said that was not read.

    For example: tsn mentions add nodes/hill/recordings/0198c0de-... K7ABC --heard "kay seven ate bee see"
    """
    said = _request(ReviewAction.REVIEW_ACTION_ADD, recording, segment, None, reason, author)
    await _say(call, said, new_call=callsign, heard=heard, force=force)


def _request(
    action: ReviewAction,
    recording: str,
    segment: int | None,
    start: int | None,
    reason: str,
    author: str | None,
) -> ReviewMentionRequest:
    return ReviewMentionRequest(
        action=action,
        recording=recording_name(recording),
        segment_index=segment,
        start=start,
        reason=reason,
        author=author_of(author),
    )


async def _say(call: Call, request: ReviewMentionRequest, **fields: Any) -> None:
    request.MergeFrom(ReviewMentionRequest(**fields))
    answer = await call.gateway.ask(call.gateway.reviews.ReviewMention, request)
    if call.output.as_json:
        call.output.document(answer)
        return
    review = answer.review
    call.output.say(f"{review_sentence(review)}: segment {review.segment_index}, heard “{clean(review.heard)}”")
    call.output.note(f"the recording is read again now; `tsn reviews undo {short(review.name)}` takes it back")
