"""Spoken alphabets as data: which words stand for which letter or digit, and how far each can be trusted."""

from __future__ import annotations

from enum import Enum
from typing import NamedTuple


class Kind(Enum):
    """Where a symbol came from; decides how much evidence it is."""

    LETTER = "letter"  # one written letter
    DIGIT = "digit"  # one written digit
    CHUNK = "chunk"  # several characters in one token: K7, ABC, 7ABC
    DIGIT_WORD = "digit_word"  # seven, niner
    NATO = "nato"  # a word seldom heard outside spelling: kilo, foxtrot
    NATO_PROSE = "nato_prose"  # a NATO word that is also a name or a common word: mike, hotel
    HAM = "ham"  # older and DX alphabets, letter names: king, zed, kay
    MISHEARD = "misheard"  # what recognisers make of a phonetic: cielo for kilo
    HOMOPHONE = "homophone"  # a prose word that sounds like a digit: to, for


class Symbol(NamedTuple):
    """The characters a word may stand for, best first."""

    options: tuple[str, ...]
    kind: Kind


_NATO = {
    "alpha": "A", "alfa": "A", "bravo": "B", "foxtrot": "F", "kilo": "K", "tango": "T", "xray": "X",
    "yankee": "Y",
    "zulu": "Z", "juliett": "J", "kebec": "Q", "whisky": "W", "whiskey": "W", "quebec": "Q",
}  # fmt: skip
_NATO_PROSE = {
    "charlie": "C", "charley": "C", "delta": "D", "echo": "E", "golf": "G", "hotel": "H", "india": "I",
    "juliet": "J", "juliette": "J", "lima": "L", "mike": "M", "november": "N", "oscar": "O", "papa": "P",
    "romeo": "R", "sierra": "S", "uniform": "U", "victor": "V",
}  # fmt: skip
_HAM = {
    # Old US and joint alphabets.
    "able": "A", "baker": "B", "dog": "D", "easy": "E", "fox": "F", "george": "G", "how": "H",
    "item": "I", "jig": "J",
    "king": "K", "love": "L", "nan": "N", "oboe": "O", "peter": "P", "queen": "Q", "roger": "R", "sugar": "S",
    "tare": "T", "uncle": "U", "william": "W", "yoke": "Y", "zebra": "Z",
    # DX alphabet: places and names.
    "america": "A", "boston": "B", "canada": "C", "denmark": "D", "england": "E", "florida": "F",
    "germany": "G",
    "honolulu": "H", "henry": "H", "italy": "I", "japan": "J", "john": "J", "kentucky": "K", "london": "L",
    "mexico": "M", "norway": "N", "nancy": "N", "ontario": "O", "ocean": "O", "pacific": "P", "portugal": "P",
    "radio": "R", "santiago": "S", "tokyo": "T", "united": "U", "venezuela": "V", "washington": "W",
    "yokohama": "Y",
    "zanzibar": "Z",
    # Ham variants and letter names; names that are everyday words (be, see, are, you, why) are left out.
    "kilowatt": "K", "charles": "C", "zed": "Z", "zee": "Z", "kay": "K", "jay": "J", "cue": "Q", "queue": "Q",
    "dee": "D", "tee": "T", "vee": "V", "em": "M", "ess": "S", "ell": "L",
}  # fmt: skip
_MISHEARD = {
    "kodak": "Q", "kordak": "Q", "hordak": "Q", "quadec": "Q", "cielo": "K", "celo": "K", "hilo": "K",
    "friends": "F", "hopper": "P", "box": "F",
}  # fmt: skip
_DIGIT_WORDS = {
    "zero": "0", "one": "1", "two": "2", "three": "3", "four": "4", "five": "5", "six": "6", "seven": "7",
    "eight": "8", "nine": "9", "niner": "9", "fife": "5", "fower": "4", "ait": "8",
}  # fmt: skip
_HOMOPHONES = {"won": "1", "to": "2", "too": "2", "tree": "3", "for": "4", "sex": "6", "ate": "8"}


def _words() -> dict[str, Symbol]:
    table: dict[str, Symbol] = {chr(c): Symbol((chr(c).upper(),), Kind.LETTER) for c in range(97, 123)}
    table.update({str(d): Symbol((str(d),), Kind.DIGIT) for d in range(10)})
    for source, kind in (
        (_NATO, Kind.NATO),
        (_NATO_PROSE, Kind.NATO_PROSE),
        (_HAM, Kind.HAM),
        (_MISHEARD, Kind.MISHEARD),
        (_DIGIT_WORDS, Kind.DIGIT_WORD),
        (_HOMOPHONES, Kind.HOMOPHONE),
    ):
        table.update({word: Symbol((symbol,), kind) for word, symbol in source.items()})
    table["o"] = Symbol(("O", "0"), Kind.LETTER)
    table["oh"] = Symbol(("0", "O"), Kind.HOMOPHONE)
    return table


WORDS: dict[str, Symbol] = _words()

# Two spoken words for one letter.
PAIRS: dict[tuple[str, str], Symbol] = {
    ("x", "ray"): Symbol(("X",), Kind.NATO),
    ("ex", "ray"): Symbol(("X",), Kind.NATO),
    ("double", "u"): Symbol(("W",), Kind.HAM),
    ("double", "you"): Symbol(("W",), Kind.HAM),
    ("key", "local"): Symbol(("K",), Kind.MISHEARD),
}
PAIR_STARTS = frozenset(first for first, _ in PAIRS)

# People's names among the phonetics: one left over behind a call is the speaker, not a lost letter.
NAMES = frozenset({"charlie", "charley", "mike", "oscar", "victor", "romeo", "juliet", "juliette"})

# Said after a call so often ("radio check", "roger") that they close a NATO-spelled call only by roster.
NEVER_LAST = frozenset({
    "radio", "roger", "how", "item", "easy", "able", "love", "john", "henry", "george", "william",
    "peter", "king",
    "dog", "nancy", "united", "friends", "box", "charles", "jay", "ocean", "pacific", "washington", "florida",
    "canada", "mexico", "ontario", "london", "england", "italy", "japan", "portugal", "norway", "germany",
    "boston",
    "kentucky", "america", "hilo", "hopper", "em", "dee",
})  # fmt: skip
