"""A text as the rules for entities see it: words with a mark where a callsign stands."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import NamedTuple

from services.extract.domain.conversation import Conversation
from services.extract.domain.model import EntityKind, Mention
from services.extract.domain.tokens import Gap, Token, gap_between

CALL = "\0"
"""Stands in `EntityLine.words` for every word of a callsign: no rule reads it otherwise."""


class Found(NamedTuple):
    """An entity in tokens: `first` up to `last`, exclusive."""

    kind: EntityKind
    first: int
    last: int
    value: str
    evidence: tuple[str, ...]
    confidence: float  # 0..1; where two overlap, the higher one stays


class EntityLine:
    """Tokens of a text, their lower-case words, and what lies between them."""

    def __init__(self, text: str, tokens: list[Token], words: list[str]) -> None:
        self.text = text
        self.tokens = tokens
        self.words = words
        self.vocabulary = frozenset(words)
        self._gaps = [token.gap for token in tokens]
        for i, left in enumerate(tokens[:-1]):
            if "'" in left.norm and left.norm.isascii():
                behind_tail = left._replace(end=left.start + len(left.norm))  # "you're five"
                self._gaps[i + 1] = gap_between(text, behind_tail, tokens[i + 1])
        self.cased = any(map(str.islower, text)) and any(map(str.isupper, text))
        """Whether capitals tell anything: some recognisers write all small, some all capitals."""

    @classmethod
    def of(cls, conversation: Conversation, mentions: Sequence[Mention]) -> EntityLine:
        """The words of the joined text, callsigns marked."""
        tokens = conversation.tokens
        words = [token.norm for token in tokens]
        starts = {s.index: start for s, start in zip(conversation.segments, conversation.starts, strict=True)}
        spans = sorted(
            (starts[m.segment_index] + m.start, starts[m.segment_index] + m.end)
            for m in mentions
            if m.segment_index in starts
        )
        i = 0
        for start, end in spans:
            while i < len(tokens) and tokens[i].end <= start:
                i += 1
            while i < len(tokens) and tokens[i].start < end:
                words[i] = CALL
                i += 1
        return cls(conversation.text, tokens, words)

    def word(self, i: int) -> str:
        """The word at `i`; empty outside the text."""
        return self.words[i] if 0 <= i < len(self.words) else ""

    def gap(self, i: int) -> Gap:
        """What lies before word `i`; BROKEN at the ends of the text."""
        return self._gaps[i] if 0 < i < len(self._gaps) else Gap.BROKEN

    def close(self, i: int) -> bool:
        """Whether word `i` follows the one before with nothing but a blank or a hyphen between."""
        return self.gap(i) <= Gap.SPACE

    def before(self, i: int, count: int) -> list[str]:
        """Up to `count` words before `i` in its sentence, the nearest first."""
        if not self._inside_sentence(i):
            return []
        first, _ = self._sentence_of[i]
        return self.words[max(first, i - count) : i][::-1]

    def after(self, i: int, count: int) -> list[str]:
        """Up to `count` words from `i` on in the sentence of the word before, in order."""
        if not self._inside_sentence(i):
            return []
        _, end = self._sentence_of[i]
        return self.words[i : min(end, i + count)]

    @cached_property
    def _sentence_of(self) -> list[tuple[int, int]]:
        """For each word where its sentence begins and ends (exclusive)."""
        found: list[tuple[int, int]] = []
        first = 0
        for i in range(1, len(self.words) + 1):
            if self.gap(i) >= Gap.SENTENCE:
                found.extend([(first, i)] * (i - first))
                first = i
        return found

    def _inside_sentence(self, i: int) -> bool:
        """Whether there is a word `i` that goes on with the sentence of the one before."""
        return 0 < i < len(self.words) and self._sentence_of[i][0] < i

    def at(self, i: int, phrase: tuple[str, ...]) -> bool:
        """Whether the words of `phrase` stand from `i` on."""
        return tuple(self.words[i : i + len(phrase)]) == phrase

    def is_capitalised(self, i: int) -> bool:
        """Whether word `i` begins with a capital, in a text where that tells anything."""
        return self.cased and self.tokens[i].text[:1].isupper()

    def is_capitalised_word(self, i: int) -> bool:
        """As `is_capitalised`; False outside the text, for callsigns and for single letters."""
        return 0 <= i < len(self.words) and len(self.words[i]) > 1 and self.is_capitalised(i)

    def end(self, i: int) -> int:
        """Where word `i` ends in the text, with a tail that its token leaves out: "d'Alene", but not "QSO's"."""
        token = self.tokens[i]
        has_tail = "'" in token.norm and token.norm.isascii() and not token.norm.endswith("'s")
        return token.start + len(token.norm) if has_tail else token.end

    def begins_sentence(self, i: int) -> bool:
        """Whether word `i` is the first of a sentence."""
        return self.gap(i) >= Gap.SENTENCE

    def sign_before(self, i: int) -> str:
        """The character right before word `i`, or empty."""
        start = self.tokens[i].start
        return self.text[start - 1] if start else ""

    def sign_after(self, i: int) -> str:
        """The character right behind word `i`, or empty."""
        end = self.tokens[i].end
        return self.text[end : end + 1]
