"""Jobs in the database: enqueue, claim with a lease and fencing token, renew, finish."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, insert, or_, select, update
from sqlalchemy.dialects.mysql import insert as mysql_insert

from mesh.bus.streams import dead_subject, work_subject
from mesh.clock import Clock
from mesh.db.database import Transaction
from mesh.ids import new_id
from mesh.pipeline.states import ENDED, JobState, check_transition
from mesh.pipeline.tables import job_transitions, jobs
from mesh.telemetry.tracing import current_traceparent

DEFAULT_MAX_ATTEMPTS = 5
MESSAGE_LIMIT = 1000
REASON_LIMIT = 64


@dataclass(frozen=True)
class Claim:
    """A job that this worker may work on until the lease ends."""

    job_id: str
    subject: str
    stage: str
    lane: str
    attempt: int
    max_attempts: int
    fence: int
    input: bytes
    traceparent: str


@dataclass(frozen=True)
class NotClaimable:
    """Why a job cannot be worked on now."""

    ended: bool
    """True: never again; the message can go."""
    retry_after_seconds: float
    """Otherwise: ask again after this."""


class JobStore:
    """The jobs of all stages. Every method runs inside the caller's transaction."""

    def __init__(self, *, clock: Clock, worker: str, lease_seconds: float = 20.0) -> None:
        """`worker` names this process in rows and history."""
        self._clock = clock
        self.worker = worker
        self.lease_seconds = lease_seconds

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
    ) -> str | None:
        """Queue one stage for `subject`; its id, or None where the same `dedupe_key` was queued before."""
        now = self._clock.now()
        job_id = new_id()
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
        )
        done = await work.execute(statement.prefix_with("IGNORE"))
        if done.rowcount == 0:
            return None
        await self._note(work, job_id, None, JobState.QUEUED, "")
        work.publish(work_subject(stage, lane), job_id.encode())
        return job_id

    async def claim(self, work: Transaction, job_id: str) -> Claim | NotClaimable:
        """Take the lease and count the attempt. A job out of attempts is dead from here on."""
        row = (await work.execute(select(jobs).where(jobs.c.id == job_id).with_for_update())).mappings().one_or_none()
        if row is None:
            return NotClaimable(ended=True, retry_after_seconds=0)
        state, now = JobState(row["state"]), self._clock.now()
        if state in ENDED:
            return NotClaimable(ended=True, retry_after_seconds=0)
        due: datetime | None = row["lease_until"] if state is JobState.RUNNING else row["retry_at"]
        if state is not JobState.QUEUED and due is not None and due > now:
            return NotClaimable(ended=False, retry_after_seconds=(due - now).total_seconds())
        if row["attempts"] >= row["max_attempts"]:
            await self._end(
                work, row["id"], row["stage"], state, JobState.DEAD, "WORKER_LOST", "every attempt was lost"
            )
            return NotClaimable(ended=True, retry_after_seconds=0)
        check_transition(state, JobState.RUNNING)
        attempt, fence = row["attempts"] + 1, row["fence"] + 1
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
            )
        )
        await self._note(work, job_id, state, JobState.RUNNING, f"attempt {attempt}")
        return Claim(
            job_id=job_id,
            subject=row["subject"],
            stage=row["stage"],
            lane=row["lane"],
            attempt=attempt,
            max_attempts=row["max_attempts"],
            fence=fence,
            input=row["input"],
            traceparent=row["traceparent"],
        )

    async def renew(self, work: Transaction, claim: Claim) -> bool:
        """Prolong the lease; False when it was lost (another worker has it, or the job was cancelled)."""
        until = self._clock.now() + timedelta(seconds=self.lease_seconds)
        done = await work.execute(update(jobs).where(self._held(claim)).values(lease_until=until))
        return done.rowcount == 1

    async def finish(self, work: Transaction, claim: Claim, state: JobState, note: str = "") -> bool:
        """End the job as SUCCEEDED or DEGRADED; False when the lease was lost: the caller must roll back."""
        check_transition(JobState.RUNNING, state)
        now = self._clock.now()
        done = await work.execute(
            update(jobs)
            .where(self._held(claim))
            .values(state=state, lease_until=None, updated_at=now, error_reason="", error_message="")
        )
        if done.rowcount != 1:
            return False
        await self._note(work, claim.job_id, JobState.RUNNING, state, note)
        return True

    async def wait(self, work: Transaction, claim: Claim, *, seconds: float, reason: str, message: str) -> bool:
        """Let the job run again after `seconds`; False when the lease was lost."""
        now = self._clock.now()
        done = await work.execute(
            update(jobs)
            .where(self._held(claim))
            .values(
                state=JobState.WAITING,
                lease_until=None,
                retry_at=now + timedelta(seconds=seconds),
                error_reason=_fitting(reason, REASON_LIMIT),
                error_message=_fitting(message, MESSAGE_LIMIT),
                updated_at=now,
            )
        )
        if done.rowcount != 1:
            return False
        await self._note(work, claim.job_id, JobState.RUNNING, JobState.WAITING, f"{reason}: {message}")
        return True

    async def bury(self, work: Transaction, claim: Claim, *, reason: str, message: str) -> bool:
        """Give the job up; False when the lease was lost."""
        held = (await work.execute(select(jobs.c.id).where(self._held(claim)).with_for_update())).first()
        if held is None:
            return False
        await self._end(work, claim.job_id, claim.stage, JobState.RUNNING, JobState.DEAD, reason, message)
        return True

    async def stranded(
        self, work: Transaction, stage: str, *, older_than: timedelta, limit: int = 500
    ) -> Sequence[tuple[str, str]]:
        """(id, lane) of jobs that should have run by now: their message was lost with the bus, or their worker died."""
        cutoff = self._clock.now() - older_than
        overdue = or_(
            and_(jobs.c.state == JobState.QUEUED, jobs.c.updated_at < cutoff),
            and_(jobs.c.state == JobState.WAITING, jobs.c.retry_at < cutoff),
            and_(jobs.c.state == JobState.RUNNING, jobs.c.lease_until < cutoff),
        )
        statement = (
            select(jobs.c.id, jobs.c.lane).where(jobs.c.stage == stage, overdue).order_by(jobs.c.id).limit(limit)
        )
        return [(str(row.id), str(row.lane)) for row in await work.execute(statement)]

    def _held(self, claim: Claim) -> ColumnElement[bool]:
        return and_(jobs.c.id == claim.job_id, jobs.c.fence == claim.fence, jobs.c.state == JobState.RUNNING)

    async def _end(
        self, work: Transaction, job_id: str, stage: str, before: JobState, after: JobState, reason: str, message: str
    ) -> None:
        check_transition(before, after)
        await work.execute(
            update(jobs)
            .where(jobs.c.id == job_id)
            .values(
                state=after,
                lease_until=None,
                retry_at=None,
                error_reason=_fitting(reason, REASON_LIMIT),
                error_message=_fitting(message, MESSAGE_LIMIT),
                updated_at=self._clock.now(),
            )
        )
        await self._note(work, job_id, before, after, f"{reason}: {message}")
        work.publish(dead_subject(stage), job_id.encode())

    async def _note(self, work: Transaction, job_id: str, before: JobState | None, after: JobState, note: str) -> None:
        await work.execute(
            insert(job_transitions).values(
                job_id=job_id,
                from_state=before or "",
                to_state=after,
                at=self._clock.now(),
                worker=self.worker,
                note=_fitting(note, MESSAGE_LIMIT),
            )
        )


def _fitting(text: str, limit: int) -> str:
    """`text` as the column takes it; a file name from the disk may hold surrogates, which no database stores."""
    return text[:limit].encode(errors="replace").decode()
