import pytest

from services.extract.domain.conversation import Conversation
from services.extract.domain.entities.line import EntityLine
from services.extract.domain.entities.numbers import Number, numbers
from services.extract.domain.model import SegmentText


def said(text: str) -> list[Number]:
    return numbers(EntityLine.of(Conversation.of([SegmentText(0, text)]), []))


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("146.96", "146.96"),
        ("14,230", "14230"),
        ("one hundred three point five", "103.5"),
        ("one hundred and three point five", "103.5"),
        ("a hundred", "100"),
        ("one oh three point five", "103.5"),
        ("eighty-eight point five", "88.5"),
        ("147 point 36", "147.36"),
        ("one four six decimal nine zero", "146.90"),
        ("six hundred", "600"),
        ("fourteen three hundred", "14300"),
        ("fifty two thousand seven hundred eighty two", "52782"),
        ("niner fife tree", "953"),
        ("5, 2, 7, 8, 2", "52782"),
        ("147mhz", "147"),
    ],
)
def test_a_number_is_read_as_it_was_said(text: str, value: str) -> None:
    assert [number.value for number in said(f"it is {text}.")] == [value]


@pytest.mark.parametrize("text", ["oh well", "no point", "hundred", "a boat", "o"])
def test_words_that_only_sound_like_numbers_are_none(text: str) -> None:
    assert said(text) == []


def test_a_number_said_twice_is_two() -> None:
    assert [number.value for number in said("five nine, five nine")] == ["59", "59"]


def test_numbers_are_parted_by_a_comma_and_by_the_end_of_a_sentence() -> None:
    assert [number.value for number in said("146.96, 103.5. 59")] == ["146.96", "103.5", "59"]


def test_a_point_without_decimals_belongs_to_no_number() -> None:
    (number,) = said("five nine point")
    assert (number.value, number.has_point) == ("59", False)
