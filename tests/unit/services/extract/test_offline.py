"""`python -m services.extract run`."""

import io
import json
import subprocess
import sys

import pytest

from services.extract.domain.entities.finder import EntityFinder
from services.extract.domain.rules import RuleExtractor
from services.extract.offline import BadLine, answers, run


def ask(*lines: str) -> list[dict[str, object]]:
    return [json.loads(answer) for answer in answers(lines, RuleExtractor())]


def test_each_line_is_answered_with_its_distinct_calls_in_order() -> None:
    first, second = ask(
        json.dumps({"id": "a", "text": "W7XYZ this is K7ABC mobile, K7ABC"}),
        json.dumps({"id": 2, "text": "at 9 am on"}),
    )

    assert (first["id"], first["callsigns"]) == ("a", ["W7XYZ", "K7ABC"])
    assert second == {"id": 2, "callsigns": [], "mentions": []}


def test_a_mention_tells_where_what_and_why() -> None:
    (answer,) = ask(json.dumps({"id": 1, "text": "this is VE7/K7ABC/P"}))
    (mention,) = answer["mentions"]

    assert (mention["start"], mention["end"], mention["heard"]) == (8, 19, "VE7/K7ABC/P")
    assert (mention["host_prefix"], mention["modifiers"]) == ("VE7", ["P"])
    assert (mention["form"], mention["role"]) == ("written", "speaking")
    assert "cue:this is" in mention["evidence"]


def test_entities_are_told_where_they_are_asked_for() -> None:
    line = json.dumps({"id": 1, "text": "K7ABC in grid CN87"})

    (answer,) = answers([line], RuleExtractor(), EntityFinder())
    (entity,) = json.loads(answer)["entities"]

    assert (entity["kind"], entity["value"]) == ("grid_square", "CN87")


def test_the_roster_of_a_line_counts_for_that_line_only() -> None:
    text = "seven alpha bravo charlie"

    first, second = ask(json.dumps({"id": 1, "text": text, "roster": ["k7abc"]}), json.dumps({"id": 2, "text": text}))

    assert (first["callsigns"], second["callsigns"]) == (["K7ABC"], [])


def test_empty_lines_are_passed_over_and_an_empty_roster_is_none() -> None:
    assert len(ask("", " \n", json.dumps({"id": 1, "text": "", "roster": None}))) == 1


@pytest.mark.parametrize("line", ["{", "[]", '{"id": 1}', '{"text": 5}', '{"text": "a", "roster": "K7ABC"}'])
def test_what_is_no_question_is_named_with_its_line(line: str) -> None:
    with pytest.raises(BadLine, match="line 2"):
        ask('{"text": "a"}', line)


def test_run_answers_what_comes_before_a_bad_line_and_says_so() -> None:
    target = io.StringIO()

    assert run(io.StringIO('{"id": 1, "text": "K7ABC"}\nnot json\n'), target) == 2
    assert json.loads(target.getvalue())["callsigns"] == ["K7ABC"]


@pytest.mark.parametrize("options", [[], ["--entities"]])
def test_the_command_needs_neither_server_nor_settings(options: list[str]) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "services.extract", "run", *options],
        input='{"id": 7, "text": "this is kilo seven alpha bravo charlie"}\n',
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
        env={"PATH": ""},
    )

    answer = json.loads(done.stdout)
    assert answer["callsigns"] == ["K7ABC"]
    assert ("entities" in answer) == bool(options)
