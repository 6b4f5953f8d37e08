"""Moves messages from the outbox to the bus: at least once, with a stable message id."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

import structlog
from sqlalchemy import bindparam, delete, func, insert, select

from mesh.bus.errors import MessageTooLarge
from mesh.bus.standing import Stored
from mesh.bus.streams import EVENTS
from mesh.clock import Clock
from mesh.db.database import Database, Transaction
from mesh.db.tables import outbox, outbox_sent
from mesh.telemetry.metrics import OutboxMetrics

Publish = Callable[[str, bytes, str, str], Awaitable[Stored]]
"""publish(subject, payload, message_id, traceparent): returns when the bus has it on disk."""
Row = Mapping[Any, Any]
PENDING_LIMIT = 10_000
"""Messages counted at most."""
REFUSED_LIMIT = 1000
"""Refused messages remembered at most; they are tried again after a restart."""
ROUND_SECONDS = 60.0

log = structlog.get_logger(__name__)


class OutboxRelay:
    """Publishes rows in the order they were written. Any number of relays may run: rows are taken with SKIP LOCKED."""

    def __init__(
        self,
        *,
        database: Database,
        publish: Publish,
        clock: Clock,
        metrics: OutboxMetrics,
        batch: int = 200,
        poll_seconds: float = 1.0,
        backoff_cap_seconds: float = 10.0,
    ) -> None:
        self._database = database
        self._publish = publish
        self._clock = clock
        self._metrics = metrics
        self._batch = batch
        self._poll_seconds = poll_seconds
        self._backoff_cap = backoff_cap_seconds
        self._refused: list[str] = []
        self._measured_at = float("-inf")

    async def run(self) -> None:
        """Relay for ever; cancel to stop. A bus or database that does not answer is waited for."""
        failures = 0
        while True:
            self._database.outbox_filled.clear()
            try:
                async with asyncio.timeout(ROUND_SECONDS):
                    moved = await self.relay_once()
                failures = 0
            except Exception as error:
                failures += 1
                self._metrics.failures.inc()
                log.warning("outbox not relayed", failures=failures, error=str(error) or type(error).__name__)
                await self._measure()
                await asyncio.sleep(min(self._backoff_cap, 0.1 * 2**failures))
                continue
            if moved < self._batch:
                await self._measure_now_and_then()
                await self._wait()

    async def relay_once(self) -> int:
        """Publish one batch; the number of messages moved. Raises ExceptionGroup when some were not: they stay."""
        async with self._database.transaction() as work:
            rows = await self._take(work)
            if not rows:
                return 0
            answers = await asyncio.gather(*(self._send(row) for row in rows), return_exceptions=True)
            failed = self._failures(rows, answers)
            moved = [(row, each) for row, each in zip(rows, answers, strict=True) if isinstance(each, Stored)]
            await _remove(work, [row["id"] for row, _ in moved])
            await _keep(work, moved)
        self._metrics.published.inc(len(moved))
        if failed:
            raise ExceptionGroup("the bus did not take all messages", failed)
        return len(moved)

    async def _take(self, work: Transaction) -> Sequence[Row]:
        statement = select(outbox).order_by(outbox.c.id).limit(self._batch).with_for_update(skip_locked=True)
        if self._refused:
            statement = statement.where(outbox.c.id.not_in(self._refused))
        rows = (await work.execute(statement)).mappings().all()
        oldest: datetime | None = rows[0]["created_at"] if rows else None
        self._metrics.lag_seconds.set((self._clock.now() - oldest).total_seconds() if oldest else 0.0)
        return rows

    async def _send(self, row: Row) -> Stored:
        return await self._publish(row["subject"], row["payload"], row["id"], row["traceparent"])

    def _failures(self, rows: Sequence[Row], answers: Sequence[BaseException | Stored]) -> list[Exception]:
        """What failed and may succeed; what the bus will never take is put aside, so that nothing waits for it."""
        failed: list[Exception] = []
        for row, answer in zip(rows, answers, strict=True):
            if isinstance(answer, MessageTooLarge):
                log.error("message refused for good", message=row["id"], subject=row["subject"], error=answer.message)
                self._metrics.refused.inc()
                self._refused = [*self._refused, row["id"]][-REFUSED_LIMIT:]
            elif isinstance(answer, Exception):
                failed.append(answer)
            elif isinstance(answer, BaseException):
                raise answer
        return failed

    async def _measure_now_and_then(self) -> None:
        """Measure, unless that was done a moment ago: a busy outbox is relayed many times a second."""
        moment = asyncio.get_running_loop().time()
        if moment - self._measured_at >= self._poll_seconds:
            await self._measure()
            self._measured_at = moment

    async def _measure(self) -> None:
        """Count what waits. Nothing depends on it."""
        some = select(outbox.c.id).limit(PENDING_LIMIT).subquery()
        statement = select(func.count()).select_from(some)
        oldest = select(func.min(outbox.c.created_at))
        try:
            async with asyncio.timeout(10), self._database.transaction() as work:
                self._metrics.pending.set((await work.execute(statement)).scalar_one())
                since: datetime | None = (await work.execute(oldest)).scalar()
        except Exception as error:
            log.debug("outbox not measured", error=str(error) or type(error).__name__)
            return
        self._metrics.lag_seconds.set((self._clock.now() - since).total_seconds() if since else 0.0)

    async def _wait(self) -> None:
        try:
            async with asyncio.timeout(self._poll_seconds):
                await self._database.outbox_filled.wait()
        except TimeoutError:
            return


async def _remove(work: Transaction, ids: Sequence[str]) -> None:
    """One by one in their order, by key: for a list the server may read the whole table and lock rows of others."""
    if ids:
        statement = delete(outbox).where(outbox.c.id == bindparam("sent"))
        await work.execute(statement, [{"sent": each} for each in ids])


async def _keep(work: Transaction, moved: Sequence[tuple[Row, Stored]]) -> None:
    """Events are kept until all readers have them, see SentKeeper; work and dead letters can be told from the jobs."""
    events = [
        {**row, "stream_life": stored.life, "sequence": stored.sequence}
        for row, stored in moved
        if stored.stream == EVENTS
    ]
    if events:
        await work.execute(insert(outbox_sent), events)
