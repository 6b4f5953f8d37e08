"""Things on the air that have the shape of a callsign and are none: radios, antennas, programs, units."""

from __future__ import annotations

import re

# Model names that a country table would accept. Believed only with a cue such as "this is", or by roster.
MODEL_NAMES = frozenset({
    "AL8OB", "DR1X", "DR2X", "F8HP", "G5RV", "K9AY", "KT8A", "N1MM", "SM7B", "W3DZZ", "W8JK", "ZS6BKW",
})  # fmt: skip

MAKERS = frozenset({
    "alinco", "ameritron", "anytone", "baofeng", "btech", "elecraft", "hytera", "icom",
    "kenwood", "motorola", "retevis", "shure", "tyt", "wouxun", "yaesu", "xiegu",
})  # fmt: skip

# "the G5RV antenna": a call that became the name of a thing.
THINGS = frozenset({
    "antenna", "antennas", "amp", "amplifier", "balun", "beam", "dipole", "doublet", "handheld", "logger",
    "logging", "loop", "mic", "microphone", "radio", "receiver", "software", "transceiver", "transmitter",
})  # fmt: skip

# Numbers with a unit, ordinals and clock times in one token: 9AM, 40m, 5W, 2nd.
QUANTITY = re.compile(r"\d+(?:st|nd|rd|th|am|pm|m|cm|mm|w|mw|kw|hz|khz|mhz|ghz|k|db|v|ah|ma|s|g|x)")

# Upper-case short words that are not part of a spelled call.
_SHORT_WORDS = """
about ad all also am an and any apr are ares as at aug back bad be been bell but by call came can check
come copy cq ctcss cw dcs de dec did do done down dtmf dx each end fcc feb few find fm for fri from full fun
get gmrs gmt go gone good got gps had ham has have he hear help her here hf hi him his hold home how hp ht
hz if in into is it its jan jul jun just keep khz kind know last late let line link list live log long look
lot mar may mhz mode mon more most move much my name near net nets new next nice no node none noon not nov
now oct of off ok okay old on once only open or our out over own pan part past pdt pl pm po pole psk pst qrm
qrn qrp qrt qrz qsb qsl qso qsp qst qsy qth ran read rf rig ring role roll rtty run rx safe said same sat
saw say see seen send sep set she show shy sign sk sms so some soon ssb ssn sstv still stop sun sure swr
take tell than that the them then there they this thu time to too took top try tue turn two tx uhf um under
up us use utc very vhf via voip vox wait want was watt way we wed week well went were west what when who why
will win wire with word work year yes yet you your
"""
NOT_CHUNKS = frozenset(_SHORT_WORDS.split())
