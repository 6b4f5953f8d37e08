"""Things on the air that have the shape of a callsign and are none: radios, antennas, aircraft, roads, units."""

from __future__ import annotations

import re

from services.extract.domain.words import words

# Model names that a country table would accept. Believed only with a cue such as "this is", or by roster.
MODEL_NAMES = words("""
    AL8OB DR1X DR2X F8HP G5RV G3TXQ G7FEK K1EL K3NG K4KIO K9AY KT8A LB2M N1MM SM7B W3DZZ W3EDP W5GI W6LVP W8JK ZS6BKW
    CP6AR CP5HS GT3TP GT5R BF8HP SM7DB HF2V HF6V HF9V AH4RC BL2K HL1K HL1KFX KG2B WA2MI EF8W T2FD R7FM PA3G PD6D SB6A
    9A4QV AA5B RF4C EA6B K5LA W8BEN 6L6GC N3FJP DX4WIN VK2ABQ G4ZU W9INN W1JR W2DU DK7ZB YU7EF WA5VJB G3RUH W6NL FT4222H
""")

# Makers' series: a number and letters behind these are a model long before they are a rare country's call.
_FAMILIES = re.compile(
    r"(?:FT|VX|IC|ID|TH|TM|TS|UV|RT|RG|DJ|GT|TR)\d{1,4}(?:[A-Z]{1,3})?"
    r"|[56][A-Z]\dG[A-Z]?|VX\d[DG]?R|MH\d{2}[A-Z]\d[A-Z]"
)
# Series that real calls share: only their well-known tails are models.
_SHARED_FAMILIES = {"DJ": ("T", "E", "TH"), "RT": ("S", "D")}
_GRID_SQUARE = re.compile(r"[A-R]{2}\d{2}[A-X]{2}")

MAKERS = frozenset({
    "alinco", "ameritron", "anytone", "baofeng", "btech", "elecraft", "hytera", "icom", "comet", "diamond", "cushcraft",
    "kenwood", "motorola", "retevis", "shure", "tyt", "wouxun", "yaesu", "xiegu", "radioddity", "heathkit", "collins",
    "drake", "hustler", "mfj", "flex", "flexradio", "vertex", "tigertronics", "signalink", "butternut", "radtel",
    "quansheng", "tidradio", "heil", "hallicrafters", "astron", "lafayette", "ubitx", "model", "bingfu", "nagoya",
})  # fmt: skip

# "the G5RV antenna": a call that became the name of a thing.
THINGS = frozenset({
    "antenna", "antennas", "amp", "amplifier", "balun", "beam", "dipole", "doublet", "handheld", "logger", "hexbeam",
    "logging", "loop", "mic", "microphone", "radio", "radios", "receiver", "software", "transceiver", "transmitter",
    "keyer", "tube", "tubes", "rig", "yagi", "vertical", "coax", "cable", "handy", "ht", "kit", "unun", "receivers",
    "processor", "chip", "mask", "masks", "form", "unit", "units", "dog", "dogs", "engine", "truck", "laptop", "model",
    "style", "design", "slim", "roll", "jpole", "efhw",
})  # fmt: skip
ARTICLES = frozenset({
    "a", "an", "my", "the", "his", "her", "your", "our", "old", "homebrew", "new", "that", "another", "with", "using",
})  # fmt: skip

# The words right before a spelled run that make it a tail number, a road or another service's station.
AIRCRAFT = words("""
    cessna piper skyhawk skylane bonanza cherokee beechcraft cirrus mooney helicopter chopper medevac lifeflight
    aircraft airplane tail
""")
OTHER_SERVICES = AIRCRAFT | words("""
    squawk squawking highway hwy interstate route exit freeway turnpike gate terminal apartment apt suite seat
    serial grid square locator gmrs frs noaa murs
""")
# "the part number on the relay is W9XD": what bears such a number, or letters, is no station.
NUMBERED = words("part serial model stock catalog catalogue confirmation invoice tracking order vin")
# Said by pilots and controllers only: an N with a digit is then a tail number.
AVIATION = words("""
    runway downwind takeoff taxi taxiing altimeter squawk squawking touchdown airstrip cessna
""")

# Numbers with a unit, ordinals and clock times in one token: 9AM, 40m, 5W, 2nd.
QUANTITY = re.compile(
    r"\d+(?:st|nd|rd|th|am|pm|m|cm|mm|w|mw|kw|hz|khz|mhz|ghz|k|db|dbi|dbm|dbd|v|ah|ma|s|g|x|ft|lb|lbs|oz|mi|km|kb|mb|gb"
    r"|tb|l|el|wd|gal|hr|hrs|min|sec|yr|yrs|pf|uf|uh|ohm)"
)


def is_grid_square(base: str) -> bool:
    """Whether `base` is a place on the map such as CN87UO."""
    return _GRID_SQUARE.fullmatch(base) is not None


def is_model(base: str) -> bool:
    """Whether `base` is the name of a radio, an antenna, a tube or a cable rather than anybody's call."""
    if base in MODEL_NAMES or (base[-1] == "S" and base[:-1] in MODEL_NAMES):
        return True  # one of them, or several
    if _FAMILIES.fullmatch(base) is None:
        return False
    tails = _SHARED_FAMILIES.get(base[:2])
    return tails is None or base[3:] in tails
