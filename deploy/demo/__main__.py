"""`python -m deploy.demo`: what `make demo` runs once everything is installed. Exits 0 only if all arrived."""

import argparse
import asyncio
import signal
import sys
from pathlib import Path

from clients.common.errors import ClientError
from deploy.demo.home import RunsAlready
from deploy.demo.run import Demo, DemoSettings
from deploy.local.commands import CANNOT_START
from deploy.local.services import ROOT

FAILURE = 1
INTERRUPTED = 130
ENGINES = ("auto", "faster_whisper", "pocketsphinx", "scripted")


def main(arguments: list[str] | None = None) -> int:
    """Run the demonstration; returns the exit code."""
    asked = _parser().parse_args(arguments)
    settings = DemoSettings(
        folder=asked.folder.resolve(),
        report=asked.report.resolve(),
        engine=asked.engine,
        keep=asked.keep,
        timeout_seconds=asked.timeout,
    )
    try:
        return asyncio.run(_interruptible(settings))
    except (KeyboardInterrupt, asyncio.CancelledError):
        print("interrupted; everything is stopped", file=sys.stderr)
        return INTERRUPTED
    except (*CANNOT_START, ClientError, RunsAlready) as problem:
        print(problem, file=sys.stderr)
        return FAILURE


async def _interruptible(settings: DemoSettings) -> int:
    """Run, and stop in good order on SIGTERM and on a closed terminal as on Ctrl-C."""
    running = asyncio.current_task()
    assert running is not None
    for number in (signal.SIGTERM, signal.SIGHUP):
        asyncio.get_running_loop().add_signal_handler(number, running.cancel)
    return await Demo(settings).run()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m deploy.demo", description=__doc__)
    parser.add_argument("--engine", choices=ENGINES, default="auto", help="what turns speech into text (default: auto)")
    parser.add_argument("--keep", action="store_true", help="leave the stack running and say how to stop it")
    parser.add_argument(
        "--timeout",
        type=float,
        default=300.0,
        metavar="SECONDS",
        help="longest for all recordings to arrive once the stack runs (default: 300)",
    )
    run = ROOT / ".run"
    parser.add_argument("--folder", type=Path, default=run / "demo", help="emptied first (default: .run/demo)")
    parser.add_argument("--report", type=Path, default=run / "demo-report.json", help="where the results go")
    return parser


if __name__ == "__main__":
    sys.exit(main())
