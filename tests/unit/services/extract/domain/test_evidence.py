"""Scores become confidence by a curve that rises and never reaches certainty."""

from hypothesis import given
from hypothesis import strategies as st

from services.extract.domain.evidence import CURVE, probability

_SCORES = st.floats(-5, 40)


@given(_SCORES, _SCORES)
def test_more_evidence_is_never_less_confidence(one: float, other: float) -> None:
    assert probability(min(one, other)) <= probability(max(one, other))


@given(_SCORES)
def test_confidence_stays_within_the_curve(score: float) -> None:
    assert CURVE[0][1] <= probability(score) <= CURVE[-1][1] < 1
