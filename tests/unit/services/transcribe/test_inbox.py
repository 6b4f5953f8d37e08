"""Bounded audio between a sender and a taker."""

import asyncio

import numpy as np
import pytest

from services.transcribe.inbox import AudioInbox


async def settle() -> None:
    """Let every task that can run do so."""
    for _ in range(5):
        await asyncio.sleep(0)


async def test_all_that_is_there_is_taken_at_once_and_none_marks_the_end() -> None:
    inbox = AudioInbox(limit_samples=100)
    await inbox.put(np.ones(3, np.float32))
    await inbox.put(np.zeros(2, np.float32))
    await inbox.end()
    taken = await inbox.take()
    assert taken is not None
    assert taken.tolist() == [1, 1, 1, 0, 0]
    assert await inbox.take() is None


async def test_a_fast_sender_waits_until_something_is_taken() -> None:
    inbox = AudioInbox(limit_samples=10)
    await inbox.put(np.ones(10, np.float32))
    sending = asyncio.create_task(inbox.put(np.ones(1, np.float32)))
    await settle()
    assert not sending.done()
    await inbox.take()
    await sending


async def test_the_taker_gets_the_senders_failure() -> None:
    inbox = AudioInbox(limit_samples=10)
    await inbox.put(np.ones(1, np.float32))
    await inbox.end(ValueError("bad"))
    with pytest.raises(ValueError, match="bad"):
        await inbox.take()
