"""Room for uploads under way."""

from pathlib import Path

import pytest

from services.ingest.domain.errors import ScratchUnavailable
from services.ingest.scratch import Spool

CHUNKS = [bytes([number]) * 1000 for number in range(10)]
WHOLE = b"".join(CHUNKS)


def names(folder: Path) -> list[str]:
    return [entry.name for entry in folder.iterdir()]


def read(content: bytes | Path) -> bytes:
    return content if isinstance(content, bytes) else content.read_bytes()


async def filled(folder: Path, memory_bytes: int) -> Spool:
    spool = Spool(folder=folder, memory_bytes=memory_bytes)
    for chunk in CHUNKS:
        await spool.append(chunk)
    return spool


async def test_little_stays_in_memory(tmp_path: Path) -> None:
    spool = await filled(tmp_path, 10_000)
    assert await spool.content() == WHOLE
    assert await spool.tail(2_500) == WHOLE[2_500:]
    assert names(tmp_path) == []


async def test_much_goes_to_disk_and_leaves_nothing_behind(tmp_path: Path) -> None:
    spool = await filled(tmp_path, 2_500)
    content, tail = await spool.content(), await spool.tail(2_500)
    assert isinstance(content, Path)
    assert read(content) == read(await spool.tail(0)) == WHOLE
    assert read(tail) == WHOLE[2_500:]
    spool.close()
    assert names(tmp_path) == []


async def test_a_disk_that_takes_nothing_is_unavailable(tmp_path: Path) -> None:
    with pytest.raises(ScratchUnavailable):
        await filled(tmp_path / "missing", 2_500)
