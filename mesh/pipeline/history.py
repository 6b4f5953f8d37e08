"""The history of jobs: one row for every step from state to state."""

from datetime import datetime

from sqlalchemy import insert

from mesh.db.database import Transaction
from mesh.pipeline.states import JobState
from mesh.pipeline.tables import job_transitions

MESSAGE_LIMIT = 1000
REASON_LIMIT = 64


async def note_transition(
    work: Transaction, job_id: str, before: JobState | None, after: JobState, *, at: datetime, worker: str, note: str
) -> None:
    """Write one step down; `worker` is who made it: a process, or a person's command."""
    await work.execute(
        insert(job_transitions).values(
            job_id=job_id,
            from_state=before or "",
            to_state=after,
            at=at,
            worker=fitting(worker, 128),
            note=fitting(note, MESSAGE_LIMIT),
        )
    )


def fitting(text: str, limit: int) -> str:
    """`text` as the column takes it; a file name from the disk may hold surrogates, which no database stores."""
    return text[:limit].encode(errors="replace").decode()
