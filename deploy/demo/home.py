"""The stack that the demonstration runs on, from an empty folder."""

import asyncio
import fcntl
import os
import shutil
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

from deploy.local import commands, state
from deploy.local.processes import StartFailed
from deploy.local.stack import Stack, StackSettings

GATEWAY_PORT = 8080
"""Taken if free, else another."""


class RunsAlready(Exception):
    """Another demonstration is using the folder."""

    def __init__(self, folder: Path) -> None:
        super().__init__(f"another demonstration is running in {folder}; wait for it, or give another --folder")


def clear(folder: Path) -> None:
    """Stop a stack that an earlier run left there with `--keep`, and empty the folder."""
    if state.running(folder) is not None:
        commands.down(folder, purge=False)
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Be the one demonstration in `folder`. Raises RunsAlready."""
    # Beside the folder, for the folder is emptied; the kernel lets go of it however this process ends.
    beside = folder.with_name(f"{folder.name}.lock")
    beside.parent.mkdir(parents=True, exist_ok=True)
    with beside.open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise RunsAlready(folder) from None
        yield


@asynccontextmanager
async def fresh_stack(
    folder: Path, *, engine: str, keep: bool, report: Callable[[str], None]
) -> AsyncIterator[state.State]:
    """A stack in `folder`, stopped at the end; with `keep` one that goes on by itself unless the body fails."""
    await asyncio.to_thread(clear, folder)
    if not keep:
        async with Stack(StackSettings(folder, GATEWAY_PORT, env={"TSN_TRANSCRIBE_ENGINE": engine}), report):
            yield _state(folder)
        return
    # A supervisor of its own outlives this process; it hands our environment on to the services.
    os.environ["TSN_TRANSCRIBE_ENGINE"] = engine
    try:
        if await asyncio.to_thread(commands.up, folder, GATEWAY_PORT) != 0:
            raise StartFailed("the stack", "did not start", folder / "logs" / "supervisor.log")
        yield _state(folder)
    except BaseException:
        commands.down(folder, purge=False)
        raise


def _state(folder: Path) -> state.State:
    known = state.read(folder)
    if known is None:
        raise StartFailed("the stack", "left no state", folder / "stack.json")
    return known
