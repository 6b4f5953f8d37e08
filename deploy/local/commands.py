"""What `python -m deploy.local` can do, one function a verb. Each returns the exit code."""

import asyncio
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import TextIO

from deploy.local import state
from deploy.local.envoy import EnvoyMissing
from deploy.local.mariadb import MariaDbInitFailed, MariaDbMissing
from deploy.local.nats import NatsMissing
from deploy.local.processes import StartFailed, kill_group
from deploy.local.services import ROOT, SERVICES, is_serving
from deploy.local.stack import Stack, StackSettings
from gateway.contract import DescriptorsMissing

CANNOT_START = (
    StartFailed,
    MariaDbMissing,
    MariaDbInitFailed,
    NatsMissing,
    EnvoyMissing,
    DescriptorsMissing,
    state.AlreadyRunning,
)
"""What a start fails with for reasons that a person can read."""
_POLL_SECONDS = 0.1
_STOP_SECONDS = 60.0


def run(folder: Path, port: int | None = 8080) -> int:
    """Be the stack until SIGINT or SIGTERM; the gateway at `port` if that is free, or at any."""
    # The terminal that a detached supervisor was started from may close.
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        asyncio.run(_run(StackSettings(folder, gateway_port=port)))
    except CANNOT_START as problem:
        print(problem, file=sys.stderr, flush=True)
        return 1
    return 0


async def _run(settings: StackSettings) -> None:
    loop = asyncio.get_running_loop()
    stack = Stack(settings, report=lambda line: print(line, flush=True))
    serving = asyncio.create_task(_serve(stack))
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, serving.cancel)
    try:
        await serving
    except asyncio.CancelledError:
        print("stopped", flush=True)


async def _serve(stack: Stack) -> None:
    async with stack:
        print(f"the stack is ready, gateway at {stack.gateway_address}", flush=True)
        await asyncio.Event().wait()


def up(folder: Path, port: int | None = 8080) -> int:
    """Start a detached supervisor and wait until the stack is ready; `port` as for `run`."""
    if state.running(folder):
        print("The stack is running already.")
        return _show_addresses(folder)
    (folder / "logs").mkdir(parents=True, exist_ok=True)
    log = folder / "logs" / "supervisor.log"
    with log.open("w") as output:
        supervisor = subprocess.Popen(
            [sys.executable, "-m", "deploy.local", "--folder", str(folder), "run", "--port", str(port or 0)],
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    began = time.monotonic()
    with log.open() as lines:
        while not _is_ready(folder, supervisor.pid):
            _print_new(lines)
            if supervisor.poll() is not None:
                _print_new(lines)
                print("The stack did not start.", file=sys.stderr)
                return 1
            time.sleep(_POLL_SECONDS)
        _print_new(lines)
    print(f"Ready after {time.monotonic() - began:.1f} s.")
    return _show_addresses(folder)


def down(folder: Path, purge: bool) -> int:
    """Stop the stack; with `purge` delete all its data."""
    if (known := state.running(folder)) is not None:
        os.kill(known.supervisor.pid, signal.SIGTERM)
        if not _ended(known.supervisor):
            kill_group(known.supervisor.pid)
            _ended(known.supervisor)
        print("The stack is stopped.")
    else:
        print("No stack is running.")
    state.forget(folder)
    if purge:
        shutil.rmtree(folder / "data", ignore_errors=True)
        print(f"{folder / 'data'} is deleted.")
    return 0


def status(folder: Path, as_json: bool) -> int:
    """Show each process and whether it serves; exit code 1 unless all do."""
    if (known := state.running(folder)) is None:
        print(json.dumps({"phase": "down", "processes": {}}) if as_json else "No stack is running.")
        return 1
    rows = asyncio.run(_rows(known))
    if as_json:
        print(json.dumps({"phase": known.phase, "processes": {row["name"]: row for row in rows}}, indent=2))
    else:
        print(f"{'process':<12}{'state':<14}{'pid':>8}  address")
        for row in rows:
            print(f"{row['name']:<12}{row['state']:<14}{row['pid'] or '-':>8}  {row['address']}")
    return 0 if known.phase == "ready" and all(row["state"] == "serving" for row in rows) else 1


def logs(folder: Path, name: str | None, follow: bool, lines: int) -> int:
    """Print the end of one log or of all; with `follow` what is added too, until interrupted."""
    files = sorted((folder / "logs").glob(f"{name or '*'}.log"))
    if not files:
        print(f"no log of {name or 'anything'} in {folder / 'logs'}", file=sys.stderr)
        return 1
    opened = [(file.stem, file.open(errors="replace")) for file in files]
    for stem, text in opened:
        for line in text.read().splitlines()[-lines:]:
            print(f"{stem:<11}| {line}")
    while follow:
        for stem, text in opened:
            while line := text.readline():
                print(f"{stem:<11}| {line}", end="" if line.endswith("\n") else "\n", flush=True)
        time.sleep(_POLL_SECONDS)
    return 0


async def _rows(known: state.State) -> list[dict[str, str | int | None]]:
    names = ("mariadb", "nats", *SERVICES, "gateway")
    shown = {"mariadb": known.addresses["database"].rpartition("@")[2]}
    rows: list[dict[str, str | int | None]] = []
    for name in names:
        process = known.processes.get(name)
        address = shown.get(name, known.addresses.get(name, ""))
        pid = process.pid if process is not None and process.alive else None
        answers = name in ("mariadb", "nats") or await is_serving(address)
        word = "stopped" if pid is None else "serving" if answers else "not serving"
        rows.append({"name": name, "state": word, "pid": pid, "address": address})
    return rows


def _is_ready(folder: Path, supervisor: int) -> bool:
    known = state.read(folder)
    return known is not None and known.supervisor.pid == supervisor and known.phase == "ready"


def _ended(process: state.Process) -> bool:
    deadline = time.monotonic() + _STOP_SECONDS
    while process.alive:
        if time.monotonic() > deadline:
            return False
        time.sleep(_POLL_SECONDS)
    return True


def _print_new(lines: TextIO) -> None:
    while line := lines.readline():
        print(f"  {line}", end="", flush=True)


def _show_addresses(folder: Path) -> int:
    known = state.read(folder)
    if known is None or known.phase != "ready":
        print("It is not ready yet.")
        return 1
    gateway = known.addresses["gateway"]
    print(f"  gRPC, gRPC-web  {gateway}")
    print(f"  JSON            http://{gateway}/v1/recordings")
    print(f"  Envoy admin     {known.addresses['gateway_admin']}")
    print(f"  all addresses   {folder / 'stack.json'}")
    print(f"  logs            {folder / 'logs'}")
    return 0
