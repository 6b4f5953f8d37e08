"""Callsigns as they are spoken. The script writes `{K7ABC}`; the voice says the NATO words."""

import re
from string import ascii_uppercase, digits

_LETTERS = [
    *("alpha", "bravo", "charlie", "delta", "echo", "foxtrot", "golf", "hotel", "india"),
    *("juliet", "kilo", "lima", "mike", "november", "oscar", "papa", "quebec", "romeo"),
    *("sierra", "tango", "uniform", "victor", "whiskey", "x ray", "yankee", "zulu"),
]
_DIGITS = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"]
_SPOKEN = {
    **dict(zip(ascii_uppercase, _LETTERS, strict=True)),
    **dict(zip(digits, _DIGITS, strict=True)),
}
_PLACEHOLDER = re.compile(r"\{([A-Z0-9]+)\}")


def spoken(callsign: str) -> str:
    """`KE7XYZ` as `kilo echo seven x ray yankee zulu`."""
    return " ".join(_SPOKEN[character] for character in callsign)


def expand(script: str) -> str:
    """The script with each `{CALLSIGN}` replaced by its spoken words."""
    return _PLACEHOLDER.sub(lambda match: spoken(match[1]), script)


def callsigns_in(script: str) -> tuple[str, ...]:
    """The distinct base calls of a script, in the order they are first spoken."""
    return tuple(dict.fromkeys(_PLACEHOLDER.findall(script)))


def true_words(script: str) -> str:
    """What is said, and nothing else: lower-case words, no punctuation. The reference for error rates."""
    return " ".join(re.findall(r"[a-z']+", expand(script).lower()))
