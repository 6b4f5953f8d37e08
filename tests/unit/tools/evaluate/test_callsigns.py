"""The command: asks a process, prints, judges by its exit status."""

import json
import shlex
import sys
from pathlib import Path

import pytest
from defusedxml.ElementTree import fromstring

from tools.evaluate.callsigns import CORPUS, main

EXTRACTOR = shlex.join([sys.executable, "-m", "services.extract", "run"])
LINES = {
    "train": [("K7ABC, good morning.", ["K7ABC"]), ("good morning", [])],
    "test": [("This is W7XYZ.", ["W7XYZ"]), ("W7XYZ, correction, W7XYA.", ["N7QQQ"]), ("Nothing heard.", [])],
}


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    for half, lines in LINES.items():
        rows = [
            json.dumps({"id": f"{half}-{number}", "text": text, "callsigns": calls, "form": "written"})
            for number, (text, calls) in enumerate(lines)
        ]
        (tmp_path / f"{half}.jsonl").write_text("\n".join(rows) + "\n", "utf-8")
    return tmp_path


def python(code: str) -> str:
    return shlex.join([sys.executable, "-c", code])


def test_figures_above_the_floors_are_a_success(corpus: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (corpus / "floors.json").write_text('{"recall": 0.5, "false_hit_rate": 0.0}', "utf-8")
    assert main(["--command", EXTRACTOR, "--corpus", str(corpus), "--calibration"]) == 0
    printed = capsys.readouterr().out
    assert "train half" in printed
    assert "expected calibration error" in printed
    assert "lines/s" in printed


def test_the_test_half_below_a_floor_is_a_failure(corpus: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (corpus / "floors.json").write_text('{"recall": 0.9}', "utf-8")
    assert main(["--command", EXTRACTOR, "--corpus", str(corpus), "--half", "train"]) == 1
    assert "test half: recall 50.00% is below 90.00%" in capsys.readouterr().err


@pytest.mark.parametrize("corpus", [CORPUS, CORPUS / "others"], ids=lambda path: path.name)
def test_the_checked_in_lines_are_read_as_well_as_the_floors_say(corpus: Path) -> None:
    assert (corpus / "floors.json").exists()
    assert main(["--corpus", str(corpus)]) == 0


def test_the_misses_of_the_test_half_are_told_on_explicit_wish_only(
    corpus: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = ["--command", EXTRACTOR, "--corpus", str(corpus), "--misses"]
    main(asked)
    assert "N7QQQ" not in capsys.readouterr().out
    main([*asked, "--half", "test"])
    assert "-N7QQQ" in capsys.readouterr().out


def test_one_file_such_as_exported_labels_is_measured_with_its_misses_told_and_no_floors(
    corpus: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (corpus / "floors.json").write_text('{"recall": 0.9}', "utf-8")
    assert main(["--command", EXTRACTOR, "--corpus", str(corpus / "test.jsonl"), "--misses"]) == 0
    assert "-N7QQQ" in capsys.readouterr().out
    with pytest.raises(SystemExit) as ended:
        main(["--corpus", str(corpus / "test.jsonl"), "--calibrate"])
    assert ended.value.code == 2


def test_json_is_one_document(corpus: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--command", EXTRACTOR, "--corpus", str(corpus), "--json"]) == 0
    figures = json.loads(capsys.readouterr().out)
    assert figures["train"]["total"]["recall"] == 1.0
    assert figures["below_floors"] == []


@pytest.mark.parametrize(
    ("command", "why"),
    [
        (python("raise SystemExit('out of order')"), "out of order"),
        (python("print('hello')"), "answer:1"),
        (python("pass"), "not answered"),
        ("/no/such/reader", "no such command"),
    ],
)
def test_a_reader_that_does_not_answer_is_not_measured(
    corpus: Path, capsys: pytest.CaptureFixture[str], command: str, why: str
) -> None:
    assert main(["--command", command, "--corpus", str(corpus)]) == 2
    assert why in capsys.readouterr().err


def test_the_curve_of_confidence_is_fitted_and_drawn(
    corpus: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--corpus", str(corpus), "--calibrate"]) == 0
    assert capsys.readouterr().out.startswith("CURVE = ((")

    picture = tmp_path / "curve.svg"
    assert main(["--command", EXTRACTOR, "--corpus", str(corpus), "--curve", str(picture)]) == 0
    assert fromstring(picture.read_text("utf-8")).tag.endswith("svg")
