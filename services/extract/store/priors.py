"""What the database knows of a channel: who is often heard on its node, who was just heard on it."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select, text, update
from sqlalchemy.dialects.mysql import insert

from mesh.db.database import Transaction
from services.extract.store.priors_tables import heard_days
from services.extract.store.tables import mentions

CONVERSATION = timedelta(minutes=30)
"""What was said on a channel so long before or after belongs together."""
CONVERSATION_LIMIT = 200
REGULAR_DAYS = 90
REGULAR_RECORDINGS = 3
REGULAR_ON_DAYS = 2
"""A regular comes back: what one speaker, or a phrase that was misread, says again and again in one evening is none."""
REGULARS_LIMIT = 500


@dataclass(frozen=True)
class Heard:
    """Where and when a recording was made."""

    node: str
    channel: str
    captured_at: datetime


@dataclass(frozen=True)
class Unsettled:
    """A mention that a clear one may settle."""

    recording: str
    base_call: str
    alternatives: tuple[str, ...]
    confidence: float


class PriorsRepository:
    """Counts only clear calls: what needed the roster, or was never sure, tells nothing of others."""

    async def conversation(self, work: Transaction, heard: Heard, *, but: str = "") -> frozenset[str]:
        """Base calls that were clear on the channel around then, in other recordings than `but`."""
        around = heard.captured_at
        statement = (
            select(mentions.c.base_call)
            .distinct()
            .where(
                mentions.c.node == heard.node,
                mentions.c.channel == heard.channel,
                mentions.c.captured_at.between(around - CONVERSATION, around + CONVERSATION),
                mentions.c.is_clear,
                mentions.c.recording != but,
            )
            .limit(CONVERSATION_LIMIT)
        )
        return frozenset((await work.execute(statement)).scalars())

    async def unsettled(self, work: Transaction, heard: Heard, *, but: str) -> list[Unsettled]:
        """What was doubtful or ambiguous on the channel around then, in other recordings than `but`, nearest first."""
        around = heard.captured_at
        statement = (
            select(mentions.c.recording, mentions.c.base_call, mentions.c.alternatives, mentions.c.confidence)
            .where(
                mentions.c.node == heard.node,
                mentions.c.channel == heard.channel,
                mentions.c.captured_at.between(around - CONVERSATION, around + CONVERSATION),
                mentions.c.is_clear.is_(False),
                mentions.c.review == "",
                mentions.c.recording != but,
            )
            .order_by(
                func.abs(func.timestampdiff(text("SECOND"), mentions.c.captured_at, around)), mentions.c.recording
            )
            .limit(CONVERSATION_LIMIT)
        )
        rows = await work.execute(statement)
        return [
            Unsettled(row.recording, row.base_call, tuple(row.alternatives.split()), row.confidence) for row in rows
        ]

    async def regulars(self, work: Transaction, node: str, until: datetime) -> tuple[str, ...]:
        """Base calls often heard on the node in the 90 days up to the day of `until`, the one heard last first."""
        last = until.date()
        statement = (
            select(heard_days.c.base_call)
            .where(
                heard_days.c.node == node,
                heard_days.c.day.between(last - timedelta(days=REGULAR_DAYS), last),
                heard_days.c.recordings > 0,
            )
            .group_by(heard_days.c.base_call)
            .having(func.sum(heard_days.c.recordings) >= REGULAR_RECORDINGS, func.count() >= REGULAR_ON_DAYS)
            .order_by(
                func.max(heard_days.c.last_heard_at).desc(),
                func.sum(heard_days.c.recordings).desc(),
                heard_days.c.base_call,
            )
            .limit(REGULARS_LIMIT)
        )
        return tuple((await work.execute(statement)).scalars())

    async def count(self, work: Transaction, heard: Heard, *, before: Collection[str], now: Collection[str]) -> None:
        """Note that a recording in which the calls `before` were clear now has the calls `now`."""
        day = heard.captured_at.date()
        # In one order everywhere: transactions that name the same calls wait for each other instead of failing.
        come, gone = sorted(set(now) - set(before)), sorted(set(before) - set(now))
        if come:
            rows = [
                {
                    "node": heard.node,
                    "day": day,
                    "base_call": call,
                    "recordings": 1,
                    "last_heard_at": heard.captured_at,
                }
                for call in come
            ]
            statement = insert(heard_days).values(rows)
            await work.execute(
                statement.on_duplicate_key_update(
                    recordings=heard_days.c.recordings + 1,
                    last_heard_at=func.greatest(heard_days.c.last_heard_at, statement.inserted.last_heard_at),
                )
            )
        if gone:
            less = update(heard_days).where(
                heard_days.c.node == heard.node,
                heard_days.c.day == day,
                heard_days.c.base_call.in_(gone),
                heard_days.c.recordings > 0,
            )
            await work.execute(less.values(recordings=heard_days.c.recordings - 1))
