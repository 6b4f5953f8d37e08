"""Audio between its arrival and the ear that works on it: bounded, so that a fast sender waits."""

from __future__ import annotations

import asyncio

import numpy as np
from numpy.typing import NDArray


class AudioInbox:
    """One sender, one taker."""

    def __init__(self, *, limit_samples: int) -> None:
        """`limit_samples`: with this much untaken, the next `put` waits."""
        self._limit = limit_samples
        self._blocks: list[NDArray[np.float32]] = []
        self._held = 0
        self._ended = False
        self._failure: Exception | None = None
        self._changed = asyncio.Condition()

    async def put(self, samples: NDArray[np.float32]) -> None:
        """Add float32, shape (samples,), as soon as there is room."""
        if samples.size == 0:
            return
        async with self._changed:
            await self._changed.wait_for(lambda: self._held < self._limit)
            self._blocks.append(samples)
            self._held += samples.size
            self._changed.notify_all()

    async def end(self, failure: Exception | None = None) -> None:
        """No more will come; with `failure` the taker gets that instead of what is left."""
        async with self._changed:
            self._ended = True
            self._failure = failure
            self._changed.notify_all()

    async def take(self) -> NDArray[np.float32] | None:
        """All that is there, waiting for some; None at the end. Raises the sender's failure."""
        async with self._changed:
            await self._changed.wait_for(lambda: self._blocks or self._ended)
            if self._failure is not None:
                raise self._failure
            if not self._blocks:
                return None
            samples = np.concatenate(self._blocks)
            self._blocks.clear()
            self._held = 0
            self._changed.notify_all()
            return samples
