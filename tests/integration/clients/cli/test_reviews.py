"""tsn mentions, tsn reviews, tsn callsigns reject|merge|opt-out, tsn labels."""

import json
import os
from pathlib import Path

import grpc
import pytest

from tests.integration.clients.cli.conftest import Run
from tests.integration.clients.cli.mesh_server import Mesh
from tests.integration.clients.node.ingest_server import Refusal
from tools.evaluate.corpus import read_cases
from tsn.extract.v1 import extract_pb2
from tsn.extract.v1 import review_pb2 as pb

RECORDING = "nodes/hill/recordings/0198c0de-0000-7000-8000-000000000001"


@pytest.fixture(autouse=True)
def author(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TSN_AUTHOR", "W1AW")


async def test_a_mention_is_put_right_in_the_author_s_name(mesh: Mesh, tsn: Run) -> None:
    result = await tsn("mentions", "replace", RECORDING, "K7ABC", "K7ABD", "--segment", 2, "--reason", "my neighbour")
    assert result.exit_code == 0, result.output
    assert "K7ABC is K7ABD" in result.stdout
    assert "tsn reviews undo 0198" in result.stderr
    (asked,) = mesh.reviews.asked
    assert (asked.author, asked.reason, asked.segment_index) == ("W1AW", "my neighbour", 2)
    assert not asked.HasField("start")


async def test_a_mention_is_confirmed_rejected_and_added(mesh: Mesh, tsn: Run) -> None:
    for arguments, said in (
        (("confirm", RECORDING, "K7ABC"), "K7ABC is right"),
        (("reject", RECORDING, "K7ABC", "--start", 0), "K7ABC was not said"),
        (("add", RECORDING, "N7QUS", "--heard", "quebec", "--author", "bob"), "N7QUS was said"),
    ):
        result = await tsn("mentions", *arguments)
        assert said in result.stdout
    assert [asked.author for asked in mesh.reviews.asked] == ["W1AW", "W1AW", "bob"]
    assert mesh.reviews.asked[1].HasField("start")
    assert not mesh.reviews.asked[1].HasField("segment_index")
    assert mesh.reviews.asked[2].heard == "quebec"


async def test_what_the_mesh_refuses_is_told_with_what_helps(mesh: Mesh, tsn: Run) -> None:
    mesh.reviews.refusal = Refusal(grpc.StatusCode.FAILED_PRECONDITION, "MENTION_AMBIGUOUS")
    result = await tsn("mentions", "confirm", RECORDING, "K7ABC")
    assert result.exit_code == 1
    assert "--segment N" in result.stderr
    assert (await tsn("mentions", "confirm", "0198c0de", "K7ABC")).exit_code == 2


async def test_mentions_are_listed_with_people_s_word(mesh: Mesh, tsn: Run) -> None:
    assert "no callsigns" in (await tsn("mentions", "list", RECORDING)).stdout
    mesh.reviews.mentions = [
        extract_pb2.Mention(
            base_call="K7ABC",
            heard="kay seven abc",
            confidence=0.99,
            review=extract_pb2.MENTION_REVIEW_CONFIRMED,
            role=extract_pb2.MENTION_ROLE_SPEAKING,
            evidence=["person:ann", "country:US"],
        )
    ]
    shown = (await tsn("mentions", "list", RECORDING)).stdout
    for part in ("K7ABC", "confirmed", "99 %", "kay seven abc", "person:ann", "speaking"):
        assert part in shown
    document = json.loads((await tsn("--json", "mentions", "list", RECORDING)).stdout)
    assert document["mentions"][0]["review"] == "MENTION_REVIEW_CONFIRMED"


async def test_a_callsign_is_rejected_and_followed_until_all_recordings_are_found(mesh: Mesh, tsn: Run) -> None:
    result = await tsn("callsigns", "reject", "AT9AM", "--node", "hill", "--wait", "--reason", "a time of day")
    assert result.exit_code == 0, result.output
    assert "AT9AM is no call on hill" in result.stdout
    assert "3 recordings read again" in result.stderr
    assert mesh.reviews.asked[0].node == "nodes/hill"


async def test_a_callsign_is_merged_shown_and_the_review_undone(mesh: Mesh, tsn: Run) -> None:
    merged = await tsn("callsigns", "merge", "K7ABC", "K7ABD")
    assert "K7ABC is K7ABD wherever it is read" in merged.stdout
    assert "tsn reviews show 0199" in merged.stderr
    shown = (await tsn("reviews", "show", "0199")).stdout
    assert "1 recording, more are being looked for" in shown
    assert "undone: K7ABC is K7ABD" in (await tsn("reviews", "undo", "0199")).stdout
    listed = (await tsn("reviews", "list", "--by", "W1AW", "--callsign", "k7abc", "--holding", "--since", "7d")).stdout
    assert "(undone by W1AW)" in listed
    assert "everywhere" in listed
    filter_text = mesh.reviews.asked[-1].filter
    for part in ('author = "W1AW"', 'callsign = "K7ABC"', 'undone = "false"', "created_at >= "):
        assert part in filter_text
    assert (await tsn("reviews", "undo", "0007")).exit_code == 1


async def test_a_callsign_is_left_out_listed_and_let_in_again(mesh: Mesh, tsn: Run) -> None:
    assert "K7ABC is left out" in (await tsn("callsigns", "opt-out", "k7abc")).stdout
    assert "K7ABC" in (await tsn("callsigns", "opt-outs")).stdout
    assert "no longer left out" in (await tsn("callsigns", "opt-in", "k7abc")).stdout
    assert (await tsn("callsigns", "opt-outs")).stdout.strip() == "no callsign is left out"
    again = await tsn("callsigns", "opt-in", "k7abc")
    assert again.exit_code == 1
    assert "tsn callsigns opt-outs" in again.stderr


async def test_labels_are_exported_as_lines_that_the_evaluation_reads(mesh: Mesh, tsn: Run, tmp_path: Path) -> None:
    mesh.reviews.lines = [
        pb.LabelledLine(id="review-1-0", text="this is K7ABC", callsigns=["K7ABC"], roster=["K7ABC"], form="written"),
        pb.LabelledLine(id="review-1-1", text="at 9 am", form="negative_review", note="by ann"),
    ]
    target = tmp_path / "labels.jsonl"
    assert "2 lines" in (await tsn("labels", "export", "--since", "7d", "--out", target)).stdout
    assert mesh.reviews.asked[0].HasField("since")
    first, second = read_cases(target)
    assert (first.callsigns, first.roster, second.callsigns, second.form) == (
        ("K7ABC",),
        ("K7ABC",),
        (),
        "negative_review",
    )
    assert (await tsn("labels", "export")).stdout == target.read_text("utf-8")
    assert os.listdir(tmp_path) == [target.name]
