"""Conversations and alerts in the database."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import RowMapping, delete, select, update
from sqlalchemy.dialects.mysql import insert

from mesh.db.database import Transaction
from services.analyze.domain.conversations import assign
from services.analyze.domain.model import Alert, Conversation
from services.analyze.store.tables import alerts, channels, conversations, members


@dataclass(frozen=True)
class Airtime:
    """A recording's place on the air."""

    recording: str
    node: str
    channel: str
    started_at: datetime
    duration: timedelta


@dataclass(frozen=True)
class Analysed:
    """The transcript that alerts were found in."""

    transcript: str
    degraded: bool

    @property
    def rank(self) -> tuple[bool, bool, str]:
        """A stand-in's transcript never comes before a good one; among equals the newest does."""
        return (self.transcript != "", not self.degraded, self.transcript)


class AnalysisRepository:
    """Keeps conversations and alerts. Every method runs inside the caller's transaction."""

    async def place(
        self, work: Transaction, airtime: Airtime, *, idle_gap: timedelta
    ) -> tuple[Conversation, Sequence[str]]:
        """The recording's conversation, and ids of those that ended in it. Placing twice is placing once."""
        await self._lock_channel(work, airtime)
        placed = select(members.c.conversation).where(members.c.recording == airtime.recording)
        if known := (await work.execute(placed)).scalar_one_or_none():
            row = (await work.execute(select(conversations).where(conversations.c.id == known))).mappings().one()
            return _conversation(row), ()
        near = await self._near(work, airtime, idle_gap)
        assignment = assign(near, airtime.channel, airtime.started_at, airtime.duration, idle_gap)
        reached = {*assignment.merged, *filter(None, [assignment.conversation_id])}
        # Named after the smallest id inside, so that the names are the same in whatever order recordings come. Those
        # ids are ordered by arrival: a recording that comes late renames nothing.
        conversation_id = min({airtime.recording.rsplit("/", 1)[-1]} | reached)
        conversation = replace(assignment.conversation(conversation_id), id=conversation_id)
        merged = sorted(reached - {conversation_id})
        await self._write(work, airtime, conversation)
        if merged:
            await work.execute(
                update(members).where(members.c.conversation.in_(merged)).values(conversation=conversation.id)
            )
            await work.execute(delete(conversations).where(conversations.c.id.in_(merged)))
        return conversation, merged

    async def replace_alerts(self, work: Transaction, airtime: Airtime, text: Analysed, found: Sequence[Alert]) -> bool:
        """Make `found` the alerts of a recording that was placed; False where a better transcript was analysed."""
        recording = airtime.recording
        member = select(members.c.transcript, members.c.degraded).where(members.c.recording == recording)
        before = (await work.execute(member.with_for_update())).one()
        if text.rank < Analysed(before.transcript, bool(before.degraded)).rank:
            return False
        noted = update(members).where(members.c.recording == recording)
        await work.execute(noted.values(transcript=text.transcript, degraded=text.degraded))
        await work.execute(delete(alerts).where(alerts.c.recording == recording))
        if not found:
            return True
        await work.execute(
            alerts.insert(),
            [
                {
                    "recording": recording,
                    "ordinal": ordinal,
                    "kind": alert.kind,
                    "phrase": alert.phrase[:255],
                    "segment_index": alert.segment_index,
                    "span_start": alert.start,
                    "span_end": alert.end,
                    "drill": alert.drill,
                    "confidence": alert.confidence,
                    "captured_at": airtime.started_at,
                }
                for ordinal, alert in enumerate(found)
            ],
        )
        return True

    async def conversation(
        self, work: Transaction, conversation_id: str, *, limit: int
    ) -> tuple[Conversation, str, Sequence[str]] | None:
        """A conversation, its node id and its recordings in order of airtime; None where there is none."""
        statement = select(conversations).where(conversations.c.id == conversation_id)
        row = (await work.execute(statement)).mappings().one_or_none()
        if row is None:
            return None
        inside = (
            select(members.c.recording)
            .where(members.c.conversation == conversation_id)
            .order_by(members.c.started_at, members.c.recording)
            .limit(limit)
        )
        return _conversation(row), row["node"], list((await work.execute(inside)).scalars())

    async def _lock_channel(self, work: Transaction, airtime: Airtime) -> None:
        key = {"node": airtime.node, "channel": airtime.channel}
        # The update changes nothing, but takes the exclusive lock at once; INSERT IGNORE takes a shared one, and two
        # that want more then deadlock.
        await work.execute(insert(channels).values(**key).on_duplicate_key_update(node=airtime.node))

    async def _near(self, work: Transaction, airtime: Airtime, idle_gap: timedelta) -> list[Conversation]:
        statement = select(conversations).where(
            conversations.c.node == airtime.node,
            conversations.c.channel == airtime.channel,
            conversations.c.started_at <= airtime.started_at + airtime.duration + idle_gap,
            conversations.c.ended_at >= airtime.started_at - idle_gap,
        )
        return [_conversation(row) for row in (await work.execute(statement)).mappings()]

    async def _write(self, work: Transaction, airtime: Airtime, conversation: Conversation) -> None:
        extent = {
            "started_at": conversation.started_at,
            "ended_at": conversation.last_at,
            "recording_count": conversation.recordings,
        }
        await work.execute(
            insert(conversations)
            .values(id=conversation.id, node=airtime.node, channel=conversation.channel, **extent)
            .on_duplicate_key_update(extent)
        )
        await work.execute(
            members.insert().values(
                recording=airtime.recording,
                conversation=conversation.id,
                started_at=airtime.started_at,
                ended_at=airtime.started_at + airtime.duration,
            )
        )


def _conversation(row: RowMapping) -> Conversation:
    return Conversation(row["id"], row["channel"], row["started_at"], row["ended_at"], row["recording_count"])
