"""`python -m tools.drill [NAME ...]`: measure what is promised for bad days. Exit code 1 where anything was lost."""

import argparse
import asyncio
import json
import shutil
import signal
import sys
import tempfile
import time
import traceback
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path

from deploy.local.processes import StartFailed
from deploy.local.services import ROOT
from tools.bench.__main__ import commit, machine
from tools.drill import backlog, cancel, kill, outage, overload, queues
from tools.drill.ground import DrillFailed, Say
from tools.drill.report import Result, document, markdown

Drill = Callable[..., Awaitable[Result]]
DRILLS: dict[str, Drill] = {
    "cancel": cancel.drill,
    "kill": kill.drill,
    "backlog": backlog.drill,
    "overload": overload.drill,
    "queues": queues.drill,
    "outage": outage.drill,
}
LONG = "outage"
"""Carried out only where it is asked for by name: an outage of minutes takes its minutes."""
LONGEST_SECONDS = 2400.0
"""A drill that takes longer is stuck."""


def main(arguments: list[str] | None = None) -> int:
    """Run the drills that are asked for, one after the other."""
    asked = _parser().parse_args(arguments)
    folder = Path(tempfile.mkdtemp(prefix="tsn-drill-"))
    about, at = machine(), commit()
    names = list(dict.fromkeys(asked.names or [name for name in DRILLS if name != LONG]))
    try:
        results = asyncio.run(_until_told(folder, names, asked.rounds))
    except (asyncio.CancelledError, KeyboardInterrupt):
        print(f"stopped; logs and data are kept in {folder}")
        return 130
    asked.json.parent.mkdir(parents=True, exist_ok=True)
    asked.json.write_text(json.dumps(document(results, commit=at, machine=about), indent=2) + "\n")
    print(f"\n{markdown(results, commit=at, machine=about)}\n\nreport: {asked.json}")
    for result in results:
        for line in result.wrong[:20]:
            print(f"{result.drill}: {line}")
    if all(result.good for result in results):
        shutil.rmtree(folder, ignore_errors=True)
        return 0
    print(f"logs and data are kept in {folder}")
    return 1


async def _until_told(folder: Path, names: list[str], rounds: int | None) -> list[Result]:
    """The results; SIGTERM ends the drills in order, so that no process stays."""
    task = asyncio.current_task()
    assert task is not None
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
    return [await _run(name, folder / name, rounds) for name in names]


async def _run(name: str, folder: Path, rounds: int | None) -> Result:
    began = time.monotonic()

    def say(line: str) -> None:
        print(f"{name:<9}{time.monotonic() - began:6.1f} s  {line}", flush=True)

    result = await _carried_out(name, folder, rounds, say)
    for figure in result.figures:
        say(f"{figure.name}: {figure.value:g} {figure.unit} {figure.verdict}".rstrip())
    say(result.failed or f"done, {len(result.wrong)} lost or doubled")
    return replace(result, seconds=round(time.monotonic() - began, 1))


async def _carried_out(name: str, folder: Path, rounds: int | None, say: Say) -> Result:
    options = {} if rounds is None else {"rounds": rounds}
    await asyncio.to_thread(folder.mkdir)
    limit = asyncio.timeout(LONGEST_SECONDS)
    try:
        async with limit:
            return await DRILLS[name](folder, say, **options)
    except (DrillFailed, StartFailed) as error:
        return Result(name, failed=str(error))
    except Exception as error:
        if limit.expired():
            return Result(name, failed=f"no end after {LONGEST_SECONDS:.0f} s")
        # Whatever broke this drill, the others are carried out.
        traceback.print_exc()
        return Result(name, failed=f"{type(error).__name__}: {error}")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tools.drill", description=__doc__)
    parser.add_argument(
        "names",
        nargs="*",
        choices=[[], *DRILLS],
        metavar="NAME",
        help=f"of {', '.join(DRILLS)}; by default all but outage",
    )
    parser.add_argument("--rounds", type=int, help="rounds of each drill, fewer for a quick look")
    parser.add_argument("--json", type=Path, default=ROOT / ".run" / "drill-report.json", help="where the report goes")
    return parser


if __name__ == "__main__":
    sys.exit(main())
