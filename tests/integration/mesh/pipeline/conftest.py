"""The mesh of a test."""

from collections.abc import AsyncIterator

import pytest

from tests.integration.mesh.pipeline.stage import Mesh, mesh_on


@pytest.fixture
async def mesh(database_url: str, nats_url: str) -> AsyncIterator[Mesh]:
    """Database, bus and relay, with the machine's clock."""
    async with mesh_on(database_url, nats_url, bus_seconds=30) as made:
        yield made
