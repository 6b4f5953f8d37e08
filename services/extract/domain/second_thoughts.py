"""Letters that the speaker gives anew: "K7ABC, correction, alpha bravo delta", "that's delta, not charlie"."""

from __future__ import annotations

from bisect import bisect_left

from services.extract.domain.candidates import Candidate
from services.extract.domain.elements import Element
from services.extract.domain.grammar import CallShape, read_call
from services.extract.domain.phonetics import NAMES, Kind
from services.extract.domain.retractions import Phrases, begins_with
from services.extract.domain.segmentation import Scored
from services.extract.domain.tokens import sentence_ends
from services.extract.domain.words import HESITATIONS, words

_REACH = 9  # words behind the call
_BOTH = 2
_SPELLED = frozenset({Kind.NATO, Kind.NATO_PROSE, Kind.NAME, Kind.LETTER, Kind.HAM})
_FIGURES = frozenset({Kind.DIGIT, Kind.DIGIT_WORD})
_FRAME = words(
    "that's that is it's it this the a an last final letter letters suffix first with in should be was are my call sign"
)
_END = frozenset({"end", "last", "final", "letter"})
Runs = list[list[Element]]


def with_letters_corrected(pick: Scored, all_runs: Runs, retractions: Phrases) -> Scored:
    """`pick` with the letters in place that were given anew behind it; itself where there are none.

    `retractions` are the phrases by which something is taken back.
    """
    candidate = pick.candidate
    behind = bisect_left(all_runs, candidate.last, key=lambda run: run[0].first)
    for place in range(behind, min(behind + 2, len(all_runs))):
        run = all_runs[place]
        between = _words(candidate, candidate.last, run[0].first)
        if len(between) > _REACH or any(element.has_digit for element in run[1:]):
            return pick
        following = all_runs[place + 1] if place + 1 < len(all_runs) else None
        shape = _denied_letter(candidate, run, following) if place == behind else None
        shape = shape or _given_anew(candidate, run, between, retractions)
        if shape and shape.base != candidate.shape.base:
            again = Candidate(candidate.line, run, 0, len(run), shape)
            return pick._replace(candidate=again, notes=(*pick.notes, f"corrected:{candidate.shape.base}"))
    return pick


def _words(candidate: Candidate, first: int, last: int) -> list[str]:
    return [token.norm for token in candidate.line.tokens[first:last] if token.norm not in HESITATIONS]


def _given_anew(candidate: Candidate, run: list[Element], between: list[str], retractions: Phrases) -> CallShape | None:
    """The call with its last letters, or its digit, replaced by those of `run`."""
    found = next(((i, p) for i in range(len(between)) if (p := begins_with(between[i:], retractions))), None)
    if found is None or "not" in between:
        return None
    place, phrase = found
    framed = _FRAME.issuperset(between[place + len(phrase) :])
    base, suffix = candidate.shape.base, candidate.shape.suffix
    letters = "".join(element.options[0] for element in run)
    if len(run) == 1 and run[0].kind in _FIGURES and framed:
        at = len(base) - len(suffix) - 1
        return read_call(base[:at] + letters + suffix)
    if any(element.kind not in _SPELLED for element in run) or len(letters) > len(suffix):
        return None
    if len(letters) < len(suffix) and not (framed and _nothing_else_is_said(candidate, run, between)):
        return None
    return read_call(base[: -len(letters)] + letters)


def _nothing_else_is_said(candidate: Candidate, run: list[Element], between: list[str]) -> bool:
    """Whether the letters close the sentence or are said to be the last; a first name is a letter only so."""
    line, last = candidate.line, run[-1].last
    told = _END.intersection(between) or _END.intersection(_words(candidate, last, last + 3))
    if told:
        return True
    ends = last == len(line.tokens) or sentence_ends(line.text, line.tokens[last - 1], line.tokens[last])
    return ends and run[0].word not in NAMES


def _denied_letter(candidate: Candidate, run: list[Element], following: list[Element] | None) -> CallShape | None:
    """The call with one letter for another: "delta, not charlie", "not charlie, delta"."""
    before = _words(candidate, candidate.last, run[0].first)
    if len(run) == _BOTH and before[-1:] == ["not"]:
        run, following = run[:1], run[1:]  # "not tango, papa"
    if following is None:
        return None
    between = _words(candidate, run[-1].last, following[0].first)
    if not _FRAME.issuperset([word for word in before + between if word != "not"]):
        return None
    if "not" in before and "not" not in between:
        denied, meant = run[-1:], following[:1]
    elif "not" in between and "not" not in before:
        denied, meant = following[:1], run[-1:]
    else:
        return None
    if any(element.kind not in _SPELLED for element in denied + meant):
        return None
    wrong, right = denied[0].options[0], meant[0].options[0]
    base, suffix = candidate.shape.base, candidate.shape.suffix
    if suffix.count(wrong) != 1:
        return None
    return read_call(base[: -len(suffix)] + suffix.replace(wrong, right))
