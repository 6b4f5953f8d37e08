"""What has to happen with jobs that nobody works on: put back what is due, announce what was lost, count the rest."""

import asyncio
import random
from collections.abc import Awaitable, Callable
from datetime import timedelta

import structlog

from mesh.bus.bus import Bus
from mesh.bus.streams import WORK, work_consumer_name, work_subject
from mesh.db.database import Database
from mesh.errors import TsnError
from mesh.pipeline.backlog import Backlog
from mesh.pipeline.lanes import QUEUES, LaneScheduler, Queue
from mesh.pipeline.states import JobState
from mesh.telemetry.metrics import JobMetrics

DUE_LIMIT = 200
STRANDED_LIMIT = 500
DUE_SECONDS = 1.0
COUNT_SECONDS = 10.0

log = structlog.get_logger(__name__)


class Sweeper:
    """Every worker sweeps; doubled messages do no harm, since the claim decides."""

    def __init__(
        self,
        *,
        stage: str,
        backlog: Backlog,
        database: Database,
        bus: Bus,
        metrics: JobMetrics,
        scheduler: LaneScheduler,
        patience_seconds: float,
        sweep_seconds: float,
        due_seconds: float = DUE_SECONDS,
    ) -> None:
        """`patience_seconds`: a job that should have been taken is not lost before it waited for this long."""
        self._stage = stage
        self._backlog = backlog
        self._database = database
        self._bus = bus
        self._metrics = metrics
        self._scheduler = scheduler
        self._patience = timedelta(seconds=patience_seconds)
        self._sweep_seconds = sweep_seconds
        self._due_seconds = due_seconds

    async def run(self) -> None:
        """Sweep until cancelled."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._every(self._due_seconds, self.queue_due))
            group.create_task(self._every(self._sweep_seconds, self.announce_stranded))
            group.create_task(self._every(COUNT_SECONDS, self.count))

    async def _every(self, seconds: float, sweep: Callable[[], Awaitable[object]]) -> None:
        while True:
            # Not all processes at the same time.
            await asyncio.sleep(seconds * random.uniform(0.75, 1.25))
            try:
                async with asyncio.timeout(60):
                    await sweep()
            except (TsnError, TimeoutError) as error:
                log.warning("sweep failed", stage=self._stage, error=str(error) or type(error).__name__)
            except Exception:
                log.exception("sweep failed unexpectedly", stage=self._stage)

    async def queue_due(self) -> int:
        """Put jobs whose wait is over back into their queues; how many."""
        total, number = 0, DUE_LIMIT
        while number == DUE_LIMIT:
            number = await self._database.run(lambda work: self._backlog.queue_due(work, limit=DUE_LIMIT))
            total += number
        if total:
            self._metrics.announced.labels(stage=self._stage, why="due").inc(total)
        return total

    async def announce_stranded(self) -> int:
        """Publish anew the jobs whose message or worker is gone; how many."""
        if await self._database.run(self._backlog.outbox_is_late):
            return 0
        total = 0
        for queue in QUEUES:
            total += await self._announce(queue)
        if total:
            log.warning("messages were lost and are published anew", stage=self._stage, jobs=total)
            self._metrics.announced.labels(stage=self._stage, why="lost").inc(total)
        return total

    async def _announce(self, queue: Queue) -> int:
        since = await self._bus.undelivered_since(
            WORK,
            work_consumer_name(self._stage, queue.lane, crowd=queue.crowd),
            work_subject(self._stage, queue.lane, crowd=queue.crowd),
        )
        return await self._database.run(
            lambda work: self._backlog.announce_stranded(
                work, queue, older_than=self._patience, undelivered_since=since, limit=STRANDED_LIMIT
            )
        )

    async def count(self) -> None:
        """Count what waits; metrics and the lanes' aging follow."""
        depths = {(each.queue, each.state): each for each in await self._database.run(self._backlog.depths)}
        ages: dict[Queue, float] = {}
        for queue in QUEUES:
            labels = {"stage": self._stage, "lane": queue.lane, "crowd": str(queue.crowd).lower()}
            for state in (JobState.QUEUED, JobState.WAITING):
                depth = depths.get((queue, state))
                self._metrics.queue_depth.labels(**labels, state=state).set(depth.count if depth else 0)
            queued = depths.get((queue, JobState.QUEUED))
            ages[queue] = queued.oldest_seconds if queued else 0.0
            self._metrics.queue_oldest_seconds.labels(**labels).set(ages[queue])
        self._scheduler.set_ages(ages)
