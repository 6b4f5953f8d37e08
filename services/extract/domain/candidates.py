"""Every reading of a run of spelled symbols as a callsign, and whether the evidence carries it."""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from functools import cached_property
from itertools import product

from services.extract.domain.elements import Element
from services.extract.domain.grammar import WORD_PREFIXES, CallShape, looks_itu, read_call
from services.extract.domain.lookalikes import MAKERS, MODEL_NAMES, THINGS
from services.extract.domain.model import MentionForm
from services.extract.domain.phonetics import NEVER_LAST, Kind
from services.extract.domain.roles import Cue, cue_for
from services.extract.domain.tokens import Token

_SHORTEST, _LONGEST = 3, 7
_CLEAR_RUN = 5  # so many spelled elements in a row are no accident, whatever words they are
_SPELLED_WORDS = frozenset({Kind.NATO, Kind.NATO_PROSE, Kind.HAM, Kind.MISHEARD})
_CLOCK_SUFFIXES = ("AM", "PM")


@dataclass(frozen=True)
class Line:
    """One segment's text with its tokens and the calls expected on the channel."""

    text: str
    tokens: list[Token]
    roster: AbstractSet[str]


@dataclass(frozen=True)
class Candidate:
    """Elements run[begin:end] read as `shape`."""

    line: Line
    elements: tuple[Element, ...]
    begin: int
    end: int
    shape: CallShape

    @property
    def first(self) -> int:
        return self.elements[0].first

    @property
    def last(self) -> int:
        return self.elements[-1].last

    @cached_property
    def cue(self) -> Cue:
        return cue_for(self.line.text, self.line.tokens, self.first, self.last)

    @property
    def in_roster(self) -> bool:
        return self.shape.base in self.line.roster

    @cached_property
    def form(self) -> MentionForm:
        if len(self.elements) == 1:
            return MentionForm.WRITTEN
        letters = [e for e in self.elements if e.kind not in (Kind.DIGIT, Kind.DIGIT_WORD, Kind.HOMOPHONE)]
        literal = sum(e.literal for e in letters)
        if literal == len(letters):
            return MentionForm.SPACED
        return MentionForm.PHONETIC if literal == 0 else MentionForm.MIXED


def candidates(line: Line, run: list[Element]) -> list[Candidate]:
    """The acceptable readings of all parts of `run`, in order of where they begin."""
    found = []
    whole = [whole_call(element) for element in run]
    for begin in range(len(run)):
        length, digits = 0, False
        for end in range(begin + 1, len(run) + 1):
            length += len(run[end - 1].options[0])
            digits = digits or run[end - 1].has_digit
            if length > _LONGEST or (end - begin > 1 and (whole[begin] or whole[end - 1])):
                break
            if length < _SHORTEST or not digits:
                continue
            shape = _shape(run, begin, end, line.roster)
            if shape:
                candidate = Candidate(line, tuple(run[begin:end]), begin, end, shape)
                if _acceptable(candidate):
                    found.append(candidate)
    return found


def whole_call(element: Element) -> bool:
    """Whether one written token is a complete call that nothing beside it can lengthen."""
    if element.kind is not Kind.CHUNK:
        return False
    shape = read_call(element.options[0], repair_zero=True)
    return shape is not None and len(shape.suffix) > 1


def _shape(run: list[Element], begin: int, end: int, roster: AbstractSet[str]) -> CallShape | None:
    part = run[begin:end]
    for options in product(*(element.options for element in part)):
        symbols = "".join(options)
        shape = read_call(symbols, repair_zero=len(part) == 1)
        if shape is None and symbols in roster and looks_itu(symbols):
            shape = CallShape(symbols, "ITU", symbols[:2], symbols[3:], False)
        if shape:
            return shape
    return None


def _acceptable(candidate: Candidate) -> bool:
    if _names_a_thing(candidate):
        return False
    elements = candidate.elements
    if elements[0].kind is Kind.HOMOPHONE or elements[-1].kind is Kind.HOMOPHONE:
        return False
    if candidate.in_roster:
        return True
    if _needs_cue(candidate) and not candidate.cue.proves:
        return False
    if len(elements) == 1:
        return True
    return _edges_hold(candidate) and _homophones_hold(candidate) and _spelled_clearly(candidate)


def _names_a_thing(candidate: Candidate) -> bool:
    """Whether the words around name a radio, an antenna or a program."""
    tokens, first, last = candidate.line.tokens, candidate.first, candidate.last
    if candidate.shape.base in MODEL_NAMES:
        thing = last < len(tokens) and tokens[last].norm in THINGS
        return thing or not (candidate.in_roster or candidate.cue.proves)
    after_maker = any(token.norm in MAKERS for token in tokens[max(0, first - 2) : first])
    return after_maker and not whole_call(candidate.elements[0])


def _needs_cue(candidate: Candidate) -> bool:
    """Shapes too common in ordinary talk to stand alone: K9A, W10X, on 4 ab."""
    shape = candidate.shape
    if shape.country == "ITU":
        return True
    if len(shape.suffix) == 1 and (len(shape.prefix) == 1 or shape.country not in ("US", "CA")):
        return True
    if shape.repaired and len(shape.prefix) == 1:
        return True
    if candidate.form is MentionForm.PHONETIC or len(candidate.elements) == 1:
        return False
    foreign_lower = candidate.form is MentionForm.SPACED and shape.country != "US" and _all_lower(candidate)
    return shape.prefix in WORD_PREFIXES or shape.suffix in _CLOCK_SUFFIXES or foreign_lower


def _all_lower(candidate: Candidate) -> bool:
    tokens = candidate.line.tokens[candidate.first : candidate.last]
    return not any(token.text[:1].isupper() for token in tokens)


def _edges_hold(candidate: Candidate) -> bool:
    """Articles, pronouns and sign-offs do not begin or end a spelled call, nor stand among phonetic words."""
    elements, tokens = candidate.elements, candidate.line.tokens
    for i, element in enumerate(elements):
        if element.kind is not Kind.LETTER or element.word not in ("a", "i"):
            continue
        beside = elements[max(0, i - 1) : i] + elements[i + 1 : i + 2]
        if not all(other.literal or other.kind is Kind.DIGIT_WORD for other in beside):
            return False
        article = tokens[element.first].text.islower() or element.word == "i"
        if article and i == 0 and elements[1].kind is Kind.CHUNK:
            return False
        if article and i + 1 == len(elements) and _prose_follows(candidate):
            return False
        if article and i == 0 and candidate.shape.prefix in ("A", "I"):
            return candidate.cue.proves
    closing = elements[-1].word
    if closing in NEVER_LAST:
        ham = sum(e.kind in (Kind.HAM, Kind.MISHEARD) for e in elements)
        letters = sum(e.kind in _SPELLED_WORDS or e.literal for e in elements)
        return 2 * ham > letters
    return True


def _prose_follows(candidate: Candidate) -> bool:
    """Whether the next word goes on without a pause, as after an article or a pronoun."""
    tokens, last = candidate.line.tokens, candidate.last
    if last >= len(tokens):
        return False
    return candidate.line.text[tokens[last - 1].end : tokens[last].start] == " " and not candidate.cue.phrase


def _homophones_hold(candidate: Candidate) -> bool:
    """A prose word counts as a digit only deep inside a run of at least four elements."""
    if not any(element.kind is Kind.HOMOPHONE for element in candidate.elements):
        return True
    return len(candidate.elements) >= 4 and any(e.kind in (Kind.NATO, Kind.LETTER) for e in candidate.elements)


def _spelled_clearly(candidate: Candidate) -> bool:
    elements = candidate.elements
    clear = _CLEAR_RUN - 1 if candidate.shape.country == "US" else _CLEAR_RUN
    if candidate.cue.proves or len(elements) >= clear:
        return True
    # Names and places alone (golf two mike charlie) may be prose; one pure phonetic or letter decides.
    return any(e.kind is Kind.NATO or (e.literal and e.kind is not Kind.DIGIT) for e in elements)
