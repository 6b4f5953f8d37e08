"""The stack with stand-in services: it starts, heals, stops, and nothing outlives it."""

import asyncio
import sys
from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path

import pytest

from deploy.local import state
from deploy.local.processes import StartFailed
from deploy.local.services import ROOT, SERVICES, is_serving
from deploy.local.stack import Stack, StackSettings
from tests.support.eventually import eventually

STANDINS = dict.fromkeys(SERVICES, "tests.integration.deploy.standin_service")
ALL = {"mariadb", "nats", *SERVICES, "gateway"}

SUPERVISOR = """
import asyncio, pathlib, sys
from deploy.local.stack import Stack
from tests.integration.deploy.test_stack import with_standins

async def main():
    async with Stack(with_standins(pathlib.Path(sys.argv[1]))):
        await asyncio.Event().wait()

asyncio.run(main())
"""


def with_standins(folder: Path, **changed: object) -> StackSettings:
    settings: dict[str, object] = {"modules": STANDINS, "migration": (), "gateway_port": None, **changed}
    return StackSettings(folder=folder, **settings)


@pytest.fixture
async def stack(tmp_path: Path) -> AsyncIterator[Stack]:
    async with Stack(with_standins(tmp_path)) as running:
        yield running


def is_ready(folder: Path) -> bool:
    known = state.running(folder)
    return known is not None and known.phase == "ready"


async def test_all_is_healthy_once_it_has_started(stack: Stack) -> None:
    for name in SERVICES:
        await eventually(partial(is_serving, stack.addresses[name]))
    await eventually(partial(is_serving, stack.gateway_address))
    known = state.running(stack.folder)
    assert known is not None
    assert known.phase == "ready"
    assert set(known.processes) == ALL


async def test_the_state_file_is_its_owners_secret(stack: Stack) -> None:
    assert (stack.folder / "stack.json").stat().st_mode & 0o777 == 0o600
    assert (stack.folder / "data" / "mariadb" / "accounts.sql").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("name", ["ingest", "mariadb", "nats", "gateway"])
async def test_what_is_killed_is_started_again(stack: Stack, name: str) -> None:
    before = stack.pid(name)
    await stack.kill(name)
    async with asyncio.timeout(180):
        await stack.wait_ready(name)
    assert stack.pid(name) not in (before, None)
    assert stack.restarts(name) == 1
    known = state.running(stack.folder)
    assert known is not None
    assert known.processes[name].alive


async def test_a_restart_is_graceful_and_not_counted_as_a_death(stack: Stack) -> None:
    before = stack.pid("query")
    await stack.restart("query")
    assert stack.pid("query") not in (before, None)
    assert stack.restarts("query") == 0
    await eventually(partial(is_serving, stack.addresses["query"]))


async def test_a_second_stack_is_kept_out_of_the_folder(stack: Stack) -> None:
    with pytest.raises(state.AlreadyRunning):
        await Stack(with_standins(stack.folder)).start()
    await eventually(partial(is_serving, stack.gateway_address))


async def test_nothing_is_left_after_stop(tmp_path: Path) -> None:
    async with Stack(with_standins(tmp_path)):
        known = state.running(tmp_path)
    assert known is not None
    assert not any(process.alive for process in known.processes.values())
    assert not (tmp_path / "stack.json").exists()


async def test_a_stack_starts_again_on_its_data(tmp_path: Path) -> None:
    async with Stack(with_standins(tmp_path)) as first:
        secret = first.services["query"].env["TSN_PAGE_TOKEN_SECRET"]
    async with Stack(with_standins(tmp_path)) as second:
        assert second.services["query"].env["TSN_PAGE_TOKEN_SECRET"] == secret


async def test_a_service_that_cannot_start_is_named_with_its_log_and_nothing_stays(tmp_path: Path) -> None:
    settings = with_standins(tmp_path, modules={**STANDINS, "extract": "tests.no_such_module"})
    seen: list[state.State | None] = []
    with pytest.raises(StartFailed, match=r"extract ended with exit code 1[\s\S]*no_such_module"):
        await Stack(settings, report=lambda line: seen.append(state.read(tmp_path))).start()
    assert seen
    assert not any(process.alive for known in seen if known for process in known.processes.values())
    assert state.read(tmp_path) is None


async def test_failed_migrations_stop_the_start(tmp_path: Path) -> None:
    with pytest.raises(StartFailed, match="migrations ended with exit code 1"):
        await Stack(with_standins(tmp_path, migration=("tests.no_such_module",))).start()


async def test_nothing_outlives_a_supervisor_that_is_killed(tmp_path: Path) -> None:
    supervisor = await asyncio.create_subprocess_exec(sys.executable, "-c", SUPERVISOR, str(tmp_path), cwd=ROOT)
    try:
        await eventually(lambda: is_ready(tmp_path), timeout=300)
        known = state.running(tmp_path)
    finally:
        supervisor.kill()
        await supervisor.wait()
    assert known is not None
    assert set(known.processes) == ALL
    await eventually(lambda: not any(process.alive for process in known.processes.values()))
    assert state.read(tmp_path) is not None
    assert state.running(tmp_path) is None
    async with Stack(with_standins(tmp_path)) as again:
        await eventually(partial(is_serving, again.gateway_address))
