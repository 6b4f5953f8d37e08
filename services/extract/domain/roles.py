"""Reads from the words around a call what its owner was doing."""

from __future__ import annotations

import re
from typing import NamedTuple

from services.extract.domain.model import MentionRole
from services.extract.domain.tokens import Token, sentence_ends

Phrase = tuple[str, ...]


class Cue(NamedTuple):
    """A role with the phrase that gave it away; `proves` when that phrase all but needs a callsign."""

    role: MentionRole
    phrase: str
    proves: bool


NO_CUE = Cue(MentionRole.UNSPECIFIED, "", False)
_REACH = 6  # tokens looked at on each side
_LOOSE_REACH = 6  # words allowed between "this is" and the call: "this is net control Bob K7ABC"


Phrases = dict[str, tuple[Phrase, ...]]


def _by_word(place: int, lines: tuple[str, ...]) -> Phrases:
    found: dict[str, list[Phrase]] = {}
    for phrase in (tuple(part.split()) for line in lines for part in line.split(",")):
        found.setdefault(phrase[place], []).append(phrase)
    return {word: tuple(sorted(group, key=len, reverse=True)) for word, group in found.items()}


def _before(*lines: str) -> Phrases:
    """Comma-separated phrases by their last word, the longest first so that the fullest one is reported."""
    return _by_word(-1, lines)


def _after(*lines: str) -> Phrases:
    """Comma-separated phrases by their first word, the longest first."""
    return _by_word(0, lines)


_BEFORE_SPEAKING = _before(
    "the call is, the call sign is, the callsign is, call sign, callsign",
    "this is, my call is, my call sign is, my callsign is, de, here is, my call",
    "on as, operating as, signing as, using the call, using the call sign",
    "this is net control, net control is, your net control is, net control this is",
)
_BEFORE_MENTIONED = _before(
    "worked, heard, met, know, visited, spoke to, spoke with, talked to, talked with",
    "talking about, talking to",
    "relay for, relay from, relaying for, proxy for, on behalf of, his call is, her call is, their call is",
    "his call sign is, her call sign is, the late, friend, buddy, owned by, sponsored by, thanks to",
)
_BEFORE_CALLED = _before("calling, go ahead, over to, back to, come in, next is, looking for, qrz")
_BEFORE_GREETED = _before(
    "good evening, good morning, good afternoon, hello, hi, thank you, thanks",
)
_BEFORE_ECHOED = _before(
    "copy, roger, acknowledge, acknowledged, welcome, i have you, we have, i have, got you, i've got, we've got, i got",
    "we got, i copied, checked in, checking in next is, welcome to the net, logged",
)
_AFTER_ECHOED = _after(
    "thanks for checking in, thank you for checking in, thanks for the check in, thank you for the check in",
    "thanks for checking, thank you for checking, thanks for coming, i have you, got you, you're in the log",
    "i've got you, you are in the log, welcome to the net, welcome aboard, i copy, checked in",
)
_AFTER_CALLED = _after(
    "this is, de, go ahead, thank you, thanks, please, come in, do you copy, are you there",
    "are you on, your turn",
    "you're, you are, good to hear, how are you",
    "how copy, can you",
    "welcome, did you, do you",
)
_AFTER_SPEAKING = _after(
    "listening, monitoring, clear, checking in, check in, checking, standing by, for id, for identification",
    "for ident, signing, out, off and clear, here, qrv, back to net control, back to net",
    "in and out, no traffic",
    "short time, with traffic, for the log, returning, testing, radio check, over, my name",
    "name is, the name",
)
_AFTER_MENTIONED = _after("told, said, was, isn't, has been, had, repeater, club, mentioned")
_PROOF = frozenset({
    "the call is", "the call sign is", "the callsign is", "call sign", "callsign",
    "on as", "operating as", "signing as", "using the call", "using the call sign",
    "this is", "my call is", "my call sign is", "my callsign is", "de", "calling", "go ahead", "listening",
    "monitoring", "checking in", "standing by", "clear", "for id", "for identification", "off and clear",
    "this is net control", "net control is", "your net control is", "net control this is",
})  # fmt: skip
_FILLERS = frozenset({
    "is", "i'm", "am", "will", "be", "now", "just", "also", "and", "uh", "um", "mobile", "portable", "again",
    "we're", "i'll", "back", "a", "the", "tonight", "maritime",
})  # fmt: skip
# Without one of these right beside a call, no phrase is.
_LAST_WORDS_BEFORE = frozenset().union(
    _BEFORE_SPEAKING, _BEFORE_CALLED, _BEFORE_MENTIONED, _BEFORE_ECHOED, _BEFORE_GREETED
)
_FIRST_WORDS_AFTER = _FILLERS.union(_AFTER_ECHOED, _AFTER_CALLED, _AFTER_SPEAKING, _AFTER_MENTIONED)
_DIGIT = re.compile(r"\d")


def cue_for(text: str, tokens: list[Token], first: int, last: int) -> Cue:
    """The strongest cue around tokens[first:last]; NO_CUE when nothing speaks for any role."""
    beside = first > 0 and tokens[first - 1].norm in _LAST_WORDS_BEFORE
    if not beside and not (last < len(tokens) and tokens[last].norm in _FIRST_WORDS_AFTER):
        return _introduced(text, tokens, first) or NO_CUE
    before = [token.norm for token in tokens[max(0, first - _REACH) : first]]
    after = [token.norm for token in tokens[last : last + _REACH]]
    return (
        _ends(before, _BEFORE_SPEAKING, MentionRole.SPEAKING)
        or _starts(after, _AFTER_ECHOED, MentionRole.ECHOED)
        or _starts(after, _AFTER_CALLED, MentionRole.CALLED)
        or _ends(before, _BEFORE_CALLED, MentionRole.CALLED)
        or _ends(before, _BEFORE_MENTIONED, MentionRole.MENTIONED)
        or _starts_after_fillers(after, _AFTER_SPEAKING, MentionRole.SPEAKING)
        or _ends(before, _BEFORE_ECHOED, MentionRole.ECHOED)
        or _ends(before, _BEFORE_GREETED, MentionRole.CALLED)
        or _introduced(text, tokens, first)
        or _starts(after, _AFTER_MENTIONED, MentionRole.MENTIONED)
        or NO_CUE
    )


def _ends(words: list[str], phrases: Phrases, role: MentionRole) -> Cue | None:
    if not words:
        return None
    for phrase in phrases.get(words[-1], ()):
        if tuple(words[-len(phrase) :]) == phrase:
            return _cue(role, phrase)
    return None


def _starts(words: list[str], phrases: Phrases, role: MentionRole) -> Cue | None:
    if not words:
        return None
    for phrase in phrases.get(words[0], ()):
        if tuple(words[: len(phrase)]) == phrase:
            return _cue(role, phrase)
    return None


def _starts_after_fillers(words: list[str], phrases: Phrases, role: MentionRole) -> Cue | None:
    """Like `_starts`, but "K7ABC is now just listening" counts as "K7ABC listening"."""
    for skipped in range(len(words)):
        cue = _starts(words[skipped:], phrases, role)
        if cue:
            return cue
        if words[skipped] not in _FILLERS:
            return None
    return None


def _introduced(text: str, tokens: list[Token], first: int) -> Cue | None:
    """ "this is" a few words back in the same sentence, with no other number or call between."""
    for i in range(first - 1, max(0, first - _LOOSE_REACH - 1), -1):
        if i + 1 < len(tokens) and sentence_ends(text, tokens[i], tokens[i + 1]):
            return None
        if _DIGIT.search(tokens[i].text):
            return None
        if tokens[i].norm == "is" and tokens[i - 1].norm == "this":
            return Cue(MentionRole.SPEAKING, "this is ...", False)
    return None


def _cue(role: MentionRole, phrase: Phrase) -> Cue:
    words = " ".join(phrase)
    return Cue(role, words, words in _PROOF)
