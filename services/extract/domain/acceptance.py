"""Which answers of a language engine are believed: a model may judge what was said, never make a call up.

The text of a transcript may hold anything, words that tell a model what to answer among them. So an answer counts only
if its quote stands in the text and touches the candidate, and another call only if the rules can spell it there.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from services.extract.domain.alphabet import BUILT_IN, Alphabet
from services.extract.domain.candidates import Line, candidates
from services.extract.domain.expected import Roster
from services.extract.domain.grammar import read_call, read_special
from services.extract.domain.language import Answer, Question, Verdict
from services.extract.domain.runs import runs
from services.extract.domain.tokens import tokenize
from services.extract.domain.votes import NO_CALL, Place, Vote

HELPER = "language"
# Log odds, set by judgement: a rejection counts for less, since garbled phonetics read like prose to a model.
_AGREES, _NO_CALL, _OTHER = 2.0, 1.5, 3.0


class Refusal(StrEnum):
    """Why an answer is not believed."""

    NOT_IN_TEXT = "not_in_text"
    """The quote does not stand in the text."""
    ELSEWHERE = "elsewhere"
    """The quote, or the words that spell the call, do not touch the candidate."""
    CONTRADICTION = "contradiction"
    """The verdict and the call do not go together."""
    NO_SUCH_CALL = "no_such_call"
    """No country issues the call."""
    NOT_SPELLED = "not_spelled"
    """The quoted words do not spell the call."""
    TAKEN = "taken"
    """The words belong to another mention."""


@dataclass(frozen=True, slots=True)
class Span:
    """Code points in a text, `end` exclusive."""

    start: int
    end: int

    def touches(self, other: Span) -> bool:
        """Whether both have a character in common."""
        return self.start < other.end and other.start < self.end


def accepted(
    question: Question, answer: Answer, *, offset: int, taken: Iterable[Span] = (), alphabet: Alphabet = BUILT_IN
) -> Vote | Refusal:
    """The vote in `answer`, or why there is none.

    `offset`: where the question's text begins in its segment. `taken`: other mentions of the segment. `alphabet`: by
    which the text was read.
    """
    candidate = Span(question.start, question.end)
    quotes = list(_occurrences(question.text, answer.quote))
    if not quotes:
        return Refusal.NOT_IN_TEXT
    quote = next((each for each in quotes if each.touches(candidate)), None)
    if quote is None:
        return Refusal.ELSEWHERE
    if answer.verdict is Verdict.NOT_CALLSIGN:
        return Vote(HELPER, NO_CALL, _NO_CALL, answer.why)
    if (answer.verdict is Verdict.CALLSIGN) != (answer.base_call == question.base_call):
        return Refusal.CONTRADICTION
    if answer.verdict is Verdict.CALLSIGN:
        return Vote(HELPER, question.base_call, _AGREES, answer.why)
    if not (read_call(answer.base_call) or read_special(answer.base_call)):
        return Refusal.NO_SUCH_CALL
    if answer.base_call in question.alternatives:
        # The rules read it out of the candidate's own words.
        return Vote(HELPER, answer.base_call, _OTHER, answer.why)
    place = _place(question, answer, quote, alphabet)
    if isinstance(place, Refusal):
        return place
    inside = Span(place.start + offset, place.end + offset)
    if any(inside.touches(other) for other in taken):
        return Refusal.TAKEN
    heard = question.text[place.start : place.end]
    return Vote(HELPER, answer.base_call, _OTHER, answer.why, Place(inside.start, inside.end, heard))


def spellings(text: str, call: str, alphabet: Alphabet = BUILT_IN) -> Iterator[Span]:
    """Where in `text` the rules can spell `call`."""
    line = Line(text, tokenize(text), Roster(given=frozenset({call})), alphabet)
    for run in runs(line.text, line.tokens, alphabet):
        for candidate in candidates(line, run):
            if candidate.shape.base == call:
                yield Span(line.tokens[candidate.first].start, line.tokens[candidate.last - 1].end)


def _place(question: Question, answer: Answer, quote: Span, alphabet: Alphabet) -> Span | Refusal:
    """Where in the question's text the quote spells the call."""
    inside = spellings(answer.quote, answer.base_call, alphabet)
    places = [Span(quote.start + span.start, quote.start + span.end) for span in inside]
    whole = [place for place in places if _whole_words(question.text, place)]
    if not whole:
        return Refusal.NOT_SPELLED
    candidate = Span(question.start, question.end)
    return next((place for place in whole if place.touches(candidate)), Refusal.ELSEWHERE)


def _whole_words(text: str, span: Span) -> bool:
    """Whether the quote cut no word: "kilo seven b" is no call in "kilo seven bravo"."""
    return not (text[max(0, span.start - 1) : span.start].isalnum() or text[span.end : span.end + 1].isalnum())


def _occurrences(text: str, quote: str) -> Iterator[Span]:
    if not quote.strip():
        return
    found = text.find(quote)
    while found >= 0:
        yield Span(found, found + len(quote))
        found = text.find(quote, found + 1)
