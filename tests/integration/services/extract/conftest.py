"""Extract on real servers."""

import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import grpc
import pytest

from services.extract.config import ExtractSettings
from services.extract.main import build
from tests.integration.services.extract.saying import People
from tests.support.bench import Bench, bench, serving
from tsn.extract.v1.review_pb2_grpc import ReviewServiceStub


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
async def people(base: Bench) -> AsyncIterator[People]:
    """A running extract, as people speak to it; what they say of callsigns settles at once."""
    async with serving(build(ExtractSettings(review_settle_seconds=0), base.mesh)) as address:
        async with grpc.aio.insecure_channel(address) as opened:
            yield People(base, ReviewServiceStub(opened))


@pytest.fixture
def short_folder() -> Iterator[Path]:
    """A folder whose path is short enough for a socket."""
    with tempfile.TemporaryDirectory(prefix="tsn-") as folder:
        yield Path(folder)
