"""The numbers that a node gives its recordings, and what they show to be missing."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Outcome(StrEnum):
    """What the server said on a number."""

    STORED = "stored"
    DUPLICATE = "duplicate"
    """The same bytes had been stored before."""
    REFUSED = "refused"
    """The recording will never be taken as it is."""


@dataclass(frozen=True)
class SpoolNumber:
    """The number of one recording: 1, 2, 3 ... for each node of a spool."""

    spool_id: str
    sequence: int


@dataclass(frozen=True)
class Gap:
    """Consecutive numbers that the server has not spoken on."""

    spool_id: str
    first: int
    last: int
    received_before_at: datetime | None
    """When the recording before the gap arrived; None: there is none."""
    received_after_at: datetime | None
    """When the recording after the gap arrived; None: what is missing may still be on its way."""
