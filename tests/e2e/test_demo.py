"""`make demo` as a person runs it."""

import json
from pathlib import Path

import pytest

from tests.e2e.actions import run_module

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_the_demo_sends_the_whole_sample_net_and_finds_it_by_search(tmp_path: Path) -> None:
    report_file = tmp_path / "report.json"
    ended = await run_module(
        "deploy.demo", "--engine", "pocketsphinx", "--folder", str(tmp_path / "demo"), "--report", str(report_file),
        "--timeout", "900", seconds=1200,
    )  # fmt: skip
    assert ended.code == 0, ended.output[-2000:] + ended.errors[-2000:]
    report = json.loads(report_file.read_text())
    assert report["recordings"] == report["transcribed"] == 26
    assert report["failed"] == 0
    assert report["engine"] == "pocketsphinx"
    assert report["search_hits"] > 0
    assert report["mentions"] > 0
    assert len(report["trace_id"]) == 32
    assert "The API" in ended.output
    assert "\x1b[" not in ended.output, "no control codes where nobody looks"
