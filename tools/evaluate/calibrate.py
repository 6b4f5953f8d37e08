"""Fits the curve that turns the extractor's scores into probabilities, on the train half.

The method is isotonic: the share that was right, bin by bin, made to rise with the score (pool adjacent violators).
Each share is Laplace's, (right + 1) / (found + 2), so that a bin with few calls claims little; the half on which the
rules were tuned would else promise too much.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import NamedTuple

from services.extract.domain.model import SegmentText
from services.extract.domain.rules import RuleExtractor
from tools.evaluate.corpus import Case

EDGES = (0.0, 0.5, 1.0, 1.5, 2.0, 2.5, 3.0, 3.5, 4.0, 5.0, 6.0, 8.0, 99.0)
CERTAIN = (15.0, 0.995)
"""Where the curve ends: no score is certainty."""


class Judged(NamedTuple):
    """A call that was found, with the best score of its mentions in the line, and whether it was said."""

    score: float
    right: bool


class Knot(NamedTuple):
    """A point of the curve; between two of them it is straight."""

    score: float
    probability: float


class _Block(NamedTuple):
    """Bins put together."""

    found: int
    share_sum: float  # shares of the bins, each times its calls
    score_sum: float

    @property
    def share(self) -> float:
        return self.share_sum / self.found


def _bin(calls: Sequence[Judged]) -> _Block:
    found, right = len(calls), sum(call.right for call in calls)
    return _Block(found, found * (right + 1) / (found + 2), sum(call.score for call in calls))


def _together(left: _Block, right: _Block) -> _Block:
    return _Block(left.found + right.found, left.share_sum + right.share_sum, left.score_sum + right.score_sum)


def judged(cases: Iterable[Case]) -> list[Judged]:
    """Every call that the rules find in `cases`, with its score."""
    extractor = RuleExtractor(confidence=lambda score: score)
    found: list[Judged] = []
    for case in cases:
        best: dict[str, float] = {}
        for mention in extractor.extract([SegmentText(0, case.text)], frozenset(case.roster)):
            best[mention.base_call] = max(mention.confidence, best.get(mention.base_call, mention.confidence))
        found.extend(Judged(score, call in case.callsigns) for call, score in best.items())
    return found


def fitted(calls: Sequence[Judged]) -> list[Knot]:
    """The curve, lowest score first; it never falls."""
    blocks: list[_Block] = []
    for low, high in pairwise(EDGES):
        inside = [call for call in calls if low <= max(call.score, EDGES[0]) < high]
        if inside:
            blocks.append(_bin(inside))
        while len(blocks) > 1 and blocks[-1].share <= blocks[-2].share:
            blocks[-2:] = [_together(*blocks[-2:])]
    knots = [Knot(round(block.score_sum / block.found, 2), round(block.share, 3)) for block in blocks]
    return [*knots, Knot(*CERTAIN)]


def curve_table(knots: Sequence[Knot]) -> str:
    """The line to be put into `services/extract/domain/evidence.py`."""
    points = ", ".join(f"({knot.score}, {knot.probability})" for knot in knots)
    return f"CURVE = ({points})"
