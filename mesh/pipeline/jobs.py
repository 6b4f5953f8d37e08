"""Jobs in the database: enqueue, claim with a lease and fencing token, renew, finish."""

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, func, select, tuple_, update
from sqlalchemy.dialects.mysql import insert as mysql_insert

from mesh.bus.streams import dead_subject, work_subject
from mesh.clock import Clock
from mesh.db.database import Transaction
from mesh.errors import FailureClass
from mesh.ids import new_id
from mesh.pipeline.claims import Claim, NotClaimable
from mesh.pipeline.history import MESSAGE_LIMIT, REASON_LIMIT, fitting, note_transition
from mesh.pipeline.lanes import Lane
from mesh.pipeline.states import ENDED, JobState, check_transition
from mesh.pipeline.tables import jobs
from mesh.telemetry.tracing import current_traceparent

__all__ = ["Claim", "JobStore", "NotClaimable"]

DEFAULT_MAX_ATTEMPTS = 5
LOST_REASON = "WORKER_LOST"


class JobStore:
    """The jobs of all stages. Every method runs inside the caller's transaction."""

    def __init__(self, *, clock: Clock, worker: str, lease_seconds: float = 20.0, crowd_at: int = 16) -> None:
        """`worker` names this process in rows and history; an owner with `crowd_at` jobs in a queue is a crowd."""
        self.clock = clock
        self.worker = worker
        self.lease_seconds = lease_seconds
        self.crowd_at = crowd_at

    async def enqueue(
        self,
        work: Transaction,
        *,
        stage: str,
        subject: str,
        lane: str,
        payload: bytes,
        dedupe_key: str | None = None,
        max_attempts: int = DEFAULT_MAX_ATTEMPTS,
        owner: str = "",
        batch: str = "",
        options: Mapping[str, str] | None = None,
    ) -> str | None:
        """Queue one stage for `subject`; its id, or None where the same `dedupe_key` was queued before.

        `owner` is whose work it is (a node), for fairness; `options` are the stage's own. Raises ValueError where
        there is no such lane: nobody would ever take the job.
        """
        now = self.clock.now()
        job_id = new_id()
        lane = Lane(lane)
        crowded = await self.queued_of(work, owner=owner, stage=stage, lane=lane) >= self.crowd_at
        statement = mysql_insert(jobs).values(
            id=job_id,
            dedupe_key=dedupe_key or f"{subject}/{stage}",
            subject=subject,
            stage=stage,
            lane=lane,
            state=JobState.QUEUED,
            max_attempts=max_attempts,
            input=payload,
            traceparent=current_traceparent(),
            created_at=now,
            updated_at=now,
            owner=owner,
            crowded=crowded,
            batch=batch,
            options=dict(options) if options else None,
        )
        done = await work.execute(statement.prefix_with("IGNORE"))
        if done.rowcount == 0:
            return None
        await self._note(work, job_id, None, JobState.QUEUED, "")
        work.publish(work_subject(stage, lane, crowd=crowded), job_id.encode())
        return job_id

    async def claim(self, work: Transaction, job_id: str) -> Claim | NotClaimable:
        """Take the lease and count the attempt. A job out of attempts is dead from here on.

        A job found running past its lease lost its worker: that attempt stays counted, for the job may be why.
        """
        row = (await work.execute(select(jobs).where(jobs.c.id == job_id).with_for_update())).mappings().one_or_none()
        if row is None or row["state"] in ENDED:
            return NotClaimable()
        state, now = JobState(row["state"]), self.clock.now()
        due: datetime | None = row["lease_until"] if state is JobState.RUNNING else row["retry_at"]
        if state is not JobState.QUEUED and due is not None and due > now:
            return NotClaimable(held=state is JobState.RUNNING, retry_after_seconds=(due - now).total_seconds())
        if row["attempts"] >= row["max_attempts"]:
            await self._die(work, job_id, row["stage"], state, *_LOST)
            return NotClaimable(died=LOST_REASON)
        check_transition(state, JobState.RUNNING)
        attempt, fence = row["attempts"] + 1, row["fence"] + 1
        lost = _failed(*_LOST) if state is JobState.RUNNING else {}
        await work.execute(
            update(jobs)
            .where(jobs.c.id == job_id)
            .values(
                state=JobState.RUNNING,
                attempts=attempt,
                fence=fence,
                lease_until=now + timedelta(seconds=self.lease_seconds),
                worker=self.worker,
                retry_at=None,
                updated_at=now,
                **lost,
            )
        )
        after = f" after {row['worker']} was lost" if lost else ""
        await self._note(work, job_id, state, JobState.RUNNING, f"attempt {attempt}{after}")
        return _claim_of(row, attempt=attempt, fence=fence)

    async def renew(self, work: Transaction, claim: Claim) -> bool:
        """Prolong the lease; False when it was lost (another worker has it, or the job was cancelled)."""
        until = self.clock.now() + timedelta(seconds=self.lease_seconds)
        done = await work.execute(update(jobs).where(_held(claim)).values(lease_until=until))
        return done.rowcount == 1

    async def still_held(self, work: Transaction, claims: Collection[Claim]) -> set[str]:
        """Ids of those jobs whose claim is good still: neither cancelled nor given to another."""
        if not claims:
            return set()
        wanted = tuple_(jobs.c.id, jobs.c.fence).in_([(claim.job_id, claim.fence) for claim in claims])
        ids = [claim.job_id for claim in claims]
        statement = select(jobs.c.id).where(jobs.c.id.in_(ids), jobs.c.state == JobState.RUNNING, wanted)
        return {str(row.id) for row in await work.execute(statement)}

    async def finish(self, work: Transaction, claim: Claim, state: JobState, note: str = "") -> bool:
        """End the job as SUCCEEDED or DEGRADED; False when the lease was lost: the caller must roll back."""
        check_transition(JobState.RUNNING, state)
        blank = {"error_reason": "", "error_message": "", "failure_class": ""}
        return await self._leave(work, claim, state, note, lease_until=None, **blank)

    async def wait(
        self,
        work: Transaction,
        claim: Claim,
        *,
        seconds: float,
        reason: str,
        message: str,
        failure: FailureClass = FailureClass.TRANSIENT,
    ) -> bool:
        """Let the job run again after `seconds`; False when the lease was lost."""
        return await self._put_off(work, claim, seconds, reason, message, failure)

    async def defer(self, work: Transaction, claim: Claim, *, seconds: float, reason: str, message: str) -> bool:
        """Let the job run again after `seconds` and give the attempt back, since something it needs is away.

        False when the lease was lost.
        """
        counts = {"attempts": claim.attempt - 1, "deferrals": claim.deferrals + 1}
        return await self._put_off(work, claim, seconds, reason, message, FailureClass.DEPENDENCY, **counts)

    async def bury(
        self,
        work: Transaction,
        claim: Claim,
        *,
        reason: str,
        message: str,
        failure: FailureClass = FailureClass.PERMANENT,
    ) -> bool:
        """Give the job up; False when the lease was lost."""
        held = (await work.execute(select(jobs.c.id).where(_held(claim)).with_for_update())).first()
        if held is None:
            return False
        await self._die(work, claim.job_id, claim.stage, JobState.RUNNING, reason, message, failure)
        return True

    async def state(self, work: Transaction, job_id: str) -> JobState | None:
        """Where a job stands; None where there is none."""
        row = (await work.execute(select(jobs.c.state).where(jobs.c.id == job_id))).first()
        return JobState(row.state) if row else None

    async def queued_of(self, work: Transaction, *, owner: str, stage: str, lane: str) -> int:
        """Jobs of `owner` in this queue, as far as matters. Looks at its newest only: a flood is there or nowhere."""
        if not owner:
            return 0
        queued = jobs.c.owner == owner, jobs.c.stage == stage, jobs.c.state == JobState.QUEUED
        newest = select(jobs.c.lane).where(*queued).order_by(jobs.c.id.desc()).limit(4 * self.crowd_at).subquery()
        statement = select(func.count()).select_from(newest).where(newest.c.lane == lane)
        return int((await work.execute(statement)).scalar_one())

    async def _put_off(
        self,
        work: Transaction,
        claim: Claim,
        seconds: float,
        reason: str,
        message: str,
        failure: FailureClass,
        **counts: int,
    ) -> bool:
        retry_at = self.clock.now() + timedelta(seconds=seconds)
        values = _failed(reason, message, failure) | counts
        note = f"{reason}: {message}"
        return await self._leave(work, claim, JobState.WAITING, note, lease_until=None, retry_at=retry_at, **values)

    async def _leave(self, work: Transaction, claim: Claim, state: JobState, note: str, **values: object) -> bool:
        """From RUNNING to `state`, if the claim is good still."""
        changed = update(jobs).where(_held(claim)).values(state=state, updated_at=self.clock.now(), **values)
        if (await work.execute(changed)).rowcount != 1:
            return False
        await self._note(work, claim.job_id, JobState.RUNNING, state, note)
        return True

    async def _die(
        self,
        work: Transaction,
        job_id: str,
        stage: str,
        before: JobState,
        reason: str,
        message: str,
        failure: FailureClass,
    ) -> None:
        check_transition(before, JobState.DEAD)
        values = {"state": JobState.DEAD, "lease_until": None, "retry_at": None, "updated_at": self.clock.now()}
        failed = _failed(reason, message, failure)
        await work.execute(update(jobs).where(jobs.c.id == job_id).values(**values, **failed))
        await self._note(work, job_id, before, JobState.DEAD, f"{reason}: {message}")
        work.publish(dead_subject(stage), job_id.encode())

    async def _note(self, work: Transaction, job_id: str, before: JobState | None, after: JobState, note: str) -> None:
        await note_transition(work, job_id, before, after, at=self.clock.now(), worker=self.worker, note=note)


_LOST = LOST_REASON, "the worker was lost in the middle of the work", FailureClass.CRASH


def _held(claim: Claim) -> ColumnElement[bool]:
    return and_(jobs.c.id == claim.job_id, jobs.c.fence == claim.fence, jobs.c.state == JobState.RUNNING)


def _failed(reason: str, message: str, failure: FailureClass) -> dict[str, Any]:
    return {
        "error_reason": fitting(reason, REASON_LIMIT),
        "error_message": fitting(message, MESSAGE_LIMIT),
        "failure_class": failure,
    }


def _claim_of(row: Mapping[Any, Any], *, attempt: int, fence: int) -> Claim:
    return Claim(
        job_id=row["id"],
        subject=row["subject"],
        stage=row["stage"],
        lane=row["lane"],
        attempt=attempt,
        max_attempts=row["max_attempts"],
        fence=fence,
        input=row["input"],
        traceparent=row["traceparent"],
        owner=row["owner"],
        batch=row["batch"],
        options=row["options"] or {},
        deferrals=row["deferrals"],
    )
