"""The words that spell: fixed ones and corrections."""

from __future__ import annotations

import pytest

from services.extract.domain.alphabet import BUILT_IN, Alphabet
from services.extract.domain.corrections import Correction, CorrectionCategory
from services.extract.domain.corrections_seed import SEED
from services.extract.domain.model import SegmentText
from services.extract.domain.phonetics import SPOKEN_WORDS, Kind, Symbol
from services.extract.domain.rules import RuleExtractor


def _calls(text: str, *corrections: Correction) -> list[str]:
    extractor = RuleExtractor(Alphabet.of(corrections))
    return [mention.base_call for mention in extractor.extract([SegmentText(0, text)])]


def test_a_correction_teaches_a_word() -> None:
    text = "this is banana seven alpha bravo charlie"

    assert _calls(text) == []
    assert _calls(text, Correction("banana", ("K",))) == ["K7ABC"]


def test_a_correction_may_be_two_words() -> None:
    text = "this is kiwi low seven alpha bravo charlie"

    assert _calls(text, Correction("kiwi low", ("K",))) == ["K7ABC"]


def test_of_several_meanings_the_one_that_makes_a_call_is_taken() -> None:
    assert _calls("this is zorro seven alpha bravo charlie", Correction("zorro", ("Q", "N"))) == ["N7ABC"]


@pytest.mark.parametrize(
    ("category", "kind"),
    [
        (CorrectionCategory.MISHEARD, Kind.MISHEARD),
        (CorrectionCategory.PHONETIC, Kind.HAM),
        (CorrectionCategory.LETTER_NAME, Kind.NAME),
        (CorrectionCategory.DIGIT, Kind.DIGIT_WORD),
        (CorrectionCategory.HOMOPHONE, Kind.HOMOPHONE),
    ],
)
def test_the_category_says_how_far_a_word_is_trusted(category: CorrectionCategory, kind: Kind) -> None:
    alphabet = Alphabet.of([Correction("banana", ("B",), category)])

    assert alphabet.words["banana"] == Symbol(("B",), kind)


def test_the_fixed_alphabets_cannot_be_corrected_away() -> None:
    alphabet = Alphabet.of([Correction("kilo", ("Z",)), Correction("double u", ("Z",))])

    assert alphabet.words["kilo"] == SPOKEN_WORDS["kilo"]
    assert alphabet.pairs["double", "u"].options == ("W",)


def test_what_is_built_in_holds_every_seed_and_no_seed_hides_behind_a_fixed_word() -> None:
    heard = [correction.heard for correction in SEED]

    assert len(heard) == len(set(heard))
    assert not {word for word in heard if word in SPOKEN_WORDS}
    assert all(BUILT_IN.words[w].kind is Kind.MISHEARD for w in heard if " " not in w)
    assert all(tuple(w.split(" ")) in BUILT_IN.pairs for w in heard if " " in w)
