"""The second stage: what a language engine is asked about a doubtful mention, and what it may answer."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Protocol

from mesh.errors import Kind, TsnError, Unavailable
from services.extract.domain.model import Mention
from services.extract.domain.reading import Reading

CALL_CHARACTERS, QUOTE_CHARACTERS, WHY_CHARACTERS = 32, 2000, 200
"""Longest parts of an answer; a call or a quote beyond is none."""
_REACH = 500  # characters of the segment on either side of the mention
_SHORT = 80  # characters; a segment below this is shown with what was said before and after
_NEIGHBOUR = 200  # characters of a neighbour


class Verdict(StrEnum):
    """What the words of a candidate are."""

    CALLSIGN = "callsign"
    NOT_CALLSIGN = "not_callsign"
    OTHER_CALLSIGN = "other_callsign"


@dataclass(frozen=True, slots=True)
class Question:
    """One doubtful mention in its text. `start` and `end` are code points in `text`, end exclusive."""

    text: str  # of the segment, what lies far from the mention left out
    start: int
    end: int
    base_call: str
    alternatives: tuple[str, ...] = ()
    before: str = ""  # what was said before and after, where the segment is short
    after: str = ""

    @property
    def heard(self) -> str:
        """The words of the candidate."""
        return self.text[self.start : self.end]

    def key(self, engine: str) -> str:
        """The same for the same question to the same engine (its `version`): 64 hexadecimal digits."""
        known = json.dumps([engine, asdict(self)], ensure_ascii=True, sort_keys=True)
        return hashlib.sha256(known.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Answer:
    """What an engine said; nothing in it is believed before `acceptance.accepted` has looked at it."""

    verdict: Verdict
    base_call: str  # at most CALL_CHARACTERS; empty for NOT_CALLSIGN
    quote: str  # the words it judged, copied out of the text; at most QUOTE_CHARACTERS
    why: str  # one line of at most WHY_CHARACTERS


class EngineAway(Unavailable):
    """The language engine does not answer, or not in time."""

    reason = "LANGUAGE_ENGINE_AWAY"


class EngineBusy(Unavailable):
    """The language engine has too much to do (HTTP 429)."""

    reason = "LANGUAGE_ENGINE_BUSY"


class EngineRefuses(TsnError):
    """The language engine does not take the question: a wrong key or model, or no JSON schemas."""

    kind = Kind.PRECONDITION
    reason = "LANGUAGE_ENGINE_REFUSES"


class BadAnswer(TsnError):
    """The language engine answered something else than JSON of the schema, or not to the end."""

    kind = Kind.UNAVAILABLE
    reason = "LANGUAGE_ANSWER_BAD"


ENGINE_FAILURES = (EngineAway, EngineBusy, EngineRefuses, BadAnswer)


class LanguageEngine(Protocol):
    """Judges doubtful mentions. Every implementation passes tests/contract/extract/test_language_engine.py."""

    @property
    def version(self) -> str:
        """Name, model and version of the prompt: answers of another version are not used again."""
        ...

    async def ask(self, question: Question) -> Answer:
        """The engine's answer, within a time of its own. Raises one of ENGINE_FAILURES."""
        ...

    async def close(self) -> None:
        """Give back connections."""
        ...


def question_of(reading: Reading, mention: Mention) -> Question:
    """What to ask about `mention`."""
    whole = reading.text_of(mention.segment_index)
    first = max(0, mention.start - _REACH)
    text = whole[first : mention.end + _REACH]
    before = after = ""
    if len(whole) < _SHORT:
        texts = {segment.index: segment.text for segment in reading.segments}
        before = texts.get(mention.segment_index - 1, "")[-_NEIGHBOUR:]
        after = texts.get(mention.segment_index + 1, "")[:_NEIGHBOUR]
    return Question(
        text=text,
        start=mention.start - first,
        end=mention.end - first,
        base_call=mention.base_call,
        alternatives=mention.alternatives,
        before=before,
        after=after,
    )


def one_line(why: str) -> str:
    """`why` without line breaks and control characters, cut to what is kept."""
    printable = "".join(character if character.isprintable() else " " for character in why)
    return " ".join(printable.split())[:WHY_CHARACTERS]
