"""The curve of confidence: never falling, never certain, and modest where few calls were found."""

from itertools import pairwise

from tools.evaluate.calibrate import CERTAIN, Judged, Knot, curve_table, fitted


def test_few_calls_claim_less_than_many_however_right_they_were() -> None:
    few, many, end = fitted([*[Judged(0.2, True)] * 2, *[Judged(3.2, True)] * 98])

    assert few == Knot(0.2, 0.75)
    assert many == Knot(3.2, 0.99)
    assert end == Knot(*CERTAIN)


def test_a_bin_that_would_fall_is_put_together_with_the_one_before() -> None:
    knots = fitted([*[Judged(1.2, True)] * 20, *[Judged(2.2, i > 9) for i in range(20)], *[Judged(4.5, True)] * 40])

    assert all(left.probability <= right.probability for left, right in pairwise(knots))
    assert len(knots) == 3


def test_the_curve_is_printed_as_it_is_pasted() -> None:
    assert curve_table([Knot(0.5, 0.8), Knot(15.0, 0.995)]) == "CURVE = ((0.5, 0.8), (15.0, 0.995))"
