"""Has a recording read again, because what is known about it changed."""

from typing import Any

from sqlalchemy import select

from mesh.db.database import Transaction
from mesh.errors import NotFound
from mesh.pipeline.jobs import JobStore
from mesh.pipeline.lanes import Lane
from mesh.pipeline.tables import jobs
from services.extract.store.tables import readings
from tsn.transcribe.v1.transcript_pb2 import TranscriptCompleted

REREAD = "reread"
"""Option of a job that reads again: why, and what makes the analysis that follows a new one."""
_JOBS_LIMIT = 100


class NeverRead(NotFound):
    """A recording whose transcript never came to extract, or is known no longer."""

    reason = "RECORDING_NEVER_READ"


class Rereading:
    """Queues the extract job of a recording's current transcript once more, input and all."""

    def __init__(self, store: JobStore) -> None:
        self._store = store

    async def queue(self, work: Transaction, recording: str, *, why: str, lane: Lane = Lane.URGENT) -> str | None:
        """The new job's id; None where one was queued for the same `why` (ASCII, at most 64 characters) before.

        Raises NeverRead.
        """
        row = await self._read_before(work, recording)
        return await self._store.enqueue(
            work,
            stage="extract",
            subject=recording,
            lane=lane,
            owner=row.owner,
            payload=row.input,
            dedupe_key=f"{recording}/extract/{why}",
            options={REREAD: why},
        )

    async def current(self, work: Transaction, recording: str) -> TranscriptCompleted:
        """The recording with the transcript whose mentions count. Raises NeverRead."""
        return TranscriptCompleted.FromString((await self._read_before(work, recording)).input)

    async def _read_before(self, work: Transaction, recording: str) -> Any:
        """Input and owner of the newest job that read the transcript whose mentions count."""
        current = await work.execute(select(readings.c.transcript).where(readings.c.recording == recording))
        transcript = current.scalar_one_or_none()
        newest = (
            select(jobs.c.input, jobs.c.owner)
            .where(jobs.c.subject == recording, jobs.c.stage == "extract")
            .order_by(jobs.c.id.desc())
            .limit(_JOBS_LIMIT)
        )
        for row in await work.execute(newest):
            if TranscriptCompleted.FromString(row.input).transcript.name == transcript:
                return row
        raise NeverRead(f"{recording} has no transcript that was read", facts={"recording": recording})
