"""mesh.clock"""

from datetime import UTC, datetime, timedelta

from mesh.clock import SystemClock, to_milliseconds


def test_the_clock_tells_utc_in_milliseconds() -> None:
    before = datetime.now(UTC) - timedelta(milliseconds=1)
    now = SystemClock().now()
    assert before <= now <= datetime.now(UTC)
    assert now.utcoffset() == timedelta(0)
    assert now.microsecond % 1000 == 0


def test_microseconds_are_cut_and_never_rounded_up() -> None:
    assert to_milliseconds(datetime(2026, 1, 1, 0, 0, 0, 999_999, UTC)).microsecond == 999_000
