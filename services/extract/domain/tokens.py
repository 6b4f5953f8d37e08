"""Cuts text into words that remember where they stood."""

from __future__ import annotations

import re
from typing import NamedTuple

# Decimals and clock times stay whole (146.72, 7:30), so that their digits never look like a call area.
_TOKEN = re.compile(r"\d+(?:[.,:]\d+)+|([^\W_]+)((?:['’][^\W_]+)*)|/")
_PAUSE = re.compile(r"[\s,\-‐-―]*(?:\.{2,}|…)?[\s,\-‐-―]*")
_SENTENCE_END = re.compile(r"[.?!;:]\s|\n")


class Token(NamedTuple):
    """A word, number or slash: `text` as written without a contracted tail, `norm` in lower case with it."""

    text: str
    norm: str
    start: int
    end: int


def tokenize(text: str) -> list[Token]:
    """Tokens of `text` in order; offsets are code points into it."""
    tokens = []
    for match in _TOKEN.finditer(text):
        word, tail = match.group(1, 2)
        if word is None:
            word = match.group()
            tokens.append(Token(word, word, match.start(), match.end()))
        else:
            norm = word.lower() if not tail else (word + tail).lower().replace("’", "'")
            tokens.append(Token(word, norm, match.start(), match.start() + len(word)))
    return tokens


def joined(text: str, left: Token, right: Token) -> bool:
    """Whether two neighbouring tokens can belong to one spelled call: a breath between, no full stop."""
    gap = text[left.end : right.start]
    if gap in (" ", "-", ", ", ""):
        return True
    if _PAUSE.fullmatch(gap):
        return True
    # "K.7.A.B.C" and "K. 7. A.": recognisers dot single letters; after longer words a dot ends the sentence.
    return gap == "." or (gap.strip() == "." and len(left.text) == 1 and len(right.text) == 1)


def sentence_ends(text: str, left: Token, right: Token) -> bool:
    """Whether a sentence ends between two neighbouring tokens."""
    return _SENTENCE_END.search(text, left.end, right.start) is not None
