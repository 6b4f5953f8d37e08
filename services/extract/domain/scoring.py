"""Adds up what speaks for a reading and against it."""

from __future__ import annotations

from itertools import pairwise

from services.extract.domain import evidence
from services.extract.domain.candidates import Candidate, whole_call
from services.extract.domain.countries import LIKELY, SELDOM_USED
from services.extract.domain.elements import Element
from services.extract.domain.evidence import Weight
from services.extract.domain.gates import begins_a_date
from services.extract.domain.grammar import CallShape
from services.extract.domain.phonetics import Kind
from services.extract.domain.tokens import Gap

_TWO = 2
_START = Weight("start", evidence.START)
_HOME = Weight("country", evidence.HOME)
_CUE_PROVES, _CUE_SPEAKS = Weight("cue", evidence.CUE_PROVES), Weight("cue", evidence.CUE_SPEAKS)
_ROSTER = Weight("roster", evidence.ROSTER)
_HEARD_CLEARLY_ELSEWHERE = Weight("heard clearly elsewhere", evidence.HEARD_CLEARLY_ELSEWHERE)
_REPAIRED = Weight("repaired", evidence.REPAIR)
_ALONE = Weight("alone", evidence.ALONE)
_ONE_ALPHABET = Weight("alphabet", evidence.ONE_ALPHABET)
_DATE = Weight("date", evidence.DATE)


def weigh(candidate: Candidate) -> list[Weight]:
    """Every piece of evidence that bears on `candidate`, with its weight."""
    weights = [_START, _spelling(candidate), _country(candidate.shape)]
    cue = candidate.cue
    if cue.phrase:
        weights.append(_CUE_PROVES if cue.proves else _CUE_SPEAKS)
    if candidate.in_roster:
        weights.append(_ROSTER)
    elif candidate.vouched_for:
        weights.append(_HEARD_CLEARLY_ELSEWHERE)
    if candidate.shape.repaired:
        weights.append(_REPAIRED)
    if not candidate.whole and candidate.alone:
        weights.append(_ALONE)
    if candidate.kinds.count(Kind.HAM) > _TWO:
        weights.append(_ONE_ALPHABET)
    pauses = _pauses(candidate)
    if pauses:
        weights.append(Weight("pauses", pauses))
    if begins_a_date(candidate):
        weights.append(_DATE)
    return weights


def total(weights: list[Weight]) -> float:
    """The score."""
    return sum([weight.value for weight in weights])


def _pauses(candidate: Candidate) -> float:
    """What the stops and commas inside cost; a speaker who makes one behind every word pays nothing."""
    elements = candidate.elements
    gaps = [element.gap for element in elements[1:]]
    if not gaps or max(gaps) < Gap.COMMA:
        return 0.0
    following = candidate.following
    stops = gaps.count(Gap.SENTENCE)
    if stops > 1 and 2 * stops >= len(gaps):
        return 0.0  # "Kilo. Seven. Alpha. Bravo."
    cost = sum(evidence.GAPS[gap] for gap in gaps)
    commas = gaps.count(Gap.COMMA)
    parted = following is None or following.gap >= Gap.COMMA
    if not commas or (parted and (2 * commas >= len(gaps) or _listed(candidate, gaps))):
        return cost
    return cost + sum(_lone_comma(left, right, parted) for left, right in pairwise(elements))


def _listed(candidate: Candidate, gaps: list[Gap]) -> bool:
    """ "Kilo India 4 Romeo, X-ray, November": the suffix letter by letter, with a comma between any two."""
    letters = len(candidate.shape.suffix)
    return letters > _TWO and gaps[1 - letters :] == [Gap.COMMA] * (letters - 1)


def _lone_comma(left: Element, right: Element, parted: bool) -> float:
    """A comma counts less where speakers pause: behind the digit, and around an "uh".

    That is so where the call ends there (`parted`); else what follows the comma may be another call.
    """
    if right.gap is not Gap.COMMA:
        return 0.0
    pause = right.first > left.last or (left.options[0][-1].isdigit() and not right.has_digit)
    return evidence.COMMA_AT_A_PAUSE if pause and parted else evidence.LONE_COMMA


def _spelling(candidate: Candidate) -> Weight:
    elements = candidate.elements
    if candidate.whole:
        short = len(candidate.shape.suffix) == 1
        return Weight("written", evidence.WHOLE_SHORT if short else evidence.WHOLE)
    if len(elements) == _TWO and whole_call(elements[0]):
        return Weight("written", evidence.WHOLE + _element(elements[1], by_name=False, first=False))
    by_letter = candidate.kinds.count(Kind.LETTER) > _TWO
    by_name = Kind.NAME in candidate.kinds
    letter_next = candidate.kinds[1] is Kind.LETTER
    value = sum(
        [
            evidence.LETTER_AMONG_LETTERS
            if by_letter and i > 1 and element.word in ("a", "i")
            else _element(element, by_name=by_name, first=letter_next and i == 0)
            for i, element in enumerate(elements)
        ]
    )
    value += sum([evidence.LETTER_FOR_ZERO for e in elements if e.word[-1] == "o" and _stands_for_zero(candidate, e)])
    return Weight("spelled", value)


def _element(element: Element, *, by_name: bool, first: bool) -> float:
    if element.kind is Kind.LETTER:
        if first and element.word in evidence.FIRST_LETTERS:
            return evidence.FIRST_LETTERS[element.word]
        return evidence.LETTERS.get(element.word, evidence.KINDS[Kind.LETTER])
    if element.kind is Kind.CHUNK:
        return evidence.CHUNKS.get(len(element.options[0]), evidence.CHUNK_OF_MORE)
    if by_name and (element.kind is Kind.NAME_PROSE or element.word == "oh"):
        return evidence.NAME_AMONG_NAMES
    return evidence.KINDS[element.kind]


def _stands_for_zero(candidate: Candidate, element: Element) -> bool:
    """Whether an O, alone or behind a prefix (KDO), was read as the digit."""
    if not element.literal:
        return False
    before = sum(len(e.options[0]) for e in candidate.elements[: candidate.elements.index(element)])
    place = before + len(element.options[0]) - 1
    return candidate.shape.base[place : place + 1] == "0"


def _country(shape: CallShape) -> Weight:
    if shape.country == "US":
        return _HOME
    likely = shape.country in LIKELY and shape.prefix not in SELDOM_USED
    value = evidence.LIKELY_ABROAD if likely else evidence.RARE
    return Weight("country", value + (evidence.DIGIT_FIRST if shape.prefix[0].isdigit() else 0.0))
