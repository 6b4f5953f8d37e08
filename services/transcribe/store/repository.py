"""Transcripts in the database."""

import hashlib
from dataclasses import dataclass

from sqlalchemy import select, update
from sqlalchemy.dialects.mysql import insert

from mesh.db.database import Transaction
from mesh.rpc.times import from_timestamp
from services.transcribe.domain.standing import Standing, after_the_same_work, current
from services.transcribe.store.tables import transcripts
from tsn.ingest.v1.recording_pb2 import Recording
from tsn.transcribe.v1.transcript_pb2 import EngineInfo, Transcript


def result_key(audio_sha256: str, engine: EngineInfo, language: str = "") -> str:
    """Digest of everything that decides the text, 64 hexadecimal digits. `language`: asked for; empty: the engine's."""
    parts = (
        audio_sha256,
        engine.engine,
        engine.model,
        engine.version,
        engine.device,
        engine.compute_type,
        engine.parameters_digest,
        # Left out where none is asked for: such keys are older than this part.
        *([f"language={language}"] if language else []),
    )
    return hashlib.sha256("\x00".join(parts).encode()).hexdigest()


@dataclass(frozen=True)
class Kept:
    """A transcript as the database has it."""

    transcript: Transcript
    """What the first run of the same work made: repeating it changes neither name nor text."""
    is_current: bool


class TranscriptRepository:
    """Keeps transcripts: one row for each result of a recording, one of them current."""

    async def save(
        self, work: Transaction, recording: Recording, made: Transcript, *, asked: bool, language: str = ""
    ) -> Kept:
        """Store what was made of `recording`, once for the same work, and decide which transcript is current.

        `asked`: a person wanted this run, so that its result is current even where another was made since. `language`:
        in which the engine was told to listen; empty: it chose.
        """
        key = result_key(recording.sha256, made.engine, language)
        await self._insert(work, recording.name, key, made)
        known = await self._locked(work, recording.name)
        mine = known[key]
        fresh = Standing(made.name.rsplit("/", 1)[-1], made.degraded)
        after = after_the_same_work(mine, fresh, tuple(known.values()), asked=asked)
        transcript = made if mine.id == fresh.id else await self._body(work, mine.id)
        if after != mine:
            transcript.name = f"{recording.name}/transcripts/{after.id}"
            transcript.degraded = after.degraded
            values = {"id": after.id, "degraded": after.degraded, "body": transcript.SerializeToString()}
            await work.execute(update(transcripts).where(transcripts.c.id == mine.id).values(values))
        best = current([after, *(each for each in known.values() if each != mine)])
        is_best = transcripts.c.id == best.id
        await work.execute(
            update(transcripts).where(transcripts.c.recording == recording.name).values(is_current=is_best)
        )
        return Kept(transcript, is_current=best == after)

    async def _insert(self, work: Transaction, recording: str, key: str, made: Transcript) -> None:
        statement = insert(transcripts).values(
            id=made.name.rsplit("/", 1)[-1],
            recording=recording,
            result_key=key,
            engine=made.engine.engine,
            model=made.engine.model[:255],
            is_current=False,
            degraded=made.degraded,
            body=made.SerializeToString(),
            created_at=from_timestamp(made.created_at),
        )
        # Changes nothing where the row is there, but locks it: INSERT IGNORE would take a shared lock only.
        await work.execute(statement.on_duplicate_key_update(recording=statement.inserted.recording))

    async def _locked(self, work: Transaction, recording: str) -> dict[str, Standing]:
        """All transcripts of the recording by result key, locked until the transaction ends."""
        columns = (transcripts.c.id, transcripts.c.result_key, transcripts.c.degraded)
        statement = select(*columns).where(transcripts.c.recording == recording).with_for_update()
        rows = await work.execute(statement)
        return {row.result_key: Standing(row.id, bool(row.degraded)) for row in rows}

    async def _body(self, work: Transaction, transcript_id: str) -> Transcript:
        statement = select(transcripts.c.body).where(transcripts.c.id == transcript_id)
        return Transcript.FromString((await work.execute(statement)).scalar_one())
