"""Mentions in the database."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete

from mesh.db.database import Transaction
from services.extract.domain.model import Mention
from services.extract.store.tables import mentions


class MentionRepository:
    """Keeps the mentions of each recording's current transcript."""

    async def replace(
        self,
        work: Transaction,
        *,
        recording: str,
        transcript: str,
        captured_at: datetime,
        extractor: str,
        found: Sequence[Mention],
    ) -> None:
        """Make `found` the mentions of `recording`, whatever was there before."""
        await work.execute(delete(mentions).where(mentions.c.recording == recording))
        if not found:
            return
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
