"""Transcripts in the database."""

import hashlib
from datetime import datetime

from sqlalchemy import update
from sqlalchemy.dialects.mysql import insert

from mesh.db.database import Transaction
from services.transcribe.store.tables import transcripts
from tsn.transcribe.v1.transcript_pb2 import EngineInfo


def result_key(audio_sha256: str, engine: EngineInfo) -> str:
    """Digest of everything that decides the text, 64 hexadecimal digits."""
    parts = (
        audio_sha256,
        engine.engine,
        engine.model,
        engine.version,
        engine.device,
        engine.compute_type,
        engine.parameters_digest,
    )
    return hashlib.sha256("\x00".join(parts).encode()).hexdigest()


class TranscriptRepository:
    """Keeps transcripts."""

    async def save_current(
        self,
        work: Transaction,
        *,
        transcript_id: str,
        recording: str,
        audio_sha256: str,
        engine: EngineInfo,
        body: bytes,
        created_at: datetime,
    ) -> None:
        """Store a transcript and make it the recording's current one; the same result again replaces its row."""
        await work.execute(
            update(transcripts)
            .where(transcripts.c.recording == recording, transcripts.c.is_current.is_(True))
            .values(is_current=False)
        )
        fresh = {"id": transcript_id, "is_current": True, "body": body, "created_at": created_at}
        await work.execute(
            insert(transcripts)
            .values(
                recording=recording,
                result_key=result_key(audio_sha256, engine),
                engine=engine.engine,
                model=engine.model[:255],
                **fresh,
            )
            .on_duplicate_key_update(fresh)
        )
