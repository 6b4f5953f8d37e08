"""What each country issues, and what may pass only with an introduction."""

from __future__ import annotations

from pathlib import Path

import pytest

from services.extract.domain.countries import LIKELY, RULES, Rule
from services.extract.domain.grammar import read_call, read_special
from tests.unit.services.extract.domain.reading import calls

SERIES = Path(__file__).parents[4] / "data" / "callsigns" / "itu_series.txt"


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: f"{rule.country}-{rule.prefixes[0]}")
def test_every_row_of_the_table_makes_calls_that_are_read_back(rule: Rule) -> None:
    for prefix in rule.prefixes:
        for length in rule.suffix_lengths:
            call = prefix + rule.digits[0] + "FBCD"[:length]
            shape = read_call(call)
            assert shape is not None
            assert (shape.base, shape.prefix) == (call, prefix)


def _series() -> dict[str, set[str]]:
    """The two characters with which each country's calls may begin."""
    series: dict[str, set[str]] = {}
    for line in SERIES.read_text("utf-8").splitlines():
        country, *ranges = line.split()
        for first, _, last in (part.partition("-") for part in ranges if country != "#"):
            letters = range(ord(first[1]), ord((last or first)[1]) + 1)
            series.setdefault(country, set()).update(first[0] + chr(letter) for letter in letters)
    return series


def test_every_prefix_lies_in_its_countrys_series() -> None:
    series = _series()
    strays = {
        (rule.country, prefix)
        for rule in RULES
        for prefix in rule.prefixes
        if not any(start.startswith(prefix[:2]) for start in series.get(rule.country, ()))
    }

    assert strays == set()


def test_the_likely_countries_are_in_the_table() -> None:
    assert {rule.country for rule in RULES} >= LIKELY


@pytest.mark.parametrize(
    "symbols", ["AT9AM", "IC7300", "ON40", "W1ABCD", "KK7ABCD", "NA7ABC", "AA7ABC", "Q7ABC", "1A1AA"]
)
def test_what_no_country_issues_is_no_call(symbols: str) -> None:
    assert read_call(symbols) is None
    assert calls(f"this is {symbols} listening") == []


@pytest.mark.parametrize("call", ["2E0ABC", "3D2AG", "4X1AB", "7J1ABC", "9A1AA", "S57XYZ", "A61AB", "P29XY"])
def test_calls_with_a_digit_in_the_prefix_pass_written_and_spoken(call: str) -> None:
    spelled = " ".join({"A": "alpha", "B": "bravo", "X": "x-ray"}.get(c, c) for c in call)

    assert calls(call) == [call]
    assert calls(f"this is {spelled}, listening") == [call]


@pytest.mark.parametrize("call", ["GB100RS", "LZ1876SNF", "DL2025WM"])
def test_anniversary_calls_pass_only_when_introduced(call: str) -> None:
    assert read_special(call) is not None
    assert calls(f"{call} was loud") == []
    assert calls(f"this is {call} calling CQ") == [call]


@pytest.mark.parametrize("symbols", ["W100AW", "K7ABCDE", "VE3ABC", "GB1", "QQ100AA"])
def test_others_are_no_anniversary_calls(symbols: str) -> None:
    assert read_special(symbols) is None


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("this is special event station W1W", "W1W"),
        ("this is the whiskey one whiskey special event station", "W1W"),
        ("a K 9 A unit", ""),
        ("this is W1X", ""),
    ],
)
def test_one_by_one_calls_want_an_introduction_or_an_event(text: str, found: str) -> None:
    assert calls(text) == found.split()


@pytest.mark.parametrize(
    ("text", "call"),
    [
        ("KJ70X", "KJ7OX"),
        ("kilo juliet seven zero x-ray", "KJ7OX"),
        ("K J 7 0 X", "KJ7OX"),
        ("this is W oh ABC", "W0ABC"),
    ],
)
def test_a_zero_in_a_suffix_is_the_letter_o_and_an_o_before_it_the_zero(text: str, call: str) -> None:
    assert calls(text) == [call]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("on 4 a b c", ""),
        ("this is on 4 a b c", "ON4ABC"),
        ("oscar november four alpha bravo charlie", "ON4ABC"),
        ("we 3 ces", ""),
        ("whiskey echo 3 ces", "WE3CES"),
        ("this is at 9 a m", ""),
        ("I K 2 G T B clear", "IK2GTB"),
    ],
)
def test_prefixes_that_are_words_want_an_introduction_unless_spelled(text: str, found: str) -> None:
    assert calls(text) == found.split()
