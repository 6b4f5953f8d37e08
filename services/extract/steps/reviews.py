"""The step that heeds what people said."""

import structlog

from mesh.db.database import Database
from services.extract.domain.people import reviewed
from services.extract.domain.reading import Reading
from services.extract.store.reviews import ReviewRepository

log = structlog.get_logger(__name__)


class ReviewsStep:
    """Applies the reviews that hold. Raises DatabaseUnavailable: without people's word no reading is right."""

    def __init__(self, *, database: Database, repository: ReviewRepository) -> None:
        self._database = database
        self._repository = repository

    async def read(self, reading: Reading) -> Reading:
        """Let people's word settle what they spoke of."""
        calls = frozenset(call for mention in reading.mentions for call in (mention.base_call, *mention.alternatives))
        holding = await self._database.run(lambda work: self._repository.holding(work, reading, calls))
        heeded = reviewed(reading, holding, calls=calls)
        if heeded.heeded and heeded.heeded.unplaced:
            log.warning("reviews without a place in this transcript", reviews=len(heeded.heeded.unplaced))
        return heeded
