"""Uploads over a real connection that breaks, refuses and hangs."""

import asyncio
import hashlib
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import Any

import grpc
import pytest

from clients.common.backoff import Backoff
from clients.common.channel import open_channel
from clients.common.errors import FileChanged, Refused, Transient, Unwelcome
from clients.common.telemetry import start_tracing
from clients.common.upload import OutgoingFile, UploadPolicy, file_sha256, upload_file
from tests.integration.clients.node.ingest_server import MemoryIngest, Refusal
from tsn.ingest.v1.ingest_pb2_grpc import IngestServiceStub

SIZE_BYTES = 200_001
CONTENT = Random(7).randbytes(SIZE_BYTES)


@pytest.fixture
async def stub(address: str) -> AsyncIterator[Any]:
    async with open_channel(address) as channel:
        yield IngestServiceStub(channel)


@pytest.fixture
def slept() -> list[float]:
    return []


@pytest.fixture
def policy(slept: list[float]) -> UploadPolicy:
    async def sleep(seconds: float) -> None:
        slept.append(seconds)

    return UploadPolicy(attempts=3, backoff=Backoff(draw=lambda: 1.0), sleep=sleep)


@pytest.fixture
def outgoing(tmp_path: Path) -> OutgoingFile:
    path = tmp_path / "2560_20250301143005.wav"
    path.write_bytes(CONTENT)
    return OutgoingFile(
        path=path,
        node="2560",
        channel="main",
        captured_at=datetime(2025, 3, 1, 14, 30, 5, 250_000, tzinfo=UTC),
        sha256=hashlib.sha256(CONTENT).hexdigest(),
        size_bytes=SIZE_BYTES,
        request_id="request-1",
    )


async def test_a_file_arrives_whole_with_all_that_is_known_of_it(
    ingest: MemoryIngest, stub: Any, outgoing: OutgoingFile
) -> None:
    reported: list[int] = []

    outcome = await upload_file(stub, outgoing, progress=reported.append)

    assert outcome.recording_name == "nodes/2560/recordings/0"
    assert not outcome.deduplicated
    assert ingest.stored == {outcome.recording_name: CONTENT}
    (metadata,) = ingest.uploads
    assert (metadata.node, metadata.channel) == ("nodes/2560", "main")
    assert metadata.captured_at.ToDatetime(UTC) == outgoing.captured_at
    assert metadata.source_file_name == "2560_20250301143005.wav"
    assert reported == [0, 65_536, 131_072, 196_608, SIZE_BYTES]


@pytest.mark.parametrize("broken_at", [0, 1, 65_535, 65_536, 65_537, 199_999, 200_000, SIZE_BYTES])
async def test_a_stream_broken_at_any_byte_is_resumed_there(
    ingest: MemoryIngest,
    stub: Any,
    outgoing: OutgoingFile,
    policy: UploadPolicy,
    slept: list[float],
    broken_at: int,
) -> None:
    ingest.breaks = [broken_at]

    await upload_file(stub, outgoing, policy=policy)

    assert ingest.offsets == [0, broken_at]
    assert list(ingest.stored.values()) == [CONTENT]
    assert slept == [1.0]


async def test_a_stream_may_break_twice(
    ingest: MemoryIngest, stub: Any, outgoing: OutgoingFile, policy: UploadPolicy, slept: list[float]
) -> None:
    ingest.breaks = [70_000, 140_000]

    await upload_file(stub, outgoing, policy=policy)

    assert ingest.offsets == [0, 70_000, 140_000]
    assert slept == [1.0, 2.0]


async def test_after_the_last_attempt_the_failure_is_the_callers_and_a_later_call_resumes(
    ingest: MemoryIngest, stub: Any, outgoing: OutgoingFile, policy: UploadPolicy
) -> None:
    ingest.breaks, ingest.politely = [10, 20, 30], True
    with pytest.raises(Transient, match="connection lost") as failed:
        await upload_file(stub, outgoing, policy=policy)

    await upload_file(stub, outgoing, policy=policy, resume=True)

    assert failed.value.outage
    assert ingest.offsets == [0, 10, 20, 30]
    assert list(ingest.stored.values()) == [CONTENT]


async def test_a_file_whose_acknowledgement_was_lost_is_not_sent_again(
    ingest: MemoryIngest, stub: Any, outgoing: OutgoingFile
) -> None:
    first = await upload_file(stub, outgoing)

    again = await upload_file(stub, outgoing, resume=True)

    assert again.recording_name == first.recording_name
    assert again.deduplicated
    assert len(ingest.uploads) == 1


async def test_the_same_bytes_under_another_request_are_the_same_recording(
    ingest: MemoryIngest, stub: Any, outgoing: OutgoingFile
) -> None:
    first = await upload_file(stub, outgoing)

    again = await upload_file(stub, replace(outgoing, request_id="request-2"))

    assert again.recording_name == first.recording_name
    assert again.deduplicated


async def test_the_servers_wish_for_a_pause_is_kept(
    ingest: MemoryIngest, stub: Any, outgoing: OutgoingFile, policy: UploadPolicy, slept: list[float]
) -> None:
    ingest.answers = [Refusal(grpc.StatusCode.RESOURCE_EXHAUSTED, "BUSY", retry_after_seconds=7.5)]

    await upload_file(stub, outgoing, policy=policy)

    # Spread up to its double, or all who were turned away would be back together.
    assert slept == [15.0]


async def test_a_refusal_carries_its_reason_and_facts_and_is_not_repeated(
    ingest: MemoryIngest, stub: Any, outgoing: OutgoingFile, policy: UploadPolicy
) -> None:
    ingest.answers = [Refusal(grpc.StatusCode.INVALID_ARGUMENT, "AUDIO_UNDECODABLE", {"container": "?"})]

    with pytest.raises(Refused) as refused:
        await upload_file(stub, outgoing, policy=policy)

    assert refused.value.reason == "AUDIO_UNDECODABLE"
    assert refused.value.metadata == {"container": "?"}
    assert len(ingest.uploads) == 1


async def test_an_unknown_node_is_unwelcome(
    ingest: MemoryIngest, stub: Any, outgoing: OutgoingFile, policy: UploadPolicy
) -> None:
    ingest.answers = [Refusal(grpc.StatusCode.NOT_FOUND, "NODE_UNKNOWN")]

    with pytest.raises(Unwelcome, match="NODE_UNKNOWN"):
        await upload_file(stub, outgoing, policy=policy)


async def test_a_spoilt_part_at_the_server_costs_one_more_try_from_the_start(
    ingest: MemoryIngest, stub: Any, outgoing: OutgoingFile, policy: UploadPolicy
) -> None:
    ingest.parts["request-1"] = bytearray(b"not from this file")

    await upload_file(stub, outgoing, policy=policy, resume=True)

    assert ingest.offsets == [18, 0]
    assert list(ingest.stored.values()) == [CONTENT]


async def test_a_part_longer_than_the_file_is_ignored(ingest: MemoryIngest, stub: Any, outgoing: OutgoingFile) -> None:
    ingest.parts["request-1"] = bytearray(SIZE_BYTES + 1)

    await upload_file(stub, outgoing, resume=True)

    assert ingest.offsets == [0]


async def test_a_server_that_hangs_is_given_up_at_the_deadline(
    ingest: MemoryIngest, stub: Any, outgoing: OutgoingFile
) -> None:
    ingest.hang = True
    policy = UploadPolicy(base_seconds=0.2, slowest_bytes_per_second=1e9, attempts=1)

    with pytest.raises(Transient) as failed:
        await upload_file(stub, outgoing, policy=policy)

    assert failed.value.code is grpc.StatusCode.DEADLINE_EXCEEDED
    assert not failed.value.outage


async def test_a_server_that_is_not_there_is_an_outage(outgoing: OutgoingFile) -> None:
    async with open_channel("127.0.0.1:1") as channel:
        with pytest.raises(Transient) as failed:
            await upload_file(IngestServiceStub(channel), outgoing, policy=UploadPolicy(attempts=1))

    assert failed.value.outage


@pytest.mark.parametrize("content", [CONTENT + b"more", CONTENT[:-1], b""], ids=["longer", "shorter", "emptied"])
async def test_a_file_that_changed_its_length_is_told_apart_from_a_refused_one(
    ingest: MemoryIngest, stub: Any, outgoing: OutgoingFile, content: bytes
) -> None:
    outgoing.path.write_bytes(content)

    with pytest.raises(FileChanged):
        await upload_file(stub, outgoing)

    assert ingest.stored == {}


async def test_a_file_that_vanished_is_an_error_of_the_disk(stub: Any, outgoing: OutgoingFile) -> None:
    outgoing.path.unlink()

    with pytest.raises(FileNotFoundError):
        await upload_file(stub, outgoing)


async def test_a_cancelled_upload_ends_the_stream(ingest: MemoryIngest, stub: Any, outgoing: OutgoingFile) -> None:
    ingest.hang = True
    upload = asyncio.create_task(upload_file(stub, outgoing))
    await ingest.waiting.wait()

    upload.cancel()

    with pytest.raises(asyncio.CancelledError):
        await upload


async def test_the_trace_travels_with_the_upload(ingest: MemoryIngest, stub: Any, outgoing: OutgoingFile) -> None:
    tracing = start_tracing("test")
    with tracing.tracer.start_as_current_span("node.upload") as span:
        await upload_file(stub, outgoing)

    context = span.get_span_context()
    (traceparent,) = ingest.traceparents
    assert traceparent.startswith(f"00-{context.trace_id:032x}-{context.span_id:016x}-")


async def test_a_name_that_is_not_utf8_does_not_stop_its_file(
    ingest: MemoryIngest, stub: Any, outgoing: OutgoingFile
) -> None:
    renamed = outgoing.path.rename(outgoing.path.parent / "n\udcf6rd.wav")

    await upload_file(stub, replace(outgoing, path=renamed))

    assert ingest.names == ["n?rd.wav"]


def test_a_files_hash_and_size_are_read_in_one_go(outgoing: OutgoingFile) -> None:
    assert file_sha256(outgoing.path) == (outgoing.sha256, SIZE_BYTES)


async def test_a_wait_that_is_too_long_is_the_callers(
    ingest: MemoryIngest, stub: Any, outgoing: OutgoingFile, policy: UploadPolicy, slept: list[float]
) -> None:
    ingest.answers = [Refusal(grpc.StatusCode.RESOURCE_EXHAUSTED, "BUSY", retry_after_seconds=7.5)]

    with pytest.raises(Transient) as failed:
        await upload_file(stub, outgoing, policy=replace(policy, longest_wait_seconds=5.0))

    assert (slept, failed.value.retry_after_seconds) == ([], 7.5)
