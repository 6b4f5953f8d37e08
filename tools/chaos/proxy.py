"""A TCP proxy that breaks connections in the ways that networks do."""

import asyncio
import contextlib
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self

_CHUNK_BYTES = 65_536
_HOST = "127.0.0.1"


@dataclass(eq=False)
class _Link:
    """One connection through the proxy; `mute`: its bytes vanish, and nobody is told."""

    writers: list[asyncio.StreamWriter] = field(default_factory=list)
    mute: bool = False

    def reset(self) -> None:
        for writer in self.writers:
            writer.transport.abort()


class FaultProxy:
    """`async with FaultProxy(listen_port, target_port)`; both on loopback. Passes all until told otherwise."""

    def __init__(self, listen_port: int, target_port: int) -> None:
        self.listen_port = listen_port
        self.target_port = target_port
        self._links: set[_Link] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._server: asyncio.Server | None = None
        self._flowing = asyncio.Event()
        self._flowing.set()
        self._refusing = False
        self._delay_seconds = 0.0

    @property
    def connections(self) -> int:
        """Connections that are open now."""
        return len(self._links)

    def cut(self) -> None:
        """Reset every connection; new ones are served."""
        for link in tuple(self._links):
            link.reset()

    def mute(self) -> None:
        """Let every open connection fall silent for ever, as behind a router that forgot it; new ones are served."""
        for link in self._links:
            link.mute = True

    async def refuse(self, seconds: float) -> None:
        """Reset every connection, and each new one at once, for a time."""
        self._refusing = True
        self.cut()
        try:
            await asyncio.sleep(seconds)
        finally:
            self._refusing = False

    async def stall(self, seconds: float) -> None:
        """Hold back every byte for a time; what was held back comes then."""
        self._flowing.clear()
        try:
            await asyncio.sleep(seconds)
        finally:
            self._flowing.set()

    async def slow(self, seconds: float, *, delay_seconds: float) -> None:
        """Bring each piece `delay_seconds` late, for a time."""
        self._delay_seconds = delay_seconds
        try:
            await asyncio.sleep(seconds)
        finally:
            self._delay_seconds = 0.0

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._accept, _HOST, self.listen_port)
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if self._server is not None:
            self._server.close()
        self.cut()
        for task in tuple(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        link = _Link([writer])
        self._links.add(link)
        try:
            await self._serve(link, reader, writer)
        except (OSError, asyncio.CancelledError):
            # Ends like a connection, not like a failure: the loop would log it.
            pass
        finally:
            link.reset()
            self._links.discard(link)
            self._tasks.discard(task)

    async def _serve(self, link: _Link, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await self._flowing.wait()
        if self._refusing:
            return
        far_reader, far_writer = await asyncio.open_connection(_HOST, self.target_port)
        link.writers.append(far_writer)
        async with asyncio.TaskGroup() as group:
            group.create_task(self._pump(link, reader, far_writer))
            group.create_task(self._pump(link, far_reader, writer))

    async def _pump(self, link: _Link, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Carry one direction until it ends; an end is passed on as an end, a reset resets both sides."""
        try:
            while data := await reader.read(_CHUNK_BYTES):
                if link.mute:
                    continue
                await self._flowing.wait()
                if self._delay_seconds:
                    await asyncio.sleep(self._delay_seconds)
                writer.write(data)
                await writer.drain()
            if not link.mute:
                with contextlib.suppress(OSError):
                    writer.write_eof()
        except OSError:
            link.reset()
