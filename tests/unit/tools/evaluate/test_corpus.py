"""Reading of labelled lines and of answers."""

import json
from pathlib import Path

import pytest

from tools.evaluate.corpus import Case, CorpusInvalid, read_answers, read_cases

ASKED = [Case("1", "K7ABC", ("K7ABC",), "written")]


def answer(**fields: object) -> str:
    return json.dumps({"id": "1", "callsigns": [], "mentions": []} | fields)


def test_the_extractor_is_shown_neither_label_nor_form() -> None:
    shown = json.loads(Case("1", "seven alpha", ("K7ABC",), "roster", ("K7ABC",)).question())
    assert shown == {"id": "1", "text": "seven alpha", "roster": ["K7ABC"]}
    assert "roster" not in json.loads(ASKED[0].question())


def test_answers_may_come_in_any_order_with_empty_lines_between() -> None:
    asked = [*ASKED, Case("2", "", (), "written")]
    answers = read_answers([answer(id="2"), "", answer(callsigns=["K7ABC"])], asked)
    assert answers["1"].callsigns == ("K7ABC",)
    assert answers["2"].callsigns == ()


def test_a_call_has_the_highest_confidence_of_its_mentions() -> None:
    mentions = [{"base_call": "K7ABC", "confidence": value} for value in (0.5, 0.9, 0.7)]
    assert read_answers([answer(mentions=mentions)], ASKED)["1"].confidences == {"K7ABC": 0.9}


def test_mentions_without_confidence_are_no_fault() -> None:
    assert read_answers([answer(mentions=[{"start": 0}])], ASKED)["1"].confidences is None


@pytest.mark.parametrize(
    ("lines", "why"),
    [
        ([], "not answered"),
        ([answer(), answer(id="9")], "not asked"),
        ([answer(), answer()], "answered twice"),
        (["{"], "answer:1"),
        (["[]"], "no JSON object"),
        ([answer(callsigns="K7ABC")], "no list of strings"),
        ([answer(callsigns=[7])], "no list of strings"),
    ],
)
def test_an_answer_that_breaks_the_contract_is_refused(lines: list[str], why: str) -> None:
    with pytest.raises(CorpusInvalid, match=why):
        read_answers(lines, ASKED)


def test_a_corpus_with_an_id_twice_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "train.jsonl"
    path.write_text('{"id": "1", "text": "", "callsigns": []}\n' * 2, "utf-8")
    with pytest.raises(CorpusInvalid, match="stands twice"):
        read_cases(path)


def test_a_line_without_text_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "train.jsonl"
    path.write_text('{"id": "1", "callsigns": []}\n', "utf-8")
    with pytest.raises(CorpusInvalid, match=r"train\.jsonl:1"):
        read_cases(path)
