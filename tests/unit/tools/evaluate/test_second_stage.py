"""What a language engine would add, measured."""

import json
from pathlib import Path

import pytest

from tools.evaluate.second_stage import main

LINES = [("K7ABC, good morning.", ["K7ABC"]), ("this is W7XYZ", ["W7XYA"]), ("good morning", [])]


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    rows = [
        json.dumps({"id": f"test-{number}", "text": text, "callsigns": calls, "form": "written"})
        for number, (text, calls) in enumerate(LINES)
    ]
    (tmp_path / "test.jsonl").write_text("\n".join(rows) + "\n", "utf-8")
    return tmp_path


def test_imagined_engines_show_the_most_that_can_be_won_and_lost(
    corpus: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--corpus", str(corpus), "--low", "0", "--high", "1"]) == 0
    first, _, rules, knowing, contrary = capsys.readouterr().out.splitlines()
    assert first == "test half: 2 of 2 mentions are between 0 and 1"
    assert rules.split()[:3] == ["rules", "50.00%", "50.00%"]
    assert "1 lowered" in knowing
    assert "2 answered" in contrary


def test_nobody_is_asked_where_nothing_is_in_doubt(corpus: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--corpus", str(corpus), "--low", "0", "--high", "0"]) == 0
    assert "answered" not in capsys.readouterr().out


def test_a_corpus_that_cannot_be_read_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--corpus", str(tmp_path)]) == 2
    assert "not measured" in capsys.readouterr().err
