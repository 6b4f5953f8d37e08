"""Tones of tone squelch: "PL 103.5", "tone of one hundred three point five", "CTCSS 88.5", DCS codes."""

from __future__ import annotations

from services.extract.domain.entities.bands import CTCSS, CTCSS_BY_DIGITS, DCS
from services.extract.domain.entities.line import EntityLine, Found
from services.extract.domain.entities.numbers import Number
from services.extract.domain.model import EntityKind
from services.extract.domain.tokens import Gap

_CUES = frozenset({
    "pl", "pl's", "tone", "tone's", "tones", "ctcss", "encode", "decode", "subaudible", "cts", "ctcs",
})  # fmt: skip
_CUE_PAIRS = frozenset({
    ("p", "l"), ("pea", "ell"), ("private", "line"), ("sub", "audible"), ("tone", "squelch"), ("pee", "ell"),
})  # fmt: skip
_CODE_CUES = frozenset({"dcs", "dpl", "dtcs"})
_CODE_PAIRS = frozenset({("digital", "code"), ("digital", "coded"), ("coded", "squelch"), ("d", "code")})
_CODE_WORDS = _CODE_CUES | {"code", "coded", "squelch"}
_HERTZ = frozenset({"hertz", "hz"})
_REACH_BEFORE = 6
_REACH_AFTER = 6
_REACH_ASKED = 2
_BURST = "1750"
# A machine "wants a 103.5", "is 146.82 with 103.5".
_ASKED_FOR = frozenset({
    "with", "want", "wants", "need", "needs", "take", "takes", "use", "uses", "using", "require", "requires",
})  # fmt: skip
_STRAY = "1"  # recognisers write "PL 1 103.5" for "PL, one oh three point five"
_OTHER_UNITS = frozenset({"mhz", "megahertz", "khz", "kilohertz", "dollars", "watts", "miles", "percent", "feet"})
_TRIGGERS = _CUES | _CODE_WORDS | _HERTZ | _ASKED_FOR | {second for _, second in _CUE_PAIRS}
_VAGUE = frozenset({"about", "off", "low", "high", "by", "drifted"})


def tones(line: EntityLine, spoken: list[Number]) -> list[Found]:
    """All tones and codes among the numbers of a text."""
    if line.vocabulary.isdisjoint(_TRIGGERS):
        return []
    found: list[Found] = []
    for number in spoken:
        tone = _tone(line, number) or _another(line, number, found)
        if tone:
            found.append(tone)
    if line.vocabulary & _CODE_WORDS:
        found.extend(code for i, word in enumerate(line.words) if (code := _written_code(line, i, word)))
    return found


def _another(line: EntityLine, number: Number, found: list[Found]) -> Found | None:
    """ "an 88.5 tone, or else 94.8": a tone with a point, behind another in the same sentence."""
    value = _standard(number) if number.has_point else ""
    if not value or not found or number.first - found[-1].last > _REACH_BEFORE:
        return None
    if any(line.gap(i) >= Gap.SENTENCE for i in range(found[-1].last, number.first + 1)):
        return None
    return _found(number, number.last, value, "cue:another tone", 0.85)


def _tone(line: EntityLine, number: Number) -> Found | None:
    before = line.before(number.first, _REACH_BEFORE)
    last = number.last
    hertz = line.word(last) in _HERTZ and line.close(last)
    if hertz:
        last += 1
    after = line.after(last, _REACH_AFTER)
    if not number.has_point and len(number.digits) == 3 and number.digits in DCS:
        cue = _cue(before, after, _CODE_CUES, _CODE_PAIRS)
        if cue:
            return _found(number, last, f"D{number.digits}", f"cue:{cue}", 0.95)
    if after[:1] and after[0] in _OTHER_UNITS:
        return None
    value = _standard(number)
    if not value:
        return None
    cue = _cue(before, after, _CUES, _CUE_PAIRS) or _asked(line, number.first, before)
    if cue:
        return _found(number, last, value, f"cue:{cue}", 0.96)
    asked_for = next((word for word in before[:2] if word not in ("a", "an")), "")
    if number.has_point and len(number.decimals) == 1 and asked_for in _ASKED_FOR:
        return _found(number, last, value, f"cue:{asked_for}", 0.82)
    if hertz and number.has_point and not any(word in _VAGUE for word in before[:2]):
        return _found(number, last, value, "unit:hertz", 0.85)
    return None


def _asked(line: EntityLine, first: int, before: list[str]) -> str:
    """The cue at the end of the question that the number answers: "What's the PL? It's 103.5"."""
    if before not in (["it's"], ["is", "it"], ["yes"]):
        return ""
    question_end = first - len(before)
    asked = [line.word(question_end - 1), *line.before(question_end - 1, _REACH_ASKED)]
    return _cue(asked, [], _CUES, _CUE_PAIRS)


def _standard(number: Number) -> str:
    """The tone that is meant; empty where the number is none of the standard ones."""
    if number.digits == _BURST and not number.has_point:
        return f"{_BURST}.0"
    if number.has_point:
        return CTCSS_BY_DIGITS.get(f"{number.whole}{number.decimals.rstrip('0') or '0'}", "")
    return CTCSS_BY_DIGITS.get(number.digits, "")


def _cue(before: list[str], after: list[str], words: frozenset[str], pairs: frozenset[tuple[str, str]]) -> str:
    """The word that makes a number a tone, the nearest first; empty where there is none."""
    for place, word in enumerate(before):
        if word in words:
            return word
        if (before[place + 1] if place + 1 < len(before) else "", word) in pairs:
            return f"{before[place + 1]} {word}"
        if _is_another_number(word):
            break  # and the cue is that one's
    for place, word in enumerate(after):
        if word in words:
            return word
        if (word, after[place + 1] if place + 1 < len(after) else "") in pairs:
            return f"{word} {after[place + 1]}"
        if _is_another_number(word):
            break
    return ""


def _is_another_number(word: str) -> bool:
    """Whether `word` is a number that is no tone: "from 107.2 to 110.9, the tone"."""
    return any(c.isdecimal() for c in word) and word != _STRAY and word not in CTCSS


def _written_code(line: EntityLine, i: int, word: str) -> Found | None:
    """ "D023", "D023N" near "DCS"."""
    if len(word) not in (4, 5) or word[0] != "d" or word[1:4] not in DCS or word[4:] not in ("", "n", "i"):
        return None
    near = line.before(i, _REACH_BEFORE), line.after(i + 1, _REACH_AFTER)
    cue = _cue(*near, _CODE_CUES, _CODE_PAIRS)
    if not cue:
        return None
    return Found(EntityKind.TONE, i, i + 1, word[:4].upper(), (f"cue:{cue}",), 0.97)


def _found(number: Number, last: int, value: str, why: str, confidence: float) -> Found:
    return Found(EntityKind.TONE, number.first, last, value, (why,), confidence)
