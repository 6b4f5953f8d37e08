"""A running ingest for each test."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from tests.integration.services.ingest.running import RunningIngest, running_ingest


@pytest.fixture(autouse=True)
def _quiet_logs() -> Iterator[None]:
    """No logs: structlog's default draws tracebacks, which takes seconds."""
    with capture_logs():
        yield


@pytest.fixture
async def service(database_url: str, nats_url: str, tmp_path: Path) -> AsyncIterator[RunningIngest]:
    """Ingest as in production, with one registered node."""
    async with running_ingest(database_url=database_url, nats_url=nats_url, folder=tmp_path) as running:
        yield running
