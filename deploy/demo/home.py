"""The stack that the demonstration runs on, from an empty folder."""

import asyncio
import os
import shutil
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from deploy.local import commands, state
from deploy.local.processes import StartFailed
from deploy.local.stack import Stack, StackSettings


def clear(folder: Path) -> None:
    """Stop a stack that an earlier run left there and empty the folder."""
    if state.running(folder) is not None:
        commands.down(folder, purge=False)
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)


@asynccontextmanager
async def fresh_stack(
    folder: Path, *, engine: str, keep: bool, report: Callable[[str], None]
) -> AsyncIterator[state.State]:
    """A stack in `folder`, stopped at the end; with `keep` one that goes on by itself."""
    await asyncio.to_thread(clear, folder)
    if keep:
        # A supervisor of its own outlives this process; it hands our environment on to the services.
        os.environ["TSN_TRANSCRIBE_ENGINE"] = engine
        if await asyncio.to_thread(commands.up, folder) != 0:
            raise StartFailed("the stack", "did not start", folder / "logs" / "supervisor.log")
        yield _state(folder)
        return
    settings = StackSettings(folder, env={"TSN_TRANSCRIBE_ENGINE": engine})
    async with Stack(settings, report):
        yield _state(folder)


def _state(folder: Path) -> state.State:
    known = state.read(folder)
    if known is None:
        raise StartFailed("the stack", "left no state", folder / "stack.json")
    return known
