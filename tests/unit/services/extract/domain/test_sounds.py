"""Unknown words that sound like phonetic ones."""

import pytest

from services.extract.domain.phonetics import PHONETIC_WORDS
from services.extract.domain.sounds import letter_alike, sound
from tests.unit.services.extract.domain.reading import calls


@pytest.mark.parametrize(("said", "known"), [("zooloo", "zulu"), ("viktor", "victor"), ("whisky", "whiskee")])
def test_what_is_said_alike_has_one_sound(said: str, known: str) -> None:
    assert sound(said) == sound(known)


@pytest.mark.parametrize("word", sorted(PHONETIC_WORDS))
def test_each_phonetic_word_sounds_like_itself(word: str) -> None:
    assert letter_alike(word) == PHONETIC_WORDS[word]


@pytest.mark.parametrize(
    ("word", "letter"), [("keybeck", "Q"), ("noviembre", "N"), ("julyet", "J"), ("hoetel", "H"), ("viktur", "V")]
)
def test_a_word_nobody_wrote_down_is_the_one_it_sounds_like(word: str, letter: str) -> None:
    assert letter_alike(word) == letter


@pytest.mark.parametrize("word", ["", "kil", "july", "indeed", "hotter", "joliet", "meek", "sharpie", "seattle", "w"])
def test_short_words_and_everyday_words_are_like_none(word: str) -> None:
    assert letter_alike(word) == ""


@pytest.mark.parametrize(
    ("text", "call"),
    [
        ("W5 Keebeck Tango Alpha, standing by.", "W5QTA"),
        ("kilo five papa noviembre sierra", "K5PNS"),
        ("this is keybeck of the W5 crowd", ""),
        ("a hoetel at kilo 5, keybeck and more", ""),
    ],
)
def test_it_counts_only_among_spelled_letters(text: str, call: str) -> None:
    assert calls(text) == call.split()
