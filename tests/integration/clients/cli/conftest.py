"""A mesh in memory and a way to run `tsn` against it, for each test anew."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest
from click.testing import Result
from typer.testing import CliRunner

from clients.cli.main import app
from tests.integration.clients.cli.mesh_server import Mesh, serving

Run = Callable[..., Awaitable[Result]]
PATIENTLY = ("--timeout", "60")
"""A starved machine is slow and nothing else."""


@pytest.fixture
async def mesh() -> AsyncIterator[Mesh]:
    async with serving(Mesh()) as running:
        yield running


@pytest.fixture
def tsn(mesh: Mesh) -> Run:
    """`await tsn("search", "hello")` runs the command against the mesh, in a thread, for it has a loop of its own."""

    async def run(*arguments: object) -> Result:
        runner = CliRunner(env={"TSN_GATEWAY": mesh.address, "TSN_OTLP_ENDPOINT": ""})
        command = [*PATIENTLY, *(str(argument) for argument in arguments)]
        return await asyncio.to_thread(runner.invoke, app, command)

    return run
