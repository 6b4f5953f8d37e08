"""Blobs that no row names, on a real disk and a real database."""

import asyncio
import os
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from prometheus_client import CollectorRegistry

from mesh.ids import new_id
from services.ingest.collector import OrphanCollector
from services.ingest.domain.upload import audio_key
from services.ingest.metrics import IngestMetrics
from services.ingest.store.bounded import BoundedDatabase
from services.ingest.store.named_keys import NamedKeyReader
from tests.integration.services.ingest.running import RECEIVED, RunningIngest, Stored, messages, until, upload_metadata
from tests.integration.services.ingest.test_overload import CONTENT
from tests.support.audio_files import wav_file
from tests.support.clock import FakeClock
from tsn.ingest.v1 import ingest_pb2 as pb

LONG = wav_file(20.0)


def collector(service: RunningIngest) -> OrphanCollector:
    """As in production, with the time of the disk."""
    database = BoundedDatabase(service.database, timeout_seconds=60)
    return OrphanCollector(
        blobs=service.blobs,
        rows=NamedKeyReader(database=database),
        clock=FakeClock(datetime.now(UTC)),
        metrics=IngestMetrics(CollectorRegistry()),
        grace=timedelta(hours=24),
    )


def age_everything(folder: Path) -> None:
    """Let all that is stored now be two days old."""
    two_days_ago = (datetime.now(UTC) - timedelta(days=2)).timestamp()
    for path in folder.rglob("*"):
        if path.is_file():
            os.utime(path, (two_days_ago, two_days_ago))


async def test_only_what_no_row_names_is_removed(service: RunningIngest, tmp_path: Path) -> None:
    recording = (await service.send(CONTENT)).recording
    await service.vanish_after(LONG, 100_000)
    await service.blobs.put(audio_key(recording.sha256, new_id()), CONTENT)
    await service.blobs.put(f"uploads/hilltop/{'a' * 64}/0-{new_id()}", b"a part")
    half = tmp_path / "blobs" / "recordings" / "half#1"
    half.write_bytes(b"hal")
    age_everything(tmp_path / "blobs")
    young = audio_key("ab" * 32, new_id())
    await service.blobs.put(young, b"a commit will follow")
    assert await collector(service).collect() == 3
    assert not half.exists()
    assert await service.audio_of(recording) == CONTENT
    assert await service.blobs.exists(young)
    await service.send(LONG, start=100_000)
    assert await service.stored() == Stored(recordings=2, jobs=2, audio=3)


async def test_an_upload_of_the_same_bytes_under_way_loses_nothing(service: RunningIngest, tmp_path: Path) -> None:
    first = upload_metadata(CONTENT)
    await service.blobs.put(audio_key(first.sha256, new_id()), CONTENT)
    age_everything(tmp_path / "blobs")
    collected = asyncio.Event()

    async def paused() -> AsyncIterator[pb.UploadRecordingRequest]:
        sent = 0
        async for message in messages(first, CONTENT, 5000):
            if sent == 2:
                await collected.wait()
            yield message
            sent += 1

    call = asyncio.ensure_future(service.ingest.UploadRecording(paused(), timeout=30))
    await until(lambda: service.metric(RECEIVED) > 0)
    assert await collector(service).collect() == 1
    collected.set()
    recording = (await call).recording
    assert await collector(service).collect() == 0
    assert await service.audio_of(recording) == CONTENT
