"""What a correction may say."""

from __future__ import annotations

from dataclasses import replace

import pytest

from mesh.errors import InvalidInput
from services.extract.domain.correction_errors import CorrectionInvalid, WordHoldsSentences, WordSpellsAlready
from services.extract.domain.correction_rules import amended, checked_correction
from services.extract.domain.corrections import Correction, CorrectionCategory
from services.extract.domain.corrections_seed import SEED

MISHEARD, HOMOPHONE = CorrectionCategory.MISHEARD, CorrectionCategory.HOMOPHONE


def checked(heard: str, *meant: str, category: CorrectionCategory = MISHEARD, note: str = "") -> Correction:
    return checked_correction(heard, meant, category, note=note)


@pytest.mark.parametrize("heard", ["kay low", "Kay-Low", "  KAY   low "])
def test_case_and_blanks_of_what_is_heard_do_not_matter(heard: str) -> None:
    assert checked(heard, "k").heard == "kay low"


def test_meanings_keep_their_order_in_upper_case() -> None:
    assert checked("bocks", "b", " F ").meant == ("B", "F")


@pytest.mark.parametrize("heard", ["", " ", "one two three", "k7", "q", "kodak!", "käse", "a" * 33, "x" * 5000, "'s"])
def test_what_is_no_word_or_two_is_refused(heard: str) -> None:
    with pytest.raises(CorrectionInvalid) as refused:
        checked(heard, "K")
    assert refused.value.field == "correction.heard"
    assert len(refused.value.message) < 250


@pytest.mark.parametrize(
    "meant", [(), ("",), ("?",), ("ABCD",), ("K", "K"), ("k", "K"), ("A", "B", "C", "D", "E"), ("K 7",), ("Ä",)]
)
def test_meanings_are_letters_or_digits_each_once(meant: tuple[str, ...]) -> None:
    with pytest.raises(CorrectionInvalid) as refused:
        checked("bocks", *meant)
    assert refused.value.field == "correction.meant"


@pytest.mark.parametrize(
    ("category", "meant"),
    [
        (CorrectionCategory.PHONETIC, "7"),
        (CorrectionCategory.LETTER_NAME, "Q7"),
        (CorrectionCategory.DIGIT, "K"),
    ],
)
def test_a_category_says_what_may_be_meant(category: CorrectionCategory, meant: str) -> None:
    with pytest.raises(CorrectionInvalid):
        checked("bocks", meant, category=category)


@pytest.mark.parametrize("heard", ["kilo", "see", "niner", "honolulu", "double u", "x ray"])
def test_what_the_built_in_alphabets_know_stays_as_it_is(heard: str) -> None:
    with pytest.raises((WordSpellsAlready, WordHoldsSentences)):
        checked(heard, "Z")


def test_the_refusal_says_what_the_word_stands_for() -> None:
    with pytest.raises(WordSpellsAlready, match="'kilo' stands for K already"):
        checked("kilo", "Z")


@pytest.mark.parametrize("heard", ["the", "and", "this is", "to the", "would", "good morning"])
@pytest.mark.parametrize("category", sorted(set(CorrectionCategory) - {HOMOPHONE}))
def test_a_word_that_holds_sentences_never_becomes_strong(heard: str, category: CorrectionCategory) -> None:
    meant = "2" if category is CorrectionCategory.DIGIT else "T"
    with pytest.raises(WordHoldsSentences, match="only as a homophone"):
        checked(heard, meant, category=category)


@pytest.mark.parametrize("heard", ["to", "for"])
def test_what_counts_in_a_spelled_call_already_cannot_be_made_to_count_more(heard: str) -> None:
    with pytest.raises(InvalidInput):
        checked(heard, "2")
    with pytest.raises(WordSpellsAlready):
        checked(heard, "2", category=HOMOPHONE)


def test_a_word_that_holds_sentences_may_become_a_homophone() -> None:
    assert checked("the", "D", category=HOMOPHONE).category is HOMOPHONE


@pytest.mark.parametrize("heard", ["uh", "slash", "portable", "double", "correction"])
def test_words_that_the_rules_read_otherwise_are_refused_in_every_category(heard: str) -> None:
    with pytest.raises(WordHoldsSentences):
        checked(heard, "K", category=HOMOPHONE)


@pytest.mark.parametrize("note", ["n" * 201, "two\nlines", "\x1b[31m"])
def test_a_note_is_one_short_line(note: str) -> None:
    with pytest.raises(CorrectionInvalid):
        checked("bocks", "B", note=note)


def test_a_homophone_does_not_become_strong_by_a_change_of_its_category() -> None:
    weak = checked("the", "D", category=HOMOPHONE)

    with pytest.raises(WordHoldsSentences):
        amended(replace(weak, category=MISHEARD))


def test_every_correction_that_is_built_in_could_be_made_by_a_person() -> None:
    for seed in SEED:
        assert checked_correction(seed.heard, seed.meant, seed.category) == seed
