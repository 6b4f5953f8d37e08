"""A cancel is heeded, whatever the libraries between us and the network make of it."""

import asyncio
from collections.abc import Awaitable
from typing import TypeVar

Result = TypeVar("Result")


def cancels() -> int:
    """How often this task was asked to end."""
    task = asyncio.current_task()
    return task.cancelling() if task else 0


def heed_cancel(before: int) -> None:
    """Raise CancelledError where the task was asked to end since `before` was taken, and a library kept it from us.

    asyncmy and nats wait by asyncio.wait_for, which in Python 3.11 drops a cancel that arrives together with the answer
    (bpo-37658): the task would then run for ever, a lease keeper holding its lease. And nats makes an error of its
    own of a cancel that finds its connection closed.
    """
    if cancels() > before:
        raise asyncio.CancelledError


async def heeded(answer: Awaitable[Result]) -> Result:
    """What a library answers, unless the task was asked to end meanwhile.

    Asked around each call and not around a whole block: a TaskGroup in it leaves the count raised in Python 3.11.
    """
    before = cancels()
    try:
        return await answer
    finally:
        heed_cancel(before)
