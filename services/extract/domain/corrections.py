"""What recognisers make of spoken letters and digits, as a list that people can change."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from services.extract.domain.phonetics import Kind


class CorrectionCategory(StrEnum):
    """What kind of word was heard; it decides how far the word can be trusted."""

    MISHEARD = "misheard"  # what a recogniser makes of a phonetic word: cielo for kilo
    PHONETIC = "phonetic"  # a word that people spell with: yellow for Y
    LETTER_NAME = "letter_name"  # the name of a letter, as written: kew
    DIGIT = "digit"  # a word for a digit: fiver
    HOMOPHONE = "homophone"  # prose that counts inside a spelled call only: to, for


KINDS = {
    CorrectionCategory.MISHEARD: Kind.MISHEARD,
    CorrectionCategory.PHONETIC: Kind.HAM,
    CorrectionCategory.LETTER_NAME: Kind.NAME,
    CorrectionCategory.DIGIT: Kind.DIGIT_WORD,
    CorrectionCategory.HOMOPHONE: Kind.HOMOPHONE,
}


@dataclass(frozen=True, slots=True)
class Correction:
    """One or two words as recognisers write them, and the letters or digits that they may stand for."""

    heard: str  # lower case; two words are parted by one space
    meant: tuple[str, ...]  # upper case, best first
    category: CorrectionCategory = CorrectionCategory.MISHEARD
