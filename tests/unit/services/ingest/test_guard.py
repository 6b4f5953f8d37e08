"""What pauses intake, and that it goes on by itself."""

import asyncio
from pathlib import Path

import pytest
from prometheus_client import CollectorRegistry

from mesh.blobs import BlobStoreUnavailable, StorageLost
from mesh.errors import TsnError
from services.ingest import guard as guard_module
from services.ingest.domain.admission_errors import StorageFull, StorageSilent, StorageUnfamiliar
from services.ingest.metrics import IngestMetrics
from tests.unit.services.ingest.fakes import FakeStorage, guard_of

PAUSED = "tsn_ingest_intake_paused"


@pytest.fixture
def registry() -> CollectorRegistry:
    return CollectorRegistry()


def paused(registry: CollectorRegistry) -> dict[str, float]:
    reasons = ("STORAGE_FULL", "STORAGE_LOST", "DEPENDENCY_UNAVAILABLE")
    return {reason: registry.get_sample_value(PAUSED, {"reason": reason}) or 0.0 for reason in reasons}


@pytest.mark.parametrize(
    ("failure", "raised", "label"),
    [
        (StorageLost(Path("blobs")), StorageLost, "STORAGE_LOST"),
        (BlobStoreUnavailable("the bucket is away"), BlobStoreUnavailable, "DEPENDENCY_UNAVAILABLE"),
        (ZeroDivisionError(), StorageSilent, "STORAGE_LOST"),
    ],
)
async def test_intake_pauses_with_its_reason_and_goes_on_by_itself(
    tmp_path: Path, registry: CollectorRegistry, failure: Exception, raised: type[TsnError], label: str
) -> None:
    storage = FakeStorage()
    guard = guard_of(storage, tmp_path, IngestMetrics(registry))
    await guard.admit(1)
    storage.failure = failure
    for asking in (guard.admit(1), guard.check()):
        with pytest.raises(raised):
            await asking
    assert [reason for reason, on in paused(registry).items() if on] == [label]
    storage.failure = None
    await guard.admit(1)
    assert not any(paused(registry).values())


async def test_a_disk_below_the_threshold_takes_nothing(tmp_path: Path, registry: CollectorRegistry) -> None:
    storage = FakeStorage()
    guard = guard_of(storage, tmp_path, IngestMetrics(registry), min_free_bytes=10_000)
    storage.free_bytes = 10_000
    with pytest.raises(StorageFull) as full:
        await guard.admit(0)
    assert full.value.retry_after_seconds
    assert paused(registry)["STORAGE_FULL"] == 1
    storage.free_bytes = 10_001
    await guard.admit(0)


async def test_what_is_under_way_counts_before_it_is_there(tmp_path: Path, registry: CollectorRegistry) -> None:
    storage = FakeStorage()
    guard = guard_of(storage, tmp_path, IngestMetrics(registry), min_free_bytes=10_000)
    storage.free_bytes = 15_000
    await guard.admit(5_000)
    with pytest.raises(StorageFull):
        await guard.admit(5_001)
    assert paused(registry)["STORAGE_FULL"] == 0, "a smaller one would still be taken"


async def test_no_more_than_a_twentieth_of_a_disk_is_asked_to_be_free(
    tmp_path: Path, registry: CollectorRegistry
) -> None:
    storage = FakeStorage()
    guard = guard_of(storage, tmp_path, IngestMetrics(registry), min_free_bytes=1024**3)
    storage.free_bytes = 50_001
    await guard.admit(0)
    storage.free_bytes = 50_000
    with pytest.raises(StorageFull):
        await guard.admit(0)


async def test_zero_asks_for_nothing(tmp_path: Path, registry: CollectorRegistry) -> None:
    storage = FakeStorage()
    storage.free_bytes = 0
    await guard_of(storage, tmp_path, IngestMetrics(registry)).admit(1_000_000)


async def test_an_empty_folder_is_a_lost_one_where_recordings_were_stored(
    tmp_path: Path, registry: CollectorRegistry
) -> None:
    storage = FakeStorage()
    storage.blank = True
    with pytest.raises(StorageUnfamiliar):
        await guard_of(storage, tmp_path, IngestMetrics(registry)).admit(1)


async def test_a_scratch_folder_that_is_gone_pauses_intake(tmp_path: Path, registry: CollectorRegistry) -> None:
    with pytest.raises(TsnError) as caught:
        await guard_of(FakeStorage(), tmp_path / "gone", IngestMetrics(registry)).admit(1)
    assert caught.value.reason == "SCRATCH_UNAVAILABLE"


async def test_a_disk_that_hangs_is_asked_once_however_many_wait(
    tmp_path: Path, registry: CollectorRegistry, monkeypatch: pytest.MonkeyPatch
) -> None:
    storage, answers = FakeStorage(), asyncio.Event()

    async def hanging() -> None:
        storage.looks += 1
        await answers.wait()

    storage.ping = hanging
    guard = guard_of(storage, tmp_path, IngestMetrics(registry))
    with monkeypatch.context() as impatient:
        impatient.setattr(guard_module, "LOOK_SECONDS", 0.05)
        for _ in range(5):
            with pytest.raises(StorageSilent):
                await guard.admit(1)
    assert storage.looks == 1
    answers.set()
    await guard.admit(1)


async def test_whoever_is_late_to_wake_concludes_from_the_look_it_waited_for(
    tmp_path: Path, registry: CollectorRegistry
) -> None:
    storage, answers = FakeStorage(), asyncio.Event()

    async def answering() -> None:
        storage.looks += 1
        if storage.looks == 2:
            await answers.wait()

    storage.ping = answering
    guard = guard_of(storage, tmp_path, IngestMetrics(registry))

    async def looking_twice() -> None:
        await guard.look()
        await guard.look()

    first = asyncio.create_task(looking_twice())
    second = asyncio.create_task(guard.look())
    await asyncio.wait_for(second, timeout=60)
    answers.set()
    await asyncio.wait_for(first, timeout=60)
    assert storage.looks == 2
