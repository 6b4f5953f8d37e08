"""Calls that end before they are complete: the speaker stopped, faded or began again."""

from __future__ import annotations

import re

from services.extract.domain.candidates import Candidate, Line
from services.extract.domain.phonetics import PHONETIC_WORDS
from services.extract.domain.segmentation import Scored
from services.extract.domain.tokens import Gap, Token, gap_between
from services.extract.domain.words import HESITATIONS

_COMPLETE_SUFFIX = 3  # nothing can be missing behind three letters
_OPEN_END = re.compile(r"\s?(?:\.{2,}|…|[-‐-―]+)[\s\"”)\]]*")
_TORN = re.compile(r"[-‐-―](?:\s|$)")
_FRAGMENT = 3  # letters of a phonetic word that tell it from other words
_PHRASES = """
something, blank, inaudible, unintelligible, static, garbled, crosstalk, noise, question mark, and then you, and then it, and then he, and then she,
and then nothing, and then something, and then static, and then the, and then i, and something,
whatever, and i missed, but i missed, and i lost, and you cut, and you faded, then you cut, then you faded, then you dropped, and you dropped, and you broke,
and it cut, and it dropped, you broke, you cut, you faded, you dropped, didn't get the, missed the, missed your,
missing, and the rest, and some, and that's all i, is all i got, is all i heard, is all i copied, and i didn't
"""
_MISSING = tuple(tuple(phrase.split()) for phrase in _PHRASES.replace("\n", " ").split(","))


def without_cut_calls(picks: list[Scored]) -> list[Scored]:
    """`picks` less those that were cut off, and those that were begun again in full right behind."""
    kept = []
    for i, pick in enumerate(picks):
        following = picks[i + 1].candidate if i + 1 < len(picks) else None
        if not _cut(pick.candidate) and not (following and _begun_again(pick.candidate, following)):
            kept.append(pick)
    return kept


def _cut(candidate: Candidate) -> bool:
    line, last = candidate.line, candidate.last
    if len(candidate.shape.suffix) >= _COMPLETE_SUFFIX or candidate.in_roster:
        return False
    rest = line.text[line.tokens[last - 1].end :]
    after = line.tokens[last : last + 5]
    if _OPEN_END.fullmatch(rest):
        return True
    if rest and _TORN.match(rest) and len(candidate.shape.suffix) <= 2:
        return True
    if not after:
        return not rest.strip() and _short_and_spoken(candidate)
    if _is_fragment(line, after[0]) and gap_between(line.text, line.tokens[last - 1], after[0]) < Gap.SENTENCE:
        return True
    words = [token.norm for token in after if token.norm not in HESITATIONS]
    return any(tuple(words[: len(phrase)]) == phrase for phrase in _MISSING)


def _short_and_spoken(candidate: Candidate) -> bool:
    """ "this is kilo seven alpha" and no more: rather a call torn off than one of the rare 1x1."""
    shape = candidate.shape
    event = "event" in candidate.line.words
    return len(shape.prefix) == len(shape.suffix) == 1 and not candidate.whole and not event


def _is_fragment(line: Line, token: Token) -> bool:
    """ "bra" and "cha-": the beginning of a phonetic word."""
    word = token.norm
    torn = _TORN.match(line.text, token.end) is not None
    if word in line.alphabet.words:
        return torn and len(word) == 1
    size = 1 if torn else _FRAGMENT
    return len(word) >= size and any(whole.startswith(word) for whole in PHONETIC_WORDS)


def _begun_again(candidate: Candidate, following: Candidate) -> bool:
    """ "kilo seven alpha bravo, kilo seven alpha bravo charlie"."""
    if following.first != candidate.last or candidate.in_roster:
        return False
    base, longer = candidate.shape.base, following.shape.base
    return len(longer) > len(base) and longer.startswith(base)
