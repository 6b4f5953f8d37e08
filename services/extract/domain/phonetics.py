"""Spoken alphabets as data: which words stand for which letter or digit, and how far each can be trusted.

These are fixed; what recognisers mis-hear is in `corrections_seed`, and people change it.
"""

from __future__ import annotations

from enum import Enum
from typing import NamedTuple

from services.extract.domain.words import words


class Kind(Enum):
    """Where a symbol came from; decides how much evidence it is."""

    LETTER = "letter"  # one written letter
    DIGIT = "digit"  # one written digit
    CHUNK = "chunk"  # several characters in one token: K7, ABC, 7ABC
    DIGIT_WORD = "digit_word"  # seven, niner
    NATO = "nato"  # a word seldom heard outside spelling: kilo, foxtrot
    NATO_PROSE = "nato_prose"  # a NATO word that is also a name or a common word: mike, hotel
    HAM = "ham"  # older and DX alphabets: king, baker, honolulu
    NAME = "name"  # the name of a letter that is no common word: kay, zed, dubya
    NAME_PROSE = "name_prose"  # a common word that sounds like a letter: are, you, see
    WORD = "word"  # a short word where a suffix is due: K0 USA
    MISHEARD = "misheard"  # what recognisers make of a phonetic: cielo for kilo
    HOMOPHONE = "homophone"  # a prose word that sounds like a digit: to, for

    __hash__ = object.__hash__  # by identity: Enum's own hashes the name each time, and look-ups by kind are many


class Symbol(NamedTuple):
    """The characters a word may stand for, best first."""

    options: tuple[str, ...]
    kind: Kind


def _table(lines: str) -> dict[str, str]:
    """ "A: able adam" on each line: the words that stand for a letter or digit."""
    table = {}
    for line in lines.strip().splitlines():
        symbol, _, words = line.partition(":")
        table.update(dict.fromkeys(words.split(), symbol.strip()))
    return table


_NATO = _table("""
A: alpha alfa
B: bravo
F: foxtrot
J: juliett
K: kilo
Q: quebec kebec
T: tango
W: whiskey whisky
X: xray
Y: yankee
Z: zulu
""")
_NATO_PROSE = _table("""
C: charlie charley charly
D: delta
E: echo
G: golf
H: hotel
I: india
J: juliet juliette
L: lima
M: mike
N: november
O: oscar
P: papa
R: romeo
S: sierra
U: uniform
V: victor viktor
""")
# Old US, joint, police and DX alphabets: names, places and everyday words.
_HAM = _table("""
A: able adam america amsterdam
B: baker boston boy baltimore belgium
C: canada charles casablanca
D: dog david denmark danemark
E: easy edward england edison egypt
F: fox frank florida france
G: george germany gallipoli guatemala granada
H: how henry honolulu havana hawaii
I: item ida italy italia
J: jig john japan jerusalem
K: king kilowatt kentucky kilogram kilogramme kansas
L: love lincoln london liverpool luxembourg luxemburg
M: mary mexico madagascar
N: nan nora nancy norway nicaragua norfolk
O: oboe ocean ontario oslo
P: peter paul pacific portugal paris
Q: queen
R: roger robert radio
S: sugar sam santiago spain sweden
T: tare tom thomas tokyo tripoli texas
U: uncle union united uppsala upsala uganda
V: venezuela valencia virginia victoria
W: william willie washington
Y: yoke young yokohama
Z: zebra zanzibar zurich
""")
_NAMES = _table("""
A: ay
B: bee
C: cee
D: dee
E: ee
F: ef eff
G: gee
H: aitch haitch
J: jay
K: kay kaye
L: ell el
M: em
N: en
P: pee
Q: cue queue
R: ar arr
S: ess
T: tee
V: vee
W: dubya dubyah
X: ex
Y: wye
Z: zed zee
""")
_NAMES_PROSE = _table("""
A: eh
B: be
C: see sea
H: age
I: eye
P: pea
R: are
T: tea
U: you yu ewe
Y: why
""")
_DIGIT_WORDS = _table("""
0: zero cero aught ought naught nought
1: one uno
2: two dos
3: three tres
4: four fower cuatro
5: five fife cinco
6: six seis
7: seven siete
8: eight ait ocho
9: nine niner 9er nueve
70: seventy
""")
_HOMOPHONES = {
    "won": "1",
    "to": "2",
    "too": "2",
    "tree": "3",
    "for": "4",
    "fore": "4",
    "nein": "9",
    "wun": "1",
    "sex": "6",
    "ate": "8",
}


def _words() -> dict[str, Symbol]:
    table: dict[str, Symbol] = {chr(c): Symbol((chr(c).upper(),), Kind.LETTER) for c in range(97, 123)}
    table.update({str(d): Symbol((str(d),), Kind.DIGIT) for d in range(10)})
    for source, kind in (
        (_NATO, Kind.NATO),
        (_NATO_PROSE, Kind.NATO_PROSE),
        (_HAM, Kind.HAM),
        (_NAMES, Kind.NAME),
        (_NAMES_PROSE, Kind.NAME_PROSE),
        (_DIGIT_WORDS, Kind.DIGIT_WORD),
        (_HOMOPHONES, Kind.HOMOPHONE),
    ):
        table.update({word: Symbol((symbol,), kind) for word, symbol in source.items()})
    table["o"] = Symbol(("O", "0"), Kind.LETTER)
    table["oh"] = Symbol(("0", "O"), Kind.HOMOPHONE)
    return table


SPOKEN_WORDS: dict[str, Symbol] = _words()

# Two spoken words for one letter.
SPOKEN_PAIRS: dict[tuple[str, str], Symbol] = {
    ("x", "ray"): Symbol(("X",), Kind.NATO),
    ("ex", "ray"): Symbol(("X",), Kind.NATO),
    ("x", "rays"): Symbol(("X",), Kind.NATO),
    ("fox", "trot"): Symbol(("F",), Kind.NATO),
    ("double", "u"): Symbol(("W",), Kind.NAME),
    ("double", "you"): Symbol(("W",), Kind.NAME),
    ("double", "yu"): Symbol(("W",), Kind.NAME),
    ("double", "ewe"): Symbol(("W",), Kind.NAME),
    ("dub", "u"): Symbol(("W",), Kind.NAME),
    ("new", "york"): Symbol(("N",), Kind.HAM),
}
REPEATED = {"double": 2, "triple": 3}  # "double kilo"

# People's names among the phonetics: one left over behind a call is the speaker, not a lost letter.
NAMES = frozenset({
    "charlie", "charley", "charly", "mike", "oscar", "victor", "viktor", "romeo", "juliet", "juliette", "sierra",
})  # fmt: skip

# Said after a call so often ("radio check", "roger", a first name) that they close a NATO-spelled call only by roster.
_SPELLED_ONLY = words("""
    baker jig nan oboe tare uncle yoke zebra zanzibar king love dog queen sugar fox item yokohama kilowatt
""")
NEVER_LAST = (frozenset(_HAM) - _SPELLED_ONLY) | {
    "friends", "box", "jay", "hilo", "hopper", "em", "dee", "julia", "ar", "ex", "indian", "romero",
}  # fmt: skip
# Said after calls of every kind of speaker, also of one who spells by these alphabets.
CLOSINGS = frozenset({"roger", "radio", "how", "easy", "united", "friends", "ar", "ex"})

# What is left of a phonetic word when the key-up cut off its beginning: "ilo", "ember".
PHONETIC_WORDS: dict[str, str] = {
    word: symbol for source in (_NATO, _NATO_PROSE) for word, symbol in source.items() if len(word) > 3
}
