"""Which blobs are nobody's."""

from collections.abc import AsyncIterator, Collection
from datetime import datetime, timedelta

import pytest
from prometheus_client import CollectorRegistry

from mesh.blobs import BlobStoreUnavailable, StoredBlob
from services.ingest.collector import CHUNK, OrphanCollector
from services.ingest.domain.upload import audio_key, part_key
from services.ingest.metrics import IngestMetrics
from tests.support.clock import FakeClock
from tests.unit.services.ingest.domain.test_upload import METADATA

GRACE = timedelta(hours=24)
OLD, YOUNG = timedelta(hours=25), timedelta(hours=23)
COPY = "01a20c47-be6d-762a-919c-9a58fee9614d"


class FakeListing:
    """Blobs with their ages."""

    def __init__(self, clock: FakeClock) -> None:
        self._clock = clock
        self.ages: dict[str, timedelta] = {}
        self.unwilling: set[str] = set()
        self.staged_before: datetime | None = None

    async def pages(self, prefix: str) -> AsyncIterator[list[StoredBlob]]:
        """Three at a time."""
        found = [
            StoredBlob(key, 1, self._clock.now() - age) for key, age in self.ages.items() if key.startswith(prefix)
        ]
        for start in range(0, len(found), 3):
            yield found[start : start + 3]

    async def delete(self, key: str) -> None:
        """Remove, or refuse."""
        if key in self.unwilling:
            raise BlobStoreUnavailable("not now")
        del self.ages[key]

    async def remove_staged(self, *, before: datetime) -> int:
        """Nothing is half written here."""
        self.staged_before = before
        return 0


class FakeRows:
    """The keys that rows name."""

    def __init__(self) -> None:
        self.named: set[str] = set()
        self.asked = 0

    async def audio(self, keys: Collection[str]) -> set[str]:
        """Those named."""
        self.asked += 1
        return self.named & set(keys)

    async def parts(self, uploads: Collection[tuple[str, str]]) -> set[str]:
        """All that are named."""
        return self.named


class House:
    """A collector and what it looks at."""

    def __init__(self) -> None:
        self.clock, self.registry, self.rows = FakeClock(), CollectorRegistry(), FakeRows()
        self.blobs = FakeListing(self.clock)
        metrics = IngestMetrics(self.registry)
        self.collector = OrphanCollector(
            blobs=self.blobs, rows=self.rows, clock=self.clock, metrics=metrics, grace=GRACE
        )

    def removed(self, kind: str) -> float:
        """What the metric says."""
        return self.registry.get_sample_value("tsn_ingest_orphans_removed_total", {"kind": kind}) or 0.0


def audio(number: int) -> str:
    return audio_key(f"{number:064x}", COPY)


async def test_what_is_old_and_named_by_nothing_goes_and_nothing_else() -> None:
    made = House()
    named, nobodys, young = audio(1), audio(2), audio(3)
    named_part, lost_part, young_part = (part_key(METADATA, COPY.replace("d", digit)) for digit in "123")
    made.blobs.ages = {named: OLD, nobodys: OLD, young: YOUNG, named_part: OLD, lost_part: OLD, young_part: YOUNG}
    made.rows.named = {named, named_part}
    assert await made.collector.collect() == 2
    assert set(made.blobs.ages) == {named, young, named_part, young_part}
    assert (made.removed("audio"), made.removed("part")) == (1, 1)
    assert made.blobs.staged_before == made.clock.now() - GRACE


async def test_the_same_bytes_uploaded_at_this_moment_are_another_copy() -> None:
    made = House()
    left_over, under_way = audio_key("ab" * 32, COPY), audio_key("ab" * 32, COPY.replace("d", "e"))
    made.blobs.ages = {left_over: OLD, under_way: timedelta(0)}
    await made.collector.collect()
    assert set(made.blobs.ages) == {under_way}


async def test_audio_stored_by_the_versions_before_is_kept_by_its_row() -> None:
    made = House()
    named, nobodys = f"recordings/ab/{'ab' * 32}", f"recordings/ab/{'ac' * 32}"
    made.blobs.ages, made.rows.named = {named: OLD, nobodys: OLD}, {named}
    await made.collector.collect()
    assert set(made.blobs.ages) == {named}


@pytest.mark.parametrize("key", ["recordings/notes.txt", "recordings/ab/cd/ef", "uploads/readme", "uploads/a/b/c/d"])
async def test_what_was_not_put_there_by_this_program_is_left_alone(key: str) -> None:
    made = House()
    made.blobs.ages = {key: OLD}
    assert await made.collector.collect() == 0
    assert key in made.blobs.ages


async def test_blobs_of_another_database_are_left_alone() -> None:
    made = House()
    made.blobs.ages = {audio(number): OLD for number in range(100)}
    assert await made.collector.collect() == 0
    assert len(made.blobs.ages) == 100


async def test_many_blobs_are_asked_for_in_chunks() -> None:
    made = House()
    made.blobs.ages = {audio(number): OLD for number in range(2 * CHUNK + 1)}
    made.rows.named = set(made.blobs.ages)
    assert await made.collector.collect() == 0
    assert made.rows.asked == 3


async def test_one_that_cannot_be_removed_does_not_keep_the_others() -> None:
    made = House()
    made.blobs.ages = {audio(1): OLD, audio(2): OLD}
    made.blobs.unwilling = {audio(1)}
    assert await made.collector.collect() == 1
    assert set(made.blobs.ages) == {audio(1)}
