"""How the vote of a helper (a language engine, a second recogniser) changes a mention that the rules found.

A vote is log odds, added to those of the call it speaks for. It can take a mention out or put another call in
its place. Who votes for a call that is no alternative has made sure that it can have been said.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING

from services.extract.domain.grammar import read_call, read_special
from services.extract.domain.model import Mention, MentionReview

if TYPE_CHECKING:
    from services.extract.domain.reading import Reading

FLOOR = 0.3
"""A mention whose confidence falls below this leaves; the rules alone start at 0.5."""
NO_CALL = ""
_LEAST, _MOST = 0.005, 0.995
# Of the doubt about the call in hand, what belongs to the best alternative; each next has half as much.
_BEST_ALTERNATIVE = 0.5
# ... and to a call that the words can spell, but that no rule preferred.
_STRANGER = 0.25


class Effect(StrEnum):
    """What votes did to a mention."""

    NONE = "none"
    RAISED = "raised"
    LOWERED = "lowered"
    SWAPPED = "swapped"
    """Another call is the likelier one now."""
    DROPPED = "dropped"


@dataclass(frozen=True, slots=True)
class Place:
    """Code points in the segment's text, `end` exclusive, and the words there."""

    start: int
    end: int
    heard: str


@dataclass(frozen=True, slots=True)
class Vote:
    """What one helper says of one mention."""

    helper: str  # kind of the evidence: "language", "acoustic"
    base_call: str  # the call it speaks for; NO_CALL: that none was said
    log_odds: float  # natural logarithm, > 0
    why: str = ""  # for people
    place: Place | None = None  # where another call was said, if not just where the mention stands


@dataclass(frozen=True, slots=True)
class Band:
    """The confidences, ends included, at which helpers are asked."""

    low: float
    high: float

    def holds(self, mention: Mention) -> bool:
        """Whether a helper may be asked about `mention`: it is doubtful, and no person has spoken on it."""
        return mention.review is MentionReview.NONE and self.low <= mention.confidence <= self.high


def settled(mention: Mention, votes: Iterable[Vote]) -> tuple[Mention, Effect]:
    """`mention` after `votes`, in their order, with each kept as evidence; what a person settled stays as it is."""
    if mention.review is not MentionReview.NONE:
        return mention, Effect.NONE
    after = mention
    for vote in votes:
        after = _counted(after, vote)
    confidence = round(after.confidence, 3)
    # A vote may take from what the words alone say, but adds nothing to it.
    after = replace(after, confidence=confidence, unaided=min(after.unaided, confidence))
    if after.confidence < FLOOR:
        return after, Effect.DROPPED
    if after.base_call != mention.base_call:
        return after, Effect.SWAPPED
    if after.confidence == mention.confidence:
        return after, Effect.NONE
    return after, Effect.RAISED if after.confidence > mention.confidence else Effect.LOWERED


def with_votes(reading: Reading, votes: Mapping[int, Sequence[Vote]]) -> tuple[Reading, tuple[Effect, ...]]:
    """`reading` with votes counted, by place in its mentions, and what each group did; who leaves is in `dropped`."""
    kept: list[Mention] = []
    dropped: list[Mention] = []
    effects = []
    for place, mention in enumerate(reading.mentions):
        if place in votes:
            mention, effect = settled(mention, votes[place])
            effects.append(effect)
            if effect is Effect.DROPPED:
                dropped.append(mention)
                continue
        kept.append(mention)
    changed = replace(reading, mentions=tuple(kept), dropped=(*reading.dropped, *dropped))
    return changed, tuple(effects)


def _counted(mention: Mention, vote: Vote) -> Mention:
    if vote.base_call not in (NO_CALL, mention.base_call):
        return _between_calls(mention, vote)
    own = vote.base_call == mention.base_call
    confidence = _added(mention.confidence, vote.log_odds if own else -vote.log_odds)
    return replace(mention, confidence=confidence, evidence=(*mention.evidence, _evidence(vote, own)))


def _between_calls(mention: Mention, vote: Vote) -> Mention:
    """A vote for another call: its share grows, the rest keeps its proportions; the likelier call is the mention."""
    share = _share(mention, vote.base_call)
    whole = 1 - share + share * math.exp(vote.log_odds)
    other = _bounded(share * math.exp(vote.log_odds) / whole)
    confidence = _bounded(mention.confidence / whole)
    evidence = _evidence(vote, own=False)
    if other <= confidence:
        return replace(mention, confidence=confidence, evidence=(*mention.evidence, evidence))
    moved = mention if vote.place is None else _at(mention, vote.place)
    rest = [call for call in mention.alternatives if call != vote.base_call]
    return replace(
        moved,
        base_call=vote.base_call,
        confidence=other,
        alternatives=(mention.base_call, *rest),
        evidence=(*_with_country_of(vote.base_call, mention.evidence), evidence),
        holder=None,
        unaided=0.0,
    )


def _at(mention: Mention, place: Place) -> Mention:
    """The mention with the span of another call; host prefix and modifiers keep it where they stand."""
    if mention.host_prefix or mention.modifiers:
        return mention
    return replace(mention, start=place.start, end=place.end, heard=place.heard)


def _added(confidence: float, log_odds: float) -> float:
    bounded = _bounded(confidence)
    odds = math.log(bounded / (1 - bounded)) + log_odds
    return _bounded(1 / (1 + math.exp(-odds)))


def _bounded(confidence: float) -> float:
    return min(_MOST, max(_LEAST, confidence))


def _share(mention: Mention, call: str) -> float:
    """How likely `call` was before the vote."""
    doubt = 1 - _bounded(mention.confidence)
    if call not in mention.alternatives:
        return doubt * _STRANGER
    return doubt * max(_STRANGER, _BEST_ALTERNATIVE / (1 << mention.alternatives.index(call)))


def _with_country_of(call: str, evidence: tuple[str, ...]) -> Iterable[str]:
    """Evidence of another call's country is none of this one's."""
    shape = read_call(call) or read_special(call)
    country = shape.country if shape else "ITU"
    return (f"country:{country}" if fact.startswith("country:") else fact for fact in evidence)


def _evidence(vote: Vote, own: bool) -> str:
    said = "agrees" if own else f"reads {vote.base_call}" if vote.base_call else "reads no callsign"
    return f"{vote.helper}:{said}" + (f" ({vote.why})" if vote.why else "")
