"""A letter O where the digit has to be."""

import pytest

from tests.unit.services.extract.domain.reading import calls


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("KGOTRL, good evening.", ["KG0TRL"]),
        ("I was talking to Ruth, WXOPLD, about the tower.", ["WX0PLD"]),
        ("wkorl for the log", ["WK0RL"]),
        ("Back to you. NOQXT.", ["N0QXT"]),
        ("This is NOWLD in Salem.", ["N0WLD"]),
        ("KAOIUX, no traffic", ["KA0IUX"]),
        ("I talked to KEOSUR and WIOBAL.", ["KE0SUR", "WI0BAL"]),
        ("WBOLLM and WAOSQO are both here", ["WB0LLM", "WA0SQO"]),
        ("this is KNODVU", ["KN0DVU"]),
        ("N40XY, good morning", ["N4OXY"]),
        ("WQ9P0 for the log", ["WQ9PO"]),
    ],
)
def test_a_written_o_is_the_zero_where_no_word_could_be_meant(text: str, expected: list[str]) -> None:
    assert calls(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "You know the whole world is going north, and that is the wrong road.",
        "We are on KBOO and KOMO, near Knox and Kyoto.",
        "The works at Norfolk woods, a knockout, nobody noticed.",
        "WOODS, NORTH, WORLD, KNOTS and WRONG were spelled in capitals.",
        "Put a notch filter on it, the knocks on the kiosk door were alone, along and aloof.",
        "this is Naomi, Norma, Nolan, Kotter and Woody, checking in",
        "I run W10W and K20K",
        "He drove from Keokuk to the kiosk at Kiona in a Kiowa.",
    ],
)
def test_words_with_an_o_stay_words(text: str) -> None:
    assert calls(text) == []
