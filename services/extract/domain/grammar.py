"""Which callsigns can exist: country tables of (prefix, call-area digit, length of suffix).

Sources: ITU Radio Regulations article 19 for the series; FCC amateur call sign systems for the US groups
(1x2, 2x1, AA-AL 2x2, 2x2, 1x3, 2x3 with K or W only, 1x1 special event without X). There is no US 2x4 or 1x4.
"""

from __future__ import annotations

import re
import string
from collections.abc import Iterable
from typing import NamedTuple


class Rule(NamedTuple):
    """One row: every prefix may stand before every digit with a suffix of any of these lengths."""

    country: str
    prefixes: tuple[str, ...]
    digits: str
    suffix_lengths: tuple[int, ...]


class CallShape(NamedTuple):
    """A legal base call taken apart."""

    base: str
    country: str
    prefix: str
    suffix: str
    repaired: bool  # a zero in the suffix was read as the letter O


def _series(letter: str, first: str, last: str) -> tuple[str, ...]:
    letters = string.ascii_uppercase
    return tuple(letter + c for c in letters[letters.index(first) : letters.index(last) + 1])


_ALL = string.digits
RULES: tuple[Rule, ...] = (
    Rule("US", ("K", "N", "W"), _ALL, (1, 2, 3)),
    Rule("US", _series("K", "A", "Z") + _series("W", "A", "Z"), _ALL, (1, 2, 3)),
    Rule("US", _series("N", "A", "Z"), _ALL, (1, 2)),
    Rule("US", _series("A", "A", "L"), _ALL, (1, 2)),
    Rule("CA", ("VE", "VA"), _ALL, (2, 3)),
    Rule("CA", ("VO",), "12", (2, 3)),
    Rule("CA", ("VY",), "0129", (2, 3)),
    Rule("CA", ("CY",), "09", (2, 3)),
    Rule("GB", ("G", "M"), _ALL, (2, 3)),
    Rule("GB", tuple(a + b for a in "GM" for b in "MIWDJUXSPTNHC"), _ALL, (2, 3)),
    Rule("GB", ("GB",), _ALL, (2, 3, 4)),
    Rule("GB", tuple("2" + region for region in "EMWIDJU"), "01", (3,)),
    Rule("IE", ("EI", "EJ"), _ALL, (2, 3)),
    Rule("AU", ("VK",), _ALL, (2, 3, 4)),
    Rule("NZ", ("ZL", "ZM"), _ALL, (2, 3, 4)),
    Rule("JP", _series("J", "A", "S"), _ALL, (2, 3)),
    Rule("JP", _series("7", "J", "N"), "01234", (3,)),
    Rule("DE", _series("D", "A", "R"), _ALL, (1, 2, 3)),
    Rule("FR", ("F",), _ALL, (2, 3)),
    Rule("BE", ("ON",), _ALL, (2, 3)),
    Rule("NL", _series("P", "A", "I"), _ALL, (2, 3)),
    Rule("SE", _series("S", "A", "M"), "01234567", (2, 3)),
    Rule("NO", _series("L", "A", "N"), _ALL, (2, 3)),
    Rule("FI", ("OH",), _ALL, (2, 3)),
    Rule("ES", _series("E", "A", "H"), _ALL, (2, 3)),
    Rule("IT", ("I", "IK", "IW", "IZ", "IU", "IQ"), _ALL, (2, 3)),
    Rule("IT", ("IN", "IV"), "3", (2, 3)),
    Rule("IT", ("IT",), "9", (2, 3)),
    Rule("IT", ("IS",), "0", (2, 3)),
    Rule("MX", ("XE",), "123", (1, 2, 3)),
    Rule("BR", ("PY",), _ALL, (2, 3)),
    Rule("AR", ("LU",), "123456789", (1, 2, 3)),
    Rule("ZA", ("ZS",), "12345678", (1, 2, 3)),
    Rule("TH", ("HS",), _ALL, (2, 3)),
    Rule("FJ", ("3D",), "2", (2, 3)),
)


def _expand(rules: Iterable[Rule]) -> dict[str, tuple[str, frozenset[int]]]:
    table: dict[str, tuple[str, frozenset[int]]] = {}
    for country, prefixes, digits, lengths in rules:
        for prefix in prefixes:
            for digit in digits:
                table[prefix + digit] = (country, frozenset(lengths))
    return table


_LEGAL = _expand(RULES)
_PREFIXES = frozenset(key[:-1] for key in _LEGAL)
_SHAPE = re.compile(r"(\d[A-Z]|[A-Z]{1,2})(\d)([A-Z]{1,4})")
_ZERO_SHAPE = re.compile(r"(\d[A-Z]|[A-Z]{1,2})(\d)([A-Z0]{1,3}[A-Z])")
_ITU_SHAPE = re.compile(r"(?:\d?[A-Z]{1,2}|[A-Z]\d)\d[A-Z0-9]{0,5}[A-Z]")

# Elsewhere a recogniser's zero is more often a unit or a model number (10W, 70D) than a letter.
_REPAIRED_COUNTRIES = frozenset({"US", "CA"})

# Prefixes that are words, states or pronouns: spelled apart from their digit they prove nothing.
WORD_PREFIXES = frozenset({
    "ON", "I", "IN", "IS", "IT", "OH", "LA", "PA", "HS", "AL", "AM", "AS", "PC", "PI", "MD", "MI", "MN", "MS",
    "MT",
})  # fmt: skip


def read_call(symbols: str, *, repair_zero: bool = False) -> CallShape | None:
    """The legal call that `symbols` (upper-case letters and digits) spell, or None.

    With `repair_zero` an impossible zero in the suffix is read as O: KJ70X is KJ7OX.
    """
    match = _SHAPE.fullmatch(symbols)
    if match:
        return _legal(match.group(1), match.group(2), match.group(3), repaired=False)
    if repair_zero:
        match = _ZERO_SHAPE.fullmatch(symbols)
        if match:
            shape = _legal(match.group(1), match.group(2), match.group(3).replace("0", "O"), repaired=True)
            return shape if shape and shape.country in _REPAIRED_COUNTRIES else None
    return None


def _legal(prefix: str, digit: str, suffix: str, *, repaired: bool) -> CallShape | None:
    entry = _LEGAL.get(prefix + digit)
    if entry is None or len(suffix) not in entry[1]:
        return None
    country = entry[0]
    if country == "US" and len(prefix) == len(suffix) == 1 and suffix == "X":
        return None
    return CallShape(prefix + digit + suffix, country, prefix, suffix, repaired)


def looks_itu(symbols: str) -> bool:
    """Whether `symbols` have the general ITU shape; enough for a call that the roster vouches for."""
    return _ITU_SHAPE.fullmatch(symbols) is not None


def is_host_prefix(symbols: str) -> bool:
    """Whether `symbols` can stand before a stroke as the country visited: VE7, F, KH6."""
    return symbols in _LEGAL or symbols in _PREFIXES
