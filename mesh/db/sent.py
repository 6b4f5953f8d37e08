"""Keeps published events until all readers have them, and publishes them again where the bus lost its disk."""

import asyncio
import random
from collections.abc import Awaitable, Callable

import structlog
from sqlalchemy import Select, bindparam, delete, insert, select

from mesh.bus.standing import Standing
from mesh.db.database import Database, Transaction
from mesh.db.tables import outbox, outbox_sent
from mesh.errors import TsnError
from mesh.telemetry.metrics import OutboxMetrics

LIMIT = 500
"""Messages moved or forgotten in one transaction."""
SWEEP_SECONDS = 5.0
_MESSAGE = [column.name for column in outbox.columns]

log = structlog.get_logger(__name__)


class SentKeeper:
    """Any number may run. A message published twice does no harm: readers take events in any order and any number."""

    def __init__(
        self,
        *,
        database: Database,
        standing: Callable[[], Awaitable[Standing]],
        metrics: OutboxMetrics,
        sweep_seconds: float = SWEEP_SECONDS,
    ) -> None:
        """`standing` asks the bus about the stream of events as it is now."""
        self._database = database
        self._standing = standing
        self._metrics = metrics
        self._sweep_seconds = sweep_seconds

    async def run(self) -> None:
        """Sweep until cancelled. A bus or database that does not answer is asked again."""
        while True:
            # Not all processes at the same time.
            await asyncio.sleep(self._sweep_seconds * random.uniform(0.75, 1.25))
            try:
                async with asyncio.timeout(60):
                    await self.settle()
            except (TsnError, TimeoutError) as error:
                log.debug("sent events not settled", error=str(error) or type(error).__name__)
            except Exception:
                log.exception("sent events not settled")

    async def settle(self) -> None:
        """Forget what all readers have; back into the outbox with what lay in a stream that is gone.

        Raises BusUnavailable, DatabaseUnavailable.
        """
        if not await self._database.run(_any):
            return
        standing = await self._standing()
        while await self._database.run(lambda work: _forget(work, standing)) == LIMIT:
            pass
        total, number = 0, LIMIT
        while number == LIMIT:
            number = await self._database.run(lambda work: _return(work, standing.life))
            total += number
        if total:
            log.warning("the bus lost its disk, events are published again", events=total, life=standing.life)
            self._metrics.republished.inc(total)
            self._database.outbox_filled.set()


async def _any(work: Transaction) -> bool:
    return (await work.execute(select(outbox_sent.c.id).limit(1))).first() is not None


async def _forget(work: Transaction, standing: Standing) -> int:
    done = outbox_sent.c.stream_life == standing.life, outbox_sent.c.sequence <= standing.done_to
    return await _take(work, select(outbox_sent.c.id).where(*done), back=False)


async def _return(work: Transaction, life: str) -> int:
    return await _take(work, select(outbox_sent.c.id).where(outbox_sent.c.stream_life != life), back=True)


async def _take(work: Transaction, wanted: Select[tuple[str]], *, back: bool) -> int:
    """Remove messages, `back` into the outbox or for good; how many."""
    statement = wanted.limit(LIMIT).with_for_update(skip_locked=True)
    ids = [{"sent": each} for each in (await work.execute(statement)).scalars()]
    if not ids:
        return 0
    this = outbox_sent.c.id == bindparam("sent")
    if back:
        columns = [outbox_sent.c[name] for name in _MESSAGE]
        await work.execute(insert(outbox).from_select(_MESSAGE, select(*columns).where(this)), ids)
    # By key: for a list the server may read the whole table and lock rows of others.
    await work.execute(delete(outbox_sent).where(this), ids)
    return len(ids)
