"""Runs one stage: take work when a slot is free and all that it needs is there."""

import asyncio
import contextlib
import random
from collections.abc import Callable, Mapping

import structlog

from mesh.bus.bus import Bus
from mesh.bus.consumers import Delivery
from mesh.db.database import Database
from mesh.pipeline.attempt import MAX_DEFERRALS, Attempts, RetryPolicy, quietly
from mesh.pipeline.backlog import Backlog
from mesh.pipeline.gate import Check, Gate
from mesh.pipeline.jobs import JobStore
from mesh.pipeline.lanes import LaneScheduler
from mesh.pipeline.source import WorkSource
from mesh.pipeline.stage import Outcome, Stage
from mesh.pipeline.sweep import DUE_SECONDS, Sweeper
from mesh.pipeline.watch import WATCH_SECONDS, ClaimWatch
from mesh.telemetry.metrics import JobMetrics

__all__ = ["MAX_DEFERRALS", "Outcome", "Stage", "StageWorker"]

log = structlog.get_logger(__name__)


class StageWorker:
    """Works on the jobs of one stage with a fixed number of slots."""

    def __init__(
        self,
        *,
        stage: Stage,
        jobs: JobStore,
        database: Database,
        bus: Bus,
        metrics: JobMetrics,
        slots: int,
        needs: Mapping[str, Check] | None = None,
        backoff_base_seconds: float = 1.0,
        backoff_cap_seconds: float = 300.0,
        deferral_cap_seconds: float = 30.0,
        attempt_seconds: float = 4 * 3600.0,
        sweep_seconds: float = 30.0,
        due_seconds: float = DUE_SECONDS,
        watch_seconds: float = WATCH_SECONDS,
        jitter: Callable[[], float] = random.random,
    ) -> None:
        """`needs`: checks of what all work of this stage needs, beside the database; while one fails none is taken."""
        self._stage = stage
        self._bus = bus
        self._metrics = metrics
        self._slots = asyncio.Semaphore(slots)
        self._slot_count = slots
        self._draining = asyncio.Event()
        scheduler = LaneScheduler()
        self._source = WorkSource(bus=bus, stage=stage.name, ack_wait_seconds=jobs.lease_seconds, scheduler=scheduler)
        self._gate = Gate({"database": database.ping, **(needs or {})})
        self._watch = ClaimWatch(jobs=jobs, database=database, every_seconds=watch_seconds)
        self._attempts = Attempts(
            stage=stage,
            jobs=jobs,
            database=database,
            metrics=metrics,
            watch=self._watch,
            retries=RetryPolicy(
                base_seconds=backoff_base_seconds,
                cap_seconds=backoff_cap_seconds,
                deferral_cap_seconds=deferral_cap_seconds,
                attempt_seconds=attempt_seconds,
                jitter=jitter,
            ),
            stopping=self._draining.is_set,
        )
        self.sweeper = Sweeper(
            stage=stage.name,
            backlog=Backlog(stage=stage.name, clock=jobs.clock, worker=jobs.worker),
            database=database,
            bus=bus,
            metrics=metrics,
            scheduler=scheduler,
            patience_seconds=2 * jobs.lease_seconds,
            sweep_seconds=sweep_seconds,
            due_seconds=due_seconds,
        )
        self.busy = 0
        """Slots at work now."""

    async def run(self) -> None:
        """Work until `drain` is called; then return when the jobs under way have ended. Cancel to give them up."""
        async with asyncio.TaskGroup() as helpers:
            helping = [helpers.create_task(self.sweeper.run()), helpers.create_task(self._watch.run())]
            async with asyncio.TaskGroup() as group:
                await self._take(group)
            for helper in helping:
                helper.cancel()

    def drain(self) -> None:
        """Take no more work."""
        self._draining.set()
        self._source.ring()

    async def _take(self, group: asyncio.TaskGroup) -> None:
        while not self._draining.is_set():
            free = await self._free_slots()
            deliveries = await self._deliveries(free)
            for delivery in deliveries:
                group.create_task(self._handle(delivery))
            for _ in range(free - len(deliveries)):
                self._slots.release()
        await self._source.close()

    async def _free_slots(self) -> int:
        """Wait for a free slot, then take all there are; how many."""
        await self._slots.acquire()
        free = 1
        while free < self._slot_count and not self._slots.locked():
            await self._slots.acquire()
            free += 1
        return free

    async def _deliveries(self, count: int) -> list[Delivery]:
        try:
            is_open = await self._gate.is_open()
            self._metrics.gate_closed.labels(stage=self._stage.name).set(not is_open)
            if is_open and not self._draining.is_set():
                return await self._source.take(count)
        except Exception as error:
            log.warning("no work taken", stage=self._stage.name, error=str(error) or type(error).__name__)
            await quietly(self._source.close())
        await self._pause(1.0)
        return []

    async def _pause(self, seconds: float) -> None:
        """Wait, but no longer than until draining begins."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._draining.wait()

    async def _handle(self, delivery: Delivery) -> None:
        self.busy += 1
        try:
            await self._attempts.handle(delivery)
        except Exception:
            log.exception("work message not handled", stage=self._stage.name)
            await quietly(delivery.retry_later(5.0))
        finally:
            self.busy -= 1
            self._slots.release()

    async def sweep_once(self) -> int:
        """One sweep for what was lost; the number of jobs published anew."""
        return await self.sweeper.announce_stranded()
