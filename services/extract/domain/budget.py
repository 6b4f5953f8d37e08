"""How many questions may be put to a helper that costs money or time."""

import time
from collections import deque
from collections.abc import Callable

_MINUTE_SECONDS = 60.0


class MinuteBudget:
    """So many within any 60 seconds, in this process; never waits."""

    def __init__(self, limit: int, *, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._limit = limit
        self._monotonic = monotonic
        self._taken: deque[float] = deque()

    def take(self) -> bool:
        """Take one; False where none is left."""
        now = self._monotonic()
        while self._taken and self._taken[0] <= now - _MINUTE_SECONDS:
            self._taken.popleft()
        if len(self._taken) >= self._limit:
            return False
        self._taken.append(now)
        return True
