"""Chooses the calls that together explain a run of spelled symbols best."""

from __future__ import annotations

from services.extract.domain.candidates import Candidate, whole_call
from services.extract.domain.elements import Element
from services.extract.domain.phonetics import NAMES, Kind

_WEIGHTS = {
    Kind.LETTER: 2.0,
    Kind.DIGIT: 2.0,
    Kind.CHUNK: 4.0,
    Kind.DIGIT_WORD: 2.0,
    Kind.NATO: 2.0,
    Kind.NATO_PROSE: 1.5,
    Kind.HAM: 1.0,
    Kind.MISHEARD: 1.0,
    Kind.HOMOPHONE: 0.5,
}
_ROSTER_BONUS = 4.0
_CALL_COST = 1.0  # one long call explains a run better than two short ones
_STRAY_COST = 2.0

# Spelled codes and counts around calls: they are not letters lost from one.
_CODES = (
    ("c", "q"), ("charlie", "quebec"), ("d", "e"), ("d", "x"), ("h", "t"),
    ("q", "r", "t"), ("q", "r", "z"), ("q", "s", "l"), ("q", "s", "o"), ("q", "s", "y"), ("q", "t", "h"),
)  # fmt: skip


def choose(run: list[Element], options: list[Candidate]) -> list[Candidate]:
    """The non-overlapping candidates with the best total score, less those that leave letters unexplained."""
    by_begin: dict[int, list[Candidate]] = {}
    for option in options:
        by_begin.setdefault(option.begin, []).append(option)
    size = len(run)
    best = [0.0] * (size + 1)
    picks: list[Candidate | None] = [None] * size
    for i in range(size - 1, -1, -1):
        best[i] = best[i + 1] - (_STRAY_COST if _is_letter(run[i]) else 0.0)
        for option in by_begin.get(i, ()):
            score = _score(option) + best[option.end]
            if score > best[i]:
                best[i], picks[i] = score, option
    chosen = []
    i = 0
    while i < size:
        pick = picks[i]
        if pick:
            chosen.append(pick)
        i = pick.end if pick else i + 1
    taken = {i for pick in chosen for i in range(pick.begin, pick.end)} | _code_positions(run)
    return [pick for pick in chosen if _explains_its_surroundings(pick, run, taken)]


def leftover_before(pick: Candidate, run: list[Element]) -> bool:
    """Whether a word that might have been the first letter stands unexplained before the call."""
    return pick.begin > 0 and run[pick.begin - 1].kind is Kind.NATO_PROSE


def _score(option: Candidate) -> float:
    return sum(_WEIGHTS[e.kind] for e in option.elements) - _CALL_COST + _ROSTER_BONUS * option.in_roster


def _is_letter(element: Element) -> bool:
    """Whether the element is plainly a spelled letter: left over, it casts doubt on the call beside it."""
    if element.kind is Kind.LETTER:
        return element.word not in ("a", "i", "o")
    if element.kind is Kind.CHUNK:
        return element.options[0].isalpha() and len(element.options[0]) == 2
    return element.kind is Kind.NATO


def _explains_its_surroundings(pick: Candidate, run: list[Element], taken: set[int]) -> bool:
    if pick.in_roster or whole_call(pick.elements[0]):
        return True
    before, after = pick.begin - 1, pick.end
    if before >= 0 and before not in taken and _is_letter(run[before]):
        return False
    if after < len(run) and after not in taken:
        stray = run[after]
        if _is_letter(stray) or (stray.kind is Kind.NATO_PROSE and stray.word not in NAMES):
            return False
        # A lower-case article after a call is prose; a capital one is a letter too many.
        capital = pick.line.tokens[stray.first].text.isupper()
        if stray.kind is Kind.LETTER and capital and stray.word in ("a", "o"):
            return False
    return True


def _code_positions(run: list[Element]) -> set[int]:
    words = [element.word for element in run]
    found: set[int] = set()
    for code in _CODES:
        for i in range(len(words) - len(code) + 1):
            if words[i] == code[0] and tuple(words[i : i + len(code)]) == code:
                found.update(range(i, i + len(code)))
    return found
