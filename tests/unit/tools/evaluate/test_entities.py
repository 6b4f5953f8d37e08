import json
from pathlib import Path

import pytest

from tools.evaluate.corpus import CorpusInvalid
from tools.evaluate.entities import CORPUS, HALVES, below, main, table
from tools.evaluate.entity_corpus import by_kind, read_found, read_lines, total


def corpus(folder: Path, train: str, test: str, floors: str = "{}") -> Path:
    (folder / "train.txt").write_text(train, "utf-8")
    (folder / "test.txt").write_text(test, "utf-8")
    (folder / "floors.json").write_text(floors, "utf-8")
    return folder


def test_a_line_holds_labels_and_a_text(tmp_path: Path) -> None:
    path = tmp_path / "train.txt"
    path.write_text("# remark\n= part\n\nname=Bob; location=Boise, Idaho | Bob in Boise, Idaho\n- | nothing\n", "utf-8")

    first, second = read_lines(path)

    assert first.labels == {("name", "Bob"), ("location", "Boise, Idaho")}
    assert (second.identifier, second.text, second.labels) == ("train:5", "nothing", frozenset())


@pytest.mark.parametrize("line", ["no bar", "colour=red | text", "name= | text"])
def test_a_line_that_is_none_is_named(tmp_path: Path, line: str) -> None:
    path = tmp_path / "train.txt"
    path.write_text(line, "utf-8")

    with pytest.raises(CorpusInvalid, match=r"train\.txt:1"):
        read_lines(path)


def test_hits_are_counted_by_kind_and_in_total(tmp_path: Path) -> None:
    path = tmp_path / "train.txt"
    path.write_text("name=Bob; tone=88.5 | one\n- | two\n", "utf-8")
    lines = read_lines(path)
    answers = [
        {"id": "train:1", "entities": [{"kind": "name", "value": "Bob"}, {"kind": "name", "value": "Rob"}]},
        {"id": "train:2", "entities": [{"kind": "tone", "value": "88.5"}]},
    ]
    found = read_found("\n".join(map(json.dumps, answers)), lines)

    tallies = by_kind(lines, found)

    assert (tallies["name"].precision, tallies["name"].recall) == (0.5, 1.0)
    assert (tallies["tone"].hits, tallies["tone"].false_hits, tallies["tone"].negatives) == (0, 1, 1)
    assert (total(lines, found).expected, total(lines, found).found, total(lines, found).false_hits) == (2, 3, 1)
    assert "50.0%" in table("train", tallies)
    assert list(below(tallies, {"name": {"precision": 0.6, "recall": 1.0}})) == ["name: precision 50.0% is below 60.0%"]


def test_an_answer_that_is_missing_or_none_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "train.txt"
    path.write_text("- | one\n", "utf-8")
    lines = read_lines(path)

    for output in ("", "{}", "not json", '{"id": "train:1"}'):
        with pytest.raises(CorpusInvalid):
            read_found(output, lines)


def test_figures_below_the_floors_fail(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = corpus(tmp_path, "- | hello", "name=Bob | no name here", '{"name": {"recall": 0.9}}')

    assert main(["--corpus", str(folder)]) == 1
    assert "name: recall 0.0% is below 90.0%" in capsys.readouterr().err


def test_a_command_that_does_not_answer_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = corpus(tmp_path, "- | hello", "- | hello")

    assert main(["--corpus", str(folder), "--command", "false"]) == 2
    assert "not measured" in capsys.readouterr().err


def test_the_checked_in_lines_are_read_as_well_as_the_floors_say() -> None:
    assert main([]) == 0


def test_a_third_of_each_half_holds_nothing_and_no_text_stands_in_both() -> None:
    halves = [read_lines(CORPUS / f"{name}.txt") for name in HALVES]

    for half in halves:
        assert sum(not line.labels for line in half) >= 0.33 * len(half)
    assert not {line.text for line in halves[0]} & {line.text for line in halves[1]}
