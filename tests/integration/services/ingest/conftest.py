"""A running ingest for each test."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.integration.services.ingest.running import RunningIngest, running_ingest


@pytest.fixture
async def service(database_url: str, nats_url: str, tmp_path: Path) -> AsyncIterator[RunningIngest]:
    """Ingest as in production, with one registered node."""
    async with running_ingest(database_url=database_url, nats_url=nats_url, folder=tmp_path) as running:
        yield running
