from datetime import UTC, datetime, timedelta
from io import StringIO
from typing import Any

import pytest
from google.protobuf.duration_pb2 import Duration
from rich.console import Console, ConsoleDimensions

from clients.cli.top_facts import Rates, Snapshot, ordered, rates
from clients.cli.top_view import NODES_SHOWN, top_screen
from tsn.ingest.v1.job_pb2 import GetQueuesResponse, Queue
from tsn.ingest.v1.recording_pb2 import Lane, Node
from tsn.query.v1.query_pb2 import GetStatisticsResponse
from tsn.transcribe.v1.transcribe_pb2 import GetPoolStatisticsResponse, ListEnginesResponse

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
LIVE, BATCH = Lane.LANE_LIVE, Lane.LANE_BATCH


def snapshot(seconds: float = 0.0, queued: int = 0, **more: Any) -> Snapshot:
    queues = GetQueuesResponse(queues=[Queue(stage="transcribe", lane=LIVE, queued=queued)] if queued else [])
    return Snapshot(NOW + timedelta(seconds=seconds), seconds, **{"queues": queues, **more})


def counted(recordings: int, transcribed: int) -> dict[str, Any]:
    return {
        "statistics": GetStatisticsResponse(recordings=recordings, searchable_recordings=recordings),
        "pool": GetPoolStatisticsResponse(recordings_transcribed=transcribed),
    }


def shown(one: Snapshot, speed: Rates | None = None, away: str = "") -> str:
    console = Console(width=200, record=True, file=open("/dev/null", "w"))  # noqa: SIM115 - lives as long as the test
    console.print(top_screen("mesh:8080", one, speed or Rates(), away=away))
    return console.export_text()


def test_rates_are_changes_a_second() -> None:
    speed = rates(snapshot(0.0, 10, **counted(100, 5)), snapshot(2.0, 4, **counted(104, 15)))
    assert (speed.stored, speed.searchable, speed.transcribed) == (2.0, 2.0, 5.0)
    assert speed.queued == {("transcribe", LIVE): -3.0}


def test_there_are_no_rates_without_a_look_before() -> None:
    assert rates(None, snapshot(1.0, 4, **counted(9, 9))) == Rates()
    assert rates(snapshot(1.0), snapshot(1.0)) == Rates()


def test_a_counter_that_falls_is_of_another_replica_and_tells_no_rate() -> None:
    assert rates(snapshot(0.0, **counted(9, 9)), snapshot(1.0, **counted(9, 2))).transcribed is None


def test_a_service_that_was_silent_tells_no_rate() -> None:
    away = snapshot(1.0, problems={"query": "away", "ingest": "away"})
    speed = rates(snapshot(0.0, 8, **counted(9, 9)), away)
    assert (speed.stored, speed.queued) == (None, {})


def test_queues_stand_as_work_flows_and_the_urgent_lane_first() -> None:
    queues = [Queue(stage=stage, lane=lane) for stage in ("analyze", "zeta", "fetch", "transcribe") for lane in (3, 1)]
    names = [(queue.stage, queue.lane) for queue in ordered(queues)]
    assert [stage for stage, _ in names] == ["fetch"] * 2 + ["transcribe"] * 2 + ["analyze"] * 2 + ["zeta"] * 2
    assert [lane for _, lane in names] == [1, 3] * 4


def test_the_screen_shows_queues_outbox_and_engine() -> None:
    queue = Queue(
        stage="transcribe",
        lane=BATCH,
        queued=900,
        crowded=40,
        waiting=3,
        running=2,
        dead=1,
        oldest_age=Duration(seconds=75),
    )
    queues = GetQueuesResponse(queues=[queue], outbox_messages=5, outbox_oldest_age=Duration(seconds=40))
    engines = ListEnginesResponse(engines=[{"engine": "scripted", "model": "m", "device": "cpu"}], notice="no weights")
    pool = GetPoolStatisticsResponse(
        slots=4, busy_slots=2, audio_transcribed=Duration(seconds=100), engine_time=Duration(seconds=20)
    )
    text = shown(snapshot(queues=queues, engines=engines, pool=pool), Rates(queued={("transcribe", BATCH): -1.5}))
    row = next(line for line in text.splitlines() if line.startswith("transcribe"))
    assert row.split() == ["transcribe", "batch", "900", "40", "-1.5/s", "3", "2", "1", "1m15s"]
    assert "outbox  5 messages, the oldest for 40 s: the bus does not take them" in text
    assert "scripted m on cpu, 2 of 4 workers busy, 5.0x real time" in text
    assert "no weights" in text


def test_services_that_are_down_say_why() -> None:
    text = shown(snapshot(problems={"ingest": "refused [UNAVAILABLE]"}))
    assert "ingest down   transcribe up" in text
    assert "  ingest: refused [UNAVAILABLE]" in text
    assert "queues are not known while ingest does not answer" in text


def test_a_gateway_that_went_away_is_told_above_what_was_heard_last() -> None:
    text = shown(snapshot(queued=7), away="cannot reach mesh:8080")
    assert "the gateway does not answer: cannot reach mesh:8080; shown is what was heard last" in text
    assert "transcribe" in text


def test_only_nodes_in_trouble_are_listed_the_silent_first_and_not_all() -> None:
    nodes = [Node(name="nodes/well"), *(Node(name=f"nodes/slow{n}", clock_wrong=True) for n in range(NODES_SHOWN))]
    nodes.append(Node(name="nodes/mute", silent=True))
    lines = shown(snapshot(nodes=nodes)).splitlines()
    heading = next(place for place, line in enumerate(lines) if line.startswith("node "))
    assert lines[heading + 1].startswith("mute")
    assert f"nodes   {NODES_SHOWN + 2}, {NODES_SHOWN + 1} in trouble" in lines[heading - 1]
    assert lines[-1].strip() == "and 1 more: `tsn nodes`"
    assert not any(line.startswith("well") for line in lines)


def test_what_others_named_cannot_steer_the_terminal() -> None:
    assert "\x1b[2J" not in shown(snapshot(nodes=[Node(name="nodes/\x1b[2Jx", silent=True)]))


def busy() -> Snapshot:
    """A mesh in trouble, with figures as wide as they come."""
    queues = [
        Queue(stage=stage, lane=lane, queued=99_999, crowded=99_999, waiting=9_999, running=64, dead=9_999)
        for stage in ("fetch", "transcribe", "extract", "analyze")
        for lane in (LIVE, BATCH)
    ]
    for queue in queues:
        queue.oldest_age.FromSeconds(100_000)
    nodes = [Node(name=f"nodes/cougar-mountain-repeater-west-{n:02}", silent=True) for n in range(20)]
    for node in nodes:
        node.last_heartbeat_at.FromDatetime(NOW - timedelta(days=3, hours=12))
        node.last_captured_at.FromDatetime(NOW - timedelta(days=13, hours=20))
        node.health.spooled_recordings, node.missing_recordings = 12_345, 678
        node.health.disk_total_bytes, node.health.disk_free_bytes = 100, 5
        node.health.oldest_waiting_at.FromDatetime(NOW - timedelta(hours=30))
        node.clock_offset.FromSeconds(-700)
    listed = GetQueuesResponse(queues=queues, outbox_messages=5, outbox_oldest_age=Duration(seconds=40))
    return snapshot(queues=listed, nodes=nodes, engines=ListEnginesResponse(notice="weights are missing: " + "x" * 90))


@pytest.mark.parametrize("fit", [ConsoleDimensions(80, 24), ConsoleDimensions(100, 30)], ids=str)
def test_everything_is_legible_in_the_terminal_it_has(fit: ConsoleDimensions) -> None:
    console = Console(width=fit.width, height=fit.height, record=True, file=StringIO())
    speed = Rates(queued={("transcribe", LIVE): -1234.5})
    console.print(top_screen("mesh.example.org:8080", busy(), speed, fit=fit))
    lines = [line.rstrip() for line in console.export_text().splitlines()]
    assert max(len(line) for line in lines) <= fit.width
    heading = next(line for line in lines if line.startswith("stage"))
    assert heading.split() == ["stage", "lane", "queued", "crowded", "change", "waiting", "running", "dead", "oldest"]
    live = next(line for line in lines if line.startswith("transcribe live"))
    assert live.split()[2:] == ["99999", "99999", "-1234.5/s", "9999", "64", "9999", "1d3h"]
    assert next(line for line in lines if line.startswith("node ")).split() == [
        "node", "state", "audio", "beat", "waiting", "oldest", "clock", "missing",
    ]  # fmt: skip
    listed = [line for line in lines if line.startswith("cougar")]
    assert len(listed) >= 3
    assert all(line.endswith(" 13d20h 3d12h   12345   1d6h -11m40s     678") for line in listed)
    assert all("silent" in line for line in listed)
    assert lines[-1] == f"and {20 - len(listed)} more: `tsn nodes`"
    # With more queues than half a screen of 24 lines the least number of nodes may stand below its end.
    assert len(lines) < fit.height or len(listed) == 3
