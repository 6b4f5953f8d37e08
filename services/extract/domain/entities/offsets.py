"""The offset said behind a repeater's frequency: "minus six hundred", "plus 5 megahertz", "negative offset"."""

from __future__ import annotations

from decimal import Decimal

from services.extract.domain.entities.line import EntityLine
from services.extract.domain.entities.numbers import STARTS, number_at

_SIGNS = {"minus": "-", "negative": "-", "plus": "+", "positive": "+"}
_BETWEEN = frozenset({"with", "a", "and", "the", "it's", "its"})
_MEGA = frozenset({"megahertz", "mhz", "meg", "megs"})
_LARGEST_MEGAHERTZ = 100
_USUAL_HERTZ = frozenset({
    100_000, 500_000, 600_000, 1_000_000, 1_600_000, 5_000_000, 7_600_000, 9_400_000, 12_000_000, 25_000_000,
})  # fmt: skip
_REACH = 3


def offset_after(line: EntityLine, i: int) -> str:
    """The offset told from word `i` on: "-600000" in hertz, "-" or "+" where only the direction is said, else ""."""
    if i and line.text[line.tokens[i - 1].end :][:1] in ("-", "+"):
        sign = line.text[line.tokens[i - 1].end]
        following = line.text[line.tokens[i - 1].end + 1 :][:1]
        return "" if following.isalpha() else sign
    for j in range(i, min(i + _REACH, len(line.words))):
        sign = _SIGNS.get(line.words[j], "")
        if sign:
            return sign + _amount(line, j + 1)
        if line.words[j] not in _BETWEEN:
            break
    return ""


def _amount(line: EntityLine, i: int) -> str:
    word = line.word(i)
    number = number_at(line, i) if word in STARTS or word[:1].isdecimal() else None
    if number is None or not line.close(i):
        return ""
    mega = line.word(number.last) in _MEGA or Decimal(number.value) < _LARGEST_MEGAHERTZ
    hertz = int(Decimal(number.value) * (1_000_000 if mega else 1_000))
    return str(hertz) if hertz in _USUAL_HERTZ else ""
