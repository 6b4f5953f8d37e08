"""Callsigns ask not to be profiled; the mesh is told."""

from collections.abc import Sequence

from mesh.clock import Clock
from mesh.db.database import Database, Transaction
from mesh.rpc.times import to_timestamp
from services.extract.domain.review_errors import OptOutUnknown
from services.extract.store.opt_outs import OptOut, OptOutRepository
from tsn.extract.v1.review_pb2 import OptOutChanged

EVENT = "tsn.extract.v1.opt_out_changed"


class OptingOut:
    """Every method raises DatabaseUnavailable."""

    def __init__(self, *, database: Database, repository: OptOutRepository, clock: Clock) -> None:
        self._database = database
        self._repository = repository
        self._clock = clock

    async def opt_out(self, call: str, *, author: str, reason: str) -> OptOut:
        """Note it and tell the mesh; what is noted already stays as it is."""
        asked = OptOut(call, author, reason, self._clock.now())

        async def note(work: Transaction) -> OptOut:
            if await self._repository.add(work, asked):
                work.publish(EVENT, _event(asked, opted_out=True))
            return await self._repository.get(work, call) or asked

        return await self._database.run(note)

    async def opt_in(self, call: str, *, author: str) -> None:
        """Note that it may be profiled again, and tell the mesh. Raises OptOutUnknown."""
        now = self._clock.now()

        async def note(work: Transaction) -> None:
            if not await self._repository.end(work, call, author=author, at=now):
                raise OptOutUnknown(call)
            work.publish(EVENT, _event(OptOut(call, author, "", now), opted_out=False))

        await self._database.run(note)

    async def page(self, *, after: str, limit: int) -> Sequence[OptOut]:
        """Those that hold, in the order of their callsigns, behind `after`."""
        return await self._database.run(lambda work: self._repository.page(work, after=after, limit=limit))


def _event(changed: OptOut, *, opted_out: bool) -> bytes:
    event = OptOutChanged(base_call=changed.base_call, opted_out=opted_out, changed_at=to_timestamp(changed.created_at))
    return event.SerializeToString()
