"""Frequencies: "146.96", "one four six nine six", "147.38 megahertz", "14 230"."""

from __future__ import annotations

from decimal import Decimal

from services.extract.domain.entities.bands import band_of
from services.extract.domain.entities.line import EntityLine, Found
from services.extract.domain.entities.numbers import Number
from services.extract.domain.entities.offsets import offset_after
from services.extract.domain.model import EntityKind

_UNITS = {
    "megahertz": 1_000_000, "mhz": 1_000_000, "meg": 1_000_000, "megs": 1_000_000, "megacycles": 1_000_000,
    "kilohertz": 1_000, "khz": 1_000, "kilocycles": 1_000, "kc": 1_000,
    "gigahertz": 1_000_000_000, "ghz": 1_000_000_000, "gig": 1_000_000_000,
}  # fmt: skip
_MEGA, _KILO = 1_000_000, 1_000
_LONG_WAVE = {"2m", "1.25m", "70cm", "33cm", "23cm", "6m", "4m", "weather", "gmrs"}
_CUES = frozenset({
    "on", "frequency", "freq", "frequencies", "qsy", "qsyed", "tune", "tuned", "listen", "listening", "monitor",
    "monitoring", "try", "simplex", "repeater", "machine", "calling", "fm", "ssb", "cw", "meter", "go", "sideband",
    "near",
})  # fmt: skip
_CUES_AFTER = frozenset({
    "simplex", "repeater", "machine", "sideband", "lsb", "usb", "fm", "cw", "ssb", "ft8", "lower", "upper", "net",
    "frequency", "minus", "plus",
})  # fmt: skip
_STRONG = frozenset({"frequency", "freq", "repeater", "machine", "simplex", "on", "qsy"})
_REACH = 4
# What is measured in these is no frequency.
_OTHER_UNITS = frozenset({
    "pounds", "pound", "dollars", "bucks", "cents", "miles", "mile", "feet", "foot", "ft", "inch", "inches", "watts",
    "watt", "volts", "volt", "amps", "amp", "percent", "degrees", "years", "people", "points", "hours", "hour",
    "minutes", "ohms", "psi", "gallons", "am", "pm", "to", "million", "billion", "hertz", "hz", "db", "meters",
    "o'clock", "kilometers", "km", "street", "avenue", "road", "acres", "times", "contacts", "stations", "tone", "pl",
})  # fmt: skip
_NO_FREQUENCY = frozenset({
    "highway", "route", "interstate", "exit", "node", "number", "zip", "code", "room", "apartment", "version", "part",
    "serial", "allstar", "echolink", "irlp", "talkgroup", "phone", "locker", "channel", "swr", "pl", "tone", "ctcss",
    "magnitude", "model", "paid", "costs", "cost",
})  # fmt: skip
# "600 kilohertz split": the distance of two frequencies.
_DISTANCES = frozenset({
    "minus", "plus", "negative", "positive", "offset", "split", "shift", "up", "down", "wide", "bandwidth", "spacing",
    "apart", "separation", "deviation", "away", "low", "high", "off", "drifted", "span", "narrow", "steps",
})  # fmt: skip
_PRICE_SIGNS = ("$", "€", "£", ":", "#")
_FEWEST_DIGITS = 4  # of a number without point or unit
_SMALLEST_KILOHERTZ = 130
_LARGEST = 300_000_000_000
_LINKS = frozenset({"of", "is", "the", "number", "a", "was"})
_TIME_CUES = frozenset({"at", "in", "since", "until", "by", "before", "after"})


def frequencies(line: EntityLine, spoken: list[Number]) -> list[Found]:
    """All frequencies among the numbers of a text."""
    found = []
    for number in spoken:
        frequency = _frequency(line, number)
        if frequency:
            found.append(frequency)
    return found


def _frequency(line: EntityLine, number: Number) -> Found | None:
    unit, last = _unit(line, number)
    if not (unit or number.has_point or len(number.digits) >= _FEWEST_DIGITS):
        return None
    if line.sign_before(number.first) in _PRICE_SIGNS:
        return None
    before = line.before(number.first, _REACH)
    nearest = next((word for word in before[:2] if word not in _LINKS), "")
    if nearest in _NO_FREQUENCY:
        return None
    if unit:
        return _with_unit(line, number, unit, last, before)
    after = line.after(number.last, 2)
    if after and after[0] in _OTHER_UNITS and not (after[0] == "meters" and number.has_point):
        return None
    if number.has_point:
        return _with_point(line, number, before, after)
    return _run_together(line, number, before, after)


def _unit(line: EntityLine, number: Number) -> tuple[int, int]:
    """The unit's factor and the token after it; 0 where none was said."""
    if number.unit:
        return _UNITS.get(number.unit, 0), number.last
    factor = _UNITS.get(line.word(number.last), 0)
    return (factor, number.last + 1) if factor and line.close(number.last) else (0, number.last)


def _with_unit(line: EntityLine, number: Number, unit: int, last: int, before: list[str]) -> Found | None:
    near = {*before[:2], *line.after(last, 1)}
    value = number.value
    if unit == _MEGA and not number.has_point and len(number.groups) > 1 and len(number.groups[0]) >= 2:
        value = f"{number.groups[0]}.{''.join(number.groups[1:])}"  # 146 52 megahertz
    if unit == _MEGA and number.spoken and not number.has_point and len(number.digits) >= 5:
        value = f"{number.digits[:3]}.{number.digits[3:]}"
    hertz = int(Decimal(value) * unit)
    band = band_of(hertz)
    # "5 meg up" and "a 600 kilohertz split" are distances.
    small = hertz < _SMALLEST_KILOHERTZ * _KILO or (unit == _MEGA and hertz < 30 * _MEGA and not band)
    if hertz > _LARGEST or small or (not band and near & _DISTANCES) or hertz in (500_000, 600_000):
        return None
    return _found(line, number, last, hertz, f"unit:{_name(unit)}", 0.97 if band else 0.9)


def _with_point(line: EntityLine, number: Number, before: list[str], after: list[str]) -> Found | None:
    if not 1 <= len(number.decimals) <= 5 or not 1 <= len(number.whole) <= 4:
        return None
    hertz = int(Decimal(number.value) * _MEGA)
    band = band_of(hertz)
    if not band and not (before[:1] in (["frequency"], ["on"]) and 100 <= hertz / _MEGA < 1000):
        return None
    cue = _cue(before, after)
    if not cue and band not in _LONG_WAVE and len(number.decimals) < 3:
        return None
    if before[:1] == ["at"] and len(number.decimals) < 2 and not band.endswith("cm") and len(number.whole) < 3:
        return None
    return _found(line, number, number.last, hertz, cue, 0.95 if cue else 0.9)


def _run_together(line: EntityLine, number: Number, before: list[str], after: list[str]) -> Found | None:
    """Without point or unit: "146 96", "one four six nine six", "14 230", "3920"."""
    cue = _cue(before, after)
    hertz = _megahertz(number)
    if hertz:
        clear = len(number.groups) > 1 and (len(number.digits) >= 5 or bool(cue))
        if not clear and not any(word in _STRONG for word in before[:2]) and cue != "cue:repeater":
            return None
        return _found(line, number, number.last, hertz, cue or "form:digits", 0.9 if cue else 0.8)
    if not 4 <= len(number.digits) <= 5 or not (cue or _in_pairs(number)):
        return None
    hertz = int(number.digits) * _KILO
    if not band_of(hertz) or band_of(hertz) in _LONG_WAVE:
        return None
    # "on 1925", "at 2000": a year or a clock time as likely as not.
    if band_of(hertz) == "160m" or (before[:1] and before[0] in _TIME_CUES):
        return None
    if len(number.groups) == 1 and not any(word in _STRONG for word in before[:1]):
        return None
    return _found(line, number, number.last, hertz, cue, 0.88)


def _in_pairs(number: Number) -> bool:
    """ "fourteen two thirty": said as frequencies are, and as little else is."""
    return number.spoken and len(number.groups) > 2 and len(number.groups[0]) == 2


def _megahertz(number: Number) -> int:
    """Hertz of a number whose point was left out, on the bands where that is done; 0 where it is on none."""
    digits = number.digits
    for whole in (3, 2):
        decimals = digits[whole:]
        if not 2 <= len(decimals) <= 4:
            continue
        if not number.spoken and len(number.groups) > 1 and len(number.groups[0]) not in (1, whole):
            continue
        hertz = int(Decimal(f"{digits[:whole]}.{decimals}") * _MEGA)
        if band_of(hertz) in ({"2m", "1.25m", "70cm"} if whole == 3 else {"6m"}):
            return hertz
    return 0


def _cue(before: list[str], after: list[str]) -> str:
    for word in before:
        if word in _CUES:
            return f"cue:{word}"
    for word in after:
        if word in _CUES_AFTER:
            return f"cue:{word}"
    return ""


def _found(line: EntityLine, number: Number, last: int, hertz: int, why: str, confidence: float) -> Found:
    band = band_of(hertz)
    offset = offset_after(line, last)
    evidence = (why, f"band:{band}" if band else "", f"offset:{offset}" if offset else "")
    return Found(EntityKind.FREQUENCY, number.first, last, str(hertz), tuple(filter(None, evidence)), confidence)


def _name(unit: int) -> str:
    return {_MEGA: "megahertz", _KILO: "kilohertz"}.get(unit, "gigahertz")
