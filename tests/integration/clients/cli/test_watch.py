import json

import grpc
import pytest

from clients.cli import feed
from clients.common.backoff import Backoff
from tests.integration.clients.cli.conftest import Run
from tests.integration.clients.cli.mesh_server import Mesh
from tests.integration.clients.node.ingest_server import Refusal
from tsn.ingest.v1.recording_pb2 import Recording, RecordingStored
from tsn.query.v1.query_pb2 import FeedHeartbeat, RecordingIndexed, WatchFeedResponse
from tsn.transcribe.v1.transcript_pb2 import PartialTranscript

NAME = "nodes/demo/recordings/1"
PARTIAL = WatchFeedResponse(partial=PartialTranscript(recording=NAME, channel="main", stable_text="good"))
HEARTBEAT = WatchFeedResponse(heartbeat=FeedHeartbeat())


def stored(cursor: str) -> WatchFeedResponse:
    recording = Recording(name=NAME, channel="main", source_file_name=f"{cursor}.wav")
    return WatchFeedResponse(cursor=cursor, recording_stored=RecordingStored(recording=recording))


def indexed(cursor: str) -> WatchFeedResponse:
    return WatchFeedResponse(cursor=cursor, recording_indexed=RecordingIndexed(recording=NAME, channel="main"))


@pytest.fixture(autouse=True)
def _at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feed, "RECONNECT", Backoff(base_seconds=0.0))


async def test_facts_are_lines_and_partial_texts_are_not_where_nothing_grows(mesh: Mesh, tsn: Run) -> None:
    mesh.query.feeds = [[HEARTBEAT, stored("1"), PARTIAL, indexed("2")]]
    result = await tsn("watch", "--cursor", "begin", "--count", "3")
    assert result.exit_code == 0
    kinds = [line.split()[0] for line in result.stdout.splitlines()]
    assert kinds == ["recording", "searchable"]


async def test_what_is_to_be_watched_is_asked_of_the_server(mesh: Mesh, tsn: Run) -> None:
    mesh.query.feeds = [[stored("1")]]
    options = ("--node", "demo", "--channel", "main", "--cursor", "begin", "--facts-only")
    await tsn("watch", *options, "--count", "1")
    asked = mesh.query.watches[0]
    assert (asked.node, asked.channel, asked.cursor, asked.facts_only) == ("nodes/demo", "main", "begin", True)


async def test_a_broken_feed_is_resumed_after_the_last_cursor(mesh: Mesh, tsn: Run) -> None:
    mesh.query.feeds = [[stored("7"), PARTIAL], [indexed("8")]]
    result = await tsn("watch", "--cursor", "begin", "--count", "3")
    assert result.exit_code == 0
    assert [asked.cursor for asked in mesh.query.watches] == ["begin", "7"]
    assert "connection lost" in result.stderr
    assert "reconnecting" in result.stderr


async def test_json_is_one_item_a_line_with_its_cursor(mesh: Mesh, tsn: Run) -> None:
    mesh.query.feeds = [[stored("1"), HEARTBEAT, PARTIAL]]
    lines = (await tsn("watch", "--json", "--count", "2")).stdout.splitlines()
    first, second = (json.loads(line) for line in lines)
    assert first["cursor"] == "1"
    assert first["recordingStored"]["recording"]["name"] == NAME
    assert second["partial"]["stableText"] == "good"


async def test_a_refused_cursor_ends_the_command(mesh: Mesh, tsn: Run) -> None:
    mesh.query.refusal = Refusal(grpc.StatusCode.INVALID_ARGUMENT, "CURSOR_INVALID")
    result = await tsn("watch", "--cursor", "nonsense")
    assert result.exit_code == 1
    assert "CURSOR_INVALID" in result.stderr
