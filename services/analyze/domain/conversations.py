"""Groups a channel's recordings into conversations by the silence between them.

A conversation is a connected set of airtimes: two recordings belong together when the silence between them is at
most the idle gap, directly or through others. That is independent of the order of arrival, so late and replayed
recordings end in the same partition; a late one may bridge two conversations, which then become one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from services.analyze.domain.errors import InvalidAirtime
from services.analyze.domain.model import Conversation

_NONE = timedelta(0)


@dataclass(frozen=True, slots=True)
class Assignment:
    """Where a recording belongs, and the conversation's extent with it inside."""

    conversation_id: str | None  # None: a conversation begins here, the caller gives it an id
    channel: str
    started_at: datetime
    last_at: datetime
    recordings: int
    merged: tuple[str, ...] = ()  # ids of conversations that end in this one

    @property
    def is_new(self) -> bool:
        """Whether no known conversation is near enough."""
        return self.conversation_id is None

    def conversation(self, new_id: str) -> Conversation:
        """The conversation as it stands now; `new_id` is used only where one begins."""
        return Conversation(
            self.conversation_id or new_id, self.channel, self.started_at, self.last_at, self.recordings
        )


def assign(
    open_conversations: Sequence[Conversation],
    channel: str,
    started_at: datetime,
    duration: timedelta,
    idle_gap: timedelta,
) -> Assignment:
    """The conversation that a recording of `channel` at `started_at` joins, bridges or begins.

    `open_conversations` must hold every conversation of the channel that comes within `idle_gap` of the recording,
    before or after it; others do no harm. The oldest one reached survives a merge (smallest id among equals).
    The same recording assigned twice is counted twice: the caller knows which recordings it has placed.

    Raises InvalidAirtime for a naive `started_at`, a negative duration or a negative gap.
    """
    if started_at.tzinfo is None:
        raise InvalidAirtime("started_at has no time zone")
    if duration < _NONE or idle_gap < _NONE:
        raise InvalidAirtime("duration and idle gap must not be negative")
    ended_at = started_at + duration
    near = sorted(
        (c for c in open_conversations if c.channel == channel and _silence(c, started_at, ended_at) <= idle_gap),
        key=lambda c: (c.started_at, c.id),
    )
    return Assignment(
        conversation_id=near[0].id if near else None,
        channel=channel,
        started_at=min([started_at, *(c.started_at for c in near)]),
        last_at=max([ended_at, *(c.last_at for c in near)]),
        recordings=1 + sum(c.recordings for c in near),
        merged=tuple(c.id for c in near[1:]),
    )


def _silence(conversation: Conversation, started_at: datetime, ended_at: datetime) -> timedelta:
    """Time between a recording and a conversation; zero where they overlap."""
    return max(started_at - conversation.last_at, conversation.started_at - ended_at, _NONE)
