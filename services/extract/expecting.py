"""Who is expected in what is being said now."""

import asyncio

import structlog

from mesh.clock import Clock
from mesh.errors import TsnError
from services.extract.domain.expected import NOBODY, Roster
from services.extract.priors import Priors
from services.extract.store.priors import Heard

ANSWER_SECONDS = 0.25
"""A live mention is worth more than a roster that is late."""

log = structlog.get_logger(__name__)


async def nobody(recording: str, channel: str) -> Roster:
    """Expects nobody, where there is no database to ask."""
    return NOBODY


class LivePriors:
    """The roster of a recording that is being decoded; nobody where the database does not answer at once."""

    def __init__(self, *, priors: Priors, clock: Clock, answer_seconds: float = ANSWER_SECONDS) -> None:
        self._priors = priors
        self._clock = clock
        self._answer_seconds = answer_seconds
        self._away = False

    async def roster(self, recording: str, channel: str) -> Roster:
        """The regulars of its node, and who was clear on the channel during the last half hour."""
        _, _, rest = recording.partition("nodes/")
        heard = Heard(rest.partition("/")[0], channel, self._clock.now())
        try:
            async with asyncio.timeout(self._answer_seconds):
                roster = await self._priors.roster(heard, but=recording)
        except (TsnError, TimeoutError) as error:
            if not self._away:
                log.warning("live mentions go without a roster", error=str(error) or type(error).__name__)
            self._away = True
            return NOBODY
        self._away = False
        return roster
