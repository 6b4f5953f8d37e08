"""Which phonetic word an unknown one sounds like: "keebeck" is Quebec, "noviembre" November, "motel" perhaps Hotel."""

from __future__ import annotations

import re
from functools import lru_cache

from services.extract.domain.likeness import distance
from services.extract.domain.phonetics import PHONETIC_WORDS
from services.extract.domain.words import words

_REMEMBERED = 16_384  # words
_SHORTEST = 4
# English spelling to something nearer to its sound, in this order.
_SPELLINGS = tuple(
    (re.compile(pattern), sound)
    for pattern, sound in (
        (r"ph", "f"),
        (r"qu|ck|q", "k"),
        (r"c(?=[eiy])", "s"),
        (r"sh|ch", "x"),
        (r"c", "k"),
        (r"wh", "w"),
        (r"z", "s"),
        (r"ee|ea|ie|ey|y", "i"),
        (r"oo|ou", "u"),
        (r"(?<=.)h", ""),
        (r"(.)\1", r"\1"),
        (r"(?<=.[^aeiou])e$", ""),
    )
)
_LONG, _LONGER = 5, 7  # letters of a sound: one of them may differ in a long word, two in a longer one
_MOST_APART = 2
_LONG_WORD = 5  # letters
_HEARD = 3  # first letters that tell which phonetic word was meant
# Words, names and towns that sound like a phonetic word and are said for themselves.
_EVERYDAY = words("""
    charla charlene charlize della delia hostel hotter hovel howell indeed indie indies indy indica inky joliet judith
    julie julio july meek mick romo sharpie sharply tang tangs thang uniformly victoire whisk whisks wiki wispy yanks
""")


def sound(word: str) -> str:
    """How `word` (lower case) is said, roughly: equal for "zooloo" and "zulu"."""
    for pattern, said in _SPELLINGS:
        word = pattern.sub(said, word)
    return word


_SOUNDS = {sound(word): symbol for word, symbol in PHONETIC_WORDS.items()}


@lru_cache(maxsize=_REMEMBERED)
def letter_alike(word: str) -> str:
    """The letter whose phonetic word `word` may be; empty where it is like none, or an everyday word."""
    if len(word) < _SHORTEST or word in _EVERYDAY:
        return ""
    said = sound(word)
    # Comparing is dear, and one that begins otherwise, or is much longer or shorter, is never near enough.
    alike = [known for known in _SOUNDS if said[0] == known[0] and abs(len(known) - len(said)) <= _MOST_APART]
    edits = {known: distance(said, known) for known in alike}
    near = [known for known in alike if edits[known] <= (len(known) >= _LONG) + (len(known) >= _LONGER)]
    return _SOUNDS[min(near, key=edits.__getitem__)] if near else ""


def sounds_like(word: str, phonetic: str) -> bool:
    """Whether a recogniser may have made `word` of `phonetic`: "Charlotte" of charlie, "motel" of hotel.

    Looser than `letter_alike`, so the roster must have the call.
    """
    if len(word) <= _HEARD:
        return False
    if word[:_HEARD] == phonetic[:_HEARD]:
        return True
    near = len(phonetic) >= _LONG_WORD and abs(len(word) - len(phonetic)) <= 1
    return near and distance(word, phonetic) <= 1 + (len(phonetic) > _LONG_WORD)
