"""Reads with what is known of the channel, and keeps apart what the words say by themselves."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace

from services.extract.domain.confusions import confused_once
from services.extract.domain.conversation import Conversation
from services.extract.domain.expected import NOBODY, Roster
from services.extract.domain.model import Mention, SegmentText
from services.extract.domain.port import MentionExtractor
from services.extract.domain.votes import Vote, settled

CLEAR = 0.95
"""A call that the words alone give this confidence is clear: it may tell what others on the channel said."""
DOUBTFUL = 0.9
"""Below this confidence a mention may be settled by what was clear elsewhere in its conversation."""
_PRESENCE = 5.0
"""Log odds of a station that is present against one that nobody heard and that differs by one confusable symbol: by
judgement; stations whose calls are that much alike seldom meet in one conversation."""
_LONGEST_CLIP = 2
_SHORTEST_REST = 4


class InformedExtractor:
    """Any `MentionExtractor`, with mentions that say what they would be worth without the roster.

    So a call that only the roster made likely is never taken for news, and what was read wrong once cannot prove
    itself. Doubtful calls that are almost one heard clearly in the conversation become that one.
    """

    def __init__(self, extractor: MentionExtractor) -> None:
        self._extractor = extractor
        self.name = extractor.name
        self.version = extractor.version

    def extract(self, segments: Sequence[SegmentText], roster: Collection[str] | Roster = NOBODY) -> list[Mention]:
        """See `MentionExtractor.extract`."""
        segments, expected = Conversation.of(segments), Roster.of(roster)
        found = self._extractor.extract(segments, expected)
        if not expected:
            return [replace(mention, unaided=mention.confidence) for mention in found]
        alone = self._extractor.extract(segments) if found else []
        return [_settled(replace(mention, unaided=_unaided(mention, alone)), expected) for mention in found]


def is_clear(mention: Mention) -> bool:
    """Whether the words alone say so and can hardly mean another call, or a person vouched for it."""
    return bool(mention.review) or (mention.unaided >= CLEAR and not rivals(mention.base_call, mention.alternatives))


def clear_calls(mentions: Sequence[Mention]) -> frozenset[str]:
    """The base calls of those that are clear."""
    return frozenset(mention.base_call for mention in mentions if is_clear(mention))


def rivals(base_call: str, alternatives: Iterable[str]) -> tuple[str, ...]:
    """The alternatives that are more than the call's own beginning: whoever spelled on did not mean that one."""
    return tuple(other for other in alternatives if not base_call.startswith(other))


def may_settle(clear: str, base_call: str, alternatives: Iterable[str], confidence: float) -> bool:
    """Whether a call that was clear elsewhere in the conversation may change how a mention is read."""
    if clear in rivals(base_call, alternatives):
        return True
    return confidence < DOUBTFUL and (clear == base_call or bool(almost(base_call, clear)))


def almost(heard: str, present: str) -> str:
    """How `heard` may be a mistake for `present`; empty where it is not likely."""
    clipped = len(present) - len(heard)
    if 0 < clipped <= _LONGEST_CLIP and len(heard) >= _SHORTEST_REST and present.endswith(heard):
        return "clipped"
    return "misheard" if confused_once(heard, present) else ""


def _unaided(mention: Mention, alone: Sequence[Mention]) -> float:
    """The confidence of the same call at the same place in a reading without any roster."""
    return max(
        (
            other.confidence
            for other in alone
            if other.base_call == mention.base_call
            and other.segment_index == mention.segment_index
            and other.start < mention.end
            and mention.start < other.end
        ),
        default=0.0,
    )


def _settled(mention: Mention, roster: Roster) -> Mention:
    known = mention.base_call in roster.present or mention.base_call in roster.regulars
    if known or mention.confidence >= DOUBTFUL:
        return mention
    alike = [(call, why) for call in roster.conversation if (why := almost(mention.base_call, call))]
    if len(alike) != 1:
        return mention
    call, why = alike[0]
    return replace(settled(mention, [Vote("conversation", call, _PRESENCE, why)])[0], unaided=0.0)
