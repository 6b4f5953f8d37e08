"""Drops files into watched folders as recorders do: some in one move, some bit by bit."""

import asyncio
import shutil
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path

from deploy.demo.sample import Sample

PAUSE_SECONDS = 0.25
"""Between two recordings."""
APPEND_PARTS = 6
APPEND_PAUSE_SECONDS = 0.35
"""Shorter than the agent's stability window, so that the file never looks finished before it is."""


async def record(
    samples: Sequence[Sample], watched: Path, *, sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
) -> None:
    """Write `samples` below `watched`/NODE. The first grows slowly, as a recorder writes while somebody speaks; the
    others take turns between writing under another name and writing in place."""
    for number, sample in enumerate(samples):
        folder = watched / sample.node
        folder.mkdir(parents=True, exist_ok=True)
        for beside in sample.side_files:
            shutil.copyfile(beside, folder / beside.name)
        target = folder / sample.path.name
        if number == 0:
            await _grow(sample.path, target, sleep)
        elif number % 2:
            _rename_into_place(sample.path, target)
        else:
            shutil.copyfile(sample.path, target)
        await sleep(PAUSE_SECONDS)


async def _grow(source: Path, target: Path, sleep: Callable[[float], Awaitable[None]]) -> None:
    content = await asyncio.to_thread(source.read_bytes)
    step = -(-len(content) // APPEND_PARTS)
    for start in range(0, len(content), step):
        await asyncio.to_thread(_append, target, content[start : start + step])
        await sleep(APPEND_PAUSE_SECONDS)


def _append(target: Path, content: bytes) -> None:
    with target.open("ab") as file:
        file.write(content)


def _rename_into_place(source: Path, target: Path) -> None:
    unfinished = target.with_name(f"{target.name}.tmp")
    shutil.copyfile(source, unfinished)
    unfinished.rename(target)
