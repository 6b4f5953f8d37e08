"""A server in memory and a place for files, for each test anew."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.integration.clients.node.ingest_server import MemoryIngest, serving


@pytest.fixture
async def ingest() -> MemoryIngest:
    return MemoryIngest()


@pytest.fixture
async def address(ingest: MemoryIngest) -> AsyncIterator[str]:
    async with serving(ingest) as where:
        yield where


@pytest.fixture
def watch(tmp_path: Path) -> Path:
    folder = tmp_path / "watch"
    folder.mkdir()
    return folder
