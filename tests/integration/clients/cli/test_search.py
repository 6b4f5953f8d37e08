import json
from datetime import UTC, datetime

import grpc
import pytest
from google.protobuf.timestamp_pb2 import Timestamp

from tests.integration.clients.cli.conftest import Run
from tests.integration.clients.cli.mesh_server import Mesh
from tests.integration.clients.node.ingest_server import Refusal
from tsn.ingest.v1.recording_pb2 import Recording
from tsn.query.v1.query_pb2 import Highlight, SearchHit, Snippet


def hit(number: int) -> SearchHit:
    at = Timestamp()
    at.FromDatetime(datetime(2026, 11, 20, 23, 30, number, tzinfo=UTC))
    snippet = Snippet(text="we need an ambulance", highlights=[Highlight(start=11, end=20)])
    recording = Recording(name=f"nodes/demo/recordings/{number}", channel="main", captured_at=at)
    return SearchHit(recording=recording, snippets=[snippet], callsigns=["K7ABC", "W1AW"])


async def test_hits_are_rows_with_highlights(mesh: Mesh, tsn: Run) -> None:
    mesh.query.hits = [hit(1)]
    result = await tsn("search", "ambulance")
    assert result.exit_code == 0
    row = result.stdout.splitlines()[1]
    assert "2026-11-20 23:30:01Z" in row
    assert "demo/main" in row
    assert "K7ABC W1AW" in row
    assert "we need an *ambulance*" in row
    assert row.endswith("nodes/demo/recordings/1")


async def test_options_become_the_filter(mesh: Mesh, tsn: Run) -> None:
    await tsn("search", "x", "--node", "demo", "--callsign", "k7abc", "--until", "2026-11-21T00:00:00Z")
    expected = 'node = "demo" AND callsign = "K7ABC" AND captured_at < "2026-11-21T00:00:00.000Z"'
    assert mesh.query.searches[0].filter == expected


async def test_a_filter_is_enough(mesh: Mesh, tsn: Run) -> None:
    result = await tsn("search", "--callsign", "k7abc")
    assert result.exit_code == 0
    assert (mesh.query.searches[0].query, mesh.query.searches[0].filter) == ("", 'callsign = "K7ABC"')


async def test_finding_nothing_is_said_and_no_failure(tsn: Run) -> None:
    result = await tsn("search", "zeppelin")
    assert result.exit_code == 0
    assert result.stdout == "nothing found for 'zeppelin'\n"


async def test_more_hits_than_the_limit_are_announced(mesh: Mesh, tsn: Run) -> None:
    mesh.query.hits = [hit(number) for number in range(5)]
    result = await tsn("search", "x", "--limit", "3")
    assert len(result.stdout.splitlines()) == 4
    assert "the newest 3 are shown" in result.stderr


async def test_all_reads_every_page(mesh: Mesh, tsn: Run) -> None:
    mesh.query.hits = [hit(number % 60) for number in range(450)]
    result = await tsn("search", "x", "--all", "--json")
    assert len(json.loads(result.stdout)["hits"]) == 450
    assert [request.page_size for request in mesh.query.searches] == [200, 200, 200]


async def test_json_can_be_paged_by_token(mesh: Mesh, tsn: Run) -> None:
    mesh.query.hits = [hit(number) for number in range(3)]
    first = json.loads((await tsn("search", "x", "--limit", "2", "--json")).stdout)
    rest = json.loads((await tsn("search", "x", "--json", "--page-token", first["nextPageToken"])).stdout)
    assert [one["recording"]["name"] for one in rest["hits"]] == ["nodes/demo/recordings/2"]
    assert rest["nextPageToken"] == ""
    assert first["hits"][0]["snippets"][0]["highlights"] == [{"segmentIndex": 0, "start": 11, "end": 20}]


async def test_a_refused_query_is_explained_on_standard_error(mesh: Mesh, tsn: Run) -> None:
    mesh.query.refusal = Refusal(grpc.StatusCode.INVALID_ARGUMENT, "PAGE_TOKEN_INVALID")
    result = await tsn("search", "x", "--page-token", "0")
    assert result.exit_code == 1
    assert result.stdout == ""
    assert result.stderr == ("error: because [INVALID_ARGUMENT PAGE_TOKEN_INVALID]\nhint: begin without --page-token\n")


@pytest.mark.parametrize("verb", [("search", "x"), ("status",), ("nodes", "list"), ("watch",), ("recordings", "list")])
async def test_without_a_gateway_a_command_says_what_to_do(tsn: Run, verb: tuple[str, ...]) -> None:
    result = await tsn(*verb, "--gateway", "127.0.0.1:1")
    assert result.exit_code == 1
    assert result.stderr == "error: cannot reach 127.0.0.1:1; is the stack up? `make up`\n"
