"""Nodes: registering, listing, heartbeats."""

from datetime import timedelta
from pathlib import Path

import grpc
import pytest

from mesh.rpc.times import to_duration, to_timestamp
from tests.integration.services.ingest.running import NODE, NOW, RunningIngest, refused, running_ingest
from tests.support.audio_files import wav_file
from tsn.ingest.v1 import ingest_pb2 as pb
from tsn.ingest.v1 import recording_pb2

INVALID = grpc.StatusCode.INVALID_ARGUMENT


async def create(service: RunningIngest, **fields: str) -> recording_pb2.Node:
    request = pb.CreateNodeRequest(node=recording_pb2.Node(**fields))
    return (await service.ingest.CreateNode(request, timeout=30)).node


async def test_a_created_node_can_be_read(service: RunningIngest) -> None:
    made = await create(
        service, name="nodes/Cougar_1", display_name="Cougar Mountain 🏔", time_zone="America/Los_Angeles"
    )
    assert made.display_name == "Cougar Mountain 🏔"
    assert not made.self_registered
    read = (await service.ingest.GetNode(pb.GetNodeRequest(name="nodes/Cougar_1"), timeout=30)).node
    assert read == made


async def test_a_node_is_created_once(service: RunningIngest) -> None:
    refusal = await refused(create(service, name=f"nodes/{NODE}"))
    assert (refusal.code, refusal.reason) == (grpc.StatusCode.ALREADY_EXISTS, "NODE_EXISTS")
    assert await service.count("nodes") == 1


IMPOSSIBLE: list[tuple[dict[str, str], str]] = [
    ({"name": "nodes/../x"}, "NAME_INVALID"),
    ({"name": "nodes/" + "n" * 65}, "NAME_INVALID"),
    ({"name": "nodes/n", "display_name": "d" * 201}, "DISPLAY_NAME_INVALID"),
    ({"name": "nodes/n", "time_zone": "Mars/Olympus_Mons"}, "TIME_ZONE_UNKNOWN"),
    ({"name": "nodes/n", "time_zone": "../../etc/passwd"}, "TIME_ZONE_UNKNOWN"),
]


async def test_a_node_that_cannot_be_is_refused(service: RunningIngest) -> None:
    for fields, reason in IMPOSSIBLE:
        refusal = await refused(create(service, **fields))
        assert (refusal.code, refusal.reason) == (INVALID, reason), fields
    assert await service.count("nodes") == 1


async def test_an_unknown_node_is_not_found(service: RunningIngest) -> None:
    refusal = await refused(service.ingest.GetNode(pb.GetNodeRequest(name="nodes/nobody"), timeout=30))
    assert (refusal.code, refusal.reason) == (grpc.StatusCode.NOT_FOUND, "NODE_UNKNOWN")


async def test_nodes_are_listed_by_id_page_by_page(service: RunningIngest) -> None:
    for name in ("delta", "alpha", "charlie"):
        await create(service, name=f"nodes/{name}")
    names, token, pages = [], "", 0
    while True:
        page = await service.ingest.ListNodes(pb.ListNodesRequest(page_size=2, page_token=token), timeout=30)
        names += [node.name for node in page.nodes]
        token, pages = page.next_page_token, pages + 1
        if not token:
            break
    assert names == ["nodes/alpha", "nodes/charlie", "nodes/delta", f"nodes/{NODE}"]
    assert pages == 2


async def test_a_malformed_page_token_is_refused(service: RunningIngest) -> None:
    for token in ("x", "AAAA", "ÿ" * 20, "' OR 1=1 --", "A" * 10_000):
        refusal = await refused(service.ingest.ListNodes(pb.ListNodesRequest(page_token=token), timeout=30))
        assert (refusal.code, refusal.reason) == (INVALID, "PAGE_TOKEN_INVALID"), token[:20]


async def test_a_negative_page_size_is_refused(service: RunningIngest) -> None:
    refusal = await refused(service.ingest.ListNodes(pb.ListNodesRequest(page_size=-1), timeout=30))
    assert (refusal.code, refusal.reason) == (INVALID, "PAGE_SIZE_INVALID")


async def test_a_node_shows_its_recordings_and_their_newest_airtime(service: RunningIngest) -> None:
    newest, older = NOW - timedelta(hours=1), NOW - timedelta(days=3)
    for seconds, moment in ((1.0, older), (1.5, newest), (2.0, older)):
        await service.send(wav_file(seconds), captured_at=moment)
    node = (await service.ingest.GetNode(pb.GetNodeRequest(name=f"nodes/{NODE}"), timeout=30)).node
    assert node.recording_count == 3
    assert node.last_captured_at == to_timestamp(newest)
    assert node.last_received_at == to_timestamp(NOW)


async def test_a_heartbeat_is_stored_and_answered_with_the_clock(service: RunningIngest) -> None:
    health = recording_pb2.NodeHealth(
        version="1.2",
        spooled_recordings=3,
        spooled_bytes=4_000_000_000,
        refused_recordings=1,
        disk_free_bytes=10**12,
        disk_total_bytes=10**13,
        intake_paused=True,
        oldest_waiting_at=to_timestamp(NOW - timedelta(hours=3)),
        spool_id="spool",
        last_sequence=12,
    )
    sent_at = to_timestamp(NOW - timedelta(seconds=90))
    request = pb.HeartbeatRequest(name=f"nodes/{NODE}", sent_at=sent_at, health=health)
    answer = await service.ingest.Heartbeat(request, timeout=30)
    assert answer.server_time == to_timestamp(NOW)
    assert answer.clock_offset.ToSeconds() == 90
    node = (await service.ingest.GetNode(pb.GetNodeRequest(name=f"nodes/{NODE}"), timeout=30)).node
    assert node.health == health
    assert node.last_heartbeat_at == to_timestamp(NOW)


async def beat(service: RunningIngest, *, behind: float, round_trip: float | None = None) -> float:
    """A heartbeat of a node whose clock is `behind` seconds; the offset that the server found."""
    sent_at = to_timestamp(service.clock.moment - timedelta(seconds=behind))
    request = pb.HeartbeatRequest(name=f"nodes/{NODE}", sent_at=sent_at)
    if round_trip is not None:
        request.round_trip.CopyFrom(to_duration(round_trip))
    answer = await service.ingest.Heartbeat(request, timeout=30)
    return answer.clock_offset.ToTimedelta().total_seconds()


async def the_node(service: RunningIngest) -> recording_pb2.Node:
    return (await service.ingest.GetNode(pb.GetNodeRequest(name=f"nodes/{NODE}"), timeout=30)).node


async def test_the_clock_of_a_node_is_measured_without_the_way_to_the_server(service: RunningIngest) -> None:
    assert await beat(service, behind=10.5, round_trip=1.0) == 10.0
    first = await the_node(service)
    service.clock.moment += timedelta(minutes=10)
    assert await beat(service, behind=10.53, round_trip=0.0) == 10.53
    second = await the_node(service)

    assert (first.clock_offset.ToMilliseconds(), first.HasField("clock_drift_ppm"), first.clock_wrong) == (
        10_000,
        False,
        False,
    )
    assert second.clock_drift_ppm == pytest.approx(530e3 / 600)
    assert not (await the_node(service)).clock_wrong


async def test_recordings_of_a_node_with_a_wrong_clock_say_so_everywhere(service: RunningIngest) -> None:
    unknown = (await service.send(wav_file(1.0))).recording
    await beat(service, behind=-31.0)
    wrong = (await service.send(wav_file(1.5))).recording
    await beat(service, behind=2.0)
    right = (await service.send(wav_file(2.0))).recording

    assert not unknown.HasField("node_clock_offset")
    assert (wrong.node_clock_offset.ToMilliseconds(), list(wrong.warnings)) == (
        -31_000,
        [recording_pb2.AUDIO_WARNING_CLOCK_WRONG],
    )
    assert (right.node_clock_offset.ToMilliseconds(), list(right.warnings)) == (2000, [])
    again = (await service.send(wav_file(1.5))).recording
    assert again == wrong
    events = [recording_pb2.RecordingStored.FromString(row["input"]) for row in await service.rows("jobs")]
    assert wrong in [event.recording for event in events]


async def test_a_node_is_silent_when_its_heartbeats_end_and_not_before_the_first(service: RunningIngest) -> None:
    service.clock.moment += timedelta(days=1)
    assert not (await the_node(service)).silent
    await beat(service, behind=0)
    service.clock.moment += timedelta(seconds=180)
    assert not (await the_node(service)).silent
    service.clock.moment += timedelta(seconds=1)
    (listed,) = (await service.ingest.ListNodes(pb.ListNodesRequest(), timeout=30)).nodes
    assert listed.silent
    assert listed == await the_node(service)
    await beat(service, behind=0)
    assert not (await the_node(service)).silent


async def test_a_heartbeat_of_an_unknown_node_is_refused(service: RunningIngest) -> None:
    refusal = await refused(service.ingest.Heartbeat(pb.HeartbeatRequest(name="nodes/stranger"), timeout=30))
    assert (refusal.code, refusal.reason) == (grpc.StatusCode.NOT_FOUND, "NODE_UNKNOWN")
    assert await service.count("nodes") == 1


async def test_a_heartbeat_registers_the_node_where_that_is_allowed(
    database_url: str, nats_url: str, tmp_path: Path
) -> None:
    async with running_ingest(
        database_url=database_url, nats_url=nats_url, folder=tmp_path, registered=(), auto_register=True
    ) as service:
        for _ in range(2):
            await service.ingest.Heartbeat(pb.HeartbeatRequest(name="nodes/stranger"), timeout=30)
        (node,) = await service.rows("nodes")
        assert (node["id"], node["self_registered"], node["last_heartbeat_at"]) == ("stranger", True, NOW)


async def test_what_this_version_does_not_serve_says_so(service: RunningIngest) -> None:
    stream = await refused(service.ingest.StreamAudio(iter([pb.StreamAudioRequest()]), timeout=30).read())
    assert (stream.code, stream.reason) == (grpc.StatusCode.UNIMPLEMENTED, "NOT_SERVED")
