"""Signal reports: "you're five nine", "59", "5 by 9", "599", where somebody is being reported on."""

from __future__ import annotations

from services.extract.domain.entities.line import EntityLine, Found
from services.extract.domain.entities.numbers import DIGITS, Number
from services.extract.domain.model import EntityKind
from services.extract.domain.tokens import Gap

_BY = frozenset({"by", "and"})
_STRONG = frozenset({
    "you're", "you", "report", "reports", "signal", "signals", "copy", "copying", "rst", "readability", "hearing",
    "reading", "received", "copied", "rs", "solid",
})  # fmt: skip
_GIVE = frozenset({"gave", "give", "giving", "given", "gives"})
_STRONG_AFTER = frozenset({"report", "reports", "signal", "copy"})
_REACH = 5
_NOT_BEFORE = frozenset({
    "i'm", "he", "she", "he's", "she's", "at", "exit", "channel", "number", "node", "highway", "route", "room", "age",
    "was", "until", "page",
})  # fmt: skip
_NOT_AFTER = frozenset({
    "years", "year", "degrees", "percent", "dollars", "bucks", "cents", "miles", "mile", "feet", "foot", "inches",
    "inch", "minutes", "minute", "hours", "hour", "seconds", "am", "pm", "watts", "watt", "people", "stations", "mhz",
    "megahertz", "khz", "kilohertz", "hertz", "hz", "meters", "chevy", "ford", "truck", "trucks", "card", "cards",
    "photo", "photos", "prints", "print", "lumber", "board", "boards", "o'clock", "contacts", "of", "nines",
    "pounds", "times", "days", "weeks", "months", "volts", "ohms", "psi", "tone",
})  # fmt: skip
_HERE = frozenset({"here", "into", "over", "with", "plus", "in"})
_PLUS = frozenset({"plus", "over"})
_READABILITY, _STRENGTH = "12345", "123456789"


def reports(line: EntityLine, spoken: list[Number]) -> list[Found]:
    """All reports among the numbers of a text."""
    found = []
    for place, number in enumerate(spoken):
        following = spoken[place + 1] if place + 1 < len(spoken) else None
        report = _report(line, number, following)
        if report:
            found.append(report)
    return found


def _report(line: EntityLine, number: Number, following: Number | None) -> Found | None:
    digits, last, by = _digits(line, number, following)
    if not _is_report(digits):
        return None
    after = line.after(last, 2)
    plus = _plus(line, last, after)
    if after and after[0] in _NOT_AFTER:
        return None
    before = line.before(number.first, _REACH)
    if before[:1] and before[0] in _NOT_BEFORE and not _strong(line, number.first):
        return None
    why = _why(line, number, digits, before, after, by=by, plus=plus)
    if not why:
        return None
    evidence = (why, f"plus:{plus}") if plus.isdecimal() else (why,)
    return Found(EntityKind.SIGNAL_REPORT, number.first, last, digits, evidence, 0.9 if by or plus else 0.86)


def _digits(line: EntityLine, number: Number, following: Number | None) -> tuple[str, int, bool]:
    """The report's digits, the token after them, and whether they stood as "5 by 9"."""
    if number.has_point:
        return "", number.last, False
    if following is None or following.first != number.last + 1 or line.word(number.last) not in _BY:
        return number.digits, number.last, False
    single = len(number.digits) == len(following.digits) == 1
    if not single or not line.close(number.last) or not line.close(following.first):
        return number.digits, number.last, False
    return number.digits + following.digits, following.last, True


def _is_report(digits: str) -> bool:
    if len(digits) not in (2, 3) or digits[0] not in _READABILITY:
        return False
    return all(digit in _STRENGTH for digit in digits[1:])


def _why(
    line: EntityLine, number: Number, digits: str, before: list[str], after: list[str], *, by: bool, plus: str
) -> str:
    cue = _cue(line, number.first, before, after)
    if len(digits) == 3:
        # "599" and its like are also numbers of all kinds.
        return f"cue:{cue}" if cue else "form:rst" if digits == "599" and number.first == 0 else ""
    one_word = len(number.groups) == 1 and number.spoken  # "fifty nine"
    if plus and digits[0] in "45" and not one_word:
        return f"cue:{cue}" if cue else "form:plus"
    if by and digits in ("55", "59", "58", "57"):
        return f"cue:{cue}" if cue else "form:by"
    return f"cue:{cue}" if cue else ""


def _cue(line: EntityLine, first: int, before: list[str], after: list[str]) -> str:
    for word in before:
        if word in _STRONG:
            return word
        if word.isdecimal() or word in DIGITS:
            continue
    given = [word for word in before if word in _GIVE]
    if given and ("me" in before or "you" in before):
        return given[0]
    for word in after:
        if word in _STRONG_AFTER:
            return word
    # "59 into Seattle", "five nine here": at the beginning of a sentence.
    if after and after[0] in _HERE and line.begins_sentence(first) and after[0] != "in":
        return after[0]
    return ""


def _strong(line: EntityLine, first: int) -> bool:
    return any(word in _STRONG for word in line.before(first, 3))


def _plus(line: EntityLine, last: int, after: list[str]) -> str:
    """ "20" in "plus 20", "yes" where only "plus" is said, else empty."""
    if not after or after[0] not in _PLUS or line.gap(last) > Gap.COMMA:
        return "20" if line.text[line.tokens[last - 1].end :].startswith("+") else ""
    amount = after[1] if len(after) > 1 else ""
    return amount if amount.isdecimal() else "yes" if after[0] == "plus" else ""
