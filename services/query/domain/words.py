"""What a word is: the same for the index, the query and the highlights."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

MARKS = "\u0300-\u036f"
_BEYOND = "\U00010000-\U0010ffff"
_WORD = re.compile(rf"[^\W{_BEYOND}](?:[^\W{_BEYOND}]|[{MARKS}])*")
"""Letters, digits and `_` of the basic plane. InnoDB's full-text parser ends a word at anything else: at hyphens, at
apostrophes and at emoji. Combining accents belong to the letter before them."""
_MARK = re.compile(f"[{MARKS}]")


@dataclass(frozen=True)
class Token:
    """A word in a text, with its place in code points."""

    text: str
    start: int
    end: int


def indexable(text: str) -> str:
    """`text` as the index holds it: accents composed, those that cannot be composed dropped."""
    return _MARK.sub("", unicodedata.normalize("NFC", text))


def tokens(text: str) -> Iterator[Token]:
    """The words of `text` in order."""
    for found in _WORD.finditer(text):
        yield Token(found[0], found.start(), found.end())


def folded(word: str) -> str:
    """The form in which words are compared: without case and accents, as the collation of the index does."""
    return _MARK.sub("", unicodedata.normalize("NFKD", word)).casefold()
