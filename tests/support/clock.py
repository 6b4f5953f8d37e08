"""A clock that the test moves."""

from datetime import UTC, datetime, timedelta


class FakeClock:
    """Stands still until `advance` is called."""

    def __init__(self, start: datetime = datetime(2026, 11, 20, 23, 30, tzinfo=UTC)) -> None:
        self._now = start

    def now(self) -> datetime:
        """The time the test has set."""
        return self._now

    def advance(self, seconds: float) -> None:
        """Move forward."""
        self._now += timedelta(seconds=seconds)
