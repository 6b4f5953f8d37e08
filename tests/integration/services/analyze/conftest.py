"""Analyze on real servers."""

from collections.abc import AsyncIterator
from pathlib import Path

import grpc
import pytest

from services.analyze.config import AnalyzeSettings
from services.analyze.main import build
from tests.support.bench import Bench, bench, serving


@pytest.fixture
async def base(database_url: str, nats_url: str, tmp_path: Path) -> AsyncIterator[Bench]:
    async with bench(database_url, nats_url, tmp_path) as made:
        yield made


@pytest.fixture
async def channel(base: Bench) -> AsyncIterator[grpc.aio.Channel]:
    """To a running analyze."""
    async with serving(build(AnalyzeSettings(idle_gap_seconds=60), base.mesh)) as address:
        async with grpc.aio.insecure_channel(address) as opened:
            yield opened
