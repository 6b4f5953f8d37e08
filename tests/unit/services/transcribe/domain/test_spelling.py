"""The closed grammar of spelled callsigns."""

import pytest

from services.transcribe.domain.spelling import FILLERS, SYMBOLS, SpelledWord, grammars, symbols


def words(text: str) -> list[SpelledWord]:
    return [SpelledWord(word, SYMBOLS.get(word, ""), 0.0, 0.0, None) for word in text.split()]


def test_symbols_of_one_run_stand_together() -> None:
    assert symbols(words("whiskey romeo niner lima x-ray")) == "WR9LX"


def test_other_words_and_modifiers_part_the_symbols() -> None:
    assert symbols(words("this is kilo seven alpha portable good evening two")) == "K7A /P 2"
    assert symbols(words("this is good")) == ""


def test_every_letter_and_digit_can_be_said() -> None:
    said = set(SYMBOLS.values())
    assert {chr(code) for code in range(ord("A"), ord("Z") + 1)} | set("0123456789") <= said


def test_a_filler_spells_nothing() -> None:
    assert not set(FILLERS) & SYMBOLS.keys()


def ways(jsgf: str) -> dict[str, float]:
    listed = jsgf.split("( ", 1)[1].rsplit(" )+", 1)[0].split(" | ")
    weights = {word: float(weight.strip("/")) for weight, word in (way.split(maxsplit=1) for way in listed)}
    assert len(listed) == len(weights)
    return weights


def test_names_of_letters_are_in_the_second_grammar_only() -> None:
    alphabet, letters = (ways(jsgf) for jsgf in grammars().values())
    assert set(FILLERS) | SYMBOLS.keys() == letters.keys()
    assert {"k", "double-u", "zed"} <= letters.keys() - alphabet.keys()
    assert {"kilo", "seven", "portable", "this"} <= alphabet.keys()


def test_weights_are_shares_of_one() -> None:
    for jsgf in grammars().values():
        assert sum(ways(jsgf).values()) == pytest.approx(1.0, abs=0.001)
        assert min(ways(jsgf).values()) > 0
