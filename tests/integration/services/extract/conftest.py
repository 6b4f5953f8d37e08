"""Extract on real servers."""

import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import grpc
import pytest

from services.extract.config import ExtractSettings
from services.extract.main import build
from tests.support.bench import Bench, bench, serving


@pytest.fixture
async def base(database_url: str, nats_url: str, tmp_path: Path) -> AsyncIterator[Bench]:
    async with bench(database_url, nats_url, tmp_path) as made:
        yield made


@pytest.fixture
async def channel(base: Bench) -> AsyncIterator[grpc.aio.Channel]:
    """To a running extract."""
    async with serving(build(ExtractSettings(), base.mesh)) as address:
        async with grpc.aio.insecure_channel(address) as opened:
            yield opened


@pytest.fixture
def short_folder() -> Iterator[Path]:
    """A folder whose path is short enough for a socket."""
    with tempfile.TemporaryDirectory(prefix="tsn-") as folder:
        yield Path(folder)
