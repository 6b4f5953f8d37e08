"""The country tables."""

from __future__ import annotations

import pytest

from services.extract.domain.grammar import CallShape, is_host_prefix, looks_itu, read_call


def test_a_call_is_taken_apart() -> None:
    assert read_call("2E0ABC") == CallShape("2E0ABC", "GB", "2E", "ABC", False)


def test_a_zero_becomes_the_letter_o_only_when_asked_and_abroad_only_where_it_is_no_unit_or_anniversary() -> None:
    assert read_call("KJ70X") is None
    assert read_call("KJ70X", repair_zero=True) == CallShape("KJ7OX", "US", "KJ", "OX", True)
    assert read_call("VK30DR", repair_zero=True) == CallShape("VK3ODR", "AU", "VK", "ODR", True)
    assert read_call("F70X", repair_zero=True) is None
    assert read_call("GB100RS", repair_zero=True) is None
    assert read_call("KJ700", repair_zero=True) is None


@pytest.mark.parametrize(
    "symbols", ["", "K", "7", "K7", "KK7", "7ABC", "K7ABCDE", "K7A7", "KÄ7A", "k7abc", "CN87", "N95"]
)
def test_what_is_no_call_is_not_read(symbols: str) -> None:
    assert read_call(symbols) is None
    assert read_call(symbols, repair_zero=True) is None


@pytest.mark.parametrize(("symbols", "yes"), [("VE7", True), ("F", True), ("KH6", True), ("K7ABC", False), ("", False)])
def test_host_prefixes_are_known(symbols: str, yes: bool) -> None:
    assert is_host_prefix(symbols) is yes


@pytest.mark.parametrize(("symbols", "yes"), [("8A1AAA", True), ("W100AW", True), ("A61AB", True), ("7300", False)])
def test_the_general_shape_serves_roster_calls(symbols: str, yes: bool) -> None:
    assert looks_itu(symbols) is yes
