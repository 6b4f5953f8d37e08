"""What a register says for and against readings: a licence in force speaks for a call, none against a doubtful one.

The weights are log odds, set below what the counts say: of the 2x3 calls that could be issued in the United States
about one in twenty is, so that a misheard one seldom is; nearly all shorter ones are issued, so that a licence says
little for them. Special event calls (1x1) are in no register, a licence may be newer than the file, and a call that
was spoken clearly is believed whatever a register says.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from services.extract.domain.grammar import CallShape, read_call
from services.extract.domain.licences import RegisterAnswer
from services.extract.domain.model import Mention, MentionReview
from services.extract.domain.votes import FLOOR, NO_CALL, Vote, settled

UNCERTAIN_BELOW = 0.9
"""From this confidence on a call is clear: nothing speaks against it."""
LICENSED_SPARSE, LICENSED = 1.0, 0.3
UNLICENSED = 0.7
PREFERRED = 2.0
"""For the one alternative that is licensed where the reading itself is not."""
_REGISTERS: Mapping[str, tuple[str, frozenset[str]]] = {
    "US": ("fcc", frozenset()),
    "CA": ("ised", frozenset({"VE", "VA", "VO", "VY"})),
}
"""The register that lists a country's calls, and the prefixes for which it does; none given: all."""
_SPARSE_SUFFIX = 3


def calls_to_ask(mention: Mention) -> tuple[str, ...]:
    """The calls whose licences bear on a mention."""
    return (mention.base_call, *mention.alternatives)


def informed_by(mention: Mention, answer: RegisterAnswer) -> Mention:
    """`mention` with what a register says of it; it never leaves, and only a doubtful one becomes another call."""
    source = listed_by(mention.base_call)
    if source is None or mention.review is not MentionReview.NONE:
        return mention
    licence = answer.licences.get(mention.base_call)
    if licence is not None:
        # One that ran out may be renewed or be in its grace period: it says nothing either way.
        return _raised(mention, source) if licence.active and licence.source == source else mention
    if source not in answer.complete or mention.confidence >= UNCERTAIN_BELOW:
        return mention
    licensed = [call for call in mention.alternatives if _in_force(call, answer)]
    if len(licensed) == 1 and "roster" not in mention.evidence:
        return _preferring(mention, licensed[0], source)
    return _lowered(mention, source)


def listed_by(call: str) -> str | None:
    """The register that would list `call`; None where none does."""
    shape = read_call(call)
    if shape is None or shape.country not in _REGISTERS or _is_special_event(shape):
        return None
    source, prefixes = _REGISTERS[shape.country]
    return source if not prefixes or shape.prefix in prefixes else None


def _is_special_event(shape: CallShape) -> bool:
    return shape.country == "US" and len(shape.prefix) == len(shape.suffix) == 1


def _in_force(call: str, answer: RegisterAnswer) -> bool:
    licence = answer.licences.get(call)
    return licence is not None and licence.active and licence.source == listed_by(call)


def _raised(mention: Mention, source: str) -> Mention:
    shape = read_call(mention.base_call)
    sparse = shape is not None and shape.country == "US" and len(shape.prefix) + len(shape.suffix) > _SPARSE_SUFFIX + 1
    vote = Vote("licence", mention.base_call, LICENSED_SPARSE if sparse else LICENSED)
    after, _ = settled(mention, (vote,))
    # Beyond what votes can reach a clear call stays as sure as it was.
    confidence = max(mention.confidence, after.confidence)
    return replace(mention, confidence=confidence, evidence=(*mention.evidence, f"licensed:{source}"))


def _lowered(mention: Mention, source: str) -> Mention:
    after, _ = settled(mention, (Vote("licence", NO_CALL, UNLICENSED),))
    confidence = max(after.confidence, min(mention.confidence, FLOOR))
    return replace(after, confidence=confidence, evidence=(*mention.evidence, f"unlicensed:{source}"))


def _preferring(mention: Mention, licensed: str, source: str) -> Mention:
    after, _ = settled(mention, (Vote("licence", licensed, PREFERRED),))
    if after.base_call == mention.base_call:
        return _lowered(mention, source)
    facts = (*after.evidence[:-1], f"unlicensed:{mention.base_call}", f"licensed:{listed_by(licensed)}")
    return replace(after, confidence=max(after.confidence, FLOOR), evidence=facts)
