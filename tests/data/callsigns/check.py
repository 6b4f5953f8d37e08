"""What can be checked of a label without an extractor."""

import re

from tests.data.callsigns.alphabets import (
    DIGIT_WORDS,
    DX_OF_TEST,
    DX_OF_TRAIN,
    LETTER_NAMES,
    NATO,
    NATO_OF_TEST,
    OLD,
    RADIO_DIGITS,
)
from tests.data.callsigns.grammar import plausible
from tests.data.callsigns.line import Line

WRITTEN = re.compile(r"(?<![A-Za-z0-9])(?:[A-Z]{1,2}|[0-9][A-Z])[0-9][A-Z]{1,4}(?![A-Za-z0-9])")
_WORD = re.compile(r"[A-Za-z]+[0-9][A-Za-z0-9]*|[0-9]+[A-Za-z][A-Za-z0-9]*|[A-Za-z]+|[0-9]+")
# Written calls in these are withdrawn, cut off, a part of a call or not a station's, so need no label; a line
# elsewhere needs a note that says why.
UNLABELLED_ALLOWED = ("correction", "clipped", "roster", "split", "mixed", "negative_antenna", "negative_service")


def faults(line: Line) -> list[str]:
    """What is wrong with `line`, in words; nothing for a good one."""
    found = [f"implausible call {call} in {line.text!r}" for call in line.callsigns if not plausible(call)]
    if len(set(line.callsigns)) < len(line.callsigns):
        found.append(f"a call twice in the label of {line.text!r}")
    if line.form.startswith("negative") and line.callsigns:
        found.append(f"a negative with a call: {line.text!r}")
    found += [f"{call} is nowhere in {line.text!r}" for call in line.callsigns if not _traceable(call, line)]
    if not line.form.startswith(UNLABELLED_ALLOWED) and not line.note:
        said = [call for call in WRITTEN.findall(line.text) if plausible(call)]
        found += [f"{call} without a label in {line.text!r}" for call in said if call not in line.callsigns]
    return found + _order(line)


def shared(train: list[Line], test: list[Line]) -> list[str]:
    """Texts that stand in both halves, calls aside."""
    skeletons = {_skeleton(line) for line in train}
    return [f"in both halves: {line.text!r}" for line in test if _skeleton(line) in skeletons]


def _traceable(call: str, line: Line) -> bool:
    """Written calls must appear; of spoken ones the digit must."""
    letters = re.sub(r"[^A-Z0-9]", "", line.text.upper())
    if line.form == "written":
        return call in letters
    if line.form == "spaced":
        return call.replace("0", "O") in letters.replace("0", "O")
    digit = next(letter for letter in call[1:] if letter.isdigit())
    return digit in letters or any(word in line.text.lower() for word in _DIGITS[digit].split())


def _order(line: Line) -> list[str]:
    spelled = spelling(line.text)
    known = [place for call in line.callsigns if (place := spelled.find(call)) >= 0]
    return [] if known == sorted(known) else [f"not in order of appearance: {line.text!r}"]


def spelling(text: str) -> str:
    """`text` with each alphabet word as its letter: calls said without a break come out written.

    Other words become a bar; enough to see the order of calls, far too crude to find any.
    """
    text = re.sub(r"\bdouble[ -](u|you)\b", "W", text, flags=re.IGNORECASE)
    text = re.sub(r"\bx[ -]ray\b", "X", text, flags=re.IGNORECASE)
    words = re.findall(
        r"[A-Za-z]+[0-9][A-Za-z0-9]*|[0-9]+[A-Za-z][A-Za-z0-9]*|[A-Za-z]+|[0-9]+", text.replace("Fox-", "Fox")
    )
    return "".join(_letter(word) for word in words)


def _letter(word: str) -> str:
    if any(letter.isdigit() for letter in word) or len(word) == 1 or (word.isupper() and len(word) <= 4):
        return word.upper()
    return SPELLED.get(word.lower(), "|")


def _skeleton(line: Line) -> str:
    """The sentence without its calls; a line that is little more than its call stands for itself."""
    words = [word for word in re.findall(r"[a-z0-9]+", line.text.lower()) if word.isalpha() and word not in SPELLED]
    return " ".join(words) if len(words) > 2 else f"{line.form} {line.text}".lower()


_TABLES = (LETTER_NAMES, NATO, NATO_OF_TEST, OLD, DX_OF_TRAIN, DX_OF_TEST, RADIO_DIGITS, DIGIT_WORDS)
SPELLED = {
    word.lower(): letter for table in _TABLES for letter, words in table.items() for word in words.split("|")
} | {"foxtrot": "F", "dubya": "W"}
_DIGITS = {
    "0": "zero oh o",
    "1": "one won",
    "2": "two to too dos",
    "3": "three tree",
    "4": "four for fower",
    "5": "five fife",
    "6": "six",
    "7": "seven even",
    "8": "eight ait ate",
    "9": "nine niner",
}
