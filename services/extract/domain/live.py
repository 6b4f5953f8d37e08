"""Mentions in a text that is still being recognised."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from services.extract.domain.expected import NOBODY, Roster
from services.extract.domain.model import Mention, SegmentText
from services.extract.domain.port import MentionExtractor
from services.extract.domain.tokens import tokenize
from services.extract.domain.withdrawals import may_be_withdrawn
from services.extract.domain.words import HESITATIONS

# Words that must follow a call before it is told: a further letter or "maritime mobile" may still come.
_WORDS_AFTER = 3
_SIGHT = 400  # characters behind a call in which its correction may begin


class LiveMentions:
    """State for one recording: takes its growing stable text, gives each mention once, takes none back.

    Only the stable part of a partial transcript belongs here; the tail that may still change does not. A call
    at the very end waits until enough words follow, or until `finish`; one that is just being corrected ("K7ABC,
    correction, ...") a little longer.
    """

    def __init__(
        self, *, extractor: MentionExtractor, roster: Collection[str] | Roster = NOBODY, segment_index: int = 0
    ) -> None:
        self._extractor = extractor
        self._roster = Roster.of(roster)
        self._segment_index = segment_index
        self._told_until = 0
        self._text = ""

    def update(self, stable_text: str) -> list[Mention]:
        """New mentions in the whole stable text so far; offsets count from its beginning."""
        if stable_text == self._text:
            return []
        self._text = stable_text
        tokens = tokenize(stable_text)
        # The last word may still be growing unless something that is no word follows it.
        settled = tokens if tokens and tokens[-1].end < len(stable_text) else tokens[:-1]
        settled = [token for token in settled if token.norm not in HESITATIONS]
        limit = settled[-_WORDS_AFTER].start if len(settled) >= _WORDS_AFTER else 0
        return self._tell(limit, final=False)

    def finish(self, final_text: str | None = None) -> list[Mention]:
        """The mentions held back, once no more text will come; `final_text` defaults to the last update's."""
        if final_text is not None:
            self._text = final_text
        return self._tell(len(self._text), final=True)

    def _words_after(self, end: int) -> list[str]:
        return [token.norm for token in tokenize(self._text[end : end + _SIGHT])]

    def _tell(self, limit: int, *, final: bool) -> list[Mention]:
        if limit <= self._told_until:
            return []
        found = self._extractor.extract([SegmentText(0, self._text)], self._roster)
        told = []
        for mention in found:
            if mention.end > limit or (not final and may_be_withdrawn(self._words_after(mention.end))):
                break
            if mention.start >= self._told_until:
                told.append(mention)
        if told:
            self._told_until = told[-1].end
        return [replace(m, segment_index=self._segment_index) for m in told]
