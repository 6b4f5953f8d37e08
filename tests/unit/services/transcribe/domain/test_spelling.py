"""The closed grammar of spelled callsigns."""

from services.transcribe.domain.spelling import FILLERS, SYMBOLS, SpelledWord, grammar, symbols


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


def test_the_grammar_holds_every_word_once_and_its_weights_are_shares_of_one() -> None:
    ways = grammar().split("( ", 1)[1].rsplit(" )+", 1)[0].split(" | ")
    weights = {word: float(weight.strip("/")) for weight, word in (way.split() for way in ways)}
    assert weights.keys() == set(FILLERS) | SYMBOLS.keys()
    assert len(ways) == len(weights)
    assert abs(sum(weights.values()) - 1) < 0.001
    assert min(weights.values()) > 0
