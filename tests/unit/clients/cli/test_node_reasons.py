from datetime import UTC, datetime, timedelta

from google.protobuf.timestamp_pb2 import Timestamp

from clients.cli.node_reasons import explain_node
from tsn.ingest.v1.ingest_pb2 import NodeGap
from tsn.ingest.v1.recording_pb2 import Node, NodeHealth

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)


def ago(seconds: float) -> Timestamp:
    moment = Timestamp()
    moment.FromDatetime(NOW - timedelta(seconds=seconds))
    return moment


def node(health: NodeHealth | None = None, **more: object) -> Node:
    return Node(name="nodes/far", last_heartbeat_at=ago(20), health=health, **more)


def told(one: Node | None, *gaps: NodeGap) -> list[str]:
    return [f"{finding.state}: {finding.sentence}" for finding in explain_node(one, gaps, NOW)]


def test_an_unknown_node_has_never_sent_anything() -> None:
    assert "nothing has ever come from it" in told(None)[0]


def test_a_node_that_is_well_took_no_such_file() -> None:
    (finding,) = explain_node(node(), [], NOW)
    assert "it has not taken the file" in finding.sentence
    assert not finding.holds_up


def test_a_silent_node_tells_since_when_and_what_it_held() -> None:
    silent = Node(name="nodes/far", silent=True, last_heartbeat_at=ago(7200), health=NodeHealth(spooled_recordings=9))
    assert told(silent) == [
        "silent: the node is silent: its last heartbeat came 2 h ago, when 9 recordings waited at it"
    ]


def test_a_backlog_tells_how_many_and_how_long() -> None:
    health = NodeHealth(spooled_recordings=5, spooled_bytes=2_000_000, oldest_waiting_at=ago(3600))
    assert told(node(health)) == [
        "behind: 5 recordings (2.0 MB) not sent yet at the node, the oldest since 2026-11-20 11:00:00Z (1 h)"
    ]
    fresh = NodeHealth(spooled_recordings=1, oldest_waiting_at=ago(4))
    assert told(node(fresh))[0].startswith("sending: 1 recording (")


def test_a_full_disk_refused_files_and_a_wrong_clock_are_told() -> None:
    health = NodeHealth(intake_paused=True, refused_recordings=2)
    states = [finding.state for finding in explain_node(node(health, clock_wrong=True), [], NOW)]
    assert states == ["disk full", "refused", "clock wrong"]


def test_gaps_are_told_apart_from_what_may_be_on_its_way() -> None:
    lost = NodeGap(first_sequence=3, last_sequence=4, received_after_at=ago(10))
    tail = NodeGap(first_sequence=9, last_sequence=9)
    states = [finding.state for finding in explain_node(node(missing_recordings=8), [lost, tail], NOW)]
    assert states == ["missing", "on the way", "missing"]
    assert told(node(missing_recordings=8), lost, tail)[2] == "missing: 5 more that it numbered are missing"


def test_a_node_without_heartbeats_is_not_called_well() -> None:
    assert "sends no heartbeats" in told(Node(name="nodes/far"))[0]
