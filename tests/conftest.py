"""Servers for tests, see tests/support/servers.py. They start only where a test asks for them."""

import asyncio
import secrets
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack

import hypothesis
import pytest
import structlog

from deploy.local.mariadb import MariaDb, execute
from tests.support.servers import mariadb_server, nats_server

# That a busy machine is slow says nothing of a property.
hypothesis.settings.register_profile("patient", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow])
hypothesis.settings.load_profile("patient")

# As services log: drawing a traceback with every local variable takes a busy machine seconds.
structlog.configure(
    processors=[
        *structlog.get_config()["processors"][:-1],
        structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback),
    ]
)


@pytest.fixture(scope="session")
def mariadb() -> Iterator[MariaDb]:
    """One MariaDB for the whole run; use `database_url` for a database in it."""
    with asyncio.Runner() as runner:
        stack = AsyncExitStack()
        server = runner.run(stack.enter_async_context(mariadb_server()))
        try:
            yield server
        finally:
            runner.run(stack.aclose())


@pytest.fixture
async def database_url(mariadb: MariaDb) -> AsyncIterator[str]:
    """URL of a fresh, empty database, dropped after the test."""
    name = f"tsn_{secrets.token_hex(6)}"
    await execute(mariadb, f"CREATE DATABASE {name}")
    yield mariadb.url_of(name)
    await execute(mariadb, f"DROP DATABASE {name}")


@pytest.fixture
async def nats_url() -> AsyncIterator[str]:
    """Address of a fresh NATS server with JetStream."""
    async with nats_server() as server:
        yield server.url
