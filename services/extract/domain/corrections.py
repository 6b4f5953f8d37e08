"""What recognisers make of spoken letters and digits, as a list that people can change."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
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
    enabled: bool = True
    note: str = ""


@dataclass(frozen=True, slots=True)
class StoredCorrection:
    """A correction of the table, and who made it what it is."""

    correction: Correction
    created_at: datetime
    created_by: str
    updated_at: datetime
    updated_by: str


class CorrectionAction(StrEnum):
    """What was done to a correction."""

    CREATED = "created"
    UPDATED = "updated"
    DELETED = "deleted"


@dataclass(frozen=True, slots=True)
class CorrectionChange:
    """What one version of the table changed; `before` is None where it was added, `after` where it was removed."""

    version: int
    action: CorrectionAction
    heard: str
    before: Correction | None
    after: Correction | None
    author: str
    changed_at: datetime
