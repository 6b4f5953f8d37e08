"""Hints as words that PocketSphinx can hear: each one word to its language model, said as the words it is made of."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from services.transcribe.domain.spelling import ALPHABET, DIGIT_WORDS

JOINT = "_"
"""Stands between the words of a hint in the decoder's dictionary, and in none of its own words."""
_CALLSIGN = re.compile(r"(?=[A-Z0-9]*\d)(?=[A-Z0-9]*[A-Z])[A-Z0-9]{3,10}")

Pronounce = Callable[[str], str | None]
"""The phones of a word of the dictionary; None where it has no such word."""


@dataclass(frozen=True, slots=True)
class ToldWord:
    """A hint as the decoder knows it."""

    hint: str
    spelling: str  # "whiskey_tango_nine_sierra"
    phones: str


def told_words(hints: Sequence[str], pronounce: Pronounce) -> list[ToldWord]:
    """The hints that the dictionary can pronounce and that are more than one of its words."""
    found = []
    for hint in dict.fromkeys(hints):
        spoken = list(_spoken(hint, pronounce))
        phones = [pronounce(word) for word in spoken]
        if len(spoken) > 1 and all(phones):
            found.append(ToldWord(hint, JOINT.join(spoken), " ".join(filter(None, phones))))
    return found


def _spoken(hint: str, pronounce: Pronounce) -> Iterator[str]:
    """The words that a hint is said in: a callsign in the spelling alphabet, initials by the names of letters."""
    for part in re.split(r"[\s\-/]+", hint.strip()):
        word = part.lower()
        if _CALLSIGN.fullmatch(part):
            yield from (DIGIT_WORDS[symbol] if symbol.isdigit() else ALPHABET[symbol] for symbol in part)
        elif part.isupper() and part.isalpha() and pronounce(word) is None:
            yield from word
        else:
            yield word
