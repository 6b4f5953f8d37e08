"""What a worker holds while it works on a job."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Claim:
    """A job that this worker may work on until the lease ends."""

    job_id: str
    subject: str
    stage: str
    lane: str
    attempt: int
    """1 = the first."""
    max_attempts: int
    fence: int
    """Number of this lease among those the job was given."""
    input: bytes
    traceparent: str
    owner: str = ""
    """Whose work it is, for fairness; the next stage's job gets the same."""
    batch: str = ""
    """Batch it belongs to; the next stage's job gets the same."""
    options: Mapping[str, str] = field(default_factory=dict)
    """What this run asks of its stage, e.g. another engine."""
    deferrals: int = 0
    """Times it was put off because something it needs was away."""


@dataclass(frozen=True)
class NotClaimable:
    """Why a job cannot be worked on now."""

    held: bool = False
    """True: a worker has it, so its message may be needed; else the message can go."""
    retry_after_seconds: float = 0.0
    """Where it is held: when the lease ends, unless it is renewed."""
    died: str = ""
    """Reason, where this very claim found it out of attempts."""
