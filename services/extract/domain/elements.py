"""Turns tokens into spelled symbols and groups neighbours into runs."""

from __future__ import annotations

import re
from typing import NamedTuple

from services.extract.domain.lookalikes import NOT_CHUNKS, QUANTITY
from services.extract.domain.phonetics import PAIR_STARTS, PAIRS, WORDS, Kind
from services.extract.domain.tokens import Token, joined

# A part of a call that holds a digit: K7, 7ABC, KJ70X, 2E0ABC. Never two digits in a row but for a heard O.
_MIXED = re.compile(r"(?=.*[a-z])(?:\d[a-z]|[a-z]{0,2})\d[a-z0]{0,4}|[a-z]{0,2}\d")
_LONGEST_CHUNK = 7
# Prefixes that recognisers write as the words they are; the grammar wants a cue or the roster for them.
_LOWER_PREFIXES = frozenset({"on", "in", "is", "it"})
_LITERAL = frozenset({Kind.LETTER, Kind.DIGIT, Kind.CHUNK})


class Element(NamedTuple):
    """One spelled unit: the characters it may stand for and the tokens it covers (`last` exclusive)."""

    options: tuple[str, ...]
    kind: Kind
    first: int
    last: int
    word: str  # lower-case token text

    @property
    def literal(self) -> bool:
        """Whether it was written as characters, not as a word."""
        return self.kind in _LITERAL

    @property
    def has_digit(self) -> bool:
        """Whether it can supply the call-area digit."""
        return any(c.isdigit() for option in self.options for c in option)


def runs(text: str, tokens: list[Token]) -> list[list[Element]]:
    """Maximal sequences of elements with nothing but a breath between them, in order."""
    found: list[list[Element]] = []
    current: list[Element] = []
    position = 0
    while position < len(tokens):
        element = _element(text, tokens, position)
        if element is None:
            if current:
                found.append(current)
                current = []
            position += 1
            continue
        if current and not joined(text, tokens[position - 1], tokens[position]):
            found.append(current)
            current = []
        current.append(element)
        position = element.last
    if current:
        found.append(current)
    return found


def _element(text: str, tokens: list[Token], i: int) -> Element | None:
    token = tokens[i]
    norm = token.norm
    if norm in PAIR_STARTS and i + 1 < len(tokens):
        pair = PAIRS.get((norm, tokens[i + 1].norm))
        if pair and joined(text, token, tokens[i + 1]):
            return Element(pair.options, pair.kind, i, i + 2, norm)
    symbol = WORDS.get(norm)
    if symbol is not None:
        return Element(symbol.options, symbol.kind, i, i + 1, norm)
    if _is_chunk(token) or (norm in _LOWER_PREFIXES and _digit_next(tokens, i)):
        return Element((token.text.upper(),), Kind.CHUNK, i, i + 1, norm)
    return None


def _digit_next(tokens: list[Token], i: int) -> bool:
    symbol = WORDS.get(tokens[i + 1].norm) if i + 1 < len(tokens) else None
    return symbol is not None and symbol.kind in (Kind.DIGIT, Kind.DIGIT_WORD)


def _is_chunk(token: Token) -> bool:
    word = token.text
    if len(word) > _LONGEST_CHUNK or not word.isascii():
        return False
    lower = word.lower()
    if word.isalpha():
        return 2 <= len(word) <= 4 and word.isupper() and lower not in NOT_CHUNKS and token.norm == lower
    return _MIXED.fullmatch(lower) is not None and QUANTITY.fullmatch(lower) is None
