"""Texts that grow part by part: each thing is told once, and what was held back at the end of its part."""

import asyncio
import threading
from collections.abc import AsyncIterator, Sequence

from mesh.rpc.growing import AT_ONCE_CHARACTERS, GrowingText

Request = tuple[int, str]


class Words:
    """Tells each word once another follows it."""

    def __init__(self, part: int) -> None:
        self._part = part
        self._told = 0
        self._words: list[str] = []

    def update(self, text: str, /) -> Sequence[str]:
        self._words = text.split()
        return self._tell(len(self._words) - 1)

    def finish(self) -> Sequence[str]:
        return self._tell(len(self._words))

    def _tell(self, until: int) -> Sequence[str]:
        found = [f"{self._part}:{word}" for word in self._words[self._told : until]]
        self._told = max(self._told, until)
        return found


async def told(*requests: Request) -> list[tuple[Request, Sequence[str]]]:
    async def sent() -> AsyncIterator[Request]:
        for request in requests:
            yield request

    text: GrowingText[Request, str] = GrowingText(
        part=lambda request: request[0], text=lambda request: request[1], begin=Words
    )
    return [answer async for answer in text.read(sent())]


async def test_what_is_certain_is_told_at_once_and_the_rest_when_its_part_ends() -> None:
    assert await told((0, "a"), (0, "a b"), (1, "c"), (1, "c d")) == [
        ((0, "a b"), ["0:a"]),
        ((0, "a b"), ["0:b"]),
        ((1, "c d"), ["1:c"]),
        ((1, "c d"), ["1:d"]),
    ]


async def test_nothing_sent_or_nothing_new_is_not_answered() -> None:
    assert await told() == []
    assert await told((0, ""), (0, "")) == []


async def test_a_long_text_is_read_while_the_loop_goes_on() -> None:
    turned, threads = threading.Event(), set[int]()

    class Patient(Words):
        def update(self, text: str, /) -> Sequence[str]:
            threads.add(threading.get_ident())
            assert turned.wait(30), "the loop stood still"
            return super().update(text)

    async def sent() -> AsyncIterator[Request]:
        asyncio.get_running_loop().call_later(0, turned.set)
        yield 0, "a " + "b" * AT_ONCE_CHARACTERS

    text: GrowingText[Request, str] = GrowingText(
        part=lambda request: request[0], text=lambda request: request[1], begin=Patient
    )
    (first, _) = [found async for _, found in text.read(sent())]
    assert first == ["0:a"]
    assert threading.get_ident() not in threads
