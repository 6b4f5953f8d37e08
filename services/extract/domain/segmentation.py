"""Chooses the calls that together explain a run of spelled symbols best."""

from __future__ import annotations

import re
from bisect import bisect_left
from typing import NamedTuple

from services.extract.domain.candidates import LONGEST, Candidate, whole_call
from services.extract.domain.elements import LOWER_PREFIXES, Element
from services.extract.domain.evidence import PRIORS, THRESHOLD, Weight
from services.extract.domain.phonetics import NAMES, Kind
from services.extract.domain.tokens import Gap

_TWO = 2
_STRAY_COST = 2.0
_SAID_TWICE = 1.5
_LONGEST_RESTART = 5
_CLEAR = 3.0  # a call that needs no roster
_SQUARE = re.compile(r"[A-R]{2}\d{2}(?:[A-X]{2})?")  # where the station is
_NEVER_STRAY = frozenset({"a", "i", "o"})
_CODES = frozenset({
    "CQ", "DE", "DX", "HT", "AR", "SK", "FM", "QR", "QS", "QT", "EE", "CW", "TX", "RX", "SSB", "SWR", "PL", "IO", "OM",
    "YL", "XYL", "HF", "VHF", "UHF", "NCS", "AM",
})  # fmt: skip


class Scored(NamedTuple):
    """A reading with its evidence and score."""

    candidate: Candidate
    weights: list[Weight]
    score: float
    alternatives: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()  # facts beyond the candidate's own


def choose(run: list[Element], options: list[Scored]) -> list[Scored]:
    """The non-overlapping readings with the best total score, less those that leave letters unexplained."""
    if not any(option.score > THRESHOLD for option in options):
        return []
    by_begin: dict[int, list[Scored]] = {}
    inside_codes = _code_tails(run)
    for option in options:
        # "queue ess ell kay seven": no call begins in the middle of QSL.
        if option.score > THRESHOLD and (option.candidate.begin not in inside_codes or option.candidate.in_roster):
            by_begin.setdefault(option.candidate.begin, []).append(option)
    if not by_begin:
        return []
    size = len(run)
    begun_again = _begun_again(run)
    twice = _said_twice(options)
    best = [0.0] * (size + 1)
    picks: list[Scored | None] = [None] * size
    for i in range(size - 1, -1, -1):
        best[i] = best[i + 1] - (_STRAY_COST if _is_letter(run[i]) and i not in begun_again else 0.0)
        for option in by_begin.get(i, ()):
            score = option.score + best[option.candidate.end]
            if option.candidate.shape.base in twice:
                score += _SAID_TWICE
            if score > best[i]:
                best[i], picks[i] = score, option
    chosen = []
    i = 0
    while i < size:
        pick = picks[i]
        if pick:
            chosen.append(pick)
        i = pick.candidate.end if pick else i + 1
    taken = {i for pick in chosen for i in range(pick.candidate.begin, pick.candidate.end)}
    taken |= _code_positions(run, taken)
    return [pick for pick in chosen if _explains_its_surroundings(pick.candidate, run, taken)]


def _said_twice(options: list[Scored]) -> set[str]:
    """Calls that are spelled at two places of the run: "... hotel sierra victor victor kilo five ..." is cut there.

    Not those that were only begun the first time: "kilo seven alpha bravo, kilo seven alpha bravo charlie".
    """
    believed = [option.candidate for option in options if option.score > THRESHOLD]
    longest = {candidate.begin: candidate.end for candidate in believed}  # by where they begin; ends rise
    until: dict[str, int] = {}
    found: set[str] = set()
    for candidate in believed:
        base = candidate.shape.base
        if until.setdefault(base, candidate.end) <= candidate.begin:
            if longest[candidate.begin] == candidate.end:
                found.add(base)
            else:
                found.discard(base)
    return found


def unswayed(options: list[Scored]) -> list[Scored]:
    """`options` where being expected lends no weight to the beginning of a longer call that is clear by itself.

    "kilo seven alpha bravo charlie" is not K7AB, whoever is on the roster.
    """
    clear = [o.candidate for o in options if _own_score(o) >= _CLEAR]
    return [
        option._replace(score=min(option.score, _own_score(option)))
        if any(_is_beginning(option.candidate, longer) for longer in clear)
        else option
        for option in options
    ]


def _own_score(option: Scored) -> float:
    """What the words alone say."""
    return option.score - sum(weight.value for weight in option.weights if weight.fact in PRIORS)


def _is_beginning(candidate: Candidate, longer: Candidate) -> bool:
    return longer.begin == candidate.begin and candidate.end < longer.end


def leftover_before(pick: Candidate, run: list[Element]) -> bool:
    """Whether a word that might have been the first letter stands unexplained before the call."""
    return pick.begin > 0 and run[pick.begin - 1].kind is Kind.NATO_PROSE


def alternatives(chosen: Scored, options: list[Scored]) -> tuple[str, ...]:
    """Other believable base calls for words of `chosen`, best first; `options` in order of where they begin.

    Whoever clearly spelled on did not mean the beginning.
    """
    if len(options) == 1:
        return ()
    pick = chosen.candidate
    clear = _own_score(chosen) >= _CLEAR
    first = bisect_left(options, pick.begin - LONGEST, key=lambda option: option.candidate.begin)
    last = bisect_left(options, pick.end, key=lambda option: option.candidate.begin)
    overlapping = [
        option
        for option in options[first:last]
        if option.score > THRESHOLD
        and option.candidate.end > pick.begin
        and not (clear and _is_beginning(option.candidate, pick))
    ]
    best_first = sorted(overlapping, key=lambda option: -option.score)
    return tuple(dict.fromkeys(base for o in best_first if (base := o.candidate.shape.base) != pick.shape.base))


def _is_letter(element: Element) -> bool:
    """Whether the element is plainly a spelled letter: left over, it casts doubt on the call beside it."""
    if element.kind is Kind.LETTER:
        return element.word not in _NEVER_STRAY
    if element.kind is Kind.CHUNK:
        return len(element.word) == 2 and element.word.isalpha() and element.word not in LOWER_PREFIXES
    return element.kind is Kind.NATO


def _explains_its_surroundings(pick: Candidate, run: list[Element], taken: set[int]) -> bool:
    if pick.in_roster or whole_call(pick.elements[0]):
        return True
    base = pick.shape.base
    before, after = pick.begin - 1, pick.end
    if before >= 0 and before not in taken and _is_letter(run[before]) and pick.elements[0].gap < Gap.SENTENCE:
        strays = _strays(run, taken, before, -1)
        corrected = strays == base[-1] and pick.elements[0].gap is Gap.COMMA  # "make that Zulu, kilo seven ... zulu"
        if not (corrected or base.startswith(strays) or (len(strays) > 1 and strays in base)):
            return False
    if after >= len(run) or after in taken or run[after].gap is Gap.SENTENCE:
        return True
    stray = run[after]
    if _is_letter(stray) or (stray.kind is Kind.NATO_PROSE and stray.word not in NAMES):
        strays = _strays(run, taken, after, 1)
        if _SQUARE.fullmatch(strays) and stray.gap is Gap.COMMA:
            return True  # "..., Delta November zero seven"
        again = strays == base[-1] or base.startswith(strays) or (len(strays) > 1 and strays in base)
        return again or strays in ("K", "R")
    # "W1ABC a ..." goes on in prose; "W 1 A B C, A" is a letter too many.
    last_of_all = stray.last == len(pick.line.tokens)
    return not (stray.kind is Kind.LETTER and stray.word in ("a", "o") and last_of_all)


def _strays(run: list[Element], taken: set[int], place: int, step: int) -> str:
    """The symbols left over from `place` on in one direction, as spelled."""
    found: list[str] = []
    while 0 <= place < len(run) and place not in taken and run[place].kind is not Kind.HOMOPHONE:
        found.append(run[place].options[0])
        if step > 0 and place + 1 < len(run) and run[place + 1].gap is Gap.SENTENCE:
            break
        if step < 0 and run[place].gap is Gap.SENTENCE:
            break
        place += step
    return "".join(found if step > 0 else reversed(found))


def _begun_again(run: list[Element]) -> set[int]:
    """Places of symbols that are spelled once more right behind: "kilo seven, kilo seven alpha"."""
    symbols = [element.options[0] for element in run]
    found: set[int] = set()
    for size in range(1, _LONGEST_RESTART + 1):
        for i in range(len(symbols) - 2 * size + 1):
            if symbols[i : i + size] == symbols[i + size : i + 2 * size]:
                found.update(range(i, i + size))
    return found


def _code_tails(run: list[Element]) -> set[int]:
    """Places of the second and third letters of Q-codes, "CQ" and "DE"."""
    found: set[int] = set()
    symbols = [element.options[0] for element in run]
    for i in range(len(symbols) - 1):
        if symbols[i] == "Q" and i + 2 < len(symbols) and symbols[i + 1] in "RST":
            found.update((i + 1, i + 2))
        elif symbols[i] + symbols[i + 1] in ("CQ", "DE"):
            found.add(i + 1)
    return found


def _code_positions(run: list[Element], taken: set[int]) -> set[int]:
    """Places of Q-codes and other abbreviations spelled around calls: no letters lost from one.

    None that begins inside a call, at the places `taken`: "K F 0 P Q R S" has a letter too many, and no QRS.
    """
    found: set[int] = set()
    symbols = [element.options[0] for element in run]
    for i in range(len(symbols) - 1):
        pair = symbols[i] + symbols[i + 1]
        if len(pair) != _TWO or i in taken:
            continue
        if pair in _CODES:
            found.update((i, i + 1))
            if pair[0] == "Q" and pair != "CQ" and i + 2 < len(symbols):
                found.add(i + 2)
        if pair + "".join(symbols[i + 2 : i + 3]) in _CODES:
            found.update((i, i + 1, i + 2))
    return found
