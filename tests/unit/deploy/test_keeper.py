"""A server is kept alive, with growing patience for one that keeps dying."""

import asyncio
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from deploy.local.keeper import MAX_DELAY_SECONDS, Keeper, restart_delay
from deploy.local.processes import Command, StartFailed


@dataclass
class Sleeper:
    """A server that does nothing, or dies at once if it `is_broken`."""

    is_broken: bool = False
    name: str = "sleeper"
    prepared: int = 0

    def prepare(self) -> None:
        self.prepared += 1

    def command(self, log: Path) -> Command:
        code = "raise SystemExit(3)" if self.is_broken else "import signal; signal.pause()"
        return Command(name=self.name, argv=(sys.executable, "-c", code), log=log)

    async def ready(self) -> bool:
        return not self.is_broken


def keeper(server: Sleeper, logs: Path, report: Callable[[str], None] = lambda line: None) -> Keeper:
    return Keeper(server=server, logs=logs, ready_seconds=60, report=report)


async def test_what_dies_is_started_again(tmp_path: Path) -> None:
    server = Sleeper()
    kept = keeper(server, tmp_path)
    await kept.start()
    first = kept.pid
    await kept.kill()
    async with asyncio.timeout(60):
        await kept.wait_ready()
    assert kept.pid not in (first, None)
    assert (kept.restarts, server.prepared) == (1, 2)
    await kept.stop()
    assert kept.pid is None


async def test_a_start_that_fails_is_the_callers_to_handle(tmp_path: Path) -> None:
    kept = keeper(Sleeper(is_broken=True), tmp_path)
    with pytest.raises(StartFailed, match="exit code 3"):
        await kept.start()
    assert kept.pid is None


async def test_it_goes_on_trying_until_the_server_can_start(tmp_path: Path) -> None:
    server = Sleeper()
    said: list[str] = []
    tried = asyncio.Event()

    def report(line: str) -> None:
        said.append(line)
        if "exit code 3" in line:
            tried.set()

    kept = keeper(server, tmp_path, report)
    await kept.start()
    server.is_broken = True
    await kept.kill()
    async with asyncio.timeout(60):
        await tried.wait()
        server.is_broken = False
        await kept.wait_ready()
    await kept.stop()
    assert said[0] == "sleeper is ready"
    assert said[-1] == "sleeper is ready"


async def test_what_is_stopped_stays_stopped(tmp_path: Path) -> None:
    server = Sleeper()
    kept = keeper(server, tmp_path)
    await kept.start()
    await kept.stop()
    await kept.stop()
    assert (kept.pid, kept.restarts, server.prepared) == (None, 0, 1)


async def test_a_restart_starts_a_new_process(tmp_path: Path) -> None:
    kept = keeper(Sleeper(), tmp_path)
    await kept.start()
    first = kept.pid
    await kept.restart()
    assert kept.pid not in (first, None)
    assert kept.restarts == 0
    await kept.stop()


def test_patience_grows_and_has_an_end() -> None:
    delays = [restart_delay(failures) for failures in range(20)]
    assert delays[:2] == [0.0, 0.0]
    assert delays == sorted(delays)
    assert delays[-1] == MAX_DELAY_SECONDS
