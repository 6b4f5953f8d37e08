"""Counts of right and wrong calls, and the figures made of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise

from tools.evaluate.corpus import Answer, Case

CONFIDENCE_BINS = (0.0, 0.3, 0.5, 0.6, 0.7, 0.8, 0.85, 0.9, 0.95, 0.98, 1.0)
"""Narrow where most mentions lie; the last bin holds 1.0 too."""


@dataclass(frozen=True, slots=True)
class Tally:
    """Sums over lines. A call counts once a line, however often it was said or found."""

    lines: int = 0
    expected: int = 0
    found: int = 0
    hits: int = 0
    out_of_order: int = 0  # lines with the right calls in the wrong order
    negatives: int = 0  # lines without a call
    false_hits: int = 0  # of these, lines in which a call was found

    def __add__(self, other: Tally) -> Tally:
        return Tally(
            self.lines + other.lines,
            self.expected + other.expected,
            self.found + other.found,
            self.hits + other.hits,
            self.out_of_order + other.out_of_order,
            self.negatives + other.negatives,
            self.false_hits + other.false_hits,
        )

    @property
    def precision(self) -> float | None:
        """Share of the calls found that were said; None where none was found."""
        return self.hits / self.found if self.found else None

    @property
    def recall(self) -> float | None:
        """Share of the calls said that were found; None where none was said."""
        return self.hits / self.expected if self.expected else None

    @property
    def f1(self) -> float | None:
        """Harmonic mean of precision and recall; None where nothing was said nor found."""
        both = self.found + self.expected
        return 2 * self.hits / both if both else None

    @property
    def false_hit_rate(self) -> float | None:
        """Share of the lines without a call in which one was found; None without such lines."""
        return self.false_hits / self.negatives if self.negatives else None


@dataclass(frozen=True, slots=True)
class Miss:
    """One line that was not read right."""

    case: Case
    answer: Answer

    @property
    def missing(self) -> list[str]:
        """Calls that were said and not found."""
        return [call for call in self.case.callsigns if call not in self.answer.callsigns]

    @property
    def invented(self) -> list[str]:
        """Calls that were found and not said."""
        return [call for call in dict.fromkeys(self.answer.callsigns) if call not in self.case.callsigns]


@dataclass(frozen=True, slots=True)
class Bin:
    """Calls found with a confidence from `low` up to `high`."""

    low: float
    high: float
    found: int
    hits: int
    mean_confidence: float


def score(case: Case, answer: Answer) -> Tally:
    """The tally of one line."""
    said, found = dict.fromkeys(case.callsigns), dict.fromkeys(answer.callsigns)
    return Tally(
        lines=1,
        expected=len(said),
        found=len(found),
        hits=len(said.keys() & found.keys()),
        out_of_order=int(said.keys() == found.keys() and list(said) != list(found)),
        negatives=int(not said),
        false_hits=int(not said and bool(found)),
    )


def total(cases: Iterable[Case], answers: Mapping[str, Answer]) -> Tally:
    """The sum over `cases`."""
    return sum((score(case, answers[case.identifier]) for case in cases), Tally())


def by_form(cases: Iterable[Case], answers: Mapping[str, Answer]) -> dict[str, Tally]:
    """A tally for each form, forms in alphabetical order."""
    tallies: dict[str, Tally] = {}
    for case in cases:
        tallies[case.form] = tallies.get(case.form, Tally()) + score(case, answers[case.identifier])
    return dict(sorted(tallies.items()))


def misses(cases: Iterable[Case], answers: Mapping[str, Answer]) -> list[Miss]:
    """Lines in which a call is missing or invented, in the corpus' order."""
    all_lines = (Miss(case, answers[case.identifier]) for case in cases)
    return [miss for miss in all_lines if miss.missing or miss.invented]


def calibration(cases: Iterable[Case], answers: Mapping[str, Answer]) -> list[Bin]:
    """Bins that hold a call; a call counts once a line, with the highest confidence of its mentions there."""
    pairs = [
        (confidence, call in case.callsigns)
        for case in cases
        for call, confidence in (answers[case.identifier].confidences or {}).items()
    ]
    bins = []
    for low, high in pairwise(CONFIDENCE_BINS):
        inside = [pair for pair in pairs if low <= pair[0] < high or pair[0] == high == CONFIDENCE_BINS[-1]]
        if inside:
            mean = sum(confidence for confidence, _ in inside) / len(inside)
            bins.append(Bin(low, high, len(inside), sum(right for _, right in inside), mean))
    return bins


def calibration_error(bins: list[Bin]) -> float | None:
    """Expected calibration error: mean distance of confidence and precision, weighted by the calls in each bin."""
    found = sum(part.found for part in bins)
    return sum(abs(part.hits - part.mean_confidence * part.found) for part in bins) / found if found else None
