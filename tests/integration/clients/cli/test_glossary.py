"""`tsn glossary` against a running extract."""

import asyncio
import json
import sys
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import structlog
from click.testing import Result
from typer.testing import CliRunner

from clients.cli.main import app
from services.extract.config import ExtractSettings
from services.extract.main import build
from tests.integration.clients.cli.conftest import PATIENTLY, Run
from tests.support.bench import bench, serving


@pytest.fixture
def logs_apart() -> Iterator[None]:
    """The service in this process logs where no command's output is looked for."""
    factory = structlog.get_config()["logger_factory"]
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(sys.__stderr__))
    yield
    structlog.configure(logger_factory=factory)


@pytest.fixture
async def glossary(logs_apart: None, database_url: str, nats_url: str, tmp_path: Path) -> AsyncIterator[Run]:
    """Runs `tsn glossary ...` as W7OPS."""
    async with bench(database_url, nats_url, tmp_path) as base:
        async with serving(build(ExtractSettings(), base.mesh)) as address:

            async def run(*arguments: str) -> Result:
                runner = CliRunner(env={"TSN_GATEWAY": address, "TSN_OTLP_ENDPOINT": "", "TSN_AUTHOR": "W7OPS"})
                return await asyncio.to_thread(runner.invoke, app, [*PATIENTLY, "glossary", *arguments])

            yield run


async def test_a_term_is_added_shown_listed_and_removed(glossary: Run) -> None:
    added = await glossary("add", "PSRG", "--kind", "club", "--node", "hill", "--spoken", "P S R G")
    line, _, name = added.stdout.strip().partition("; ")
    assert line == "PSRG, club, on nodes/hill"
    shown = (await glossary("show", "hill")).stdout.splitlines()
    assert [each.rstrip() for each in shown[1:]] == ["regulars  none yet", 'club      PSRG ("P S R G")']
    (term,) = json.loads((await glossary("list", "--node", "hill", "--json")).stdout)["terms"]
    assert (term["name"], term["author"], term["kind"]) == (name, "W7OPS", "GLOSSARY_TERM_KIND_CLUB")
    assert name.rpartition("/")[2] in (await glossary("list")).stdout
    assert (await glossary("remove", name.rpartition("/")[2])).stdout.strip() == f"{name} removed"
    assert (await glossary("list")).stdout.startswith("no terms")


async def test_a_refusal_says_what_helps(glossary: Run) -> None:
    gone = await glossary("remove", "0198c0de-0000-7000-8000-000000000000")
    assert gone.exit_code == 1
    assert "`tsn glossary list` shows names" in gone.stderr
    assert (await glossary("add", "PSRG")).exit_code == 2
