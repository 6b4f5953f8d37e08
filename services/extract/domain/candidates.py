"""Every reading of a run of spelled symbols as a callsign, with what speaks for it and against it."""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import islice, product

from services.extract.domain.alphabet import Alphabet
from services.extract.domain.elements import LITERAL, Element
from services.extract.domain.expected import Roster
from services.extract.domain.grammar import REMEMBERED, CallShape, looks_itu, read_call, read_special
from services.extract.domain.model import MentionForm
from services.extract.domain.phonetics import CLOSINGS, NAMES, Kind
from services.extract.domain.roles import cue_for
from services.extract.domain.tokens import Gap, Token

_SHORTEST, LONGEST = 3, 8  # symbols
_MOST_READINGS = 16
_WHOLE_SUFFIX = 2
_TWO = 2
_NEVER_LAST_LETTER = frozenset({"a", "i", "o", "k", "r"})  # articles, "over" and "roger"
_LONGEST_PREFIX = 3
_SPELLED = frozenset({
    Kind.NATO, Kind.NATO_PROSE, Kind.LETTER, Kind.CHUNK, Kind.DIGIT, Kind.DIGIT_WORD, Kind.NAME, Kind.MISHEARD,
})  # fmt: skip
_NEVER_ALONE = frozenset({"a", "i", "o"})
_FIGURES = (Kind.DIGIT, Kind.DIGIT_WORD, Kind.HOMOPHONE)


@dataclass(frozen=True)
class Line:
    """The text in hand with its tokens and the calls expected on the channel."""

    text: str
    tokens: list[Token]
    roster: Roster
    alphabet: Alphabet
    heard: AbstractSet[str] = frozenset()  # calls that were clear elsewhere in the same conversation

    @cached_property
    def words(self) -> frozenset[str]:
        """Every word in the text, in lower case."""
        return frozenset([token.norm for token in self.tokens])


class Candidate:
    """Elements run[begin:end] read as `shape`; never changed once it is made."""

    __slots__ = (
        "begin", "cue", "elements", "end", "first", "in_roster", "kinds", "last", "line", "run", "shape", "whole",
    )  # fmt: skip

    def __init__(self, line: Line, run: list[Element], begin: int, end: int, shape: CallShape) -> None:
        self.line = line
        self.run = run
        self.begin = begin
        self.end = end
        self.shape = shape
        self.elements = tuple(run[begin:end])
        self.kinds = tuple([element.kind for element in self.elements])
        self.first = self.elements[0].first
        """Its first token."""
        self.last = self.elements[-1].last
        """The token after its last."""
        self.whole = len(self.elements) == 1
        """Whether one word says it all."""
        self.in_roster = shape.base in line.roster.present
        """Whether the roster expects it."""
        self.cue = cue_for(line.text, line.tokens, self.first, self.last)
        """What the words around say."""

    def read_as(self, shape: CallShape) -> Candidate:
        """The same words, meant for another call."""
        return Candidate(self.line, self.run, self.begin, self.end, shape)

    @property
    def is_regular(self) -> bool:
        """Whether it is often heard here."""
        return self.shape.base in self.line.roster.regulars

    @property
    def vouched_for(self) -> bool:
        """Whether it was clear elsewhere in the same text, or is often heard here."""
        return self.is_regular or self.shape.base in self.line.heard

    @property
    def following(self) -> Element | None:
        """What is spelled right behind it in its run; a closing word ("roger", "see you") is none."""
        behind = self.run[self.end] if self.end < len(self.run) else None
        return behind if behind and self._is_spelled(behind) else None

    @property
    def alone(self) -> bool:
        """Whether its run holds nothing else in the same sentence but closing words behind a pause."""
        if self.begin and self.elements[0].gap < Gap.SENTENCE:
            return False
        behind = self.run[self.end] if self.end < len(self.run) else None
        if behind is None:
            return True
        if behind.word in ("a", "i"):  # "I believe", unless single letters were spelled before it
            return Kind.LETTER not in self.kinds
        closes = behind.word in CLOSINGS or not self._is_spelled(behind)
        return behind.gap >= (Gap.COMMA if closes else Gap.SENTENCE)

    def _is_spelled(self, element: Element) -> bool:
        if element.kind is Kind.HAM:
            return Kind.HAM in self.kinds
        return element.kind in _SPELLED and element.word not in ("a", "i")

    @property
    def form(self) -> MentionForm:
        """How it was put into words."""
        if self.whole:
            return MentionForm.WRITTEN
        literal = [kind in LITERAL for kind in self.kinds if kind not in _FIGURES]
        if all(literal):
            return MentionForm.SPACED
        return MentionForm.MIXED if any(literal) else MentionForm.PHONETIC


def candidates(line: Line, run: list[Element]) -> list[Candidate]:
    """The grammatical readings of all parts of `run`, in order of where they begin."""
    digits = [element.has_digit for element in run]
    if True not in digits:
        return []
    found = []
    whole = [whole_call(element) for element in run]
    roster = line.roster.present
    for begin in range(len(run)):
        if True not in digits[begin : begin + _LONGEST_PREFIX + 1]:
            continue
        symbols, digit, certain = "", False, True
        for end in range(begin + 1, len(run) + 1):
            closing = run[end - 1]
            symbols += closing.options[0]
            digit = digit or digits[end - 1]
            certain = certain and len(closing.options) == 1
            if end - begin > 1 and (
                len(symbols) > LONGEST or ((whole[end - 1] or whole[begin]) and not _grows(run, begin, end, whole))
            ):
                break
            if len(symbols) < _SHORTEST or not digit or not _may_close(closing, roster):
                continue
            single = end - begin == 1
            shape = _one_shape(symbols, single, roster) if certain else _best_shape(run[begin:end], roster)
            if shape:
                found.append(Candidate(line, run, begin, end, shape))
    return found


def _may_close(element: Element, roster: AbstractSet[str]) -> bool:
    """Whether a call may end there: with a letter, or a zero that is one; the roster may know better."""
    return bool(roster) or len(element.options) > 1 or element.options[0][-1] not in "123456789"


def whole_call(element: Element) -> bool:
    """Whether one written token is a complete call that hardly anything beside it can lengthen."""
    if element.kind is not Kind.CHUNK:
        return False
    shape = _read(element.options[0], True)
    return shape is not None and len(shape.suffix) >= _WHOLE_SUFFIX


def _grows(run: list[Element], begin: int, end: int, whole: list[bool]) -> bool:
    """ "K-K7AQN", "KK7AQ-N" and "KE7AQ bravo": a letter beside a written call that belongs to it."""
    if sum(whole[begin:end]) != 1:
        return False
    if whole[begin] and end - begin == _TWO and _last_letter(run, end - 1):
        return True
    return all(
        whole[i] or (run[i].kind is Kind.LETTER and run[i].word not in _NEVER_ALONE) for i in range(begin, end)
    ) and all(run[i].glued or (run[i].gap is Gap.SPACE and not whole[begin]) for i in range(begin + 1, end))


def _last_letter(run: list[Element], place: int) -> bool:
    """Whether the element is the one letter that a written call lacks: nothing else is spelled right behind it."""
    element = run[place]
    if element.gap is not Gap.SPACE or element.word in _NEVER_LAST_LETTER:
        return False
    # "W1LK Mike" may be a name; calls such as KD7WL are rare enough for "KD7WL Juliet" to be one of three letters.
    if element.word in NAMES and not run[place - 1].word[1:_TWO].isalpha():
        return False
    if element.kind not in (Kind.LETTER, Kind.NATO, Kind.NATO_PROSE):
        return False
    return place + 1 == len(run) or run[place + 1].gap >= Gap.COMMA or run[place + 1].kind not in _SPELLED


@lru_cache(maxsize=REMEMBERED)
def _read(symbols: str, single: bool) -> CallShape | None:
    shape = read_call(symbols, repair_zero=True)
    if shape is None and single:
        shape = read_special(symbols)
    return shape


def _best_shape(elements: list[Element], roster: AbstractSet[str]) -> CallShape | None:
    """The call among all that `elements` may spell: one of the roster, else the likeliest that needs no repair."""
    first = None
    for symbols in islice(product(*[element.options for element in elements]), _MOST_READINGS):
        shape = _one_shape("".join(symbols), len(elements) == 1, roster)
        if shape and shape.base in roster:
            return shape
        if shape and (first is None or (first.repaired and not shape.repaired)):
            first = shape
    return first


def _one_shape(symbols: str, single: bool, roster: AbstractSet[str]) -> CallShape | None:
    shape = _read(symbols, single)
    if symbols in roster and (shape is None or shape.base != symbols) and looks_itu(symbols):
        return CallShape(symbols, "ITU", symbols[:2], symbols[3:], False)
    return shape
