"""The flow of an upload, with everything around it in memory: what happens before what."""

import asyncio
import hashlib
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from mesh.blobs import BlobStoreUnavailable, StorageLost
from mesh.errors import Unavailable
from services.ingest.domain.admission_errors import QueueFull, UploadStalled
from services.ingest.domain.model import Lane, Recording, UploadMetadata
from services.ingest.intake import AudioIntake
from services.ingest.limits import Admission, QueueLimits, UploadLimits
from services.ingest.scratch import MemoryBudget
from services.ingest.uploads import UploadPolicy, UploadReceiver
from tests.support.clock import FakeClock
from tests.unit.services.ingest.domain.test_upload import METADATA
from tests.unit.services.ingest.fakes import (
    FakeBlobs,
    FakeNumbers,
    FakeRecords,
    FakeStorage,
    guard_of,
    new_metrics,
    probe,
    queues_of,
)

CONTENT = b"spoken words"


@dataclass
class House:
    """A receiver and what it stands on."""

    receiver: UploadReceiver
    records: FakeRecords
    blobs: FakeBlobs
    storage: FakeStorage
    queues: QueueLimits
    log: list[str]

    async def send(self, metadata: UploadMetadata = METADATA, content: bytes = CONTENT) -> Recording:
        """Upload; the log says `answer` when the answer is given."""
        stored = await self.receiver.receive(metadata, chunks(self.log, content[metadata.offset :]))
        self.log.append("answer")
        return stored.recording


async def chunks(log: list[str], content: bytes) -> AsyncIterator[bytes]:
    """The content in two pieces; that they were read is written down."""
    for piece in (content[:5], content[5:]):
        log.append("read")
        yield piece


def house(folder: Path, *, idle_seconds: float = 60.0, waiting: int = 0) -> House:
    """All of it, empty."""
    log: list[str] = []
    records, blobs, storage, metrics = FakeRecords(log), FakeBlobs(log), FakeStorage(), new_metrics()
    queues = queues_of(metrics, waiting=waiting)
    admission = Admission(
        uploads=UploadLimits(total=64, per_node=8, metrics=metrics),
        queues=queues,
        storage=guard_of(storage, folder, metrics),
    )
    receiver = UploadReceiver(
        records=records,
        numbers=FakeNumbers(),
        blobs=blobs,
        intake=AudioIntake(blobs=blobs, probe=probe, clock=FakeClock(), metrics=metrics),
        admission=admission,
        memory=MemoryBudget(1_000_000),
        metrics=metrics,
        policy=UploadPolicy(
            auto_register=False,
            limit_bytes=1_000_000,
            memory_bytes=1000,
            scratch_folder=folder,
            idle_seconds=idle_seconds,
        ),
    )
    return House(receiver, records, blobs, storage, queues, log)


async def test_the_answer_comes_after_the_commit_and_the_commit_after_the_audio_is_durable(tmp_path: Path) -> None:
    made = house(tmp_path)
    recording = await made.send()
    assert made.log == ["read", "read", "put recordings", "commit", "answer"]
    assert made.blobs.stored == {recording.audio_key: CONTENT}


async def test_audio_that_is_not_durable_is_neither_committed_nor_acknowledged(tmp_path: Path) -> None:
    made = house(tmp_path)
    made.blobs.broken = True
    with pytest.raises(BlobStoreUnavailable):
        await made.send()
    assert made.log == ["read", "read", "put failed"]
    assert made.records.recordings == []


async def test_a_commit_that_fails_is_not_acknowledged_and_its_audio_stays_for_a_commit_that_did_not(
    tmp_path: Path,
) -> None:
    made = house(tmp_path)

    def fail(recording: Recording) -> None:
        raise Unavailable("the connection broke while it committed")

    made.records.before_store = fail
    with pytest.raises(Unavailable):
        await made.send()
    assert made.log == ["read", "read", "put recordings"]
    made.records.before_store = lambda recording: None
    again = await made.send()
    assert again.audio_key in made.blobs.stored


async def test_whoever_comes_second_takes_only_its_own_copy_away(tmp_path: Path) -> None:
    made = house(tmp_path)

    def overtaken(recording: Recording) -> None:
        made.blobs.stored["first"] = CONTENT
        made.records.recordings.append(replace(recording, id="first", audio_key="first"))
        made.records.before_store = lambda recording: None

    made.records.before_store = overtaken
    recording = await made.send()
    assert recording.id == "first"
    assert made.blobs.stored == {"first": CONTENT}


async def test_a_commit_that_happened_although_nobody_said_so_keeps_its_audio(tmp_path: Path) -> None:
    made = house(tmp_path)
    # The first try of the transaction committed and its answer was lost; the second finds the row.
    made.records.before_store = made.records.recordings.append
    recording = await made.send()
    assert made.blobs.stored == {recording.audio_key: CONTENT}


async def test_nothing_is_read_while_the_storage_is_away(tmp_path: Path) -> None:
    made = house(tmp_path)
    made.storage.failure = StorageLost(tmp_path)
    with pytest.raises(StorageLost):
        await made.send()
    assert made.log == []
    made.storage.failure = None
    await made.send()


async def test_nothing_is_read_while_the_queue_is_full_but_the_known_is_answered(tmp_path: Path) -> None:
    made = house(tmp_path, waiting=10)
    batch = replace(METADATA, lane=Lane.BATCH)
    await made.send()
    await made.queues.count_once()
    other = replace(batch, request_id="other", sha256=hashlib.sha256(b"spoken parts").hexdigest())
    made.log.clear()
    with pytest.raises(QueueFull):
        await made.send(other, b"spoken parts")
    assert made.log == []
    await made.send(batch)
    assert made.log == ["answer"]


async def test_a_sender_that_says_nothing_more_is_sent_away_and_what_came_is_kept(tmp_path: Path) -> None:
    made = house(tmp_path, idle_seconds=0.05)

    async def silent() -> AsyncIterator[bytes]:
        yield CONTENT[:5]
        await asyncio.Event().wait()

    with pytest.raises(UploadStalled):
        await made.receiver.receive(METADATA, silent())
    (partial,) = made.records.partials.values()
    assert partial.received_bytes == 5
    made.log.clear()
    await made.send(replace(METADATA, offset=5))
    assert made.log[-1] == "answer"


async def test_a_part_is_durable_before_a_row_names_it(tmp_path: Path) -> None:
    made = house(tmp_path, idle_seconds=0.05)

    async def broken() -> AsyncIterator[bytes]:
        yield CONTENT[:5]
        raise ConnectionResetError

    with pytest.raises(ConnectionResetError):
        await made.receiver.receive(METADATA, broken())
    assert made.log == ["put uploads", "commit part"]
