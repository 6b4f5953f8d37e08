"""Timestamps and durations on the wire."""

from datetime import UTC, datetime, timedelta

from google.protobuf.duration_pb2 import Duration
from google.protobuf.timestamp_pb2 import Timestamp


def to_timestamp(moment: datetime) -> Timestamp:
    """An aware moment as a Timestamp. Raises ValueError for a naive one."""
    if moment.tzinfo is None:
        raise ValueError(f"{moment!r} has no time zone")
    stamp = Timestamp()
    stamp.FromDatetime(moment.astimezone(UTC).replace(tzinfo=None))
    return stamp


def from_timestamp(stamp: Timestamp) -> datetime:
    """A Timestamp as aware UTC, cut to milliseconds. Raises ValueError outside the years 1 to 9999."""
    moment = stamp.ToDatetime(tzinfo=UTC)
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)


def to_duration(seconds: float) -> Duration:
    """Seconds as a Duration, to the millisecond."""
    duration = Duration()
    duration.FromTimedelta(timedelta(milliseconds=round(seconds * 1000)))
    return duration


def from_duration(duration: Duration) -> float:
    """A Duration as seconds."""
    return duration.seconds + duration.nanos / 1e9
