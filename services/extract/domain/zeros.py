"""A call whose zero was written as the letter O: "WZOCNT" for WZ0CNT, where no English word could be meant."""

from __future__ import annotations

import re

from services.extract.domain.words import words

_TWO_BEFORE = re.compile(r"([knw][a-z])o([a-z]{2,3})")
_ONE_BEFORE = re.compile(r"([knw])o([a-z]{3})")
_VOWELS = frozenset("aeiouy")
# With these English words begin: "know", "wrong", "whose".
_BEGINNINGS = frozenset({"kn", "kr", "kl", "kh", "wr", "wh", "ng"})
# What may follow an "o": "north", "world", "bonds".
_CLUSTERS = words("""
    bb bs ck cs ct dd dg ds ff ft gg gs ht ks ld lf lk ll lm ln lp ls lt lv mb mm mp ms nc nd ng nk nn ns nt pp ps pt
    rb rc rd rf rg rk rl rm rn rp rr rs rt rv rw sh sk sp ss st th ts tt wb wd wl wn ws
""")


def with_zero(word: str) -> str:
    """The US call that `word` (lower case) must be, with its zero, in upper case; empty where it may be a word."""
    if match := _TWO_BEFORE.fullmatch(word):
        prefix, suffix = match.groups()
        odd = prefix[1] not in _VOWELS and prefix not in _BEGINNINGS
    elif match := _ONE_BEFORE.fullmatch(word):
        prefix, suffix = match.groups()
        odd = not _VOWELS.intersection(suffix) and suffix[:2] not in _CLUSTERS
    else:
        return ""
    return f"{prefix}0{suffix}".upper() if odd else ""
