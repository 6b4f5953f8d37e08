"""One service for each test."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.integration.services.query.running import RunningQuery, running_query


@pytest.fixture
async def query(database_url: str, nats_url: str, tmp_path: Path) -> AsyncIterator[RunningQuery]:
    """Query with windows of 10 recordings."""
    async with running_query(database_url=database_url, nats_url=nats_url, folder=tmp_path, window_rows=10) as running:
        yield running
