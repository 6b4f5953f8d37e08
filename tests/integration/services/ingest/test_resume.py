"""Uploads that break and go on."""

import asyncio
from datetime import timedelta
from pathlib import Path

import grpc
import pytest

from mesh.clock import SystemClock
from mesh.pipeline.jobs import JobStore
from services.ingest.stale import StaleUploads
from services.ingest.store.bounded import BoundedDatabase
from services.ingest.store.repository import UploadRepository
from tests.integration.services.ingest.running import (
    NODE,
    NOTHING,
    NOW,
    ONE,
    RECEIVED,
    UPLOADS,
    RunningIngest,
    Stored,
    messages,
    refused,
    running_ingest,
    until,
    upload_metadata,
)
from tests.support.audio_files import wav_file
from tsn.ingest.v1 import ingest_pb2 as pb

CONTENT = wav_file(20.0)
KEPT = Stored(uploads=1, parts=1)


def get_upload(content: bytes = CONTENT) -> pb.GetUploadRequest:
    return pb.GetUploadRequest(node=f"nodes/{NODE}", request_id=upload_metadata(content).request_id)


async def test_what_came_before_the_sender_vanished_is_kept(service: RunningIngest) -> None:
    await service.vanish_after(CONTENT, 100_000)
    assert (await service.ingest.GetUpload(get_upload(), timeout=30)).received_bytes == 100_000
    assert await service.stored() == KEPT


async def test_a_broken_upload_goes_on_at_the_byte_where_it_broke(service: RunningIngest) -> None:
    await service.vanish_after(CONTENT, 100_000)
    await service.vanish_after(CONTENT, 77_777, offset=100_000)
    assert await service.stored() == Stored(uploads=1, parts=2)
    answer = await service.send(CONTENT, start=177_777)
    assert not answer.deduplicated
    assert await service.audio_of(answer.recording) == CONTENT
    assert await service.stored() == ONE


async def test_an_upload_goes_on_at_another_replica(database_url: str, nats_url: str, tmp_path: Path) -> None:
    async with running_ingest(database_url=database_url, nats_url=nats_url, folder=tmp_path) as first:
        await first.vanish_after(CONTENT, 70_000)
    async with running_ingest(
        database_url=database_url, nats_url=nats_url, folder=tmp_path, registered=(), upload_memory_bytes=1000
    ) as second:
        await second.vanish_after(CONTENT, 50_000, offset=70_000)
        await second.send(CONTENT, start=120_000)
        assert await second.stored() == ONE


async def test_a_resume_at_another_byte_is_told_the_right_one(service: RunningIngest) -> None:
    await service.vanish_after(CONTENT, 100_000)
    refusal = await refused(service.send(CONTENT, start=99_999))
    assert (refusal.code, refusal.reason) == (grpc.StatusCode.OUT_OF_RANGE, "OFFSET_MISMATCH")
    assert "100000" in refusal.message
    assert await service.stored() == KEPT


async def test_a_resume_of_nothing_begins_at_zero(service: RunningIngest) -> None:
    refusal = await refused(service.send(CONTENT, start=5))
    assert (refusal.code, refusal.reason) == (grpc.StatusCode.OUT_OF_RANGE, "OFFSET_MISMATCH")
    assert await service.stored() == NOTHING


async def test_a_resume_whose_parts_are_gone_begins_at_zero(service: RunningIngest) -> None:
    await service.vanish_after(CONTENT, 100_000)
    for key in await service.blobs.keys("uploads/"):
        await service.blobs.delete(key)
    refusal = await refused(service.send(CONTENT, start=100_000))
    assert refusal.reason == "OFFSET_MISMATCH"
    assert await service.stored() == NOTHING
    await service.send(CONTENT)
    assert await service.stored() == ONE


async def test_an_upload_can_begin_anew(service: RunningIngest) -> None:
    await service.vanish_after(CONTENT, 100_000)
    await service.send(CONTENT)
    assert await service.stored() == ONE


async def test_a_resume_that_completes_to_other_bytes_is_refused_and_forgotten(service: RunningIngest) -> None:
    await service.vanish_after(CONTENT, 100_000)
    refusal = await refused(
        service.send(
            CONTENT[:-1] + b"\x01",
            start=100_000,
            sha256=upload_metadata(CONTENT).sha256,
            request_id=upload_metadata(CONTENT).request_id,
        )
    )
    assert refusal.reason == "SHA256_MISMATCH"
    assert await service.stored() == NOTHING


async def test_a_resume_with_another_file_is_refused(service: RunningIngest) -> None:
    await service.vanish_after(CONTENT, 100_000, request_id="one")
    refusal = await refused(service.send(wav_file(21.0), start=100_000, request_id="one"))
    assert (refusal.code, refusal.reason) == (grpc.StatusCode.ALREADY_EXISTS, "REQUEST_ID_REUSED")
    assert await service.stored() == KEPT


async def test_what_came_before_the_deadline_is_kept(service: RunningIngest) -> None:
    first = upload_metadata(CONTENT)

    async def slow():
        async for message in messages(first, CONTENT[:65_536], 65_536):
            yield message
        await asyncio.Event().wait()

    for deadline_seconds in (1.0, 5.0, 25.0):
        refusal = await refused(service.ingest.UploadRecording(slow(), timeout=deadline_seconds))
        assert refusal.code is grpc.StatusCode.DEADLINE_EXCEEDED
        await until(lambda: service.metric("tsn_ingest_uploads_under_way") == 0)
        # On a busy machine the first may pass before anything came.
        if service.metric(RECEIVED):
            break
    assert service.metric(UPLOADS, outcome="kept") == 1
    assert await service.stored() == KEPT


async def test_a_server_that_stops_keeps_what_came(database_url: str, nats_url: str, tmp_path: Path) -> None:
    first = upload_metadata(CONTENT)

    async def endless():
        async for message in messages(first, CONTENT[:65_536], 65_536):
            yield message
        await asyncio.Event().wait()

    servers = {"database_url": database_url, "nats_url": nats_url, "folder": tmp_path}
    async with running_ingest(**servers, drain_seconds=0.5) as stopping:
        call = asyncio.ensure_future(refused(stopping.ingest.UploadRecording(endless(), timeout=60)))
        await until(lambda: stopping.metric(RECEIVED) == 65_536)
        stopping.stop()
        await call
    async with running_ingest(**servers, registered=()) as started:
        assert await started.stored() == KEPT
        await started.send(CONTENT, start=65_536)
        assert await started.stored() == ONE


async def test_get_upload_knows_finished_and_unknown_uploads(service: RunningIngest) -> None:
    unknown = await refused(service.ingest.GetUpload(get_upload(), timeout=30))
    assert (unknown.code, unknown.reason) == (grpc.StatusCode.NOT_FOUND, "UPLOAD_UNKNOWN")
    answer = await service.send(CONTENT)
    found = await service.ingest.GetUpload(get_upload(), timeout=30)
    assert (found.received_bytes, found.recording) == (len(CONTENT), answer.recording)


@pytest.mark.parametrize(("age", "left"), [(timedelta(days=6), KEPT), (timedelta(days=8), NOTHING)], ids=str)
async def test_uploads_that_nobody_resumes_are_removed_after_a_week(
    service: RunningIngest, age: timedelta, left: Stored
) -> None:
    await service.vanish_after(CONTENT, 100_000)
    service.clock.moment = NOW + age
    jobs = JobStore(clock=SystemClock(), worker="test")
    database = BoundedDatabase(service.database, timeout_seconds=30)
    uploads = UploadRepository(database=database, jobs=jobs, clock=service.clock)
    await StaleUploads(uploads=uploads, blobs=service.blobs, keep_for=timedelta(days=7)).remove_some()
    assert await service.stored() == left
