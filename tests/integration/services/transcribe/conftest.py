"""Transcribe on real servers."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.support.bench import Bench, bench


@pytest.fixture
async def base(database_url: str, nats_url: str, tmp_path: Path) -> AsyncIterator[Bench]:
    async with bench(database_url, nats_url, tmp_path) as made:
        yield made
