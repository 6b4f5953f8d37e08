"""Streams of texts that grow part by part, answered as soon as something in them is certain."""

from collections.abc import AsyncIterator, Callable, Sequence
from typing import Generic, Protocol, TypeVar

Found = TypeVar("Found")
Told = TypeVar("Told", covariant=True)
Request = TypeVar("Request")
Response = TypeVar("Response")


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
        async for request in requests:
            if last is None or reader is None or self._part(request) != self._part(last):
                if last is not None and reader is not None and (found := reader.finish()):
                    yield last, found
                reader = self._begin(self._part(request))
            last = request
            if found := reader.update(self._text(request)):
                yield request, found
        if last is not None and reader is not None and (found := reader.finish()):
            yield last, found
