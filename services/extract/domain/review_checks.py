"""Whether what people say can be heeded."""

import re
from collections.abc import Sequence

from services.extract.domain.grammar import read_call, read_special
from services.extract.domain.model import Mention, SegmentText
from services.extract.domain.review_errors import (
    CallsignImplausible,
    MentionAmbiguous,
    PlaceUnknown,
    ReviewConflict,
    ReviewIncomplete,
)
from services.extract.domain.reviews import Review, ReviewAction

REASON_LIMIT = 500
_SYMBOLS = re.compile(r"[A-Z0-9]{3,16}")
_CHAIN_LIMIT = 20


def checked_call(text: str, field: str, *, force: bool = False, issued: bool = True) -> str:
    """A base call in upper case. Raises ReviewIncomplete, CallsignImplausible.

    `issued`: a country must issue it, unless `force`.
    """
    call = text.strip().upper()
    if not call:
        raise ReviewIncomplete("a callsign is needed", field)
    if _SYMBOLS.fullmatch(call) is None:
        raise CallsignImplausible(call, field, forcible=False)
    if issued and not force and read_call(call) is None and read_special(call) is None:
        raise CallsignImplausible(call, field, forcible=True)
    return call


def checked_reason(text: str) -> str:
    """Raises ReviewIncomplete."""
    reason = text.strip()
    if len(reason) > REASON_LIMIT:
        raise ReviewIncomplete(f"the reason is longer than {REASON_LIMIT} characters", "reason")
    return reason


def the_one(call: str, found: Sequence[Mention]) -> Mention | None:
    """The only one of `found`; None where there is none. Raises MentionAmbiguous."""
    if len(found) > 1:
        raise MentionAmbiguous(call, found)
    return found[0] if found else None


def span_to_add(
    segments: Sequence[SegmentText], segment_index: int | None, start: int | None, end: int | None, heard: str
) -> tuple[int, int, int]:
    """Segment and span where a call is to be added. Raises PlaceUnknown, ReviewIncomplete."""
    meant = [segment for segment in segments if segment_index is None or segment.index == segment_index]
    if not meant:
        raise PlaceUnknown(f"the transcript has no segment {segment_index}, only {len(segments)} from 0 on")
    if start is not None or end is not None:
        return _given_span(meant, segment_index, start, end)
    if heard:
        pattern = re.compile(re.escape(heard.strip()), re.IGNORECASE)
        places = [(each.index, found.start(), found.end()) for each in meant for found in pattern.finditer(each.text)]
        if len(places) != 1:
            amount = "nowhere" if not places else f"{len(places)} times"
            raise PlaceUnknown(f"{heard[:100]!r} stands {amount} there; say segment, start and end")
        return places[0]
    if len(meant) > 1:
        raise ReviewIncomplete("say in which segment, or the words that spell the call", "segment_index")
    if not meant[0].text:
        raise PlaceUnknown(f"nothing was said in segment {meant[0].index}")
    return meant[0].index, 0, len(meant[0].text)


def _given_span(
    meant: Sequence[SegmentText], segment_index: int | None, start: int | None, end: int | None
) -> tuple[int, int, int]:
    if segment_index is None or start is None or end is None:
        raise ReviewIncomplete("a span needs segment_index, start and end", "start")
    length = len(meant[0].text)
    if not 0 <= start < end <= length:
        raise PlaceUnknown(f"{start} to {end} is no span of segment {segment_index}, which has {length} characters")
    return segment_index, start, end


def no_circle(review: Review, holding: Sequence[Review]) -> None:
    """Raises ReviewConflict where a merge would end at itself, or at a call that is said to be none."""
    if review.action is not ReviewAction.MERGE:
        return
    latest = {each.base_call: each for each in holding}
    call = review.new_call
    for _ in range(_CHAIN_LIMIT):
        after = latest.get(call)
        if after is None:
            return
        if after.action is ReviewAction.REJECT:
            raise ReviewConflict(f"{call} is rejected wherever it is read", after.id)
        if after.new_call == review.base_call:
            raise ReviewConflict(f"{call} is merged into {review.base_call} itself", after.id)
        call = after.new_call


def same_word(one: Review, other: Review) -> bool:
    """Whether both say the same of the same, by the same person."""
    return (one.action, one.base_call, one.new_call, one.node, one.author) == (
        other.action,
        other.base_call,
        other.new_call,
        other.node,
        other.author,
    ) and (one.place is None) == (other.place is None)
