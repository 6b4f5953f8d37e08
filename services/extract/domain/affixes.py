"""What may stand before and after a base call: the host prefix and the modifiers."""

from __future__ import annotations

from services.extract.domain.candidates import Line
from services.extract.domain.elements import Element
from services.extract.domain.grammar import is_host_prefix, read_call
from services.extract.domain.phonetics import Kind
from services.extract.domain.tokens import Token, sentence_ends

_SLASHES = frozenset({"/", "stroke", "slash"})
_WRITTEN = frozenset({"p", "m", "mm", "am", "qrp", "r", "a", "ae", "ag", "kt"})
_SPOKEN = {"portable": "P", "mobile": "M", "qrp": "QRP"}
_SPOKEN_PAIRS = {("maritime", "mobile"): "MM", ("marine", "mobile"): "MM", ("aeronautical", "mobile"): "AM"}
_PAIR_FIRST = frozenset(first for first, _ in _SPOKEN_PAIRS)
# "K7ABC, mobile stations first": the word belongs to what follows.
_NOUNS_AFTER_MOBILE = frozenset({
    "station", "stations", "check", "checkins", "first", "net", "phone", "radio", "rig", "app", "or", "and",
    "antenna", "home", "operation",
})  # fmt: skip
_MOST_MODIFIERS = 3
_LARGEST_SSID = 15


def modifiers_after(line: Line, last: int, *, written: bool) -> tuple[tuple[str, ...], int]:
    """Modifiers that follow the tokens before `last`, and the index of the first token after them."""
    found: list[str] = []
    while len(found) < _MOST_MODIFIERS:
        modifier, after = _modifier(line, last, ssid=written and not found)
        if not modifier:
            break
        if modifier not in found:
            found.append(modifier)
        last = after
    return tuple(found), last


def _modifier(line: Line, i: int, *, ssid: bool) -> tuple[str, int]:
    text, tokens = line.text, line.tokens
    if i >= len(tokens) or i == 0 or sentence_ends(text, tokens[i - 1], tokens[i]):
        return "", i
    norm = tokens[i].norm
    if norm in _SLASHES:
        return _after_slash(line, i + 1)
    if ssid and norm.isdecimal() and norm.isascii() and text[tokens[i - 1].end : tokens[i].start] == "-":
        return (f"-{norm}", i + 1) if len(norm) <= 2 and int(norm) <= _LARGEST_SSID else ("", i)
    if norm in _PAIR_FIRST and i + 1 < len(tokens):
        pair = _SPOKEN_PAIRS.get((norm, tokens[i + 1].norm))
        return (pair, i + 2) if pair else ("", i)
    if norm in _SPOKEN and (i + 1 == len(tokens) or tokens[i + 1].norm not in _NOUNS_AFTER_MOBILE):
        return _SPOKEN[norm], i + 1
    return "", i


def _after_slash(line: Line, i: int) -> tuple[str, int]:
    tokens = line.tokens
    if i >= len(tokens):
        return "", i
    norm = tokens[i].norm
    if norm in _WRITTEN:
        return norm.upper(), i + 1
    if norm in _SPOKEN:
        return _SPOKEN[norm], i + 1
    following = tokens[i + 1].norm if i + 1 < len(tokens) else ""
    if (norm, following) in _SPOKEN_PAIRS:
        return _SPOKEN_PAIRS[norm, following], i + 2
    symbol = line.alphabet.words.get(norm)
    if symbol and symbol.kind in (Kind.DIGIT, Kind.DIGIT_WORD):
        return symbol.options[0], i + 1
    if norm == "mike" and following == "mike":
        return "MM", i + 2
    if norm in ("papa", "mike", "romeo"):
        return norm[0].upper(), i + 1
    upper = tokens[i].text.upper()
    if upper.isascii() and is_host_prefix(upper) and read_call(upper) is None and len(upper) > 1:
        return upper, i + 1  # K7ABC/VE7, the older order
    return "", i


def host_before(tokens: list[Token], first: int, run_ending_at: dict[int, list[Element]]) -> tuple[str, int]:
    """The host prefix that ends with a slash right before token `first`, and where it begins."""
    if first < 2 or tokens[first - 1].norm not in _SLASHES:
        return "", first
    run = run_ending_at.get(first - 1)
    if not run:
        return "", first
    for size in (3, 2, 1):
        if len(run) >= size:
            symbols = "".join(element.options[0] for element in run[-size:])
            if is_host_prefix(symbols):
                return symbols, run[-size].first
    return "", first
