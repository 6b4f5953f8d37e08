"""What the program does with its drills, none of them real."""

import json
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from tools.drill import __main__ as program
from tools.drill.ground import DrillFailed, Say
from tools.drill.report import Figure, Result

MISSED = Result("slow", figures=[Figure("p99", 9.0, "s", most=2.0)])


def a_drill(outcome: Result | Exception) -> Callable[..., Awaitable[Result]]:
    async def drill(folder: Path, say: Say, rounds: int = 3) -> Result:
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    return drill


@pytest.fixture(autouse=True)
def _no_repository(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(program, "commit", lambda: "abc")
    monkeypatch.setattr(program.tempfile, "mkdtemp", lambda prefix: str(_made(tmp_path / "data")))


@pytest.mark.parametrize(
    ("outcome", "code"),
    [
        (MISSED, 0),
        (Result("lossy", wrong=["a recording is missing"]), 1),
        (DrillFailed("waited in vain"), 1),
        (ValueError("a surprise"), 1),
    ],
    ids=["missed", "lost", "not carried out", "broken"],
)
def test_only_what_was_lost_or_not_carried_out_fails_the_run_and_the_others_go_on(
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    outcome: Result | Exception,
    code: int,
) -> None:
    monkeypatch.setattr(program, "DRILLS", {"first": a_drill(outcome), "second": a_drill(Result("second"))})
    assert program.main(["--json", str(tmp_path / "report.json")]) == code
    written = json.loads((tmp_path / "report.json").read_text())
    assert [drill["good"] for drill in written["drills"]] == [code == 0, True]
    assert (tmp_path / "data").exists() is (code == 1)
    assert "| second | lost or doubled | 0 | 0 | met |" in capsys.readouterr().out


def test_only_the_drills_that_are_named_are_carried_out(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(program, "DRILLS", {"first": a_drill(Result("first")), "second": a_drill(Result("second"))})
    file = tmp_path / "report.json"
    assert program.main(["second", "second", "--json", str(file)]) == 0
    assert [drill["drill"] for drill in json.loads(file.read_text())["drills"]] == ["second"]


def _made(folder: Path) -> Path:
    folder.mkdir()
    return folder
