"""A short run of `make chaos`: nothing is lost, doubled or stuck, whatever breaks."""

from pathlib import Path

from tests.e2e.actions import run_module
from tools.chaos.report import Report

CYCLES = 8


async def test_nothing_is_lost_or_doubled_while_everything_breaks(tmp_path: Path) -> None:
    saved = tmp_path / "report.json"
    ended = await run_module("tools.chaos", "--cycles", str(CYCLES), "--seed", "7", "--json", str(saved), seconds=1200)
    assert ended.code == 0, ended.output + ended.errors
    report = Report.read(saved)
    assert report.cycles == CYCLES
    assert report.good
    assert report.recordings >= 2 * CYCLES
