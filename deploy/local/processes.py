"""Child processes: own log file, own process group, dead when their supervisor is."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

_LAUNCHER = Path(__file__).with_name("die_with_parent.py")
_FIRST_PROBE_SECONDS = 0.01
_PROBE_EVERY_SECONDS = 0.1
_LOG_TAIL_BYTES = 2_000


class StartFailed(Exception):
    """A process ended, or stayed silent, before it was ready. The message carries the end of its log."""

    def __init__(self, name: str, what: str, log: Path) -> None:
        super().__init__(f"{name} {what}; its log {log} ends with:\n{tail(log)}")
        self.name = name


@dataclass(frozen=True)
class Command:
    """What to run. `env` is added to this process's own environment."""

    name: str
    argv: tuple[str, ...]
    log: Path
    env: Mapping[str, str] = field(default_factory=dict)
    folder: Path | None = None


class Child:
    """One run of a command. Start it in the main thread: the kernel ties the child's life to the thread."""

    def __init__(self, command: Command) -> None:
        self.command = command
        self.started_at = time.monotonic()
        command.log.parent.mkdir(parents=True, exist_ok=True)
        with command.log.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-I", "-S", str(_LAUNCHER), str(os.getpid()), *command.argv],
                env={**os.environ, **command.env},
                cwd=command.folder,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    @property
    def pid(self) -> int:
        """Process id, which is also the id of its process group."""
        return self._process.pid

    @property
    def exit_code(self) -> int | None:
        """None while it runs; negative: the signal that ended it."""
        return self._process.poll()

    def send(self, number: signal.Signals) -> None:
        """Send a signal to the process; nothing happens if it has ended."""
        self._process.send_signal(number)

    async def wait(self) -> int:
        """Wait until the process has ended and return its exit code."""
        if self.exit_code is None:
            await _readable(os.pidfd_open(self.pid))
        return self._process.wait()

    async def stop(self, grace_seconds: float = 10.0) -> int:
        """Ask it to end, kill the whole group after `grace_seconds`, return the exit code."""
        self.send(signal.SIGTERM)
        with suppress(TimeoutError):
            async with asyncio.timeout(grace_seconds):
                await self.wait()
        kill_group(self.pid)
        return await self.wait()


def kill_group(group: int) -> None:
    """Kill what is left of a process group."""
    with suppress(ProcessLookupError):
        os.killpg(group, signal.SIGKILL)


async def _readable(descriptor: int) -> None:
    """Wait until `descriptor` is readable, then close it; a pidfd is readable once its process has ended."""
    loop = asyncio.get_running_loop()
    ended = asyncio.Event()
    loop.add_reader(descriptor, ended.set)
    try:
        await ended.wait()
    finally:
        loop.remove_reader(descriptor)
        os.close(descriptor)


async def wait_ready(child: Child, probe: Callable[[], Awaitable[bool]], timeout_seconds: float = 30.0) -> None:
    """Ask `probe` until it says yes, at first often: a small server is there in a tenth of a second.

    Raises StartFailed when the process ends or the time is over.
    """
    name, log = child.command.name, child.command.log
    pause = _FIRST_PROBE_SECONDS
    try:
        async with asyncio.timeout(timeout_seconds):
            while not await probe():
                if (code := child.exit_code) is not None:
                    raise StartFailed(name, f"ended with exit code {code}", log)
                await asyncio.sleep(pause)
                pause = min(_PROBE_EVERY_SECONDS, pause * 1.25)
    except TimeoutError:
        raise StartFailed(name, f"was not ready within {timeout_seconds:.0f} s", log) from None


def tail(log: Path) -> str:
    """The last lines of a log file."""
    if not log.is_file():
        return ""
    with log.open("rb") as file:
        file.seek(max(0, log.stat().st_size - _LOG_TAIL_BYTES))
        return file.read().decode(errors="replace")
