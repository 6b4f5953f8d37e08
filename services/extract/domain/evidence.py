"""What each piece of evidence is worth: a table of weights, added up and turned into a probability.

The weights are log odds, set by judgement on lines that read like recognised speech. A reading is believed above
`THRESHOLD`; `CURVE` says how often readings with such a score are right, as measured.
"""

from __future__ import annotations

from bisect import bisect_left
from typing import NamedTuple

from services.extract.domain.phonetics import Kind
from services.extract.domain.tokens import Gap

THRESHOLD = 0.0
START = -3.8  # most runs of such words are no call

KINDS = {
    Kind.LETTER: 1.6,
    Kind.DIGIT: 0.6,
    Kind.CHUNK: 1.2,
    Kind.DIGIT_WORD: 0.4,
    Kind.NATO: 2.2,
    Kind.NATO_PROSE: 1.2,
    Kind.HAM: 0.85,
    Kind.NAME: 1.5,
    Kind.NAME_PROSE: -0.7,
    Kind.WORD: 1.0,
    Kind.MISHEARD: 0.8,
    Kind.HOMOPHONE: -0.8,
}
# Letters that are words, or that close an over, are weaker than others.
LETTERS = {"a": 0.3, "i": 0.2, "o": 0.8, "u": 1.3, "r": 1.4}
FIRST_LETTERS = {"a": 1.0, "i": 1.6}  # ... before another single letter: A A 7, I K 2
LETTER_AMONG_LETTERS = 1.0  # "a" and "i" beside at least two other single letters
NAME_AMONG_NAMES = 0.4  # "see" beside "kay" and "ex"
CHUNKS = {1: 1.6, 2: 2.1, 3: 2.6}  # characters
CHUNK_OF_MORE = 3.2
WHOLE = 6.4  # a complete call in one word
WHOLE_SHORT = 3.6  # ... with a suffix of one letter
GAPS = {Gap.NONE: 0.0, Gap.SPACE: 0.0, Gap.COMMA: 0.0, Gap.SENTENCE: -2.0, Gap.BROKEN: -9.0}
LONE_COMMA = -3.0  # "..., Mike": a comma where none parts the other symbols
COMMA_AT_A_PAUSE = -0.3
HOME, LIKELY_ABROAD, RARE = 0.5, -0.6, -1.4
DIGIT_FIRST = -0.4
CUE_PROVES, CUE_SPEAKS = 2.5, 1.0
ALONE = 1.2  # nothing else was spelled beside it
ONE_ALPHABET = 0.8  # three words of the older alphabets vouch for each other
ROSTER = 7.0
HEARD_CLEARLY_ELSEWHERE = 3.0
PRIORS = frozenset({"roster", "heard clearly elsewhere"})  # facts that lie outside the words themselves
REPAIR = -0.8
DATE = -2.5  # "on november 2 mike ..."
LETTER_FOR_ZERO = -1.4
LEFTOVER = -1.0  # a word before it might have been its first letter
ROSTER_CLIPPED, ROSTER_MISHEARD = 2.0, 1.0  # only the roster explains it

# (score, share that is right); straight between. Fitted on the corpus' train half by
# `python -m tools.evaluate.callsigns --calibrate`, which prints this line.
CURVE = (
    (0.3, 0.667),
    (0.8, 0.75),
    (1.25, 0.889),
    (1.75, 0.955),
    (2.23, 0.977),
    (3.2, 0.986),
    (6.38, 0.991),
    (15.0, 0.995),
)
_SCORES = [score for score, _ in CURVE]


class Weight(NamedTuple):
    """One named fact and what it adds."""

    fact: str
    value: float


def probability(score: float) -> float:
    """The confidence, 0..1 in thousandths, of a reading with this score."""
    place = bisect_left(_SCORES, score)
    if place == 0:
        return CURVE[0][1]
    if place == len(CURVE):
        return CURVE[-1][1]
    (left, low), (right, high) = CURVE[place - 1 : place + 1]
    return round(low + (high - low) * (score - left) / (right - left), 3)
