"""Reviews as people list them, with how far each was followed."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, RowMapping, select

from mesh.db.database import Database, Transaction
from services.extract.domain.model import Mention
from services.extract.domain.review_errors import ReviewUnknown
from services.extract.domain.reviews import Review
from services.extract.rereading import NeverRead
from services.extract.store.repository import MentionRepository
from services.extract.store.reviews import review_of
from services.extract.store.reviews_tables import reviews
from services.extract.store.tables import readings


@dataclass(frozen=True)
class Followed:
    """A review, and the recordings read again for it."""

    review: Review
    recordings_queued: int
    finding: bool
    """Recordings concerned are still being found."""


class ReviewReader:
    """Reads. Every method raises DatabaseUnavailable."""

    def __init__(self, *, database: Database, mentions: MentionRepository) -> None:
        self._database = database
        self._mentions = mentions

    async def get(self, review_id: str) -> Followed:
        """One review. Raises ReviewUnknown."""
        found = await self.page([reviews.c.id == review_id], before=None, limit=1)
        if not found:
            raise ReviewUnknown(f"reviews/{review_id}")
        return found[0]

    async def page(
        self, conditions: Sequence[ColumnElement[bool]], *, before: str | None, limit: int
    ) -> list[Followed]:
        """Reviews that pass, newest first, those made before `before`."""
        earlier = [reviews.c.id < before] if before is not None else []
        statement = select(reviews).where(*conditions, *earlier).order_by(reviews.c.id.desc()).limit(limit)

        async def read(work: Transaction) -> list[Followed]:
            return [_followed(row) for row in (await work.execute(statement)).mappings()]

        return await self._database.run(read)

    async def mentions(self, recording: str) -> tuple[str, list[Mention]]:
        """The transcript of a recording that was read, and the mentions in it. Raises NeverRead."""
        current = select(readings.c.transcript).where(readings.c.recording == recording)

        async def read(work: Transaction) -> tuple[str, list[Mention]]:
            transcript = (await work.execute(current)).scalar_one_or_none()
            if transcript is None:
                raise NeverRead(f"{recording} has no transcript that was read", facts={"recording": recording})
            return transcript, await self._mentions.of_recording(work, recording)

        return await self._database.run(read)


def _followed(row: RowMapping) -> Followed:
    return Followed(review_of(row), row["recordings_queued"], row["found_at"] is None)
