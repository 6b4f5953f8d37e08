"""What a correction may say. Pure; each check raises its own failure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from services.extract.domain.correction_errors import CorrectionInvalid, WordHoldsSentences, WordSpellsAlready
from services.extract.domain.corrections import Correction, CorrectionCategory
from services.extract.domain.phonetics import REPEATED, SPOKEN_PAIRS, SPOKEN_WORDS
from services.extract.domain.words import FUNCTION_WORDS, HESITATIONS, words

WORD_LIMIT = 32
MEANINGS_LIMIT = 4
NOTE_LIMIT = 200
_WORD = re.compile(r"[a-z]+(?:'[a-z]+)?")
_BLANKS = re.compile(r"[\s\-]+")
_MEANT = re.compile(r"[A-Z0-9]{1,3}")
# Longer words that hold sentences together: as a letter, they would make callsigns out of plain talk.
_COMMON = words("""
    about after again all right always around back because before being between both check could day each even evening
    every everybody everyone first give going gonna great have hello keep left little made make many maybe morning most
    much must name need night nothing number off once people place please point probably really right same should since
    someone something still sure take talk thank thanks that's their there there's these thing things think those
    though time today tonight tomorrow until very want week welcome well were we're where which while without work
    would yeah year you're i'll i'm it's let's
""")
# Words that the rules read in another way: modifiers, "double kilo", and how speakers take a call back.
_TAKEN = frozenset(REPEATED) | {
    "slash", "stroke", "portable", "mobile", "maritime", "marine", "aeronautical", "correction", "negative",
}  # fmt: skip


def checked_correction(
    heard: str, meant: Sequence[str], category: CorrectionCategory, *, enabled: bool = True, note: str = ""
) -> Correction:
    """The correction in the form in which it is kept: one blank between words, letters in upper case.

    Raises CorrectionInvalid, WordSpellsAlready, WordHoldsSentences.
    """
    kept = checked_heard(heard)
    known = SPOKEN_PAIRS.get(_pair(kept)) if " " in kept else SPOKEN_WORDS.get(kept)
    if known is not None:
        raise WordSpellsAlready(kept, known.options[0])
    return amended(Correction(kept, tuple(meant), category, enabled, note))


def amended(correction: Correction) -> Correction:
    """A correction whose words were found fit before, with what else it says now in the form in which it is kept.

    Raises CorrectionInvalid, WordHoldsSentences.
    """
    meanings = _checked_meant(correction.meant, correction.category)
    _check_prose(correction.heard, correction.category)
    return replace(correction, meant=meanings, note=_checked_note(correction.note))


def checked_heard(heard: str) -> str:
    """One or two words in lower case. Raises CorrectionInvalid."""
    kept = _BLANKS.sub(" ", heard.strip().lower().replace("’", "'"))
    parts = kept.split(" ")
    if len(parts) > 2 or not all(_WORD.fullmatch(part) and len(part) <= WORD_LIMIT for part in parts):
        raise CorrectionInvalid(
            "heard", f"{heard[:80]!r} is not one or two words of letters a to z, {WORD_LIMIT} at most in each"
        )
    if len(kept) == 1:
        raise CorrectionInvalid("heard", f"{kept!r} is a single letter, which stands for itself")
    return kept


def _checked_meant(meant: Sequence[str], category: CorrectionCategory) -> tuple[str, ...]:
    meanings = tuple(each.strip().upper() for each in meant)
    if not 1 <= len(meanings) <= MEANINGS_LIMIT or not all(_MEANT.fullmatch(each) for each in meanings):
        raise CorrectionInvalid(
            "meant", f"give one to {MEANINGS_LIMIT} meanings, each of one to three of A to Z and 0 to 9"
        )
    if len(set(meanings)) < len(meanings):
        raise CorrectionInvalid("meant", "the same meaning twice")
    letters = category in (CorrectionCategory.PHONETIC, CorrectionCategory.LETTER_NAME)
    if letters and not all(each.isalpha() for each in meanings):
        raise CorrectionInvalid("meant", f"a word of the category {category} stands for letters")
    if category is CorrectionCategory.DIGIT and not all(each.isdecimal() for each in meanings):
        raise CorrectionInvalid("meant", "a word of the category digit stands for digits")
    return meanings


def _check_prose(heard: str, category: CorrectionCategory) -> None:
    parts = heard.split(" ")
    if any(part in HESITATIONS or part in _TAKEN for part in parts):
        raise WordHoldsSentences(heard, weak_allowed=False)
    common = all(part in FUNCTION_WORDS or part in _COMMON for part in parts)
    if common and category is not CorrectionCategory.HOMOPHONE:
        raise WordHoldsSentences(heard, weak_allowed=True)


def _checked_note(note: str) -> str:
    trimmed = note.strip()
    if len(trimmed) > NOTE_LIMIT or not trimmed.isprintable():
        raise CorrectionInvalid("note", f"more than {NOTE_LIMIT} characters, or characters that nothing shows")
    return trimmed


def _pair(heard: str) -> tuple[str, str]:
    first, _, second = heard.partition(" ")
    return first, second
