"""Mentions and reviews as people read them."""

from collections.abc import Iterator

from rich.text import Text

from clients.cli.names import short
from clients.cli.output import Cell, clean
from clients.cli.render import CALLSIGN, FAINT, callsign, counted, enum_word, moment, percent
from tsn.extract.v1.extract_pb2 import Mention, MentionReview, MentionRole
from tsn.extract.v1.review_pb2 import OptOut, Review, ReviewAction

MENTION_COLUMNS = ("seg", "at", "callsign", "role", "sure", "people", "heard", "evidence")
MENTION_WHOLE = ("seg", "at", "callsign")
MENTION_SPARE = ("role", "evidence")
REVIEW_COLUMNS = ("when", "who", "what", "where", "why", "review")
REVIEW_WHOLE = ("when", "review")
REVIEW_SPARE = ("where", "why")
OPT_OUT_COLUMNS = ("callsign", "since", "noted by", "why")
OPT_OUT_WHOLE = ("callsign", "since")


def mention_row(mention: Mention) -> tuple[Cell, ...]:
    """Cells of `MENTION_COLUMNS`."""
    word = enum_word(MentionReview.Name(mention.review), "MENTION_REVIEW_")
    return (
        str(mention.segment_index),
        str(mention.start),
        Text(callsign(mention), style=CALLSIGN),
        enum_word(MentionRole.Name(mention.role), "MENTION_ROLE_").replace("unspecified", "-"),
        percent(mention.confidence) if mention.HasField("confidence") else "-",
        "-" if mention.review == MentionReview.MENTION_REVIEW_UNSPECIFIED else word,
        clean(mention.heard),
        clean(", ".join(mention.evidence)),
    )


def review_sentence(review: Review) -> str:
    """What was said: `K7ABC is right`."""
    call, new = clean(review.base_call), clean(review.new_call)
    where = "" if review.recording else " wherever it is read"
    if review.node and not review.recording:
        where = f" on {clean(short(review.node))}"
    match review.action:
        case ReviewAction.REVIEW_ACTION_CONFIRM:
            return f"{call} is right"
        case ReviewAction.REVIEW_ACTION_REJECT:
            return f"{call} is no call{where}" if where else f"{call} was not said"
        case ReviewAction.REVIEW_ACTION_REPLACE:
            return f"{call} is {new}"
        case ReviewAction.REVIEW_ACTION_ADD:
            return f"{new} was said"
        case ReviewAction.REVIEW_ACTION_MERGE:
            return f"{call} is {new}{where}"
        case _:
            return enum_word(ReviewAction.Name(review.action), "REVIEW_ACTION_")


def review_row(review: Review) -> tuple[Cell, ...]:
    """Cells of `REVIEW_COLUMNS`; one that was undone is faint and says so."""
    undone = review.HasField("undone_at")
    said = review_sentence(review) + (f" (undone by {clean(review.undone_by)})" if undone else "")
    return (
        moment(review.created_at),
        clean(review.author),
        Text(said, style=FAINT if undone else ""),
        _where(review),
        clean(review.reason) or "-",
        short(review.name),
    )


def review_lines(review: Review) -> Iterator[Cell]:
    """All that is known of one review."""
    yield Text(clean(review.name), style="bold")
    yield f"said         {review_sentence(review)}"
    yield f"by           {clean(review.author)}, {moment(review.created_at)}"
    if review.reason:
        yield f"why          {clean(review.reason)}"
    if review.recording:
        yield f"recording    {clean(review.recording)}"
        yield f"heard        “{clean(review.heard)}” in segment {review.segment_index} at {review.start}"
    if review.HasField("undone_at"):
        yield f"undone       by {clean(review.undone_by)}, {moment(review.undone_at)}"
    more = ", more are being looked for" if review.finding else ""
    yield f"read again   {counted(review.recordings_queued, 'recording')}{more}"


def opt_out_row(opt_out: OptOut) -> tuple[Cell, ...]:
    """Cells of `OPT_OUT_COLUMNS`."""
    call = Text(clean(opt_out.base_call), style=CALLSIGN)
    return call, moment(opt_out.created_at), clean(opt_out.author), clean(opt_out.reason) or "-"


def _where(review: Review) -> str:
    if review.recording:
        return clean(review.recording)
    return clean(review.node) or "everywhere"
