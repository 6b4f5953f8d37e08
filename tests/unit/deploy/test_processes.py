"""Child processes end when they should and say why when they should not have."""

import asyncio
import os
import signal
import sys
from pathlib import Path

import pytest

from deploy.local import state
from deploy.local.processes import Child, Command, StartFailed, tail, wait_ready

STUBBORN = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('on', flush=True); time.sleep(60)"
WITH_CHILD = "import subprocess; c = subprocess.Popen(['sleep', '60']); print(c.pid, flush=True); c.wait()"


def python(tmp_path: Path, code: str, **env: str) -> Child:
    return Child(Command(name="it", argv=(sys.executable, "-c", code), log=tmp_path / "it.log", env=env))


async def first_line(tmp_path: Path) -> str:
    """What the child says first."""
    async with asyncio.timeout(60):
        while True:
            if "\n" in (text := tail(tmp_path / "it.log")):
                return text.splitlines()[0]
            await asyncio.sleep(0.01)


async def test_output_and_environment_are_the_childs_own(tmp_path: Path) -> None:
    child = python(tmp_path, "import os; print(os.environ['WORD'])", WORD="kilo")
    assert await child.wait() == 0
    assert tail(tmp_path / "it.log") == "kilo\n"


async def test_the_process_id_is_the_programs_and_leads_its_group(tmp_path: Path) -> None:
    child = python(tmp_path, "import os; print(os.getpid(), os.getpgrp())")
    await child.wait()
    assert tail(tmp_path / "it.log").split() == [str(child.pid), str(child.pid)]


async def test_what_does_not_listen_to_sigterm_is_killed(tmp_path: Path) -> None:
    child = python(tmp_path, STUBBORN)
    await first_line(tmp_path)
    assert await child.stop(grace_seconds=0.05) == -signal.SIGKILL


async def test_stop_ends_the_childs_children_too(tmp_path: Path) -> None:
    child = python(tmp_path, WITH_CHILD)
    grandchild = state.process_of(int(await first_line(tmp_path)))
    assert grandchild.alive
    await child.stop()
    async with asyncio.timeout(60):
        while True:
            if not grandchild.alive:
                break
            await asyncio.sleep(0.01)


async def test_stopping_twice_is_harmless(tmp_path: Path) -> None:
    child = python(tmp_path, "pass")
    await child.wait()
    assert await child.stop() == 0
    assert await child.stop() == 0


async def never() -> bool:
    return False


async def test_a_child_that_ends_before_it_is_ready_is_reported_with_its_log(tmp_path: Path) -> None:
    child = python(tmp_path, "raise SystemExit('the port is taken')")
    with pytest.raises(StartFailed, match=r"it ended with exit code 1[\s\S]*the port is taken"):
        await wait_ready(child, never)


async def test_a_child_that_is_never_ready_is_given_up(tmp_path: Path) -> None:
    child = python(tmp_path, STUBBORN)
    with pytest.raises(StartFailed, match="was not ready within 0 s"):
        await wait_ready(child, never, timeout_seconds=0.05)
    await child.stop(grace_seconds=0.05)


def test_only_the_end_of_a_log_is_shown(tmp_path: Path) -> None:
    log = tmp_path / "long.log"
    log.write_text("early\n" + "x" * 5_000 + "late\n")
    assert "early" not in tail(log)
    assert tail(log).endswith("late\n")
    assert tail(tmp_path / "none.log") == ""


def test_a_process_is_known_by_its_start_time_too() -> None:
    assert state.this_process().alive
    assert not state.Process(pid=os.getpid(), started_ticks=1).alive
    assert state.started_ticks(2**22 + 1) is None
