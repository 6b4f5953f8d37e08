"""Every reading of a run of spelled symbols as a callsign, with what speaks for it and against it."""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from functools import cached_property
from itertools import islice, product

from services.extract.domain.alphabet import Alphabet
from services.extract.domain.elements import Element
from services.extract.domain.expected import Roster
from services.extract.domain.grammar import CallShape, looks_itu, read_call, read_special
from services.extract.domain.model import MentionForm
from services.extract.domain.phonetics import CLOSINGS, NAMES, Kind
from services.extract.domain.roles import Cue, cue_for
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
        return frozenset(token.norm for token in self.tokens)


@dataclass(frozen=True)
class Candidate:
    """Elements run[begin:end] read as `shape`."""

    line: Line
    elements: tuple[Element, ...]
    begin: int
    end: int
    shape: CallShape
    run: list[Element]

    @property
    def first(self) -> int:
        """Its first token."""
        return self.elements[0].first

    @property
    def last(self) -> int:
        """The token after its last."""
        return self.elements[-1].last

    @cached_property
    def cue(self) -> Cue:
        """What the words around say."""
        return cue_for(self.line.text, self.line.tokens, self.first, self.last)

    @property
    def in_roster(self) -> bool:
        """Whether the roster expects it."""
        return self.shape.base in self.line.roster.present

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

    @cached_property
    def alone(self) -> bool:
        """Whether its run holds nothing else in the same sentence but closing words behind a pause."""
        if self.begin and self.elements[0].gap < Gap.SENTENCE:
            return False
        behind = self.run[self.end] if self.end < len(self.run) else None
        if behind is None:
            return True
        if behind.word in ("a", "i"):  # "I believe", unless single letters were spelled before it
            return not any(element.kind is Kind.LETTER for element in self.elements)
        closes = behind.word in CLOSINGS or not self._is_spelled(behind)
        return behind.gap >= (Gap.COMMA if closes else Gap.SENTENCE)

    def _is_spelled(self, element: Element) -> bool:
        if element.kind is Kind.HAM:
            return any(own.kind is Kind.HAM for own in self.elements)
        return element.kind in _SPELLED and element.word not in ("a", "i")

    @property
    def whole(self) -> bool:
        """Whether one word says it all."""
        return len(self.elements) == 1

    @property
    def form(self) -> MentionForm:
        """How it was put into words."""
        if self.whole:
            return MentionForm.WRITTEN
        letters = [e for e in self.elements if e.kind not in (Kind.DIGIT, Kind.DIGIT_WORD, Kind.HOMOPHONE)]
        literal = sum(e.literal for e in letters)
        if literal == len(letters):
            return MentionForm.SPACED
        return MentionForm.PHONETIC if literal == 0 else MentionForm.MIXED


def candidates(line: Line, run: list[Element]) -> list[Candidate]:
    """The grammatical readings of all parts of `run`, in order of where they begin."""
    found = []
    whole = [whole_call(element) for element in run]
    digits = [element.has_digit for element in run]
    size = len(run)
    last_digit = max((i for i in range(size) if digits[i]), default=-1)
    for begin in range(last_digit + 1):
        if True not in digits[begin : begin + _LONGEST_PREFIX + 1]:
            continue
        length, digit = 0, False
        for end in range(begin + 1, size + 1):
            length += len(run[end - 1].options[0])
            digit = digit or digits[end - 1]
            if end - begin > 1 and (
                length > LONGEST or ((whole[end - 1] or whole[begin]) and not _grows(run, begin, end, whole))
            ):
                break
            if length < _SHORTEST or not digit or not _may_close(run[end - 1], line.roster.present):
                continue
            shape = _shape(run, begin, end, line.roster.present)
            if shape:
                found.append(Candidate(line, tuple(run[begin:end]), begin, end, shape, run))
    return found


def _may_close(element: Element, roster: AbstractSet[str]) -> bool:
    """Whether a call may end there: with a letter, or a zero that is one; the roster may know better."""
    return bool(roster) or len(element.options) > 1 or element.options[0][-1] not in "123456789"


def whole_call(element: Element) -> bool:
    """Whether one written token is a complete call that hardly anything beside it can lengthen."""
    if element.kind is not Kind.CHUNK:
        return False
    shape = _read(element.options[0], single=True)
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


def _read(symbols: str, *, single: bool) -> CallShape | None:
    shape = read_call(symbols, repair_zero=True)
    if shape is None and single:
        if symbols.endswith("S"):  # "two K7ABCs"
            shape = read_call(symbols[:-1])
            shape = shape if shape and len(shape.suffix) == 3 else None
        shape = shape or read_special(symbols)
    return shape


def _shape(run: list[Element], begin: int, end: int, roster: AbstractSet[str]) -> CallShape | None:
    single = end - begin == 1
    options = [element.options for element in run[begin:end]]
    if all(len(choice) == 1 for choice in options):
        return _one_shape("".join([choice[0] for choice in options]), single, roster)
    first = None
    for symbols in islice(product(*options), _MOST_READINGS):
        shape = _one_shape("".join(symbols), single, roster)
        if shape and shape.base in roster:
            return shape
        if shape and (first is None or (first.repaired and not shape.repaired)):
            first = shape
    return first


def _one_shape(symbols: str, single: bool, roster: AbstractSet[str]) -> CallShape | None:
    shape = _read(symbols, single=single)
    if symbols in roster and (shape is None or shape.base != symbols) and looks_itu(symbols):
        return CallShape(symbols, "ITU", symbols[:2], symbols[3:], False)
    return shape
