"""Who is to be expected on a channel, from what was heard there."""

import time
from collections import OrderedDict
from collections.abc import Callable
from datetime import date

from mesh.db.database import Database
from services.extract.domain.expected import Roster
from services.extract.store.priors import Heard, PriorsRepository

KEPT_SECONDS = 60.0
"""Regulars change with days: a minute's delay tells nobody apart."""
KEPT_LIMIT = 256


class Priors:
    """Asks the database for each recording; the regulars of a node are remembered for a minute."""

    def __init__(
        self, *, database: Database, repository: PriorsRepository, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._database = database
        self._repository = repository
        self._monotonic = monotonic
        self._kept: OrderedDict[tuple[str, date], tuple[float, tuple[str, ...]]] = OrderedDict()

    async def roster(self, heard: Heard, *, but: str = "") -> Roster:
        """The calls expected in a recording; `but`: its name, since it tells nothing about itself.

        Raises DatabaseUnavailable.
        """
        async with self._database.transaction() as work:
            conversation = await self._repository.conversation(work, heard, but=but)
        return Roster(conversation=conversation, regulars=frozenset(await self.regulars(heard)))

    async def regulars(self, heard: Heard) -> tuple[str, ...]:
        """Base calls often heard on the node up to then, the one heard last first. Raises DatabaseUnavailable."""
        key, now = (heard.node, heard.captured_at.date()), self._monotonic()
        if key in self._kept and now < self._kept[key][0]:
            return self._kept[key][1]
        async with self._database.transaction() as work:
            found = await self._repository.regulars(work, heard.node, heard.captured_at)
        self._kept[key] = (now + KEPT_SECONDS, found)
        self._kept.move_to_end(key)
        while len(self._kept) > KEPT_LIMIT:
            self._kept.popitem(last=False)
        return found
