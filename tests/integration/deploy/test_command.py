"""`python -m deploy.local` runs the real stack for daily use."""

import asyncio
import json
import os
import sys
from dataclasses import dataclass
from pathlib import Path

from deploy.local import state
from deploy.local.services import ROOT, SERVICES
from tests.support.eventually import eventually

ENGINE = {"TSN_TRANSCRIBE_ENGINE": "scripted"}


@dataclass(frozen=True)
class Done:
    """How a command ended."""

    code: int
    output: str


async def deploy_local(folder: Path, *arguments: str) -> Done:
    """Run a command to its end."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "deploy.local",
        "--folder",
        str(folder),
        *arguments,
        cwd=ROOT,
        env={**os.environ, **ENGINE},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    output, _ = await process.communicate()
    return Done(process.returncode or 0, output.decode())


async def test_up_status_logs_down(tmp_path: Path) -> None:
    folder = tmp_path / "a folder"
    try:
        up = await deploy_local(folder, "up", "--port", "0")
        assert up.code == 0, up.output
        known = state.running(folder)
        assert known is not None
        assert known.addresses["gateway"] in up.output

        again = await deploy_local(folder, "up")
        assert again.code == 0
        assert "running already" in again.output

        async def all_serve() -> bool:
            # A busy machine may keep a service from answering in time once.
            return (await deploy_local(folder, "status")).code == 0

        await eventually(all_serve, timeout=120)
        status = await deploy_local(folder, "status", "--json")
        assert set(json.loads(status.output)["processes"]) == {"mariadb", "nats", *SERVICES, "gateway"}

        logs = await deploy_local(folder, "logs", "supervisor")
        assert "gateway is ready" in logs.output
    finally:
        down = await deploy_local(folder, "down")
    assert down.code == 0
    assert not known.supervisor.alive
    assert not any(process.alive for process in known.processes.values())
    assert (folder / "data").is_dir()
    purged = await deploy_local(folder, "down", "--purge")
    assert "No stack is running" in purged.output
    assert not (folder / "data").exists()


async def test_status_and_logs_without_a_stack_say_so(tmp_path: Path) -> None:
    status = await deploy_local(tmp_path, "status")
    assert (status.code, status.output) == (1, "No stack is running.\n")
    logs = await deploy_local(tmp_path, "logs", "ingest")
    assert logs.code == 1
    assert "no log of ingest" in logs.output
