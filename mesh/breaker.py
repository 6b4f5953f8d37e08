"""A circuit breaker: a helper that keeps failing is left alone for a while, then tried with one call."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from enum import IntEnum


class BreakerState(IntEnum):
    """How a breaker stands; the numbers are what its metric shows."""

    CLOSED = 0
    """Calls are made."""
    HALF_OPEN = 1
    """The rest is over; one call may try."""
    OPEN = 2
    """No calls are made."""


class CircuitOpen(Exception):
    """The call was not made: the helper failed lately and is left alone."""


class Breaker:
    """Counts failures in a row. For one event loop; nothing here waits.

    What was under way when it opened neither closes it nor keeps it open for longer. A trial that nobody reports
    counts for as long as the rest lasts, so that one that hangs or was given up does not keep it half-open for ever.
    """

    def __init__(
        self, *, failures_limit: int, open_seconds: float, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        """It opens after `failures_limit` failures in a row, and rests for `open_seconds`."""
        self._failures_limit = failures_limit
        self._open_seconds = open_seconds
        self._monotonic = monotonic
        self._failures = 0
        self._open_until: float | None = None
        self._trial_until = 0.0

    @property
    def state(self) -> BreakerState:
        """How it stands now: `gauge.set_function(lambda: breaker.state)` shows it."""
        if self._open_until is None:
            return BreakerState.CLOSED
        return BreakerState.OPEN if self._monotonic() < self._open_until else BreakerState.HALF_OPEN

    def admit(self) -> bool:
        """Whether a call may be made now. Who gets True reports `succeeded` or `failed`."""
        state = self.state
        if state is BreakerState.HALF_OPEN:
            now = self._monotonic()
            if now < self._trial_until:
                return False
            self._trial_until = now + self._open_seconds
        return state is not BreakerState.OPEN

    def succeeded(self) -> None:
        """The helper answered."""
        if self.state is not BreakerState.OPEN:
            self._failures = 0
            self._open_until = None
            self._trial_until = 0.0

    def failed(self) -> None:
        """The helper did not answer, or not with sense."""
        state = self.state
        if state is BreakerState.OPEN:
            return
        self._failures += 1
        if state is BreakerState.HALF_OPEN or self._failures >= self._failures_limit:
            self._open_until = self._monotonic() + self._open_seconds
            self._trial_until = 0.0

    @contextmanager
    def call(self, *failures: type[BaseException]) -> Iterator[None]:
        """Around one call; `failures` count against the helper, anything else does not bear on it.

        Raises CircuitOpen instead of making the call.
        """
        if not self.admit():
            raise CircuitOpen
        try:
            yield
        except failures:
            self.failed()
            raise
        except Exception:
            self.succeeded()
            raise
        else:
            self.succeeded()
