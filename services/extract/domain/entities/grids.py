"""Maidenhead locators: CN87, CN87uo, "charlie november eight seven"."""

from __future__ import annotations

import re

from services.extract.domain.entities.line import EntityLine, Found
from services.extract.domain.entities.numbers import Number
from services.extract.domain.model import EntityKind
from services.extract.domain.phonetics import SPOKEN_WORDS, Kind
from services.extract.domain.words import words

_LOCATOR = re.compile(r"[a-r]{2}\d{2}(?:[a-x]{2}(?:\d{2})?)?")
_FIELD = re.compile(r"[a-r]{2}")
_NAMES = frozenset({"grid", "grids", "square", "squares", "locator", "maidenhead", "gridsquare"})
_PLACES = frozenset({"in", "from", "into", "near", "to"})
_REACH = 6  # words between "grid" and the locator
_SPELLED = frozenset({Kind.LETTER, Kind.NAME, Kind.NATO, Kind.NATO_PROSE})
_FIRST_OF_LETTERS = "ABCDEFGHIJKLMNOPQR"
# Radios, cables, microphones, bands and batteries that look like one: believed only beside "grid" or its like.
_MODELS = words("""
    ic id rg mh bl dr hf aa am pm mp cd hr ah ar bd pc pr pa gp hp db kg ke lm ne mk mm
""")


def grids(line: EntityLine, spoken: list[Number]) -> list[Found]:
    """Written locators, and spelled ones whose digits are among the numbers of the text."""
    found = []
    for i, word in enumerate(line.words):
        # The slice alone rules most words out, at less cost.
        if word[2:4].isdecimal() and _LOCATOR.fullmatch(word) and (written := _written(line, i)):
            found.append(written)
    for number in spoken:
        locator = _spelled(line, number)
        if locator:
            found.append(locator)
    return found


def _written(line: EntityLine, i: int) -> Found | None:
    word = line.words[i]
    cued = _cued(line, i, i + 1)
    long = len(word) > 4
    if not cued and not long and word[:2] in _MODELS and not _placed(line, i):
        return None
    if line.sign_before(i) in ("-", ".", "#"):
        return None
    confidence = 0.98 if cued else 0.95 if long else 0.88
    return Found(EntityKind.GRID_SQUARE, i, i + 1, _as_locator(word), _evidence(cued, "written"), confidence)


def _spelled(line: EntityLine, number: Number) -> Found | None:
    if len(number.digits) != 2 or number.has_point or not line.close(number.first):
        return None
    first, letters = _letters_before(line, number.first)
    if not letters:
        return None
    last, tail = _subsquare(line, number.last)
    if last < 0:
        return None
    cued = _cued(line, first, last)
    by_name = number.first - first == 2 and line.words[first] not in ("a", "i")
    nato = by_name and all(_kind(line, i) in (Kind.NATO, Kind.NATO_PROSE) for i in (first, first + 1))
    if not (cued or nato or (number.first - first == 1 and _placed(line, first) and letters.lower() not in _MODELS)):
        return None
    confidence = 0.95 if cued else 0.8
    value = _as_locator(letters.lower() + number.digits + tail)
    return Found(EntityKind.GRID_SQUARE, first, last, value, _evidence(cued, "spelled"), confidence)


def _letters_before(line: EntityLine, i: int) -> tuple[int, str]:
    """The two letters of the field right before word `i` and where they begin; "" where more or fewer are spelled."""
    word = line.word(i - 1)
    if _FIELD.fullmatch(word) and line.tokens[i - 1].text.isupper() and (line.cased or word not in SPOKEN_WORDS):
        return i - 1, word.upper()
    letters = [_letter(line, j) for j in (i - 2, i - 1)]
    if i < 2 or not all(letters) or not line.close(i - 1):
        return i, ""
    if i > 2 and line.close(i - 2) and (_letter(line, i - 3) or _digit(line, i - 3)):
        return i, ""
    field = "".join(letters)
    return (i - 2, field) if all(letter in _FIRST_OF_LETTERS for letter in field) else (i, "")


def _subsquare(line: EntityLine, i: int) -> tuple[int, str]:
    """The end of the locator and the two letters of its subsquare, if spelled; -1 where something else is."""
    letters = []
    j = i
    while line.close(j) and (letter := _letter(line, j)):
        letters.append(letter)
        j += 2 if line.word(j) == "x" and line.word(j + 1) == "ray" else 1
        if len(letters) > 2:
            break
    if not letters:
        return i, ""
    if len(letters) == 2 and all(letter <= "X" for letter in letters):
        return j, "".join(letters).lower()
    return -1, ""


def _letter(line: EntityLine, i: int) -> str:
    if line.word(i) in ("a", "i"):
        return ""  # far more often words
    return SPOKEN_WORDS[line.words[i]].options[0] if _kind(line, i) in _SPELLED else ""


def _digit(line: EntityLine, i: int) -> bool:
    return _kind(line, i) in (Kind.DIGIT, Kind.DIGIT_WORD)


def _kind(line: EntityLine, i: int) -> Kind | None:
    symbol = SPOKEN_WORDS.get(line.word(i))
    return symbol.kind if symbol else None


def _cued(line: EntityLine, first: int, last: int) -> bool:
    near = (*line.before(first, _REACH), *line.after(last, _REACH))
    return any(word in _NAMES for word in near)


def _placed(line: EntityLine, i: int) -> bool:
    return any(word in _PLACES for word in line.before(i, 1))


def _evidence(cued: bool, form: str) -> tuple[str, ...]:
    return (f"form:{form}", "cue:grid") if cued else (f"form:{form}",)


def _as_locator(word: str) -> str:
    return word[:4].upper() + word[4:].lower()
