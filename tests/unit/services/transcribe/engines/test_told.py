"""Hints as words of a dictionary."""

import pytest

from services.transcribe.engines.told import told_words

WORDS = ("kilo", "seven", "alpha", "bravo", "charlie", "summit", "net", "check", "in", "p", "s", "r", "g")
DICTIONARY = {word: word.upper() for word in WORDS}


@pytest.mark.parametrize(
    ("hint", "spelling"),
    [
        ("K7ABC", "kilo_seven_alpha_bravo_charlie"),
        ("Summit Net", "summit_net"),
        ("check-in", "check_in"),
        ("PSRG", "p_s_r_g"),
        ("PSRG Net", "p_s_r_g_net"),
        ("K7ABC/Net", "kilo_seven_alpha_bravo_charlie_net"),
    ],
)
def test_a_hint_is_one_word_said_as_those_it_is_made_of(hint: str, spelling: str) -> None:
    (word,) = told_words([hint], DICTIONARY.get)
    assert (word.hint, word.spelling) == (hint, spelling)
    assert word.phones == spelling.upper().replace("_", " ")


@pytest.mark.parametrize("hint", ["Summit", "Zzyzx Net", "", " ", "-", "K7XYZ", "QRM"])
def test_what_cannot_be_pronounced_or_is_a_word_already_is_left_out(hint: str) -> None:
    assert told_words([hint], DICTIONARY.get) == []


def test_the_same_hint_twice_is_one_word() -> None:
    assert len(told_words(["K7ABC", "Summit Net", "K7ABC"], DICTIONARY.get)) == 2
