"""One Galera cluster and one NATS cluster for all tests here; what a test has killed it brings back itself."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack

import pytest

from deploy.local.mariadb import MariaDb
from mesh.bus import streams
from tests.support.galera import GaleraCluster, galera_cluster, provider
from tests.support.nats_cluster import SIZE, NatsCluster, nats_cluster


@pytest.fixture(scope="session")
def galera() -> Iterator[GaleraCluster]:
    """Three nodes that replicate."""
    if provider() is None:
        pytest.skip("Galera is not installed: `make setup` does it on Debian and Ubuntu (package galera-4)")
    with asyncio.Runner() as runner:
        stack = AsyncExitStack()
        cluster = runner.run(stack.enter_async_context(galera_cluster()))
        try:
            yield cluster
        finally:
            runner.run(stack.aclose())


@pytest.fixture(scope="session")
def nats_servers() -> Iterator[NatsCluster]:
    """Three servers that replicate."""
    with asyncio.Runner() as runner:
        stack = AsyncExitStack()
        cluster = runner.run(stack.enter_async_context(nats_cluster()))
        try:
            yield cluster
        finally:
            runner.run(stack.aclose())


@pytest.fixture
def mariadb(galera: GaleraCluster) -> MariaDb:
    """The first node: `database_url` is a database of the cluster."""
    return galera.servers[0]


@pytest.fixture
async def nats_url(nats_servers: NatsCluster, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[str]:
    """All servers; streams have three copies and are gone after the test."""
    of_one = streams.stream_configs
    monkeypatch.setattr(streams, "stream_configs", lambda replicas: of_one(SIZE))
    yield nats_servers.url
    await nats_servers.delete(*(config.name or "" for config in of_one(SIZE)))
