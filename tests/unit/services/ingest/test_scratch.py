"""Room for uploads under way."""

from pathlib import Path

import pytest

from services.ingest.domain.errors import ScratchUnavailable
from services.ingest.scratch import MemoryBudget, Spool

CHUNKS = [bytes([number]) * 1000 for number in range(10)]
WHOLE = b"".join(CHUNKS)


def names(folder: Path) -> list[str]:
    return [entry.name for entry in folder.iterdir()]


def read(content: bytes | Path) -> bytes:
    return content if isinstance(content, bytes) else content.read_bytes()


async def filled(folder: Path, memory_bytes: int, budget: MemoryBudget | None = None) -> Spool:
    spool = Spool(folder=folder, memory_bytes=memory_bytes, budget=budget or MemoryBudget(1_000_000))
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


async def test_what_all_uploads_together_may_not_hold_in_memory_goes_to_disk(tmp_path: Path) -> None:
    budget = MemoryBudget(25_000)
    spools = [await filled(tmp_path, 20_000, budget) for _ in range(10)]
    contents = [await spool.content() for spool in spools]
    assert [type(content) for content in contents[:2]] == [bytes, bytes]
    assert sum(isinstance(content, bytes) for content in contents) == 2
    assert [read(content) for content in contents] == [WHOLE] * 10
    for spool in spools:
        spool.close()
    assert names(tmp_path) == []
    assert budget.take(25_000)
    assert not budget.take(1)


async def test_a_spool_on_disk_holds_no_memory_of_the_others(tmp_path: Path) -> None:
    budget = MemoryBudget(10_000)
    spool = await filled(tmp_path, 2_500, budget)
    await spool.content()
    assert budget.take(10_000)
    spool.close()
