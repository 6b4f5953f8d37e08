"""The step before the rules: who is to be expected."""

from dataclasses import replace

from services.extract.domain.reading import Reading
from services.extract.priors import Priors
from services.extract.store.priors import Heard


class PriorsStep:
    """Fills the roster with the node's regulars and those heard clearly in the same conversation.

    The list of a net in progress belongs into `Roster.given`, once there are nets.
    """

    def __init__(self, priors: Priors) -> None:
        self._priors = priors

    async def read(self, reading: Reading) -> Reading:
        """`reading` with its roster. Raises DatabaseUnavailable: the job waits, it could not be stored either."""
        heard = Heard(reading.node, reading.channel, reading.captured_at)
        return replace(reading, roster=await self._priors.roster(heard, but=reading.recording))
