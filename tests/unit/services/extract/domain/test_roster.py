"""The roster settles what was misheard or clipped and touches nothing else."""

from __future__ import annotations

import pytest

from tests.unit.services.extract.domain.reading import calls, read


@pytest.mark.parametrize(
    ("text", "roster", "call"),
    [
        ("seven alpha bravo charlie checking in", "K7ABC W7XYZ", "K7ABC"),
        ("lo seven alpha bravo charlie checking in", "K7ABC W7XYZ", "K7ABC"),
        ("ilo seven alpha bravo charlie", "K7ABC W7XYZ", "K7ABC"),
        ("okay seven alpha bravo charlie", "K7ABC W7XYZ", "K7ABC"),
        ("Katie seven x-ray yankee zulu good evening", "KD7XYZ W7ABC", "KD7XYZ"),
        ("echo seven x-ray yankee zulu", "KE7XYZ", "KE7XYZ"),
        ("golf seven x-ray yankee zulu checking in", "KG7XYZ", "KG7XYZ"),
        ("lo kilo seven alpha quebec november", "KK7AQN", "KK7AQN"),
        ("seven alpha bravo", "K7AB", "K7AB"),
        ("vember three charlie hotel charlie", "N3CHC W7XYZ", "N3CHC"),
        ("lo echo six quebec in Seattle", "KE6Q", "KE6Q"),
    ],
)
def test_a_clipped_call_is_completed(text: str, roster: str, call: str) -> None:
    (mention,) = read(text, roster=roster)

    assert mention.base_call == call
    assert "roster:clipped" in mention.evidence


@pytest.mark.parametrize(
    ("text", "roster", "call"),
    [
        ("kilo seven alpha brother charlie", "K7ABC W7XYZ", "K7ABC"),
        ("kilo eleven alpha bravo charlie", "K7ABC", "K7ABC"),
        ("this is kilo india four uniform banana victor checking in", "KI4UBV", "KI4UBV"),
        ("kilo seven elf a bravo charlie", "K7ABC", "K7ABC"),
        ("kilo seven alpha bravo Charlotte", "K7ABC", "K7ABC"),
        ("kay 7 a 3 c", "K7ABC", "K7ABC"),
        ("K7A8C", "K7AHC", "K7AHC"),
        ("KD7XYZA", "KD7XYZ", "KD7XYZ"),
        ("whiskey one alpha bravo charlie delta", "W1ABC", "W1ABC"),
        ("kilo box seven x-ray yankee zulu", "KF7XYZ", "KF7XYZ"),
    ],
)
def test_a_misheard_call_is_set_right(text: str, roster: str, call: str) -> None:
    assert calls(text, roster=roster) == [call]


@pytest.mark.parametrize(
    ("text", "roster", "call"),
    [
        ("this is K7ABD", "K7ABC", "K7ABD"),
        ("kilo seven alpha bravo delta", "K7ABC", "K7ABD"),
        ("W7ABC", "K7ABC", "W7ABC"),
        ("kilo seven alpha bravo charlie", "KK7ABC", "K7ABC"),
        ("november six tango kilo", "N6TJ W6TK KN6TK", "N6TK"),
        ("K7AB, good evening", "K7ABC", "K7AB"),
        ("kilo seven alpha bravo, change of plans", "K7ABC", "K7AB"),
    ],
)
def test_a_clear_call_never_becomes_its_neighbour(text: str, roster: str, call: str) -> None:
    assert calls(text, roster=roster) == [call]


@pytest.mark.parametrize(
    ("text", "roster"),
    [
        ("we have 7 alpha males and bravo charlie", "K7ABC"),
        ("see you at 7 are you there", "K7RU"),
        ("I have 2 cats and one dog", "K2CAT W1DOG"),
        ("the 7 AB batteries", "K7AB"),
        ("at 9 am on the 7th", "W9AM N9AM"),
        ("k for you", "K4U"),
        ("seven alpha bravo charlie", "K7ABC W7ABC"),
        ("kilo seven alpha...", "K7ABC"),
        ("alpha bravo charlie go ahead", "K7ABC"),
        ("five to seven miles", "W5TU"),
        ("on November 7 Mike Golf and I went fishing", "N7MZ"),
        ("K index is 3", "K2IS"),
    ],
)
def test_prose_ambiguity_and_cut_off_calls_stay_nothing(text: str, roster: str) -> None:
    assert calls(text, roster=roster) == []


def test_the_same_extractor_serves_one_roster_after_another() -> None:
    text = "seven alpha bravo charlie"

    assert calls(text, roster="K7ABC") == ["K7ABC"]
    assert calls(text, roster="W7ABC") == ["W7ABC"]
    assert calls(text) == []
