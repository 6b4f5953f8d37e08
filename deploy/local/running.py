"""One server for the time of a `with` block."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Protocol

from deploy.local.processes import Child, Command, wait_ready


class Server(Protocol):
    """Something with a process: how to prepare, run and ask it."""

    @property
    def name(self) -> str:
        """Short name, also of its log file."""
        ...

    def prepare(self) -> None:
        """Make what must exist before the process starts; called before every start."""
        ...

    def command(self, log: Path) -> Command:
        """The process."""
        ...

    async def ready(self) -> bool:
        """True once it serves."""
        ...


async def start(server: Server, logs: Path, timeout_seconds: float = 120.0) -> Child:
    """Start a server and wait until it serves. Raises StartFailed, after which nothing runs."""
    await asyncio.to_thread(server.prepare)
    child = Child(server.command(logs / f"{server.name}.log"))
    try:
        await wait_ready(child, server.ready, timeout_seconds)
    except BaseException:
        await child.stop(grace_seconds=1.0)
        raise
    return child


@asynccontextmanager
async def running(server: Server, logs: Path) -> AsyncIterator[Child]:
    """The server, started and ready; stopped at the end."""
    child = await start(server, logs)
    try:
        yield child
    finally:
        await child.stop()
