"""Cuts text into words that remember where they stood."""

from __future__ import annotations

import re
from enum import IntEnum
from functools import lru_cache
from typing import NamedTuple

# Decimals and clock times stay whole (146.72, 7:30), so that their digits never look like a call area.
_TOKEN = re.compile(r"\d+(?:[.,:]\d+)+|([^\W_]+)((?:['’][^\W_]+)*)|/")
_PAUSE = re.compile(r"[\s,\-‐-―]*(?:\.{2,}|…)?[\s,\-‐-―]*")
_SENTENCE_END = re.compile(r"[.?!;:]\s|\n")
_SOFT = re.compile(r"[\s,.?!;:\-‐-―…\"“”]*")
_REMEMBERED = 1024  # kinds of gaps
_LONGEST_GAP = 16  # characters; nobody writes a longer pause, and the patterns above stay cheap


class Gap(IntEnum):
    """What stands between two neighbouring words, from nothing to something that parts them."""

    NONE = 0
    SPACE = 1
    COMMA = 2  # a comma, a dash or an ellipsis
    SENTENCE = 3  # the end of a sentence, or of a segment
    BROKEN = 4  # a slash, a bracket, ...


class Token(NamedTuple):
    """A word, number or slash: `text` as written without a contracted tail, `norm` in lower case with it."""

    text: str
    norm: str
    start: int
    end: int
    gap: Gap
    """What stands between it and the token before; BROKEN where there is none."""


def tokenize(text: str) -> list[Token]:
    """Tokens of `text` in order; offsets are code points into it."""
    tokens: list[Token] = []
    end, after_letter = 0, False
    for match in _TOKEN.finditer(text):
        word, start = match[0], match.start()
        norm = word.lower()
        if "'" in norm or "’" in norm:
            word, norm = match[1], norm.replace("’", "'")
        is_letter = len(word) == 1
        between = text[end:start]
        short = tokens and len(between) <= _LONGEST_GAP
        gap = _short_gap(between, after_letter and is_letter) if short else Gap.BROKEN
        end, after_letter = start + len(word), is_letter
        tokens.append(Token(word, norm, start, end, gap))
    return tokens


def gap_between(text: str, left: Token, right: Token) -> Gap:
    """What stands between two tokens that are not neighbours, or end elsewhere; others know it by `Token.gap`."""
    gap = text[left.end : right.start]
    return _short_gap(gap, len(left.text) == len(right.text) == 1) if len(gap) <= _LONGEST_GAP else Gap.BROKEN


@lru_cache(maxsize=_REMEMBERED)
def _short_gap(gap: str, between_letters: bool) -> Gap:
    if gap in (" ", "-", ""):
        return Gap.SPACE
    if "\n" in gap:
        return Gap.SENTENCE if _SOFT.fullmatch(gap) else Gap.BROKEN
    if _PAUSE.fullmatch(gap):
        return Gap.COMMA
    # "K.7.A.B.C" and "K. 7. A.": recognisers dot single letters; after longer words a dot ends the sentence.
    if gap.strip() == "." and between_letters:
        return Gap.SPACE
    if gap == ".":
        return Gap.BROKEN  # w3.org
    return Gap.SENTENCE if _SOFT.fullmatch(gap) else Gap.BROKEN


def joined(text: str, left: Token, right: Token) -> bool:
    """Whether two neighbouring tokens can belong to one breath: no full stop between."""
    return gap_between(text, left, right) < Gap.SENTENCE


def sentence_ends(text: str, left: Token, right: Token) -> bool:
    """Whether a sentence ends between two neighbouring tokens."""
    return _SENTENCE_END.search(text, left.end, right.start) is not None
