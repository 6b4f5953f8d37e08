"""`python -m tools.chaos`: break everything at random, lose and double nothing. Exit code 1 unless that held."""

import argparse
import asyncio
import os
import shutil
import signal
import sys
import tempfile
import time
from pathlib import Path

from deploy.local.services import ROOT
from tools.bench.__main__ import commit, machine
from tools.chaos.compare import Findings
from tools.chaos.report import Report
from tools.chaos.run import Run, median, run_cycles

_NAMED = 20


def main(arguments: list[str] | None = None) -> int:
    """Run, or with --render show a saved report as Markdown."""
    asked = _parser().parse_args(arguments)
    if asked.render is not None:
        print(Report.read(asked.render).markdown())
        return 0
    folder = Path(tempfile.mkdtemp(prefix="tsn-chaos-"))
    began = time.monotonic()
    try:
        run, findings = asyncio.run(_until_told(folder, asked.cycles, asked.seed))
    except (asyncio.CancelledError, KeyboardInterrupt):
        print(f"stopped; logs and data are kept in {folder}")
        return 130
    report = _report(run, findings, time.monotonic() - began)
    report.write(asked.json)
    print(f"\n{report.markdown()}\n\nreport: {asked.json}")
    if report.good:
        shutil.rmtree(folder, ignore_errors=True)
        return 0
    for what in ("lost", "doubled", "stuck", "dead"):
        for line in getattr(report, what)[:_NAMED]:
            print(f"{what}: {line}")
    print(f"logs and data are kept in {folder}")
    return 1


async def _until_told(folder: Path, cycles: int, seed: int) -> tuple[Run, Findings]:
    """The run; SIGTERM ends it in order, so that no mount and no process stays."""
    task = asyncio.current_task()
    assert task is not None
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
    return await run_cycles(folder, cycles=cycles, seed=seed, say=lambda line: print(line, flush=True))


def _report(run: Run, findings: Findings, seconds: float) -> Report:
    worst = max(run.recoveries, default=0.0)
    about = machine()
    return Report(
        seed=run.seed,
        cycles=len(run.recoveries),
        recordings=len(run.manifest),
        faults=dict(sorted(run.faults.items())),
        lost=findings.lost,
        doubled=findings.doubled,
        stuck=findings.stuck,
        dead=findings.dead,
        median_recovery_seconds=median(run.recoveries),
        worst_recovery_seconds=worst,
        worst_cycle=run.recoveries.index(worst) + 1 if run.recoveries else 0,
        seconds=seconds,
        commit=commit(),
        machine=f"{os.cpu_count()} cores, {about['cpu']}, {about['memory_gigabytes']} GB",
        disk_mounted=run.disk_mounted,
    )


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tools.chaos", description=__doc__)
    parser.add_argument("--cycles", type=int, default=30, help="how often faults are drawn (default: 30)")
    parser.add_argument("--seed", type=int, default=1, help="of the draw; the same seed, the same faults (default: 1)")
    parser.add_argument("--json", type=Path, default=ROOT / ".run" / "chaos-report.json", help="where the report goes")
    parser.add_argument("--render", type=Path, metavar="FILE", help="print a saved report as Markdown and do no more")
    return parser


if __name__ == "__main__":
    sys.exit(main())
