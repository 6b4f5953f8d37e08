"""Parts of the house that are away."""

import asyncio
import signal
import tempfile
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import grpc
from google.rpc import error_details_pb2
from grpc_status import rpc_status

from deploy.local.mariadb import MariaDb
from deploy.local.nats import Nats
from deploy.local.running import start
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
from tests.support.audio_files import wav_file
from tsn.ingest.v1 import ingest_pb2 as pb

CONTENT = wav_file(20.0)


async def retry_seconds(call: grpc.aio.StreamUnaryCall) -> float:
    """The RetryInfo of a call that fails."""
    try:
        await call
    except grpc.aio.AioRpcError as error:
        for detail in rpc_status.from_call(error).details:
            retry = error_details_pb2.RetryInfo()
            if detail.Is(retry.DESCRIPTOR) and detail.Unpack(retry):
                return retry.retry_delay.ToTimedelta().total_seconds()
    return 0.0


async def _paused_upload(service: RunningIngest, goes_on: asyncio.Event) -> pb.UploadRecordingResponse:
    """Send the rest of CONTENT, with a pause after the first chunk."""

    async def paused() -> AsyncIterator[pb.UploadRecordingRequest]:
        first = upload_metadata(CONTENT, offset=70_000)
        sent = 0
        async for message in messages(first, CONTENT[70_000:], 65_536):
            if sent == 2:
                await goes_on.wait()
            yield message
            sent += 1

    return await service.ingest.UploadRecording(paused(), timeout=60)


async def test_an_upload_while_the_database_is_away_can_be_repeated(nats_url: str, tmp_path: Path) -> None:
    # A short path: the socket lies inside.
    with tempfile.TemporaryDirectory(prefix="tsn-mariadb-") as folder:
        server = MariaDb.new(Path(folder))
        child = await start(server, Path(folder))
        try:
            async with running_ingest(database_url=server.url, nats_url=nats_url, folder=tmp_path) as service:
                await service.vanish_after(CONTENT, 70_000)
                database_gone = asyncio.Event()
                call = asyncio.ensure_future(refused(_paused_upload(service, database_gone)))
                await until(lambda: service.metric(RECEIVED) == 70_000 + 65_536)
                child.send(signal.SIGKILL)
                await child.wait()
                database_gone.set()
                assert (await call).code is grpc.StatusCode.UNAVAILABLE
                refusal = await service.refusal(wav_file(1.0))
                assert (refusal.code, refusal.reason) == (grpc.StatusCode.UNAVAILABLE, "DATABASE_UNAVAILABLE")
                content = wav_file(1.0)
                again = service.ingest.UploadRecording(messages(upload_metadata(content), content, 65_536), timeout=60)
                assert await retry_seconds(again) > 0
                child = await start(server, Path(folder))
                await service.send(CONTENT, start=70_000)
                # The test's own connections died with the server.
                await service.database.engine.dispose()
                # What could not be committed lies there until the collector comes: nobody knows how a commit ended.
                assert await service.stored() == replace(ONE, audio=2)
        finally:
            await child.stop()


async def test_an_upload_while_the_blob_store_is_away_can_be_repeated(service: RunningIngest, tmp_path: Path) -> None:
    audio = tmp_path / "blobs" / "recordings"
    audio.write_text("a file where the folder should be")
    refusal = await service.refusal(CONTENT)
    assert (refusal.code, refusal.reason) == (grpc.StatusCode.UNAVAILABLE, "BLOB_STORE_UNAVAILABLE")
    assert await service.count("recordings") == await service.count("jobs") == 0
    audio.unlink()
    await service.send(CONTENT)
    assert await service.stored() == ONE


async def test_an_upload_while_the_bus_is_away_is_taken_and_told_later(database_url: str, tmp_path: Path) -> None:
    with tempfile.TemporaryDirectory(prefix="tsn-nats-") as folder:
        server = Nats.new(Path(folder))
        child = await start(server, Path(folder))
        try:
            async with running_ingest(database_url=database_url, nats_url=server.url, folder=tmp_path) as service:
                child.send(signal.SIGKILL)
                await child.wait()
                await service.send(CONTENT)
                assert await service.stored() == ONE
                assert service.metric("tsn_outbox_published_total") == 0
                child = await start(server, Path(folder))
                await until(lambda: service.metric("tsn_outbox_published_total") == 2)
        finally:
            await child.stop()
