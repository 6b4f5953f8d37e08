"""Keeps one server running: what dies without being told to is started again."""

import asyncio
import signal
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from deploy.local.processes import Child, StartFailed, kill_group
from deploy.local.running import Server, start

STEADY_SECONDS = 30.0
"""A process that ran this long did not die of its start: it is restarted without delay."""
FIRST_DELAY_SECONDS = 0.2
MAX_DELAY_SECONDS = 10.0


def restart_delay(failures: int) -> float:
    """Seconds to wait before the next start after `failures` quick deaths in a row; the first restart is at once."""
    return 0.0 if failures <= 1 else min(MAX_DELAY_SECONDS, FIRST_DELAY_SECONDS * 2.0 ** (failures - 2))


class Keeper:
    """`start()` it once; `stop()`, `restart()` and `kill()` as often as needed."""

    def __init__(self, *, server: Server, logs: Path, ready_seconds: float, report: Callable[[str], None]) -> None:
        self.server = server
        self.restarts = 0
        """Times that it was started again because it had died."""
        self._logs = logs
        self._ready_seconds = ready_seconds
        self._report = report
        self._child: Child | None = None
        self._ready = asyncio.Event()
        self._watcher: asyncio.Task[None] | None = None

    @property
    def pid(self) -> int | None:
        """Process id; None while nothing runs."""
        return self._child.pid if self._child is not None and self._child.exit_code is None else None

    async def start(self) -> None:
        """Start it and wait until it serves. Raises StartFailed, after which nothing runs."""
        await self._start()
        self._watcher = asyncio.create_task(self._watch(), name=f"keep {self.server.name}")

    async def stop(self, grace_seconds: float = 12.0) -> None:
        """Stop it for good; kill what is left after `grace_seconds`."""
        if self._watcher is not None:
            self._watcher.cancel()
            with suppress(asyncio.CancelledError):
                await self._watcher
            self._watcher = None
        self._ready.clear()
        if self._child is not None:
            await self._child.stop(grace_seconds)
            self._child = None

    async def restart(self) -> None:
        """Stop it gracefully, start it, wait until it serves."""
        await self.stop()
        await self.start()

    async def kill(self, number: signal.Signals = signal.SIGKILL) -> None:
        """Send a deadly signal and wait for the end; the watcher starts it again."""
        if (child := self._child) is None:
            return
        self._ready.clear()
        child.send(number)
        await child.wait()

    async def wait_ready(self) -> None:
        """Wait until it serves."""
        await self._ready.wait()

    async def _start(self) -> None:
        self._child = await start(self.server, self._logs, self._ready_seconds)
        self._ready.set()
        self._report(f"{self.server.name} is ready")

    async def _watch(self) -> None:
        failures = 0
        while True:
            if self._child is not None:
                began = time.monotonic()
                code = await self._child.wait()
                self._ready.clear()
                kill_group(self._child.pid)
                failures = 1 if time.monotonic() - began > STEADY_SECONDS else failures + 1
                self._child = None
                self._report(f"{self.server.name} ended with exit code {code}; starting it again")
            await asyncio.sleep(restart_delay(failures))
            try:
                await self._start()
                self.restarts += 1
            except StartFailed as problem:
                failures += 1
                self._report(str(problem))
