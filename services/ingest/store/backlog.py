"""How much waits, and whether there is anything at all."""

from sqlalchemy import func, select

from mesh.db.database import Transaction
from mesh.pipeline.states import ENDED, JobState
from mesh.pipeline.tables import jobs
from services.ingest.domain.model import Lane
from services.ingest.store.bounded import BoundedDatabase
from services.ingest.store.repository import FIRST_STAGE
from services.ingest.store.tables import recordings

_UNFINISHED = [state for state in JobState if state not in ENDED]


class BacklogReader:
    """What admission asks of the database. Every method raises DatabaseUnavailable."""

    def __init__(self, *, database: BoundedDatabase) -> None:
        self._database = database

    async def unfinished(self, lane: Lane, limit: int) -> int:
        """Unfinished first jobs of recordings in a lane, counted up to `limit`."""
        waiting = (
            select(jobs.c.id)
            .where(jobs.c.stage == FIRST_STAGE, jobs.c.state.in_(_UNFINISHED), jobs.c.lane == lane.value)
            .limit(limit)
            .subquery()
        )

        async def read(work: Transaction) -> int:
            return int((await work.execute(select(func.count()).select_from(waiting))).scalar_one())

        return await self._database.run(read)

    async def has_recordings(self) -> bool:
        """True when any recording is stored."""

        async def read(work: Transaction) -> bool:
            return (await work.execute(select(recordings.c.id).limit(1))).first() is not None

        return await self._database.run(read)
