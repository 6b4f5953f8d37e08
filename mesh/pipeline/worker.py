"""Runs one stage: take work when a slot is free, claim, work, commit result and job together, acknowledge."""

import asyncio
import contextlib
import random
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol

import structlog
from opentelemetry.trace import SpanKind

from mesh.bus.bus import Bus, Consumer, Delivery
from mesh.bus.streams import WORK, work_consumer, work_subject
from mesh.db.database import Database, Transaction
from mesh.errors import FailureClass, TsnError, failure_class
from mesh.pipeline.jobs import Claim, JobStore, NotClaimable
from mesh.pipeline.states import JobState, backoff_seconds
from mesh.telemetry.metrics import JobMetrics
from mesh.telemetry.tracing import span

MAX_DEFERRALS = 1000
"""After this many a job is dead: at 30 s each, what it needs was away for a working day."""

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Outcome:
    """What came of the work: how it ended and how to store it."""

    store: Callable[[Transaction], Awaitable[None]]
    """Writes the result, events and the next stage's job; runs in the transaction that ends the job. May run twice."""
    state: JobState = JobState.SUCCEEDED
    note: str = ""


class Stage(Protocol):
    """The work of a service, as the worker sees it."""

    name: str

    async def work(self, claim: Claim) -> Outcome:
        """Do the long part, outside any transaction; the failure class of what it raises decides what follows."""
        ...


class LeaseLost(Exception):
    """Another worker has the job now, or it was cancelled: the result is discarded."""


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
        backoff_base_seconds: float = 1.0,
        backoff_cap_seconds: float = 300.0,
        deferral_cap_seconds: float = 30.0,
        sweep_seconds: float = 30.0,
        jitter: Callable[[], float] = random.random,
    ) -> None:
        self._stage = stage
        self._jobs = jobs
        self._database = database
        self._bus = bus
        self._metrics = metrics
        self._slots = asyncio.Semaphore(slots)
        self._slot_count = slots
        self._base = backoff_base_seconds
        self._cap = backoff_cap_seconds
        self._deferral_cap = deferral_cap_seconds
        self._sweep_seconds = sweep_seconds
        self._jitter = jitter
        self._draining = asyncio.Event()
        self.busy = 0
        """Slots at work now."""

    async def run(self) -> None:
        """Work until `drain` is called; then return when the jobs under way have ended. Cancel to give them up."""
        async with asyncio.TaskGroup() as group:
            sweeper = group.create_task(self._sweep())
            await self._take(group)
            sweeper.cancel()

    def drain(self) -> None:
        """Take no more work."""
        self._draining.set()

    async def _take(self, group: asyncio.TaskGroup) -> None:
        config = work_consumer(self._stage.name, ack_wait_seconds=self._jobs.lease_seconds)
        consumer: Consumer | None = None
        while not self._draining.is_set():
            await self._slots.acquire()
            free = 1
            while free < self._slot_count and not self._slots.locked():
                await self._slots.acquire()
                free += 1
            deliveries: list[Delivery] = []
            try:
                if consumer is None:
                    consumer = await self._bus.consumer(WORK, config)
                deliveries = await self._fetch(consumer.fetch(free))
            except Exception as error:
                log.warning("no work fetched", stage=self._stage.name, error=str(error) or type(error).__name__)
                if consumer is not None:
                    await _quietly(consumer.close())
                consumer = None
                await self._pause(1.0)
            for delivery in deliveries:
                group.create_task(self._handle(delivery))
            for _ in range(free - len(deliveries)):
                self._slots.release()
        if consumer is not None:
            await _quietly(consumer.close())

    async def _pause(self, seconds: float) -> None:
        """Wait, but no longer than until draining begins."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._draining.wait()

    async def _fetch(self, fetching: Awaitable[list[Delivery]]) -> list[Delivery]:
        """The fetch, given up when draining begins."""
        fetch = asyncio.ensure_future(fetching)
        drain = asyncio.ensure_future(self._draining.wait())
        try:
            await asyncio.wait({fetch, drain}, return_when=asyncio.FIRST_COMPLETED)
            if fetch.done():
                return fetch.result()
            return []
        finally:
            fetch.cancel()
            drain.cancel()

    async def _handle(self, delivery: Delivery) -> None:
        self.busy += 1
        try:
            await self._handle_job(delivery, delivery.payload.decode())
        except Exception:
            log.exception("work message not handled", stage=self._stage.name)
            await _quietly(delivery.retry_later(5.0))
        finally:
            self.busy -= 1
            self._slots.release()

    async def _handle_job(self, delivery: Delivery, job_id: str) -> None:
        try:
            claim = await self._database.run(lambda work: self._jobs.claim(work, job_id))
        except TsnError as error:
            await _quietly(delivery.retry_later(error.retry_after_seconds or 2.0))
            return
        if isinstance(claim, NotClaimable):
            if claim.ended:
                await delivery.ack()
            else:
                await delivery.retry_later(claim.retry_after_seconds + 0.05)
            return
        with structlog.contextvars.bound_contextvars(job=job_id, subject=claim.subject):
            parent = claim.traceparent or delivery.traceparent
            attributes: dict[str, str | int | float | bool] = {
                "tsn.job": job_id,
                "tsn.subject": claim.subject,
                "tsn.attempt": claim.attempt,
            }
            with span(f"{self._stage.name} job", parent=parent, kind=SpanKind.CONSUMER, attributes=attributes):
                await self._attempt(claim, delivery)

    async def _attempt(self, claim: Claim, delivery: Delivery) -> None:
        started = time.perf_counter()
        running = self._metrics.running.labels(stage=self._stage.name)
        running.inc()
        try:
            state = await self._work(claim, delivery)
            await _quietly(delivery.ack())
        except LeaseLost:
            state = await self._lost(delivery)
        except Exception as error:
            state = await self._failed(claim, delivery, error)
        finally:
            running.dec()
        seconds = time.perf_counter() - started
        self._metrics.finished.labels(stage=self._stage.name, state=state).inc()
        self._metrics.seconds.labels(stage=self._stage.name).observe(seconds)
        log.info("attempt ended", stage=self._stage.name, state=str(state), seconds=round(seconds, 3))

    async def _work(self, claim: Claim, delivery: Delivery) -> str:
        working = asyncio.ensure_future(self._stage.work(claim))
        keeping = asyncio.ensure_future(self._keep_lease(claim, delivery))
        try:
            await asyncio.wait({working, keeping}, return_when=asyncio.FIRST_COMPLETED)
            if not working.done():
                keeping.result()
            outcome = await working
        finally:
            working.cancel()
            keeping.cancel()
            await asyncio.gather(working, keeping, return_exceptions=True)

        async def commit(work: Transaction) -> None:
            if not await self._jobs.finish(work, claim, outcome.state, outcome.note):
                raise LeaseLost
            await outcome.store(work)

        await self._database.run(commit)
        return outcome.state

    async def _keep_lease(self, claim: Claim, delivery: Delivery) -> None:
        """Renew until cancelled; raises LeaseLost. A database that is away for a moment is not a lost lease."""
        while True:
            await asyncio.sleep(self._jobs.lease_seconds / 4)
            await _quietly(delivery.in_progress())
            try:
                held = await self._database.run(lambda work: self._jobs.renew(work, claim))
            except TsnError:
                continue
            if not held:
                raise LeaseLost

    async def _lost(self, delivery: Delivery) -> str:
        """Leave the job to whoever has it. The message may be theirs too, so it is not acknowledged here."""
        self._metrics.leases_lost.labels(stage=self._stage.name).inc()
        log.warning("lease lost, result discarded")
        await _quietly(delivery.retry_later(self._jobs.lease_seconds))
        return "lease_lost"

    async def _failed(self, claim: Claim, delivery: Delivery, error: Exception) -> str:
        """Decide between another attempt and the end, and write it down. Returns the label of the outcome."""
        reason = error.reason if isinstance(error, TsnError) else type(error).__name__
        message = str(error) or type(error).__name__
        failure = failure_class(error)
        if not isinstance(error, TsnError):
            log.exception("attempt failed unexpectedly", stage=self._stage.name)
        deferred = failure is FailureClass.DEPENDENCY and claim.deferrals < MAX_DEFERRALS
        counted = failure in (FailureClass.TRANSIENT, FailureClass.CRASH) and claim.attempt < claim.max_attempts
        again = deferred or counted
        tries, cap = (claim.deferrals + 1, self._deferral_cap) if deferred else (claim.attempt, self._cap)
        seconds = backoff_seconds(tries, base_seconds=self._base, cap_seconds=cap, jitter=self._jitter())

        async def note(work: Transaction) -> bool:
            if deferred:
                return await self._jobs.defer(work, claim, seconds=seconds, reason=reason, message=message)
            if counted:
                return await self._jobs.wait(
                    work, claim, seconds=seconds, reason=reason, message=message, failure=failure
                )
            return await self._jobs.bury(work, claim, reason=reason, message=message, failure=failure)

        log.warning("attempt failed", stage=self._stage.name, reason=reason, failure=failure, error=message)
        try:
            held = await self._database.run(note)
        except TsnError:
            await _quietly(delivery.retry_later(self._jobs.lease_seconds))
            return "unrecorded"
        if not held:
            return await self._lost(delivery)
        if again:
            await _quietly(delivery.retry_later(seconds + 0.05))
            return JobState.WAITING
        await _quietly(delivery.ack())
        return JobState.DEAD

    async def _sweep(self) -> None:
        """Publish anew the jobs whose message or worker is gone. Doubled messages do no harm: the claim decides."""
        while True:
            await asyncio.sleep(self._sweep_seconds * (0.75 + self._jitter() / 2))
            try:
                await self.sweep_once()
            except TsnError as error:
                log.warning("sweep failed", stage=self._stage.name, error=error.message)

    async def sweep_once(self) -> int:
        """One sweep; the number of jobs published anew.

        None while messages wait in the stream: behind a backlog a job is late, not lost, and sweeps would add to it.
        """
        if await self._bus.backlog(WORK, self._stage.name):
            return 0
        older_than = timedelta(seconds=2 * self._jobs.lease_seconds)
        async with self._database.transaction() as work:
            found = await self._jobs.stranded(work, self._stage.name, older_than=older_than)
            for job_id, lane in found:
                work.publish(work_subject(self._stage.name, lane), job_id.encode(), traceparent="")
        return len(found)


async def _quietly(sending: Awaitable[None]) -> None:
    """Acknowledgements may fail with the bus: the message then comes again and the claim decides."""
    try:
        await sending
    except Exception as error:
        log.debug("acknowledgement not sent", error=str(error))
