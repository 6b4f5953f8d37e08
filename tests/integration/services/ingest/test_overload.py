"""More than ingest can take, or nowhere to put it: told so, and taken later."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import grpc
import pytest
from grpc_health.v1 import health_pb2, health_pb2_grpc

from mesh.volume import MARKER
from tests.integration.services.ingest.running import (
    ONE,
    RECEIVED,
    RunningIngest,
    messages,
    refused,
    running_ingest,
    until,
    upload_metadata,
)
from tests.integration.services.ingest.test_outages import retry_seconds
from tests.support.audio_files import wav_file
from tests.support.eventually import eventually
from tests.support.mounts import mount, unmount
from tsn.ingest.v1 import ingest_pb2 as pb
from tsn.ingest.v1 import recording_pb2

CONTENT = wav_file(1.0)
UPLOADS_HEALTH = "tsn.ingest.v1.uploads"
COUNTED_SECONDS = 180.0
"""A count that took long is repeated only after twenty times as long."""


def hold(service: RunningIngest, number: int, release: asyncio.Event, **changes: object) -> "asyncio.Task[object]":
    """An upload that stops after its metadata until `release`."""
    content = wav_file(1.0, frequency_hz=300.0 + number)

    async def paused() -> AsyncIterator[pb.UploadRecordingRequest]:
        async for message in messages(upload_metadata(content, **changes), content, 65_536):
            yield message
            await release.wait()

    async def call() -> object:
        return await service.ingest.UploadRecording(paused(), timeout=60)

    return asyncio.create_task(call())


async def status(service: RunningIngest, name: str) -> int:
    request = health_pb2.HealthCheckRequest(service=name)
    return (await health_pb2_grpc.HealthStub(service.channel).Check(request, timeout=30)).status


@pytest.mark.parametrize(
    ("settings", "reason"),
    [({"uploads_at_once": 3}, "UPLOADS_LIMITED"), ({"node_uploads_at_once": 3}, "NODE_UPLOADS_LIMITED")],
    ids=str,
)
async def test_uploads_beyond_the_limit_are_told_when_to_come_again_and_are_taken_then(
    database_url: str, nats_url: str, tmp_path: Path, settings: dict[str, int], reason: str
) -> None:
    release = asyncio.Event()
    async with running_ingest(database_url=database_url, nats_url=nats_url, folder=tmp_path, **settings) as service:
        held = [hold(service, number, release) for number in range(3)]
        await until(lambda: service.metric("tsn_ingest_uploads_under_way") == 3)
        refusal = await service.refusal(CONTENT)
        assert (refusal.code, refusal.reason) == (grpc.StatusCode.RESOURCE_EXHAUSTED, reason)
        call = service.ingest.UploadRecording(messages(upload_metadata(CONTENT), CONTENT, 65_536), timeout=60)
        assert 2.0 <= await retry_seconds(call) <= 4.0
        release.set()
        await asyncio.gather(*held)
        await service.send(CONTENT)
        assert await service.count("recordings") == 4
        assert service.metric("tsn_ingest_uploads_under_way") == 0


async def test_a_full_queue_closes_its_lane_and_opens_it_by_itself(
    database_url: str, nats_url: str, tmp_path: Path
) -> None:
    batch = {"lane": recording_pb2.LANE_BATCH}
    async with running_ingest(
        database_url=database_url, nats_url=nats_url, folder=tmp_path, batch_queue_limit=2
    ) as service:
        for number in range(2):
            await service.send(wav_file(1.0, frequency_hz=300.0 + number), **batch)
        await until(lambda: service.metric("tsn_ingest_queue_full", lane="batch") == 1, seconds=COUNTED_SECONDS)
        refusal = await service.refusal(CONTENT, **batch)
        assert (refusal.code, refusal.reason) == (grpc.StatusCode.RESOURCE_EXHAUSTED, "QUEUE_FULL")
        assert (await service.send(wav_file(1.0, frequency_hz=300.0), **batch)).deduplicated
        await service.send(wav_file(2.0))
        await service.finish_jobs()
        await until(lambda: service.metric("tsn_ingest_queue_full", lane="batch") == 0, seconds=COUNTED_SECONDS)
        await service.send(CONTENT, **batch)


async def test_memory_of_many_uploads_stays_within_its_limit(database_url: str, nats_url: str, tmp_path: Path) -> None:
    release, scratch = asyncio.Event(), tmp_path / "scratch"
    scratch.mkdir()
    content = wav_file(30.0)
    async with running_ingest(
        database_url=database_url,
        nats_url=nats_url,
        folder=tmp_path,
        upload_memory_total_bytes=1_000_000,
        scratch_folder=scratch,
        node_uploads_at_once=20,
    ) as service:

        async def slow(number: int) -> AsyncIterator[pb.UploadRecordingRequest]:
            mine = content + bytes([number])
            async for message in messages(upload_metadata(mine), mine[:-1], 65_536):
                yield message
            await release.wait()
            yield pb.UploadRecordingRequest(chunk=mine[-1:])

        calls = [asyncio.ensure_future(service.ingest.UploadRecording(slow(n), timeout=60)) for n in range(12)]
        await until(lambda: service.metric(RECEIVED) == 12 * len(content))
        assert 0 < service.metric("tsn_ingest_upload_memory_bytes") <= 1_000_000
        assert list(scratch.iterdir())
        release.set()
        await asyncio.gather(*calls)
        assert await service.count("recordings") == 12
        assert service.metric("tsn_ingest_upload_memory_bytes") == 0
    assert list(scratch.iterdir()) == []


async def test_a_lost_mount_pauses_uploads_and_nothing_else(service: RunningIngest, tmp_path: Path) -> None:
    await service.send(CONTENT)
    unmount(tmp_path / "blobs")
    await until(lambda: service.metric("tsn_ingest_intake_paused", reason="STORAGE_LOST") == 1)
    received = service.metric(RECEIVED)
    refusal = await service.refusal(wav_file(2.0))
    assert (refusal.code, refusal.reason) == (grpc.StatusCode.UNAVAILABLE, "STORAGE_LOST")
    assert service.metric(RECEIVED) == received, "nothing was read"
    assert (await service.send(CONTENT)).deduplicated
    assert (await service.ingest.ListNodes(pb.ListNodesRequest(), timeout=30)).nodes
    serving, not_serving = health_pb2.HealthCheckResponse.SERVING, health_pb2.HealthCheckResponse.NOT_SERVING

    async def uploads_are(wanted: int) -> bool:
        return await status(service, UPLOADS_HEALTH) == wanted

    async def the_rest_is(wanted: int) -> bool:
        return await status(service, "") == wanted

    await eventually(lambda: uploads_are(not_serving), timeout=60)
    await eventually(lambda: the_rest_is(serving), timeout=60)
    assert list((tmp_path / "blobs").iterdir()) == []
    mount(tmp_path / "blobs")
    await until(lambda: service.metric("tsn_ingest_intake_paused", reason="STORAGE_LOST") == 0)
    await service.send(wav_file(2.0))
    await eventually(lambda: uploads_are(serving), timeout=60)


async def test_a_server_that_starts_without_its_mount_waits_for_it(
    database_url: str, nats_url: str, tmp_path: Path
) -> None:
    servers = {"database_url": database_url, "nats_url": nats_url, "folder": tmp_path}
    async with running_ingest(**servers) as service:
        await service.send(CONTENT)
    unmount(tmp_path / "blobs")
    async with running_ingest(**servers, registered=()) as service:
        refusal = await service.refusal(wav_file(2.0))
        assert (refusal.code, refusal.reason) == (grpc.StatusCode.UNAVAILABLE, "STORAGE_LOST")
        assert not (tmp_path / "blobs" / MARKER).exists()
        mount(tmp_path / "blobs")
        await until(lambda: service.metric("tsn_ingest_intake_paused", reason="STORAGE_LOST") == 0)
        await service.send(wav_file(2.0))


async def test_a_full_disk_pauses_uploads_before_anything_is_read(
    database_url: str, nats_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with running_ingest(database_url=database_url, nats_url=nats_url, folder=tmp_path) as service:
        with monkeypatch.context() as full:
            full.setattr("mesh.volume.shutil.disk_usage", lambda path: FullDisk())
            await until(lambda: service.metric("tsn_ingest_intake_paused", reason="STORAGE_FULL") == 1)
            refusal = await service.refusal(CONTENT)
            assert (refusal.code, refusal.reason) == (grpc.StatusCode.UNAVAILABLE, "STORAGE_FULL")
            assert service.metric(RECEIVED) == 0
        await until(lambda: service.metric("tsn_ingest_intake_paused", reason="STORAGE_FULL") == 0)
        await service.send(CONTENT)
        assert await service.stored() == ONE


class FullDisk:
    """What a full disk says."""

    total, used, free = 10**12, 10**12 - 1000, 1000


async def test_a_sender_that_falls_silent_loses_its_place_and_keeps_its_bytes(
    database_url: str, nats_url: str, tmp_path: Path
) -> None:
    content = wav_file(20.0)
    async with running_ingest(
        database_url=database_url, nats_url=nats_url, folder=tmp_path, upload_idle_seconds=3.0, uploads_at_once=1
    ) as service:

        async def silent() -> AsyncIterator[pb.UploadRecordingRequest]:
            async for message in messages(upload_metadata(content), content[:65_536], 65_536):
                yield message
            await asyncio.Event().wait()

        refusal = await refused(service.ingest.UploadRecording(silent(), timeout=60))
        assert (refusal.code, refusal.reason) == (grpc.StatusCode.UNAVAILABLE, "UPLOAD_STALLED")
        await service.send(content, start=65_536)
        assert await service.stored() == ONE
