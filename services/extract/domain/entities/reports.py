"""Signal reports: "you're five nine", "59", "5 by 9", "599", where somebody is being reported on."""

from __future__ import annotations

from typing import NamedTuple

from services.extract.domain.entities.line import CALL, EntityLine, Found
from services.extract.domain.entities.numbers import Number
from services.extract.domain.model import EntityKind
from services.extract.domain.tokens import Gap
from services.extract.domain.words import words

_REACH = 5
_BY = frozenset({"by", "and"})
# Somewhere before the number.
_CUES = words("""
    you're you report reports signal signals copy copying rst readability hearing reading received copied rs solid loud
    clear armchair sounds sounding
""")
_GIVE = frozenset({"gave", "give", "giving", "given", "gives", "say", "call"})
_RECEIVERS = frozenset({"me", "you", "him", "her", "i'd", "i'll", "it"})
_HAVE = frozenset({"had", "have", "got"})
_PEOPLE = frozenset({"him", "her", "them"})
_THANKS = frozenset({"thanks", "thank"})
_CUES_AFTER = frozenset({"report", "reports", "signal", "copy"})
_ENDS = (["on", "your"], ["on", "this"], ["on", "my"], ["from", "me"], ["from", "here"])
_HERE = frozenset({"here", "into"})
_PLACED = frozenset({"in", "into", "from"})
_OPENINGS = frozenset({"4", "5", "four", "five", "55", "56", "57", "58", "59", "599", "579", "589"})
_NOT_BEFORE = words("i'm at exit channel number node highway route room age until page bus box")
_NOT_AFTER = words("""
    years year degrees percent dollars bucks cents miles mile feet foot inches inch minutes minute hours hour seconds am
    pm watts watt people stations mhz megahertz khz kilohertz hertz hz meters chevy ford truck trucks card cards photo
    photos prints print lumber board boards o'clock contacts of nines pounds times days weeks months volts ohms psi tone
    trailer shed sheet sheets picture pictures frame
""")
_PLUS = frozenset({"plus", "over"})
_BY_ALONE = frozenset({"55", "57", "58", "59"})
_READABILITY, _STRENGTH = "12345", "123456789"


class _Report(NamedTuple):
    """Digits that may be a report, and the words around them."""

    digits: str
    first: int
    last: int
    by: bool  # "5 by 9"
    apart: bool  # "5 9" rather than "59" or "fifty nine"
    whole: bool  # "fifty nine": seldom a report
    before: list[str]  # the nearest first
    after: list[str]


def reports(line: EntityLine, spoken: list[Number]) -> list[Found]:
    """All reports among the numbers of a text."""
    found = []
    for place, number in enumerate(spoken):
        following = spoken[place + 1] if place + 1 < len(spoken) else None
        report = _report(line, number, following)
        if report and (why := _why(line, report)):
            found.append(_found(line, report, why))
    return found


def _report(line: EntityLine, number: Number, following: Number | None) -> _Report | None:
    by = _is_by(line, number, following)
    digits, last = number.digits, number.last
    if by and following:
        digits, last = digits + following.digits, following.last
    if number.has_point or len(digits) not in (2, 3) or digits[0] not in _READABILITY:
        return None
    if any(digit not in _STRENGTH for digit in digits[1:]):
        return None
    before, after = line.before(number.first, _REACH), line.after(last, 2)
    if (after and after[0] in _NOT_AFTER) or (before and before[0] in _NOT_BEFORE and before[1:2] != ["you"]):
        return None
    one = len(number.groups) == 1
    return _Report(digits, number.first, last, by, not one, one and number.spoken and not by, before, after)


def _is_by(line: EntityLine, number: Number, following: Number | None) -> bool:
    """ "5 by 9", "five and nine"."""
    if following is None or following.first != number.last + 1 or line.word(number.last) not in _BY:
        return False
    single = len(number.digits) == len(following.digits) == 1
    return single and line.close(number.last) and line.close(following.first)


def _why(line: EntityLine, report: _Report) -> str:
    """What makes the digits a report; empty where nothing does."""
    cue = _told(report) or _given(report) or _placed(line, report)
    if cue:
        return f"cue:{cue}"
    if len(report.digits) == 2 and not report.whole and report.digits[0] in "45" and _plus(line, report):
        return "form:plus"
    if report.by and report.digits in _BY_ALONE and line.word(report.first + 1) == "by":
        return "form:by"
    return ""


def _told(report: _Report) -> str:
    """A word that tells of reception, nearby."""
    for word in (*report.before, *(word for word in report.after if word in _CUES_AFTER)):
        if word in _CUES or word in _CUES_AFTER:
            return word
    return " ".join(report.after) if report.after in _ENDS else ""


def _given(report: _Report) -> str:
    """ "gave me a 57", "I'd say five nine", "had him 57", "thanks for the 59"."""
    near = set(report.before)
    if near & _GIVE and near & _RECEIVERS:
        return min(near & _GIVE)
    if near & _HAVE and report.before[0] in _PEOPLE:
        return report.before[0]
    if near & _THANKS and (report.apart or report.digits[0] == "5"):
        return "thanks"
    return "with" if "me" in near and "with" in report.before[:2] else ""


def _placed(line: EntityLine, report: _Report) -> str:
    """ "K7ABC, 59", "Five nine, fine copy", "59 from Reno", "it's 5 9 into the repeater"."""
    if report.before[:1] == [CALL]:
        return "call"
    opens = line.begins_sentence(report.first) or (report.apart and line.gap(report.first) is Gap.COMMA)
    if report.after and report.after[0] in _HERE and (opens or report.apart):
        return report.after[0]
    if not opens or line.words[report.first] not in _OPENINGS:
        return ""
    last = report.last
    if line.word(last) in _PLACED:
        return "opening" if line.close(last) and last + 1 < len(line.words) and line.is_capitalised(last + 1) else ""
    return "opening" if line.gap(last) is Gap.COMMA or (line.gap(last) is Gap.SENTENCE and report.first == 0) else ""


def _plus(line: EntityLine, report: _Report) -> str:
    """ "20" in "plus 20", "yes" where only "plus" is said, else empty."""
    if not report.after or report.after[0] not in _PLUS or line.gap(report.last) > Gap.COMMA:
        return ""
    amount = report.after[1] if len(report.after) > 1 else ""
    return amount if amount.isdecimal() else "yes" if report.after[0] == "plus" else ""


def _found(line: EntityLine, report: _Report, why: str) -> Found:
    plus = _plus(line, report)
    evidence = (why, f"plus:{plus}") if plus.isdecimal() else (why,)
    confidence = 0.9 if report.by or plus or why.startswith("cue:you") else 0.84
    return Found(EntityKind.SIGNAL_REPORT, report.first, report.last, report.digits, evidence, confidence)
