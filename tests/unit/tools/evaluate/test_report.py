"""Tables, floors and the plain reader."""

import pytest

from tools.evaluate.corpus import Answer, Case
from tools.evaluate.extractors import baseline
from tools.evaluate.report import Half, below, document, listed_misses, reliability, table
from tools.evaluate.scoring import Tally

CASES = [
    Case("1", "K7ABC, this is W7XYZ.", ("K7ABC", "W7XYZ"), "written"),
    Case("2", "See you at 9 am.", (), "negative_time"),
    Case("3", "seven alpha bravo charlie", ("K7ABC",), "roster", ("K7ABC",)),
]
ANSWERS = {"1": Answer(("K7ABC", "W7XYZ")), "2": Answer(("AT9AM",)), "3": Answer()}
HALF = Half("train", CASES, ANSWERS, baseline(CASES))


def test_the_table_has_each_form_the_total_and_the_plain_reader() -> None:
    rows = {row.split()[0]: row.split() for row in table(HALF).splitlines()[3:]}
    assert list(rows) == ["negative_time", "roster", "written", "total"]
    ours, plain = ["66.67%", "66.67%", "66.67%", "100.00%"], ["100.00%", "66.67%", "80.00%", "0.00%"]
    assert rows["total"][1:] == ["3", "3", *ours, *plain]


def test_misses_show_what_is_missing_what_was_invented_and_the_roster() -> None:
    assert listed_misses(HALF).splitlines() == [
        "2: +AT9AM  'See you at 9 am.'",
        "3: -K7ABC  'seven alpha bravo charlie'  {K7ABC}",
    ]


def test_the_document_says_the_same_as_the_table() -> None:
    figures = document(HALF)
    assert figures["total"]["recall"] == pytest.approx(2 / 3)
    assert figures["forms"]["written"]["baseline"]["hits"] == 2


def test_a_reader_without_confidences_says_so() -> None:
    assert reliability(HALF) == "train half: the mentions carry no confidence"


def test_a_figure_on_its_floor_keeps_it() -> None:
    tally = Tally(lines=20, expected=10, found=10, hits=9, negatives=10, false_hits=1)
    assert list(below(tally, {"precision": 0.9, "recall": 0.9, "false_hit_rate": 0.1})) == []


def test_each_figure_below_its_floor_is_told() -> None:
    tally = Tally(lines=20, expected=10, found=10, hits=9, negatives=10, false_hits=1)
    told = list(below(tally, {"precision": 0.95, "recall": 0.91, "f1": 0.1, "false_hit_rate": 0.05}))
    assert told == [
        "precision 90.00% is below 95.00%",
        "recall 90.00% is below 91.00%",
        "false hits in 10.00% of the lines without a call, more than 5.00%",
    ]


def test_a_silent_reader_keeps_no_floor_of_precision() -> None:
    assert list(below(Tally(lines=1, expected=1), {"precision": 0.5})) == ["precision - is below 50.00%"]


@pytest.mark.parametrize(
    ("text", "calls"),
    [
        ("K7ABC, this is W7XYZ/P and 2E0KLW.", ("K7ABC", "W7XYZ", "2E0KLW")),
        ("kilo seven alpha", ()),
        ("IC7300", ()),
    ],
)
def test_the_plain_reader_finds_calls_in_capitals(text: str, calls: tuple[str, ...]) -> None:
    assert baseline([Case("1", text, (), "written")])["1"].callsigns == calls
