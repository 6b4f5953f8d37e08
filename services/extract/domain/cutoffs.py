"""Calls that end before they are complete: the speaker stopped, faded or began again."""

from __future__ import annotations

import re

from services.extract.domain.candidates import Candidate, Line
from services.extract.domain.phonetics import PHONETIC_WORDS, Kind
from services.extract.domain.retractions import begins_with
from services.extract.domain.segmentation import Scored
from services.extract.domain.tokens import Gap, Token
from services.extract.domain.words import HESITATIONS, phrases, words

_COMPLETE_SUFFIX = 3  # nothing can be missing behind three letters
_OPEN_END = re.compile(r"\s?(?:\.{2,}|…|[-‐-―]+)[\s\"”)\]]*")
_TORN = re.compile(r"[-‐-―](?:\s|$)")
_DOTS = re.compile(r"\s?(?:\.{2,}|…)")
_REACH = 5  # words looked at behind a call
_STUMP_REACH = 12  # words between a call of one letter and the whole of it: nobody else has that call
# What a speaker says before spelling the call once more.
_AGAIN = words("i say again that is that's repeat i'll it it's this sorry correction once more let me say one time")
_GARBLED = 3  # words
_FRAGMENT = 3  # letters of a phonetic word that tell it from other words
_MISSING = phrases("""
something, blank, inaudible, unintelligible, static, garbled, crosstalk, noise, question mark, and then you, and
then it, and then he, and then she, and then nothing, and then something, and then static, and then the, and then i,
and something, whatever, and i missed, but i missed, and i lost, and you cut, and you faded, then you cut, then you
faded, then you dropped, and you dropped, and you broke, and it cut, and it dropped, you broke, you cut, you faded,
you dropped, didn't get the, missed the, missed your, missing, lost you, lost the rest, lost it, and the rest, and
some, and that's all i, is all i got, is all i heard, is all i copied, and i didn't
""")


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
    if candidate.in_roster:
        return False
    rest = line.text[line.tokens[last - 1].end :]
    if _ends_in_a_stump(candidate, rest):
        return True
    if len(candidate.shape.suffix) >= _COMPLETE_SUFFIX:
        return False
    if _OPEN_END.fullmatch(rest) or _TORN.match(rest):
        return True
    after = line.tokens[last : last + _REACH]
    if not after:
        return not rest.strip() and _short_and_spoken(candidate)
    if _goes_on_garbled(candidate):
        return True
    joined = after[0].gap < Gap.SENTENCE
    if joined and _is_fragment(line, after[0]):
        return True
    said = [token.norm for token in after if token.norm not in HESITATIONS]
    if _DOTS.match(rest) and (said[:1] == ["you"] or _short_and_spoken(candidate)):
        return True
    return begins_with(said, _MISSING) is not None


def _ends_in_a_stump(candidate: Candidate, rest: str) -> bool:
    """ "kilo foxtrot seven alpha ta-": letters behind phonetic words that begin another of them are no letters."""
    closing = candidate.elements[-1]
    if closing.kind not in (Kind.CHUNK, Kind.WORD) or candidate.whole or not closing.word.isalpha():
        return False
    if not any(element.kind in (Kind.NATO, Kind.NATO_PROSE) for element in candidate.elements):
        return False
    begins = any(whole.startswith(closing.word) and whole != closing.word for whole in PHONETIC_WORDS)
    return begins and (not rest.strip() or _OPEN_END.match(rest) is not None or _TORN.match(rest) is not None)


def _goes_on_garbled(candidate: Candidate) -> bool:
    """ "kilo echo seven x ray you empty zulu": one more letter is spelled behind words that make no sense there.

    Not where that letter begins another call.
    """
    line, closing = candidate.line, candidate.elements[-1]
    doubtful = len(candidate.shape.suffix) == 1 or closing.kind is Kind.NAME_PROSE
    if candidate.whole or not doubtful:
        return False
    for place in range(candidate.last, min(candidate.last + _GARBLED, len(line.tokens))):
        token = line.tokens[place]
        if token.gap >= Gap.SENTENCE:
            return False
        symbol = line.alphabet.words.get(token.norm)
        if symbol is not None and symbol.kind is Kind.NATO:
            return not any(_is_figure(line, behind) for behind in line.tokens[place + 1 : place + 1 + _GARBLED])
    return False


def _is_figure(line: Line, token: Token) -> bool:
    symbol = line.alphabet.words.get(token.norm)
    return any(c.isdigit() for c in token.text) or (symbol is not None and symbol.kind is Kind.DIGIT_WORD)


def _short_and_spoken(candidate: Candidate) -> bool:
    """ "this is kilo seven alpha" and no more: rather a call torn off than one of the rare 1x1."""
    shape = candidate.shape
    event = "event" in candidate.line.words
    return len(shape.prefix) == len(shape.suffix) == 1 and not candidate.whole and not event


def _is_fragment(line: Line, token: Token) -> bool:
    """ "bra" and "cha-": the beginning of a phonetic word."""
    word = token.norm
    torn = _TORN.match(line.text, token.end) is not None or _OPEN_END.fullmatch(line.text, token.end) is not None
    if word in line.alphabet.words:
        return torn and len(word) == 1
    size = 1 if torn else _FRAGMENT
    return len(word) >= size and any(whole.startswith(word) for whole in PHONETIC_WORDS)


def _begun_again(candidate: Candidate, following: Candidate) -> bool:
    """ "kilo seven alpha bravo, I say again, kilo seven alpha bravo charlie"."""
    between = [t.norm for t in candidate.line.tokens[candidate.last : following.first] if t.norm not in HESITATIONS]
    base, longer = candidate.shape.base, following.shape.base
    if candidate.in_roster or len(longer) <= len(base) or not longer.startswith(base):
        return False
    if len(candidate.shape.suffix) == 1:
        return len(between) <= _STUMP_REACH
    return len(between) <= _REACH and _AGAIN.issuperset(between)
