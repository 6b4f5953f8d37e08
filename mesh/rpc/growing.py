"""Streams of texts that grow part by part, answered as soon as something in them is certain."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from functools import partial
from typing import Generic, Protocol, TypeVar

Found = TypeVar("Found")
Told = TypeVar("Told", covariant=True)
Request = TypeVar("Request")
Response = TypeVar("Response")

AT_ONCE_CHARACTERS = 1000
"""A text that is longer takes so long to read that it is read in a thread: the streams of others go on meanwhile."""


class Reader(Protocol[Told]):
    """Reads one part of a text while it grows; tells each thing once and takes none back."""

    def update(self, text: str, /) -> Sequence[Told]:
        """What is certain now that the part reads `text`."""
        ...

    def finish(self) -> Sequence[Told]:
        """What was held back, once no more text of the part will come."""
        ...


class GrowingText(Generic[Request, Found]):
    """How to take requests apart and read them."""

    def __init__(
        self, *, part: Callable[[Request], int], text: Callable[[Request], str], begin: Callable[[int], Reader[Found]]
    ) -> None:
        """`part`: number of the part that a request is about; `text`: all of it so far; `begin`: reads a new part."""
        self._part = part
        self._text = text
        self._begin = begin

    async def read(self, requests: AsyncIterator[Request]) -> AsyncIterator[tuple[Request, Sequence[Found]]]:
        """The newest request and what it made certain, each time that something was."""
        reader: Reader[Found] | None = None
        last: Request | None = None
        last_text = ""
        async for request in requests:
            text = self._text(request)
            if last is None or reader is None or self._part(request) != self._part(last):
                if last is not None and reader is not None and (found := await _apart(last_text, reader.finish)):
                    yield last, found
                reader = self._begin(self._part(request))
            last, last_text = request, text
            if found := await _apart(text, partial(reader.update, text)):
                yield request, found
        if last is not None and reader is not None and (found := await _apart(last_text, reader.finish)):
            yield last, found


async def _apart(text: str, read: Callable[[], Sequence[Found]]) -> Sequence[Found]:
    """What `read` finds in `text`: in a thread where that may take long."""
    return read() if len(text) <= AT_ONCE_CHARACTERS else await asyncio.to_thread(read)
