"""The life of a job: which state may follow which."""

from enum import StrEnum


class JobState(StrEnum):
    """Where a job stands."""

    QUEUED = "queued"
    RUNNING = "running"
    SUCCEEDED = "succeeded"
    DEGRADED = "degraded"
    WAITING = "waiting"
    DEAD = "dead"
    CANCELLED = "cancelled"


ENDED = frozenset({JobState.SUCCEEDED, JobState.DEGRADED, JobState.DEAD, JobState.CANCELLED})
"""States in which nothing happens any more by itself."""

ALLOWED: dict[JobState, frozenset[JobState]] = {
    JobState.QUEUED: frozenset({JobState.RUNNING, JobState.CANCELLED, JobState.DEAD}),
    JobState.RUNNING: frozenset(
        {
            JobState.RUNNING,
            JobState.SUCCEEDED,
            JobState.DEGRADED,
            JobState.WAITING,
            JobState.DEAD,
            JobState.CANCELLED,
        }
    ),
    JobState.WAITING: frozenset({JobState.QUEUED, JobState.RUNNING, JobState.CANCELLED, JobState.DEAD}),
    JobState.SUCCEEDED: frozenset(),
    JobState.DEGRADED: frozenset({JobState.QUEUED}),
    JobState.DEAD: frozenset({JobState.QUEUED}),
    JobState.CANCELLED: frozenset({JobState.QUEUED}),
}
"""RUNNING may follow RUNNING: another worker takes over when the lease has run out. WAITING goes back to QUEUED when
its time has come."""


class TransitionRefused(Exception):
    """A job cannot go from one state to the other."""

    def __init__(self, before: JobState, after: JobState) -> None:
        super().__init__(f"a {before} job cannot become {after}")
        self.before = before
        self.after = after


def check_transition(before: JobState, after: JobState) -> None:
    """Raise TransitionRefused unless `after` may follow `before`."""
    if after not in ALLOWED[before]:
        raise TransitionRefused(before, after)


def backoff_seconds(attempt: int, *, base_seconds: float, cap_seconds: float, jitter: float) -> float:
    """Wait after `attempt` (1 = first): base * 2^(attempt-1), capped, times 0.5 to 1 by `jitter` 0..1."""
    # 2^64 is past any cap; beyond 2^1023 a float overflows.
    full = min(cap_seconds, base_seconds * 2.0 ** min(64, max(0, attempt - 1)))
    return full * (0.5 + jitter / 2)
