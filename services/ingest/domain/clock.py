"""How far a node's clock is from the server's, and how fast that changes."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from services.ingest.domain.model import AudioWarning, Recording

WRONG_SECONDS = 30.0
"""From here on a recording cannot be placed among those of other nodes: an over lasts about as long."""
REFERENCE_SPAN = timedelta(hours=6)
"""Drift is measured against a reference that is renewed so often: it changes with the temperature of the site."""
LEAST_SPAN = timedelta(seconds=60)
"""Over less than this, the jitter of the network is more than any drift."""
JUMP_SECONDS = 5.0
"""A change between two heartbeats that no drift makes: somebody set the clock."""
LONGEST_ROUND_TRIP_SECONDS = 60.0
"""A node that states more, or less than nothing, states nothing usable."""


@dataclass(frozen=True)
class NodeClock:
    """A node's clock as measured. Offsets are the server's clock minus the node's, in milliseconds."""

    offset_ms: int
    measured_at: datetime
    reference_offset_ms: int
    reference_at: datetime
    drift_ppm: float | None
    """Parts per million; None until measured over LEAST_SPAN."""

    @property
    def wrong(self) -> bool:
        """True when recordings of this node carry a warning."""
        return is_wrong(self.offset_ms / 1000)


def is_wrong(offset_seconds: float) -> bool:
    """True when a clock that far off makes airtimes untrustworthy."""
    return abs(offset_seconds) > WRONG_SECONDS


def offset_seconds(*, sent_at: datetime, received_at: datetime, round_trip_seconds: float | None) -> float:
    """Server clock minus node clock. Half of the round trip is taken for the way here (RFC 5905, symmetric paths)."""
    usable = round_trip_seconds is not None and 0 <= round_trip_seconds <= LONGEST_ROUND_TRIP_SECONDS
    way = round_trip_seconds / 2 if usable and round_trip_seconds else 0.0
    return (received_at - sent_at).total_seconds() - way


def measured(before: NodeClock | None, offset: float, *, at: datetime) -> NodeClock:
    """The clock after another measurement of `offset` seconds."""
    offset_ms = round(offset * 1000)
    if before is None or abs(offset_ms - before.offset_ms) > JUMP_SECONDS * 1000:
        return NodeClock(offset_ms, at, reference_offset_ms=offset_ms, reference_at=at, drift_ppm=None)
    now = replace(before, offset_ms=offset_ms, measured_at=at)
    span = at - before.reference_at
    if span < LEAST_SPAN:
        return now
    now = replace(now, drift_ppm=(offset_ms - before.reference_offset_ms) * 1000 / span.total_seconds())
    return now if span < REFERENCE_SPAN else replace(now, reference_offset_ms=offset_ms, reference_at=at)


def with_node_clock(recording: Recording, clock_offset_seconds: float | None) -> Recording:
    """The recording with what was known of its node's clock, and a warning where that was wrong."""
    if clock_offset_seconds is None:
        return recording
    wrong = (AudioWarning.CLOCK_WRONG,) if is_wrong(clock_offset_seconds) else ()
    return replace(recording, node_clock_offset_seconds=clock_offset_seconds, warnings=(*recording.warnings, *wrong))
