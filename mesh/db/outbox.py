"""Moves messages from the outbox to the bus: at least once, with a stable message id."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime

import structlog
from sqlalchemy import delete, select

from mesh.clock import Clock
from mesh.db.database import Database
from mesh.db.tables import outbox
from mesh.telemetry.metrics import OutboxMetrics

Publish = Callable[[str, bytes, str, str], Awaitable[None]]
"""publish(subject, payload, message_id, traceparent): returns when the bus has it on disk."""

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

    async def run(self) -> None:
        """Relay for ever; cancel to stop. A bus or database that does not answer is waited for."""
        failures = 0
        while True:
            self._database.outbox_filled.clear()
            try:
                moved = await self.relay_once()
                failures = 0
            except Exception as error:
                failures += 1
                self._metrics.failures.inc()
                log.warning("outbox not relayed", failures=failures, error=str(error) or type(error).__name__)
                await asyncio.sleep(min(self._backoff_cap, 0.1 * 2**failures))
                continue
            if moved < self._batch:
                await self._wait()

    async def relay_once(self) -> int:
        """Publish one batch; the number of messages moved. Rows stay when publishing fails."""
        async with self._database.transaction() as work:
            statement = select(outbox).order_by(outbox.c.id).limit(self._batch).with_for_update(skip_locked=True)
            rows = (await work.execute(statement)).mappings().all()
            if not rows:
                return 0
            async with asyncio.TaskGroup() as group:
                for row in rows:
                    group.create_task(self._send(row["subject"], row["payload"], row["id"], row["traceparent"]))
            await work.execute(delete(outbox).where(outbox.c.id.in_([row["id"] for row in rows])))
        oldest: datetime = rows[0]["created_at"]
        self._metrics.lag_seconds.set((self._clock.now() - oldest).total_seconds())
        self._metrics.published.inc(len(rows))
        return len(rows)

    async def _send(self, subject: str, payload: bytes, message_id: str, traceparent: str) -> None:
        await self._publish(subject, payload, message_id, traceparent)

    async def _wait(self) -> None:
        try:
            async with asyncio.timeout(self._poll_seconds):
                await self._database.outbox_filled.wait()
        except TimeoutError:
            return
