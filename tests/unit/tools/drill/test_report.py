"""Verdicts, and the table that is published."""

import pytest

from tools.bench.measures import percentile
from tools.drill.report import Figure, Result, Verdict, document, markdown

MACHINE = {"cores": 2, "cpu": "a CPU", "memory_gigabytes": 8.0}


@pytest.mark.parametrize(
    ("most", "least", "value", "verdict"),
    [
        (2.0, None, 2.0, Verdict.MET),
        (2.0, None, 2.001, Verdict.MISSED),
        (None, 0.1, 0.1, Verdict.MET),
        (None, 0.1, 0.09, Verdict.MISSED),
        (0, None, 1, Verdict.MISSED),
        (None, None, 5.0, Verdict.NONE),
    ],
)
def test_a_figure_is_met_up_to_its_aim_and_missed_beyond(
    most: float | None, least: float | None, value: float, verdict: Verdict
) -> None:
    assert Figure("anything", value, "s", most=most, least=least).verdict is verdict


def test_a_missed_figure_is_told_and_is_no_failure() -> None:
    result = Result("cancel", figures=[Figure("slot free, p99", 2.5, "s", most=2.0)], how="as usual", seconds=61.2)
    shown = markdown([result], commit="abc", machine=MACHINE)
    assert result.good
    assert "| cancel | slot free, p99 | 2.5 s | <= 2 s | missed |" in shown
    assert "| cancel | lost or doubled | 0 | 0 | met |" in shown
    assert "- `cancel` (61 s): as usual" in shown


@pytest.mark.parametrize(
    ("result", "said"),
    [
        (Result("kill", wrong=["a: 2 transcripts"]), "| kill | lost or doubled | 1 | 0 | missed |"),
        (Result("kill", failed="no job ran"), "| kill | lost or doubled | 0 | 0 | not carried out |"),
    ],
)
def test_what_was_lost_or_not_carried_out_is_a_failure(result: Result, said: str) -> None:
    assert not result.good
    assert said in markdown([result], commit="abc", machine=MACHINE)


def test_the_document_holds_verdicts_commit_and_machine() -> None:
    result = Result("cancel", figures=[Figure("p99", 1.0, "s", most=2.0)], facts={"rounds": 60})
    made = document([result], commit="abc", machine=MACHINE)
    assert (made["commit"], made["machine"]) == ("abc", MACHINE)
    (drill,) = made["drills"]
    assert drill["figures"][0]["verdict"] == "met"
    assert (drill["good"], drill["facts"]) == (True, {"rounds": 60})


@pytest.mark.parametrize(("share", "expected"), [(0.5, 50.0), (0.99, 99.0), (1.0, 99.0)])
def test_of_a_hundred_values_the_percentile_is_the_one_at_that_place(share: float, expected: float) -> None:
    assert percentile([float(value) for value in reversed(range(100))], share) == expected


def test_of_sixty_values_the_99th_percentile_is_the_largest() -> None:
    assert percentile([0.1] * 59 + [3.0], 0.99) == 3.0
