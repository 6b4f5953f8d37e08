"""Who is to be expected on a channel, from what was heard there."""

import time
from collections import OrderedDict
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date, datetime

from mesh.db.database import Database, Transaction
from services.extract.domain.expected import Roster
from services.extract.store.opt_outs import OptOutRepository
from services.extract.store.priors import Heard, PriorsRepository
from services.extract.store.reviews import ReviewRepository

KEPT_SECONDS = 60.0
"""Regulars change with days: a minute's delay tells nobody apart."""
KEPT_LIMIT = 256


@dataclass(frozen=True)
class Regulars:
    """Base calls often heard on a node, the one heard last first."""

    calls: frozenset[str] = frozenset()
    to_profile: tuple[str, ...] = ()
    """Less those whose holders asked not to be profiled."""


class Priors:
    """Asks the database for each recording; the regulars of a node are remembered for a minute."""

    def __init__(
        self,
        *,
        database: Database,
        repository: PriorsRepository,
        reviews: ReviewRepository,
        opt_outs: OptOutRepository,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._database = database
        self._repository = repository
        self._reviews = reviews
        self._opt_outs = opt_outs
        self._monotonic = monotonic
        self._kept: OrderedDict[tuple[str, date], tuple[float, Regulars]] = OrderedDict()

    async def roster(self, heard: Heard, *, but: str = "") -> Roster:
        """The calls expected in a recording; `but`: its name, since it tells nothing about itself.

        Raises DatabaseUnavailable.
        """
        regulars = await self.regulars(heard.node, heard.captured_at)
        async with self._database.transaction() as work:
            # What people rejected or merged is stored no more, so it needs no question here.
            conversation = await self._repository.conversation(work, heard, but=but)
        return Roster(conversation=conversation, regulars=regulars.calls)

    async def regulars(self, node: str, until: datetime) -> Regulars:
        """Who is often heard on the node in the time before. Raises DatabaseUnavailable."""
        key, now = (node, until.date()), self._monotonic()
        if key in self._kept and now < self._kept[key][0]:
            return self._kept[key][1]
        async with self._database.transaction() as work:
            found = await self._repository.regulars(work, node, until)
            disowned = await self._disowned(work, found, node)
            private = await self._opt_outs.of(work, found)
        regulars = Regulars(
            calls=frozenset(found) - disowned,
            to_profile=tuple(call for call in found if call not in disowned | private),
        )
        self._kept[key] = (now + KEPT_SECONDS, regulars)
        self._kept.move_to_end(key)
        while len(self._kept) > KEPT_LIMIT:
            self._kept.popitem(last=False)
        return regulars

    async def _disowned(self, work: Transaction, calls: Collection[str], node: str) -> frozenset[str]:
        """Those of which people said that they are none here, or a misreading of others."""
        if not calls:
            return frozenset()
        return frozenset(review.base_call for review in await self._reviews.of_callsigns(work, calls, node))
