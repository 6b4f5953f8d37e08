"""Numbers as people say them: digit by digit, in pairs, with hundreds, with a point."""

from __future__ import annotations

import re
from typing import NamedTuple

from services.extract.domain.entities.line import EntityLine
from services.extract.domain.tokens import Gap

DIGITS = {
    "zero": "0", "oh": "0", "o": "0", "one": "1", "two": "2", "three": "3", "tree": "3", "four": "4", "fower": "4",
    "five": "5", "fife": "5", "six": "6", "seven": "7", "eight": "8", "nine": "9", "niner": "9",
}  # fmt: skip
_TEENS = {
    "ten": "10", "eleven": "11", "twelve": "12", "thirteen": "13", "fourteen": "14", "fifteen": "15",
    "sixteen": "16", "seventeen": "17", "eighteen": "18", "nineteen": "19",
}  # fmt: skip
_TENS = {
    "twenty": "2", "thirty": "3", "forty": "4", "fourty": "4", "fifty": "5", "sixty": "6", "seventy": "7",
    "eighty": "8", "ninety": "9",
}  # fmt: skip
_HUNDREDS = {"hundred": 100, "thousand": 1000}
POINTS = frozenset({"point", "decimal", "dot"})
_LETTER_ZEROS = frozenset({"o", "oh"})
_DECIMAL = re.compile(r"(\d+|\d{1,3}(?:,\d{3})+)\.(\d+)")
_THOUSANDS = re.compile(r"\d{1,3}(?:,\d{3})+")
_WITH_UNIT = re.compile(r"(\d+)(mhz|khz|ghz|hz)")
_MOST_GROUPS = 10
STARTS = frozenset(DIGITS) | frozenset(_TEENS) | frozenset(_TENS) | {"a"}


class Number(NamedTuple):
    """A number as it was said: `groups` of digits in order, of which those from `point` on are decimals."""

    groups: tuple[str, ...]
    point: int  # len(groups) where no point was said
    first: int
    last: int  # tokens, exclusive
    spoken: bool  # in words throughout
    unit: str = ""  # written in one token with it: "146MHz"

    @property
    def has_point(self) -> bool:
        """Whether a point was said."""
        return self.point < len(self.groups)

    @property
    def whole(self) -> str:
        """Digits before the point."""
        return "".join(self.groups[: self.point])

    @property
    def decimals(self) -> str:
        """Digits behind the point."""
        return "".join(self.groups[self.point :])

    @property
    def digits(self) -> str:
        """All digits."""
        return "".join(self.groups)

    @property
    def value(self) -> str:
        """As a decimal number: "146.96"."""
        return f"{self.whole}.{self.decimals}" if self.has_point else self.whole


def numbers(line: EntityLine) -> list[Number]:
    """All numbers of the text, in order."""
    found = []
    i, count = 0, len(line.words)
    while i < count:
        word = line.words[i]
        number = number_at(line, i) if word in STARTS or "0" <= word[:1] <= "9" else None
        if number is None:
            i += 1
        else:
            found.append(number)
            i = number.last
    return found


def number_at(line: EntityLine, i: int) -> Number | None:
    """The number that begins with word `i`; None where none does."""
    written = _written(line, i)
    if written:
        return written
    groups: list[str] = []
    point = -1
    spoken = True
    j = i
    while j < len(line.words) and len(groups) < _MOST_GROUPS:
        if groups and not _goes_on(line, i, j, groups):
            break
        word = line.words[j]
        if word in POINTS and groups and point < 0 and _is_digits(line, j + 1) and line.close(j + 1):
            point = len(groups)
            j += 1
            continue
        if word in _HUNDREDS:
            after = _hundreds(line, j, groups)
            if after == j:
                break
            j = after
            continue
        group, after = _group(line, j, begun=bool(groups))
        if not group:
            break
        spoken = spoken and not word.isdecimal()
        groups.append(group)
        j = after
    if not groups:
        return None
    return Number(tuple(groups), point if point >= 0 else len(groups), i, j, spoken)


def _written(line: EntityLine, i: int) -> Number | None:
    """Decimals and thousands that the tokenizer kept whole, and numbers with their unit."""
    word = line.words[i]
    decimal = _DECIMAL.fullmatch(word)
    if decimal:
        return Number((decimal[1].replace(",", ""), decimal[2]), 1, i, i + 1, False)
    if _THOUSANDS.fullmatch(word):
        return Number((word.replace(",", ""),), 1, i, i + 1, False)
    with_unit = _WITH_UNIT.fullmatch(word)
    if with_unit:
        return Number((with_unit[1],), 1, i, i + 1, False, with_unit[2])
    return None


def _goes_on(line: EntityLine, i: int, j: int, groups: list[str]) -> bool:
    """Whether word `j` may go on with the number that began with word `i`."""
    gap = line.gap(j)
    if gap <= Gap.SPACE:
        return True
    # "node 5, 2, 7" is dictated digit by digit, with a pause after each; "five nine, five nine" is said twice.
    dictated = len(groups) == j - i and all(line.gap(k) is Gap.COMMA for k in range(i + 1, j + 1))
    return dictated and len(groups[-1]) == 1 and len(_group(line, j, begun=True)[0]) == 1


def _is_digits(line: EntityLine, j: int) -> bool:
    return bool(_group(line, j, begun=True)[0])


def _group(line: EntityLine, j: int, *, begun: bool) -> tuple[str, int]:
    """The digits said together from word `j` on, and the word after; "" where there are none."""
    word = line.word(j)
    if word.isdecimal() and word.isascii():
        return word, j + 1
    digit = DIGITS.get(word)
    if digit:
        # "oh" and "o" are zeros among digits only.
        if word in _LETTER_ZEROS and not begun and not _digit_word(line, j + 1):
            return "", j
        return digit, j + 1
    if word in _TEENS:
        return _TEENS[word], j + 1
    if word in _TENS:
        unit = DIGITS.get(line.word(j + 1), "0")
        if unit != "0" and line.close(j + 1):
            return _TENS[word] + unit, j + 2
        return _TENS[word] + "0", j + 1
    if word == "a" and not begun and line.word(j + 1) in _HUNDREDS:
        return "1", j + 1
    return "", j


def _digit_word(line: EntityLine, j: int) -> bool:
    word = line.word(j)
    return ((word in DIGITS and word not in _LETTER_ZEROS) or word in _TENS) and line.close(j)


def _hundreds(line: EntityLine, j: int, groups: list[str]) -> int:
    """Take "hundred [and] three" into the last group; `j` where it belongs to no number."""
    factor = _HUNDREDS[line.words[j]]
    if not groups or len(groups[-1]) > 3:
        return j
    total = int(groups[-1]) * factor
    after = j + 1
    start = after + 1 if line.word(after) == "and" else after
    rest, end = _group(line, start, begun=False)
    if rest and line.close(start) and len(rest) <= len(str(factor)) - 1:
        if line.word(end) == "hundred" and factor > 100 and line.close(end):
            total += int(rest) * 100
            rest, end = _group(line, end + 1, begun=False)
        total += int(rest or 0)
        after = end
    groups[-1] = str(total)
    return after
