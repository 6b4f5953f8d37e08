"""What the roster settles: calls that were clipped or misheard, never one that was clear, never prose."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import NamedTuple

from services.extract.domain.candidates import Candidate, Line
from services.extract.domain.confusions import confused
from services.extract.domain.elements import Element
from services.extract.domain.evidence import CUE_SPEAKS, ROSTER_CLIPPED, ROSTER_MISHEARD, Weight
from services.extract.domain.grammar import CallShape, read_call
from services.extract.domain.phonetics import PHONETIC_WORDS, Kind
from services.extract.domain.segmentation import Scored
from services.extract.domain.sounds import sounds_like
from services.extract.domain.tokens import Gap
from services.extract.domain.words import FUNCTION_WORDS

_HOME_PREFIXES = frozenset("KNWA")
_FIRM = frozenset({Kind.NATO, Kind.NATO_PROSE, Kind.LETTER, Kind.NAME, Kind.CHUNK, Kind.MISHEARD, Kind.HAM})
_FIGURES = frozenset({Kind.DIGIT, Kind.DIGIT_WORD})
_SHORTEST_WINDOW, _LONGEST_WINDOW = 3, 7
_SHORTEST_SUFFIX = 2
_MOST_UNKNOWN, _SHORT_WORD = 2, 2  # words in a row, letters
_ANY = "?"


class Match(NamedTuple):
    """A roster call that explains a stretch of symbols, and how."""

    call: str
    why: str  # "clipped" or "misheard:X=Y"
    score: float


class RosterIndex:
    """A roster prepared for look-ups of tails and of calls with one wrong symbol; built when first needed."""

    def __init__(self, calls: frozenset[str]) -> None:
        self.calls = calls

    @cached_property
    def shapes(self) -> dict[str, CallShape]:
        """The roster's calls taken apart; what no country issues is left to exact matches."""
        return {call: shape for call in self.calls if (shape := read_call(call))}

    @cached_property
    def _tails(self) -> dict[str, list[str]]:
        tails: dict[str, list[str]] = {}
        for call, shape in sorted(self.shapes.items()):
            if len(shape.suffix) >= _SHORTEST_SUFFIX:
                tails.setdefault(call[len(shape.prefix) :], []).append(call)
        return tails

    @cached_property
    def less_first(self) -> dict[str, list[str]]:
        """Calls by what is left of them without their first letter."""
        rests: dict[str, list[str]] = {}
        for call in self.shapes:
            rests.setdefault(call[1:], []).append(call)
        return rests

    @cached_property
    def _wrong_once(self) -> dict[str, list[str]]:
        masked: dict[str, list[str]] = {}
        for call in sorted(self.shapes):
            for i in range(len(call)):
                masked.setdefault(_mask(call, i), []).append(call)
        return masked

    def clipped(self, heard: str) -> Match | None:
        """The one call of which `heard` (its digit, and perhaps the letter before) is the end."""
        place = next((i for i, symbol in enumerate(heard) if symbol.isdigit()), len(heard))
        calls = [call for call in self._tails.get(heard[place:], ()) if call.endswith(heard) and call != heard]
        if not calls and place:
            calls = self.less_first.get(heard, [])
        return Match(calls[0], "clipped", ROSTER_CLIPPED) if len(calls) == 1 else None

    def misheard(self, heard: str) -> Match | None:
        """The one call that differs from `heard` in a single symbol, or lacks one that was heard twice."""
        found: dict[str, Match] = {}
        for i, symbol in enumerate(heard):
            for call in self._wrong_once.get(_mask(heard, i), ()):
                if symbol == _ANY and call[i].isdigit() and len(call) <= _SHORTEST_WINDOW + 1:
                    continue
                alike = symbol == _ANY or confused(symbol, call[i])
                if alike or len(call) > _SHORTEST_WINDOW + 1:
                    found[call] = Match(call, f"misheard:{symbol}={call[i]}", ROSTER_MISHEARD + alike)
            shorter = heard[:i] + heard[i + 1 :]
            if shorter in self.shapes and i > 0:
                found.setdefault(shorter, Match(shorter, f"misheard:{symbol}=", ROSTER_MISHEARD))
        best = sorted(found.values(), key=lambda match: -match.score)
        if not best or (len(best) > 1 and best[1].score == best[0].score):
            return None
        return best[0]


def recovered(line: Line, all_runs: list[list[Element]], picks: list[Scored], index: RosterIndex) -> list[Scored]:
    """`picks` with the calls that only the roster explains, in order."""
    settled = [_with_garbled_end(line, _unclipped(line, pick, index), index) for pick in picks]
    taken = {i for pick in picks for i in range(pick.candidate.first, pick.candidate.last)}
    found = []
    for run in _with_unknown_words(line, all_runs):
        stump = _stump(run, settled)
        inside = taken.intersection(range(run[0].first, run[-1].last))
        if stump:
            inside -= set(range(stump.candidate.first, stump.candidate.last))
        whole = None if inside else _best(line, run, index)
        if whole and stump:
            settled.remove(stump)
        for scored in [whole] if whole else list(_around(line, run, taken, index)):
            found.append(scored)
            taken.update(range(scored.candidate.first, scored.candidate.last))
    if not found:
        return settled
    return sorted([*settled, *found], key=lambda pick: pick.candidate.first)


def _stump(run: list[Element], picks: list[Scored]) -> Scored | None:
    """The call of one letter that an unknown word in `run` cut short: "K I 4 U banana victor"."""
    unknown = next((element for element in run if element.word == _ANY), None)
    if unknown is None:
        return None
    cut = (p for p in picks if p.candidate.last == unknown.first and len(p.candidate.shape.suffix) == 1)
    return next((pick for pick in cut if not pick.candidate.in_roster), None)


def _around(line: Line, run: list[Element], taken: set[int], index: RosterIndex) -> Iterator[Scored]:
    """Matches in the parts of a run between the calls found already."""
    part: list[Element] = []
    for element in [*run, None]:
        if element is not None and element.first not in taken:
            part.append(element)
            continue
        if 0 < len(part) < len(run) and (found := _best(line, part, index)):
            yield found
        part = []


def _best(line: Line, run: list[Element], index: RosterIndex) -> Scored | None:
    """The roster call that explains the longest stretch of the run around a digit."""
    best: Scored | None = None
    for begin in range(len(run)):
        heard = ""
        for end in range(begin + 1, len(run) + 1):
            heard += _ANY if run[end - 1].kind is Kind.WORD else run[end - 1].options[0]
            if len(heard) > _LONGEST_WINDOW:
                break
            if len(heard) < _SHORTEST_WINDOW or not _plausible(run, begin, end):
                continue
            # What reads as a call was heard as one: it is not changed into another.
            garbled = len(heard) > _SHORTEST_WINDOW and read_call(heard) is None
            match = index.clipped(heard) or (index.misheard(heard) if garbled else None)
            if match is None or (match.why == "clipped" and not _enough_is_left(line, run[begin:end])):
                continue
            if best is not None and match.score <= best.score:
                continue
            shape = index.shapes[match.call]
            candidate = Candidate(line, run, begin, end, shape)
            score = match.score + (CUE_SPEAKS if candidate.cue.phrase else 0.0)
            best = Scored(
                candidate, [Weight("roster", score)], score, notes=(f"{line.roster.why(match.call)}:{match.why}",)
            )
    return best


def _enough_is_left(line: Line, part: list[Element]) -> bool:
    """A clipped call keeps three letters of its suffix, or two that were spelled in words or open the over alone."""
    letters = sum(not symbol.isdigit() for element in part for symbol in element.options[0])
    last = part[-1].last
    if len(part) == last == 1 < len(line.tokens) and line.tokens[1].gap >= Gap.COMMA:
        return True  # "5UK, in and out"
    return letters > _SHORTEST_SUFFIX or all(
        e.kind in (Kind.NATO, Kind.NATO_PROSE, Kind.DIGIT_WORD, Kind.DIGIT) for e in part
    )


def _plausible(run: list[Element], begin: int, end: int) -> bool:
    """Whether run[begin:end] was spelled, has nothing glued to its ends, and is more than a number and a word."""
    part = run[begin:end]
    firm = sum(len(e.options[0]) for e in part if e.kind in _FIRM and e.word not in ("a", "i", "o"))
    strong = sum(e.kind in (Kind.NATO, Kind.LETTER, Kind.NAME, Kind.CHUNK) for e in part)
    weak = sum(e.kind in (Kind.HOMOPHONE, Kind.NAME_PROSE) for e in part)
    digits = sum(symbol.isdigit() for e in part for symbol in e.options[0])
    # A call is clipped when the key is pressed: there, names of places and people are letters too.
    opening = part[0].first <= 1 and part[0].has_digit
    proper = sum(e.kind is Kind.NATO_PROSE for e in part)
    if (
        firm < 2
        or weak > 1
        or not (strong or opening or proper > 2)
        or digits > 2
        or sum(e.word == _ANY for e in part) > 1
    ):
        return False
    if part[-1].kind is Kind.HOMOPHONE or part[-1].word == _ANY:
        return False
    before = begin > 0 and part[0].gap < Gap.COMMA and run[begin - 1].kind in (Kind.NATO, Kind.LETTER, Kind.CHUNK)
    spelled = (Kind.NATO, Kind.NATO_PROSE, Kind.LETTER, Kind.CHUNK)
    after = end < len(run) and run[end].gap < Gap.COMMA and run[end].kind in spelled
    return not before and not after


def _with_unknown_words(line: Line, all_runs: list[list[Element]]) -> list[list[Element]]:
    """The runs with a digit; two that garbled words part ("who tell") are put together, with a symbol for those."""
    found: list[list[Element]] = []
    i = 0
    while i < len(all_runs):
        run = all_runs[i]
        following = all_runs[i + 1] if i + 1 < len(all_runs) else None
        if following and _garbled_between(line, run, following):
            unknown = Element((_ANY,), Kind.MISHEARD, run[-1].last, following[0].first, _ANY, Gap.SPACE)
            run = [*run, unknown, *following]
            i += 1
        if any(element.has_digit for element in run) or run[-1].last - run[0].first > _SHORTEST_WINDOW + 1:
            found.append(run)
        i += 1
    return found


def _garbled_between(line: Line, run: list[Element], following: list[Element]) -> bool:
    """Whether one or two words that are no prose stand between two spelled parts of a sentence."""
    first, last = run[-1].last, following[0].first
    between = [token.norm for token in line.tokens[first:last]]
    if not 0 < len(between) <= _MOST_UNKNOWN or not all(word.isalpha() for word in between):
        return False
    spelled = _FIRM | _FIGURES
    strange = any(len(word) > _SHORT_WORD and word not in FUNCTION_WORDS for word in between)
    if not strange or run[-1].kind not in spelled or following[0].kind not in spelled:
        return False
    return all(line.tokens[place].gap < Gap.SENTENCE for place in range(first, last + 1))


def _unclipped(line: Line, pick: Scored, index: RosterIndex) -> Scored:
    """A pick with its clipped first letter: half a phonetic word stands before it, or it is foreign and comes first."""
    candidate = pick.candidate
    if candidate.in_roster:
        return pick
    base, first = candidate.shape.base, candidate.first
    longer = index.less_first.get(base, [])
    if len(longer) != 1:
        return pick
    missing = longer[0][0]
    half = line.tokens[first - 1].norm if first else ""
    torn = half not in line.alphabet.words and any(
        symbol == missing and len(half) > 1 and (word.endswith(half) or sounds_like(half, word))
        for word, symbol in PHONETIC_WORDS.items()
    )
    abroad = first == 0 and candidate.shape.country != "US" and missing in _HOME_PREFIXES and not candidate.whole
    if not torn and not abroad:
        return pick
    return _as(pick, index.shapes[longer[0]], f"{line.roster.why(longer[0])}:clipped")


def _with_garbled_end(line: Line, pick: Scored, index: RosterIndex) -> Scored:
    """ "kilo seven alpha bravo Charlotte": the word behind is half a phonetic, and the roster has the call with it."""
    candidate = pick.candidate
    if candidate.in_roster or candidate.last >= len(line.tokens) or candidate.whole:
        return pick
    word = line.tokens[candidate.last].norm
    if word in line.alphabet.words or line.tokens[candidate.last].gap > Gap.SPACE:
        return pick
    for phonetic, letter in PHONETIC_WORDS.items():
        shape = index.shapes.get(candidate.shape.base + letter)
        if shape and sounds_like(word, phonetic):
            return _as(pick, shape, f"{line.roster.why(shape.base)}:misheard:{word}={letter}")
    return pick


def _as(pick: Scored, shape: CallShape, why: str) -> Scored:
    """`pick` read as the roster's call instead."""
    return pick._replace(
        candidate=pick.candidate.read_as(shape),
        score=ROSTER_CLIPPED,
        alternatives=(pick.candidate.shape.base, *pick.alternatives),
        notes=(why,),
    )


def _mask(call: str, i: int) -> str:
    return call[:i] + _ANY + call[i + 1 :]
