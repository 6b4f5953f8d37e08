"""Several processes of the same engine, one recording in each."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from types import TracebackType
from typing import Self

import numpy as np
from numpy.typing import NDArray

from services.transcribe.domain.model import EngineInfo, Partial, TranscriptResult
from services.transcribe.engines.spec import EngineSpec
from services.transcribe.engines.worker import ProcessEngine


class EnginePool:
    """`size` workers with the call of one; further callers wait their turn.

    Take work only while `free_slots` is above 0, and nobody waits in a queue nobody sees.
    """

    def __init__(
        self,
        spec: EngineSpec,
        *,
        size: int,
        start_timeout_seconds: float = 300.0,
        partial_interval_seconds: float = 0.0,
    ) -> None:
        """`partial_interval_seconds`: see `ProcessEngine`."""
        if size < 1:
            raise ValueError(f"a pool needs at least one worker, not {size}")
        self.partial_interval_seconds = partial_interval_seconds
        self._workers = [
            ProcessEngine(
                spec,
                start_timeout_seconds=start_timeout_seconds,
                partial_interval_seconds=partial_interval_seconds,
            )
            for _ in range(size)
        ]
        self._idle = list(self._workers)
        self._slots = asyncio.Semaphore(size)

    @property
    def size(self) -> int:
        return len(self._workers)

    @property
    def free_slots(self) -> int:
        """Workers with nothing to do."""
        return len(self._idle)

    @property
    def info(self) -> EngineInfo:
        """What the engine said of itself at `start`; a LookupError before that."""
        return self._workers[0].info

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def start(self) -> EngineInfo:
        """Start all workers; raises as `ProcessEngine.start`, and leaves none running then.

        One after the other: the first download or page-in of the model serves the others.
        """
        try:
            for worker in self._workers:
                await worker.start()
        except BaseException:
            await self.close()
            raise
        return self.info

    async def close(self) -> None:
        """End all processes, whatever they are doing."""
        for worker in self._workers:
            await worker.close()

    async def transcribe(
        self,
        audio: NDArray[np.float32],
        *,
        language: str | None,
        hints: Sequence[str] = (),
        on_partial: Callable[[Partial], None] | None = None,
    ) -> TranscriptResult:
        """As `ProcessEngine.transcribe`, on the first worker that is free."""
        async with self._slots:
            worker = self._idle.pop()
            try:
                return await worker.transcribe(audio, language=language, hints=hints, on_partial=on_partial)
            finally:
                self._idle.append(worker)
