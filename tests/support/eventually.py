"""Waiting for a condition, with an end: far off, since a busy machine takes its time and a green test none."""

import asyncio
import inspect
from collections.abc import Awaitable, Callable

POLL_SECONDS = 0.02


async def eventually(predicate: Callable[[], Awaitable[object] | object], timeout: float = 60.0) -> None:  # noqa: ASYNC109
    """Return as soon as `predicate` (plain or async) is true. Raises TimeoutError."""
    async with asyncio.timeout(timeout):
        while True:
            answer = predicate()
            if inspect.isawaitable(answer):
                answer = await answer
            if answer:
                return
            await asyncio.sleep(POLL_SECONDS)
