"""Reads symbols as callsigns by the rules of the country whose prefix they begin with."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

from services.extract.domain.countries import LIKELY, RULES, Rule


class CallShape(NamedTuple):
    """A legal base call taken apart."""

    base: str
    country: str
    prefix: str
    suffix: str
    repaired: bool  # a zero in the suffix was read as the letter O
    special: bool = False  # an anniversary's long digits or suffix, beyond the country's plan


def _expand(rules: Iterable[Rule]) -> dict[str, tuple[str, frozenset[int]]]:
    table: dict[str, tuple[str, frozenset[int]]] = {}
    for country, prefixes, digits, lengths in rules:
        for prefix in prefixes:
            for digit in digits:
                known = table.get(prefix + digit)
                table[prefix + digit] = (country, frozenset(lengths) | (known[1] if known else frozenset()))
    return table


_LEGAL = _expand(RULES)
_COUNTRY = {prefix: rule.country for rule in RULES for prefix in rule.prefixes}
_ITU_SHAPE = re.compile(r"(?:\d?[A-Z]{1,2}|[A-Z]\d)\d[A-Z0-9]{0,5}[A-Z]")
_SPECIAL = re.compile(r"([A-Z]{1,2}|\d[A-Z]|[A-Z]\d)(\d{1,4})([A-Z]{1,6})")
_LONGEST_SPECIAL = 10
_LONG_SUFFIX = 4
_LETTERS = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
_LONGEST_PREFIX = 3
REMEMBERED = 16_384  # readings; the calls of a channel come again and again

_LONG_ENOUGH = 4  # letters of prefix and suffix

# Prefixes that are words, states or pronouns: spelled apart from their digit they prove nothing.
WORD_PREFIXES = frozenset({
    "AL", "AM", "AS", "AT", "BE", "BY", "CO", "DO", "EL", "ES", "ET", "EX", "GO", "HA", "HE", "HI", "HO", "HS", "I",
    "IN", "IS", "IT", "LA", "MA", "MD", "ME", "MI", "MN", "MS", "MT", "MY", "NO", "OF", "OH", "OK", "OM", "ON",
    "OR", "OX", "PA", "PC", "PI", "SO", "TI", "TO", "UP", "US", "WE", "YA", "YO",
})  # fmt: skip


@lru_cache(maxsize=REMEMBERED)
def read_call(symbols: str, *, repair_zero: bool = False) -> CallShape | None:
    """The legal call that `symbols` (upper-case letters and digits) spell, or None.

    With `repair_zero` an impossible zero in the suffix is read as O: KJ70X is KJ7OX.
    """
    for size in range(1, min(_LONGEST_PREFIX, len(symbols) - 2) + 1):
        entry = _LEGAL.get(symbols[: size + 1])
        if entry is None:
            continue
        suffix = symbols[size + 1 :]
        if _LETTERS.issuperset(suffix):
            return _legal(symbols[:size], symbols[size], suffix, entry, repaired=False)
        if repair_zero and "0" in suffix:
            return _repaired(symbols[:size], symbols[size], suffix, entry)
    return None


def _repaired(prefix: str, digit: str, heard: str, entry: tuple[str, frozenset[int]]) -> CallShape | None:
    if entry[0] != "US" and not _clearly_abroad(prefix, heard, entry[0]):
        return None
    suffix = heard.replace("0", "O")
    letters = len(heard) - heard.count("0")
    if not _LETTERS.issuperset(suffix) or not letters:
        return None
    return _legal(prefix, digit, suffix, entry, repaired=True)


def _clearly_abroad(prefix: str, heard: str, country: str) -> bool:
    """VK30DR, and neither a unit or a model number (F10W, I70D) nor an anniversary (GB100RS)."""
    one_zero = heard.count("0") == 1 and len(heard) < _LONG_SUFFIX
    return country in LIKELY and one_zero and len(prefix) + len(heard) >= _LONG_ENOUGH


def _legal(
    prefix: str, digit: str, suffix: str, entry: tuple[str, frozenset[int]], *, repaired: bool
) -> CallShape | None:
    country, lengths = entry
    if len(suffix) not in lengths:
        return None
    if country == "AU" and len(suffix) == _LONG_SUFFIX and suffix[0] != "F":
        return None
    if country == "US" and len(prefix) == len(suffix) == 1 and suffix == "X":
        return None
    return CallShape(prefix + digit + suffix, country, prefix, suffix, repaired)


def read_special(symbols: str) -> CallShape | None:
    """An anniversary call such as GB100RS or LZ1876SNF: longer than the country's plan, never a US one."""
    match = _SPECIAL.fullmatch(symbols)
    if match is None or len(symbols) > _LONGEST_SPECIAL or read_call(symbols):
        return None
    prefix, digits, suffix = match.groups()
    country = _COUNTRY.get(prefix)
    longest_plan = _LONG_SUFFIX if country == "AU" else _LONG_SUFFIX - 1
    if country is None or country == "US" or (len(digits) == 1 and len(suffix) <= longest_plan):
        return None
    return CallShape(symbols, country, prefix, suffix, False, True)


def looks_itu(symbols: str) -> bool:
    """Whether `symbols` have the general ITU shape; enough for a call that the roster vouches for."""
    return _ITU_SHAPE.fullmatch(symbols) is not None


def is_host_prefix(symbols: str) -> bool:
    """Whether `symbols` can stand before a stroke as the country visited: VE7, F, KH6."""
    return symbols in _LEGAL or _COUNTRY.get(symbols) in LIKELY
