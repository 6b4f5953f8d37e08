"""Mentions in the database."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.dialects.mysql import insert

from mesh.db.database import Transaction
from services.extract.domain.model import Mention
from services.extract.store.tables import mentions, readings


class MentionRepository:
    """Keeps the mentions of each recording's best transcript: one that is not degraded, the newest among equals."""

    async def replace(
        self,
        work: Transaction,
        *,
        recording: str,
        transcript: str,
        degraded: bool,
        captured_at: datetime,
        extractor: str,
        found: Sequence[Mention],
    ) -> bool:
        """Make `found` the mentions of `recording`; False, and nothing changes, where a better transcript was read."""
        if not await self._is_best(work, recording, transcript, degraded):
            return False
        await work.execute(delete(mentions).where(mentions.c.recording == recording))
        if not found:
            return True
        await work.execute(
            mentions.insert(),
            [
                {
                    "recording": recording,
                    "ordinal": ordinal,
                    "transcript": transcript,
                    "base_call": mention.base_call,
                    "modifiers": ",".join(mention.modifiers)[:64],
                    "host_prefix": mention.host_prefix,
                    "segment_index": mention.segment_index,
                    "span_start": mention.start,
                    "span_end": mention.end,
                    "heard": mention.heard[:255],
                    "form": mention.form,
                    "role": mention.role,
                    "evidence": " ".join(mention.evidence)[:1000],
                    "confidence": mention.confidence,
                    "extractor": extractor,
                    "captured_at": captured_at,
                }
                for ordinal, mention in enumerate(found)
            ],
        )
        return True

    async def _is_best(self, work: Transaction, recording: str, transcript: str, degraded: bool) -> bool:
        """Note the transcript as the one that was read, unless a better one was; locks the recording's readings."""
        statement = insert(readings).values(recording=recording, transcript=transcript, degraded=degraded)
        await work.execute(statement.on_duplicate_key_update(recording=statement.inserted.recording))
        row = (await work.execute(select(readings).where(readings.c.recording == recording).with_for_update())).one()
        if (not degraded, transcript) < (not row.degraded, row.transcript):
            return False
        if (transcript, degraded) != (row.transcript, bool(row.degraded)):
            changed = update(readings).where(readings.c.recording == recording)
            await work.execute(changed.values(transcript=transcript, degraded=degraded))
        return True
