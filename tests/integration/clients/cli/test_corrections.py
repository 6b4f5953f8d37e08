"""`tsn corrections` against a running extract."""

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
from tests.support.corrections import seed_corrections

TEXT = "this is banana seven alpha bravo charlie"


@pytest.fixture
def logs_apart() -> Iterator[None]:
    """The service in this process logs where no command's output is looked for."""
    factory = structlog.get_config()["logger_factory"]
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(sys.__stderr__))
    yield
    structlog.configure(logger_factory=factory)


@pytest.fixture
async def corrections(logs_apart: None, database_url: str, nats_url: str, tmp_path: Path) -> AsyncIterator[Run]:
    """Runs `tsn corrections ...` as W7OPS."""
    async with bench(database_url, nats_url, tmp_path) as base:
        await seed_corrections(base.database)
        async with serving(build(ExtractSettings(), base.mesh)) as address:

            async def run(*arguments: str) -> Result:
                runner = CliRunner(env={"TSN_GATEWAY": address, "TSN_OTLP_ENDPOINT": "", "TSN_AUTHOR": "W7OPS"})
                return await asyncio.to_thread(runner.invoke, app, [*PATIENTLY, "corrections", *arguments])

            yield run


async def said(result: Result) -> list[str]:
    assert result.exit_code == 0, result.output
    return [line.rstrip() for line in result.stdout.splitlines()]


async def test_a_correction_is_added_put_out_of_force_and_back_and_removed(corrections: Run) -> None:
    assert await said(await corrections("add", "Banana", "k", "n", "--note", "from the hill")) == [
        "banana for K N, misheard, in force"
    ]
    assert await said(await corrections("disable", "banana")) == ["banana for K N, misheard, off"]
    assert await said(await corrections("enable", "corrections/banana")) == ["banana for K N, misheard, in force"]
    assert await said(await corrections("remove", "banana", "--author", "K7NET")) == ["removed: version 5 of the table"]
    rows = [" ".join(line.split()) for line in (await said(await corrections("history", "banana")))[1:]]
    assert [row.split()[0] for row in rows] == ["5", "4", "3", "2"]
    assert rows[0].endswith("K7NET deleted banana K N, misheard, in force")
    assert rows[1].endswith("W7OPS updated banana off -> in force")
    assert rows[3].endswith("W7OPS created banana K N, misheard, in force")


async def test_the_list_can_be_narrowed(corrections: Run) -> None:
    assert len(await said(await corrections("list"))) > 60
    await corrections("disable", "key local")
    (row,) = (await said(await corrections("list", "--disabled", "--meant", "k")))[1:]
    assert row.split("  ")[0] == "key local"
    assert "off" in row
    assert "W7OPS" in row
    assert (await said(await corrections("list", "--category", "digit"))) == [
        "no corrections; `tsn corrections add WORDS MEANT` adds one"
    ]


async def test_a_test_shows_what_would_be_read(corrections: Run) -> None:
    assert await said(await corrections("test", "kodak seven ")) == [
        "with the table as it is (version 1)",
        "  spelled    kodak=Q  seven=7",
        "  callsigns  none",
    ]
    told = await said(await corrections("test", TEXT, "--with", "banana=K,N"))
    assert told[:3] == [
        "with the table as it is (version 1)",
        "  spelled    seven=7  alpha=A  bravo=B  charlie=C",
        "  callsigns  none",
    ]
    assert told[3:5] == ["with banana=K,N", "  spelled    banana=K|N  seven=7  alpha=A  bravo=B  charlie=C"]
    assert told[5].startswith("  callsigns  K7ABC  phonetic, speaking")
    gone = await said(await corrections("test", "this is cielo seven alpha bravo charlie", "--without", "cielo"))
    assert gone[2].startswith("  callsigns  K7ABC")
    assert gone[-1] == "  callsigns  none"


async def test_programs_get_json(corrections: Run) -> None:
    made = json.loads((await corrections("add", "key loo", "K", "--json")).stdout)
    assert (made["version"], made["correction"]["name"]) == ("2", "corrections/key-loo")
    listed = json.loads((await corrections("list", "--meant", "Q", "--json")).stdout)
    assert listed["version"] == "2"
    assert "kodak" in [correction["heard"] for correction in listed["corrections"]]
    tried = json.loads((await corrections("test", TEXT, "--with", "banana=K", "--json")).stdout)
    assert [mention["baseCall"] for mention in tried["after"]] == ["K7ABC"]
    history = json.loads((await corrections("history", "--by", "W7OPS", "--json")).stdout)
    assert history["changes"][0]["after"]["heard"] == "key loo"


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("add", "kodak", "Q"), "'kodak' is there already, for Q"),
        (("add", "the", "D"), "'the' is too common in plain talk"),
        (("add", "kilo", "K"), "'kilo' stands for K already"),
        (("add", "banana", "??"), "meant: give one to 4 meanings"),
        (("disable", "banana"), "there is no corrections/banana"),
        (("remove", "banana"), "hint: `tsn corrections list` shows them"),
    ],
)
async def test_what_is_refused_says_why(corrections: Run, arguments: tuple[str, ...], told: str) -> None:
    result = await corrections(*arguments)
    assert result.exit_code == 1
    assert told in result.stderr


async def test_a_trial_without_a_meaning_is_a_wrong_command_line(corrections: Run) -> None:
    result = await corrections("test", TEXT, "--with", "banana")
    assert result.exit_code == 2
    assert "WORDS=MEANT" in result.stderr
