"""What counts as found, missed and invented."""

import pytest

from tools.evaluate.corpus import Answer, Case
from tools.evaluate.scoring import Tally, by_form, calibration, calibration_error, misses, score, total


def case(*callsigns: str, identifier: str = "1", form: str = "written") -> Case:
    return Case(identifier, "any text", callsigns, form)


def test_a_call_found_twice_counts_once() -> None:
    tally = score(case("K7ABC"), Answer(("K7ABC", "K7ABC")))
    assert (tally.expected, tally.found, tally.hits) == (1, 1, 1)
    assert tally.precision == tally.recall == tally.f1 == 1.0


def test_a_call_labelled_twice_counts_once() -> None:
    assert score(case("K7ABC", "K7ABC"), Answer(("K7ABC",))).recall == 1.0


def test_the_order_changes_no_figure_but_is_told() -> None:
    swapped = score(case("K7ABC", "W7XYZ"), Answer(("W7XYZ", "K7ABC")))
    assert (swapped.precision, swapped.recall, swapped.out_of_order) == (1.0, 1.0, 1)
    assert score(case("K7ABC", "W7XYZ"), Answer(("K7ABC", "W7XYZ"))).out_of_order == 0


def test_wrong_calls_are_not_also_out_of_order() -> None:
    assert score(case("K7ABC", "W7XYZ"), Answer(("W7XYZ", "N7DEF"))).out_of_order == 0


def test_a_neighbour_is_both_a_miss_and_an_invention() -> None:
    tally = score(case("K7ABC"), Answer(("K7ABD",)))
    assert (tally.precision, tally.recall, tally.f1) == (0.0, 0.0, 0.0)
    [miss] = misses([case("K7ABC")], {"1": Answer(("K7ABD", "K7ABD"))})
    assert (miss.missing, miss.invented) == (["K7ABC"], ["K7ABD"])


def test_several_calls_in_a_negative_are_one_false_hit() -> None:
    tally = score(case(), Answer(("AT9AM", "ON40AB")))
    assert (tally.negatives, tally.false_hits, tally.found) == (1, 1, 2)
    assert (tally.false_hit_rate, tally.precision, tally.recall) == (1.0, 0.0, None)


def test_a_quiet_answer_to_a_negative_is_right() -> None:
    tally = score(case(), Answer())
    assert (tally.negatives, tally.false_hits, tally.false_hit_rate) == (1, 0, 0.0)
    assert misses([case()], {"1": Answer()}) == []


def test_a_line_with_a_call_is_no_negative_whatever_is_found() -> None:
    assert score(case("K7ABC"), Answer(("AT9AM",))).negatives == 0


def test_no_lines_have_no_figures() -> None:
    empty = total([], {})
    assert empty == Tally()
    assert (empty.precision, empty.recall, empty.f1, empty.false_hit_rate) == (None, None, None, None)
    assert by_form([], {}) == {}


def test_figures_are_sums_over_calls_not_means_over_lines() -> None:
    cases = [case("K7ABC", "W7XYZ", "N7DEF", identifier="1"), case("KE7RLM", identifier="2", form="spaced")]
    answers = {"1": Answer(("K7ABC", "W7XYZ", "N7DEF")), "2": Answer()}
    assert total(cases, answers).recall == pytest.approx(3 / 4)
    assert {form: tally.recall for form, tally in by_form(cases, answers).items()} == {"spaced": 0.0, "written": 1.0}


def test_confidence_is_binned_against_precision() -> None:
    cases = [case("K7ABC", identifier="1"), case(identifier="2")]
    answers = {
        "1": Answer(("K7ABC",), {"K7ABC": 1.0}),
        "2": Answer(("AT9AM",), {"AT9AM": 0.55}),
    }
    low, high = calibration(cases, answers)
    assert (low.low, low.high, low.found, low.hits) == (0.5, 0.6, 1, 0)
    assert (high.high, high.found, high.hits) == (1.0, 1, 1)
    assert calibration_error([low, high]) == pytest.approx((0.55 + 0.0) / 2)


def test_without_confidences_there_is_no_curve() -> None:
    assert calibration([case("K7ABC")], {"1": Answer(("K7ABC",))}) == []
    assert calibration_error([]) is None
