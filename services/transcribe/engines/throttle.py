"""Fewer partials: an engine that is faster than speech makes more of them than anybody can read."""

from __future__ import annotations

import time
from collections.abc import Callable

from services.transcribe.domain.model import Partial


class PartialThrottle:
    """Hands on one partial per interval, and always the last of a segment."""

    def __init__(
        self,
        hand_on: Callable[[Partial], None],
        *,
        interval_seconds: float,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._hand_on = hand_on
        self._interval = interval_seconds
        self._monotonic = monotonic
        self._held: Partial | None = None
        self._next = float("-inf")

    def offer(self, partial: Partial) -> None:
        """Hand `partial` on now, or hold it until a newer one takes its place or nothing follows."""
        if self._held is not None and self._held.segment_index != partial.segment_index:
            self.flush()
        now = self._monotonic()
        if now < self._next:
            self._held = partial
            return
        self._held = None
        self._next = now + self._interval
        self._hand_on(partial)

    def flush(self) -> None:
        """Hand on what is held: no more will come."""
        held, self._held = self._held, None
        if held is not None:
            self._hand_on(held)
