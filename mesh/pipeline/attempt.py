"""One attempt at a job: claim, work under a lease, commit result and job together, or write down why not."""

import asyncio
import contextlib
import random
import time
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from typing import Any, TypeVar

import structlog
from opentelemetry.trace import SpanKind

from mesh.bus.consumers import Delivery
from mesh.db.database import Database, DatabaseUnavailable, Transaction
from mesh.errors import FailureClass, TsnError, failure_class
from mesh.pipeline.claims import Claim, NotClaimable
from mesh.pipeline.jobs import JobStore
from mesh.pipeline.stage import Outcome, Stage
from mesh.pipeline.states import JobState, backoff_seconds
from mesh.pipeline.watch import ClaimWatch
from mesh.telemetry.metrics import JobMetrics
from mesh.telemetry.tracing import span

MAX_DEFERRALS = 1000
"""After this many a job is dead: at 30 s each, what it needs was away for a working day."""
REFUSALS = 5
"""So often a database that answers may fail to store a result, before the fault is the result's."""
GIVE_BACK_SECONDS = 2.0

Result = TypeVar("Result")

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class RetryPolicy:
    """How long jobs wait, and how long one attempt may take."""

    base_seconds: float = 1.0
    cap_seconds: float = 300.0
    """Longest wait after a failure."""
    deferral_cap_seconds: float = 30.0
    """Longest wait for something that is away."""
    attempt_seconds: float = 4 * 3600.0
    """An attempt that takes longer has failed."""
    jitter: Callable[[], float] = random.random

    def wait_seconds(self, claim: Claim, failure: FailureClass) -> float:
        """The wait after this failure of `claim`."""
        deferred = failure is FailureClass.DEPENDENCY
        number, cap = (
            (claim.deferrals + 1, self.deferral_cap_seconds) if deferred else (claim.attempt, self.cap_seconds)
        )
        return backoff_seconds(number, base_seconds=self.base_seconds, cap_seconds=cap, jitter=self.jitter())


class ClaimLost(Exception):
    """Another worker has the job now, or it was cancelled: the result is discarded."""


class AttemptTooLong(TsnError):
    """The attempt was ended because it took too long."""

    reason = "ATTEMPT_TIMED_OUT"


class ResultRefused(TsnError):
    """The database answers, but does not store this result."""

    reason = "RESULT_NOT_STORED"


class Attempts:
    """Handles the messages of one stage."""

    def __init__(
        self,
        *,
        stage: Stage,
        jobs: JobStore,
        database: Database,
        metrics: JobMetrics,
        watch: ClaimWatch,
        retries: RetryPolicy,
        stopping: Callable[[], bool],
    ) -> None:
        """`stopping` tells whether a cancellation comes from a process that ends in order."""
        self._stage = stage
        self._jobs = jobs
        self._database = database
        self._metrics = metrics
        self._watch = watch
        self._retries = retries
        self._stopping = stopping

    async def handle(self, delivery: Delivery) -> None:
        """Work on the job that `delivery` names, if it is to be worked on."""
        job_id = delivery.payload.decode()
        try:
            claim = await self._database.run(lambda work: self._jobs.claim(work, job_id))
        except TsnError as error:
            await quietly(delivery.retry_later(error.retry_after_seconds or 2.0))
            return
        if isinstance(claim, NotClaimable):
            await self._leave(delivery, claim)
            return
        self._metrics.attempts.labels(stage=self._stage.name).inc()
        with structlog.contextvars.bound_contextvars(job=job_id, subject=claim.subject):
            parent = claim.traceparent or delivery.traceparent
            attributes: dict[str, str | int | float | bool] = {
                "tsn.job": job_id,
                "tsn.subject": claim.subject,
                "tsn.attempt": claim.attempt,
            }
            with span(f"{self._stage.name} job", parent=parent, kind=SpanKind.CONSUMER, attributes=attributes):
                await self._attempt(claim, delivery)

    async def _leave(self, delivery: Delivery, job: NotClaimable) -> None:
        if job.died:
            self._count_dead(FailureClass.CRASH, job.died)
        if job.held:
            # The message may be that of the worker who has it: it has to come again, should that one die.
            await quietly(delivery.retry_later(job.retry_after_seconds + 0.05))
        else:
            # What waits is put back into its queue when its time comes, and holds no message until then.
            await quietly(delivery.ack())

    async def _attempt(self, claim: Claim, delivery: Delivery) -> None:
        started = time.perf_counter()
        running = self._metrics.running.labels(stage=self._stage.name)
        running.inc()
        try:
            state = await self._work(claim, delivery)
        except ClaimLost:
            state = await self._lost(claim, delivery)
        except asyncio.CancelledError:
            if self._stopping():
                await self._give_back(claim, delivery)
            raise
        except Exception as error:
            state = await self._failed(claim, delivery, error)
        finally:
            running.dec()
        seconds = time.perf_counter() - started
        self._metrics.finished.labels(stage=self._stage.name, state=state).inc()
        self._metrics.seconds.labels(stage=self._stage.name).observe(seconds)
        log.info("attempt ended", stage=self._stage.name, state=str(state), seconds=round(seconds, 3))

    async def _work(self, claim: Claim, delivery: Delivery) -> str:
        outcome = await self._outcome(claim, delivery)

        async def commit(work: Transaction) -> None:
            if not await self._jobs.finish(work, claim, outcome.state, outcome.note):
                raise ClaimLost
            await outcome.store(work)

        await self._persist(commit)
        await quietly(delivery.ack())
        return outcome.state

    async def _outcome(self, claim: Claim, delivery: Delivery) -> Outcome:
        with self._watch.watching(claim) as lost:
            working = asyncio.ensure_future(self._limited(claim))
            keeping = asyncio.ensure_future(self._keep_lease(claim, delivery))
            losing = asyncio.ensure_future(lost.wait())
            everything = {working, keeping, losing}
            try:
                await asyncio.wait(everything, return_when=asyncio.FIRST_COMPLETED)
                if working.done():
                    return working.result()
                raise ClaimLost
            finally:
                await _end(everything)

    async def _limited(self, claim: Claim) -> Outcome:
        limit = asyncio.timeout(self._retries.attempt_seconds)
        try:
            async with limit:
                return await self._stage.work(claim)
        except TimeoutError as error:
            if limit.expired():
                raise AttemptTooLong(f"no end after {self._retries.attempt_seconds:g} s") from error
            raise

    async def _keep_lease(self, claim: Claim, delivery: Delivery) -> None:
        """Renew until the lease is lost. A database that is away for a moment is not a lost lease."""
        while True:
            await asyncio.sleep(self._jobs.lease_seconds / 4)
            await quietly(delivery.in_progress())
            try:
                async with asyncio.timeout(self._jobs.lease_seconds):
                    if not await self._database.run(lambda work: self._jobs.renew(work, claim)):
                        return
            except (TsnError, TimeoutError) as error:
                log.warning("lease not renewed", error=str(error) or type(error).__name__)

    async def _persist(self, write: Callable[[Transaction], Awaitable[Result]]) -> Result:
        """Write until the database takes it: an outage is no reason to do hours of work again."""
        tries = refusals = 0
        while True:
            try:
                return await self._database.run(write)
            except DatabaseUnavailable as error:
                tries += 1
                refusals += await self._database_answers()
                log.warning("not stored yet", tries=tries, error=error.message)
                if refusals >= REFUSALS:
                    raise ResultRefused(f"the database did not take it {tries} times") from error
            await asyncio.sleep(
                backoff_seconds(tries, base_seconds=0.1, cap_seconds=2.0, jitter=self._retries.jitter())
            )

    async def _database_answers(self) -> bool:
        try:
            await self._database.ping()
        except DatabaseUnavailable:
            return False
        return True

    async def _lost(self, claim: Claim, delivery: Delivery) -> str:
        """Leave the job to whoever decided about it."""
        try:
            state = await self._database.run(lambda work: self._jobs.state(work, claim.job_id))
        except TsnError:
            state = JobState.RUNNING
        if state is JobState.RUNNING:
            # The message may be that of the worker who has it now.
            await quietly(delivery.retry_later(self._jobs.lease_seconds))
        else:
            await quietly(delivery.ack())
        if state is JobState.CANCELLED:
            self._metrics.cancels_seen.labels(stage=self._stage.name).inc()
            log.info("cancelled in the middle of the work, result discarded")
            return JobState.CANCELLED
        self._metrics.leases_lost.labels(stage=self._stage.name).inc()
        log.warning("lease lost, result discarded", state=state)
        return "lease_lost"

    async def _give_back(self, claim: Claim, delivery: Delivery) -> None:
        """The process stops in order: another goes on at once, and no attempt is used up."""

        async def defer(work: Transaction) -> bool:
            return await self._jobs.defer(
                work, claim, seconds=0, reason="WORKER_STOPPED", message="the worker was stopped and gave it back"
            )

        try:
            async with asyncio.timeout(GIVE_BACK_SECONDS):
                if await self._database.run(defer):
                    await quietly(delivery.ack())
        except (TsnError, TimeoutError) as error:
            log.warning("not given back", error=str(error) or type(error).__name__)

    async def _failed(self, claim: Claim, delivery: Delivery, error: Exception) -> str:
        """Decide between another attempt and the end, and write it down. Returns the label of the outcome."""
        failure = failure_class(error)
        reason = error.reason if isinstance(error, TsnError) else type(error).__name__
        message = _message(error)
        deferred = failure is FailureClass.DEPENDENCY and claim.deferrals < MAX_DEFERRALS
        counted = failure in (FailureClass.TRANSIENT, FailureClass.CRASH) and claim.attempt < claim.max_attempts
        seconds = self._retries.wait_seconds(claim, failure)

        async def note(work: Transaction) -> bool:
            if deferred:
                return await self._jobs.defer(work, claim, seconds=seconds, reason=reason, message=message)
            if counted:
                return await self._jobs.wait(
                    work, claim, seconds=seconds, reason=reason, message=message, failure=failure
                )
            return await self._jobs.bury(work, claim, reason=reason, message=message, failure=failure)

        self._log_failure(error, failure=failure, reason=reason, message=message)
        try:
            held = await self._persist(note)
        except TsnError:
            await quietly(delivery.retry_later(self._jobs.lease_seconds))
            return "unrecorded"
        if not held:
            return await self._lost(claim, delivery)
        await quietly(delivery.ack())
        if deferred:
            self._metrics.deferrals.labels(stage=self._stage.name, reason=reason).inc()
        elif counted:
            self._metrics.retries.labels(stage=self._stage.name, failure=failure).inc()
        else:
            self._count_dead(failure, reason)
            return JobState.DEAD
        return JobState.WAITING

    def _log_failure(self, error: Exception, *, failure: FailureClass, reason: str, message: str) -> None:
        """A failure that cannot even be logged is written down all the same."""
        with contextlib.suppress(Exception):
            unexpected = None if isinstance(error, TsnError) else error
            log.warning(
                "attempt failed",
                stage=self._stage.name,
                reason=reason,
                failure=failure,
                error=message,
                exc_info=unexpected,
            )

    def _count_dead(self, failure: FailureClass, reason: str) -> None:
        self._metrics.dead.labels(stage=self._stage.name, failure=failure, reason=reason).inc()


async def _end(tasks: Iterable[asyncio.Future[Any]]) -> None:
    """Cancel until they have ended: a library may drop a cancel that comes together with an answer (bpo-37658)."""
    pending = set(tasks)
    while pending:
        for each in pending:
            each.cancel()
        _, pending = await asyncio.wait(pending, timeout=1.0)


def _message(error: Exception) -> str:
    try:
        return str(error) or type(error).__name__
    except Exception:
        return f"{type(error).__name__} (it cannot be put into words)"


async def quietly(sending: Awaitable[None]) -> None:
    """Acknowledgements may fail with the bus: the message then comes again and the claim decides."""
    try:
        await sending
    except Exception as error:
        log.debug("acknowledgement not sent", error=str(error))
