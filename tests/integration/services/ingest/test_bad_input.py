"""Uploads that are refused: with which status and reason, and with nothing left behind."""

import hashlib
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import grpc
from google.protobuf.timestamp_pb2 import Timestamp

from tests.integration.services.ingest.running import (
    CHUNK_BYTES,
    NOTHING,
    NOW,
    ONE,
    RunningIngest,
    messages,
    refused,
    running_ingest,
    upload_metadata,
)
from tests.support.audio_files import wav_file
from tsn.ingest.v1 import ingest_pb2 as pb

INVALID = grpc.StatusCode.INVALID_ARGUMENT
GOOD = wav_file(1.0)
OTHER_HASH = hashlib.sha256(b"something else").hexdigest()


NO_AUDIO = {
    "empty file": (b"", "AUDIO_EMPTY"),
    "WAV without samples": (wav_file(0.0), "AUDIO_EMPTY"),
    "text named .wav": (b"K7ABC, W7RM and two visitors checked in.\n" * 40, "AUDIO_UNREADABLE"),
    "cut in the header": (GOOD[:30], "AUDIO_UNREADABLE"),
    "cut after the header": (GOOD[:44], "AUDIO_UNREADABLE"),
}


async def test_a_file_without_audio_is_refused(service: RunningIngest) -> None:
    for name, (content, reason) in NO_AUDIO.items():
        refusal = await service.refusal(content, source_file_name="over.wav")
        assert (refusal.code, refusal.reason) == (INVALID, reason), name
        assert await service.stored() == NOTHING, name


IMPOSSIBLE: list[tuple[dict[str, Any], str]] = [
    ({"sha256": OTHER_HASH}, "SHA256_MISMATCH"),
    ({"size_bytes": len(GOOD) + 1}, "SIZE_MISMATCH"),
    ({"size_bytes": len(GOOD) - 1}, "SIZE_MISMATCH"),
    ({"size_bytes": -1}, "SIZE_INVALID"),
    ({"sha256": "abc"}, "SHA256_INVALID"),
    ({"captured_at": None}, "CAPTURED_AT_MISSING"),
    ({"captured_at": datetime(1970, 1, 1, 14, tzinfo=UTC)}, "CAPTURED_AT_MISSING"),
    ({"captured_at": Timestamp(seconds=10**17)}, "CAPTURED_AT_MISSING"),
    ({"captured_at": NOW + timedelta(minutes=6)}, "CAPTURED_AT_IN_FUTURE"),
    ({"source_file_name": "../../etc/passwd"}, "SOURCE_NAME_UNSAFE"),
    ({"source_file_name": "C:\\over.wav"}, "SOURCE_NAME_UNSAFE"),
    ({"source_file_name": ".."}, "SOURCE_NAME_UNSAFE"),
    ({"source_file_name": "over\0.wav"}, "SOURCE_NAME_UNSAFE"),
    ({"source_file_name": "o" * 256}, "SOURCE_NAME_UNSAFE"),
    ({"node": "nodes/../hilltop"}, "NAME_INVALID"),
    ({"node": "hilltop"}, "NAME_INVALID"),
    ({"request_id": "../../recordings/x"}, "REQUEST_ID_INVALID"),
    ({"request_id": ""}, "REQUEST_ID_INVALID"),
    ({"channel": ""}, "CHANNEL_INVALID"),
    ({"channel": "c" * 65}, "CHANNEL_INVALID"),
    ({"channel": "ma\nin"}, "CHANNEL_INVALID"),
    ({"offset": -1}, "OFFSET_INVALID"),
    ({"offset": len(GOOD) + 1}, "OFFSET_INVALID"),
]


async def test_metadata_that_cannot_be_is_refused(service: RunningIngest) -> None:
    for changes, reason in IMPOSSIBLE:
        refusal = await service.refusal(GOOD, **changes)
        assert (refusal.code, refusal.reason) == (INVALID, reason), changes
        assert await service.stored() == NOTHING, changes


async def test_a_channel_may_end_in_a_line_break(service: RunningIngest) -> None:
    await service.send(GOOD, channel="main\n")
    assert await service.stored() == ONE


async def test_a_time_ahead_by_a_zone_is_called_local_time(service: RunningIngest) -> None:
    for lead, hint in (
        (timedelta(hours=2), True),
        (timedelta(hours=9, minutes=28), True),
        (timedelta(minutes=6), False),
        (timedelta(days=30), False),
    ):
        refusal = await service.refusal(GOOD, captured_at=NOW + lead)
        assert (refusal.code, refusal.reason) == (INVALID, "CAPTURED_AT_IN_FUTURE"), lead
        assert ("local time" in refusal.message) is hint, lead
    assert await service.stored() == NOTHING


async def test_a_clock_a_little_ahead_is_forgiven(service: RunningIngest) -> None:
    await service.send(GOOD, captured_at=NOW + timedelta(minutes=4))
    assert await service.stored() == ONE


async def test_an_unknown_node_is_told_how_it_is_registered(service: RunningIngest) -> None:
    refusal = await service.refusal(GOOD, node="nodes/stranger")
    assert (refusal.code, refusal.reason) == (grpc.StatusCode.NOT_FOUND, "NODE_UNKNOWN")
    assert "tsn nodes add stranger" in refusal.message
    assert await service.stored() == NOTHING
    assert await service.count("nodes") == 1


async def test_a_file_over_the_limit_is_refused_before_it_is_sent(
    database_url: str, nats_url: str, tmp_path: Path
) -> None:
    async with running_ingest(
        database_url=database_url, nats_url=nats_url, folder=tmp_path, max_recording_bytes=10_000
    ) as service:
        refusal = await service.refusal(GOOD)
        assert (refusal.code, refusal.reason) == (INVALID, "AUDIO_TOO_LARGE")
        assert await service.stored() == NOTHING


def request(**fields: Any) -> pb.UploadRecordingRequest:
    return pb.UploadRecordingRequest(**fields)


OUT_OF_ORDER = {
    "chunk first": ([request(chunk=GOOD)], "CHUNK_BEFORE_METADATA"),
    "metadata twice": ([request(metadata=upload_metadata(GOOD))] * 2, "METADATA_TWICE"),
    "no message": ([], "METADATA_MISSING"),
    "empty first message": ([request()], "PAYLOAD_MISSING"),
    "empty message": ([request(metadata=upload_metadata(GOOD)), request()], "PAYLOAD_MISSING"),
    "large chunk": (
        [request(metadata=upload_metadata(b"0" * 200_000)), request(chunk=bytes(CHUNK_BYTES + 1))],
        "CHUNK_TOO_LARGE",
    ),
}


async def test_messages_out_of_order_are_refused(service: RunningIngest) -> None:
    for name, (requests, reason) in OUT_OF_ORDER.items():
        refusal = await refused(service.ingest.UploadRecording(iter(requests), timeout=30))
        assert (refusal.code, refusal.reason) == (INVALID, reason), name
        assert await service.stored() == NOTHING, name


async def test_an_oversized_message_is_refused_by_the_server(service: RunningIngest) -> None:
    content = wav_file(400.0)
    assert len(content) > 4 * 1024 * 1024
    options = [("grpc.max_send_message_length", -1)]
    async with grpc.aio.insecure_channel(service.address, options=options) as channel:
        call = channel.stream_unary(
            "/tsn.ingest.v1.IngestService/UploadRecording",
            request_serializer=pb.UploadRecordingRequest.SerializeToString,
            response_deserializer=pb.UploadRecordingResponse.FromString,
        )(messages(upload_metadata(content), content, len(content)), timeout=60)
        refusal = await refused(call)
    assert refusal.code is grpc.StatusCode.RESOURCE_EXHAUSTED
    assert await service.stored() == NOTHING


async def test_a_request_id_stands_for_one_file(service: RunningIngest) -> None:
    await service.send(GOOD, request_id="one")
    refusal = await service.refusal(wav_file(1.5), request_id="one")
    assert (refusal.code, refusal.reason) == (grpc.StatusCode.ALREADY_EXISTS, "REQUEST_ID_REUSED")
    assert await service.stored() == ONE


async def test_a_refused_file_can_be_sent_right_afterwards(service: RunningIngest) -> None:
    async def damaged() -> AsyncIterator[pb.UploadRecordingRequest]:
        yield request(metadata=upload_metadata(GOOD))
        yield request(chunk=GOOD[:-1] + b"\xff")

    refusal = await refused(service.ingest.UploadRecording(damaged(), timeout=30))
    assert (refusal.code, refusal.reason) == (INVALID, "SHA256_MISMATCH")
    assert not (await service.send(GOOD)).deduplicated
    assert await service.stored() == ONE
