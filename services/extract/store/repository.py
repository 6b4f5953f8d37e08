"""Mentions in the database."""

from typing import Any

from sqlalchemy import RowMapping, delete, select, update
from sqlalchemy.dialects.mysql import insert

from mesh.db.database import Transaction
from services.extract.domain.informed import clear_calls, is_clear
from services.extract.domain.model import Entity, Mention, MentionForm, MentionReview, MentionRole
from services.extract.domain.reading import Reading
from services.extract.store.entity_tables import entities
from services.extract.store.priors import Heard, PriorsRepository
from services.extract.store.tables import mentions, readings


class MentionRepository:
    """Keeps the mentions of each recording's best transcript: one that is not degraded, the newest among equals."""

    def __init__(self, priors: PriorsRepository) -> None:
        """`priors` is told which calls were clear in each recording."""
        self._priors = priors

    async def replace(self, work: Transaction, reading: Reading, *, degraded: bool, extractor: str) -> bool:
        """Store what the reading found; False, and nothing changes, where a better transcript was read."""
        recording = reading.recording
        if not await self._is_best(work, reading, degraded):
            return False
        before = await work.execute(
            select(mentions.c.base_call).where(mentions.c.recording == recording, mentions.c.is_clear)
        )
        heard = Heard(reading.node, reading.channel, reading.captured_at)
        await self._priors.count(work, heard, before=before.scalars().all(), now=clear_calls(reading.mentions))
        await work.execute(delete(mentions).where(mentions.c.recording == recording))
        if reading.mentions:
            rows = [
                _row(reading, mention) | {"ordinal": ordinal, "extractor": extractor}
                for ordinal, mention in enumerate(reading.mentions)
            ]
            await work.execute(mentions.insert(), rows)
        await work.execute(delete(entities).where(entities.c.recording == recording))
        if reading.entities:
            found = [_entity_row(reading, entity, ordinal) for ordinal, entity in enumerate(reading.entities)]
            await work.execute(entities.insert(), found)
        return True

    async def of_recording(self, work: Transaction, recording: str) -> list[Mention]:
        """The mentions as they stand, in the order of the text."""
        statement = select(mentions).where(mentions.c.recording == recording).order_by(mentions.c.ordinal)
        return [mention_of(row) for row in (await work.execute(statement)).mappings()]

    async def _is_best(self, work: Transaction, reading: Reading, degraded: bool) -> bool:
        """Note the transcript as the one that was read, unless a better one was; locks the recording's readings."""
        recording, transcript = reading.recording, reading.transcript
        statement = insert(readings).values(recording=recording, transcript=transcript, degraded=degraded)
        await work.execute(statement.on_duplicate_key_update(recording=statement.inserted.recording))
        row = (await work.execute(select(readings).where(readings.c.recording == recording).with_for_update())).one()
        if (not degraded, transcript) < (not row.degraded, row.transcript):
            return False
        version = reading.corrections_version
        if (transcript, degraded, version) != (row.transcript, bool(row.degraded), row.corrections_version):
            changed = update(readings).where(readings.c.recording == recording)
            values = {"transcript": transcript, "degraded": degraded, "corrections_version": version}
            await work.execute(changed.values(values))
        return True


def mention_of(row: RowMapping) -> Mention:
    """A row as a mention, without its holder."""
    return Mention(
        segment_index=row["segment_index"],
        start=row["span_start"],
        end=row["span_end"],
        heard=row["heard"],
        base_call=row["base_call"],
        modifiers=tuple(filter(None, row["modifiers"].split(","))),
        host_prefix=row["host_prefix"],
        form=MentionForm(row["form"]),
        role=MentionRole(row["role"]),
        evidence=tuple(row["evidence"].splitlines()),
        confidence=row["confidence"],
        alternatives=tuple(row["alternatives"].split()),
        review=MentionReview(row["review"]),
    )


def _row(reading: Reading, mention: Mention) -> dict[str, Any]:
    return {
        "recording": reading.recording,
        "node": reading.node,
        "channel": reading.channel,
        "transcript": reading.transcript,
        "base_call": mention.base_call,
        "modifiers": ",".join(mention.modifiers)[:64],
        "host_prefix": mention.host_prefix,
        "segment_index": mention.segment_index,
        "span_start": mention.start,
        "span_end": mention.end,
        "heard": mention.heard[:255],
        "form": mention.form,
        "role": mention.role,
        "evidence": "\n".join(mention.evidence)[:1000],
        "confidence": mention.confidence,
        "alternatives": " ".join(mention.alternatives)[:255],
        "review": mention.review,
        "is_clear": is_clear(mention),
        "captured_at": reading.captured_at,
    }


def _entity_row(reading: Reading, entity: Entity, ordinal: int) -> dict[str, Any]:
    return {
        "recording": reading.recording,
        "ordinal": ordinal,
        "kind": entity.kind,
        "value": entity.value[:255],
        "segment_index": entity.segment_index,
        "span_start": entity.start,
        "span_end": entity.end,
        "heard": entity.heard[:255],
        "evidence": " ".join(entity.evidence)[:1000],
        "confidence": entity.confidence,
        "captured_at": reading.captured_at,
    }
