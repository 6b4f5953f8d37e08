"""What a BlobStore keeps, whatever store lies behind it; add a store to STORES."""

import asyncio
import os
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from mesh.blobs import BlobMissing, BlobStore, BlobStoreUnavailable, StorageLost
from mesh.volume import MARKER
from tests.support.mounts import mount, unmount, used

STORES: dict[str, Callable[[Path], BlobStore]] = {
    "folder": lambda folder: BlobStore(f"file://{folder}/blobs"),
    "folder with a space": lambda folder: BlobStore(f"file://{folder}/two words/blobs"),
    "memory": lambda _: BlobStore("memory:///"),
}
KEY = "audio/2026/11/20/0193-abcd.wav"


def files_in(folder: Path) -> list[str]:
    """Every file below the blob folder, whatever it is, but the marker."""
    root = folder / "blobs"
    found = (str(path.relative_to(root)) for path in root.rglob("*") if path.is_file())
    return sorted(name for name in found if name != MARKER)


@pytest.fixture(params=sorted(STORES), name="blobs")
def _blobs(request: pytest.FixtureRequest, tmp_path: Path) -> BlobStore:
    return STORES[request.param](tmp_path)


class TestBlobStore:
    """The contract."""

    async def test_what_is_put_is_got(self, blobs: BlobStore) -> None:
        await blobs.put(KEY, b"some audio")
        assert await blobs.get(KEY) == b"some audio"
        assert await blobs.exists(KEY)

    async def test_a_file_is_put_by_its_path(self, blobs: BlobStore, tmp_path: Path) -> None:
        source = tmp_path / "spooled.wav"
        source.write_bytes(b"from disk")
        await blobs.put(KEY, source)
        assert await blobs.get(KEY) == b"from disk"
        assert source.exists()

    async def test_no_bytes_are_bytes_too(self, blobs: BlobStore) -> None:
        await blobs.put(KEY, b"")
        assert await blobs.get(KEY) == b""

    async def test_a_big_blob_streams_in_pieces(self, blobs: BlobStore) -> None:
        data = bytes(range(256)) * 12_000
        await blobs.put(KEY, data)
        pieces = [piece async for piece in blobs.stream(KEY, chunk_bytes=100_000)]
        assert b"".join(pieces) == data

    async def test_a_second_put_replaces_the_first(self, blobs: BlobStore) -> None:
        await blobs.put(KEY, b"long old bytes")
        await blobs.put(KEY, b"new")
        assert await blobs.get(KEY) == b"new"

    async def test_a_missing_blob_is_told_by_its_key(self, blobs: BlobStore) -> None:
        await blobs.put("audio/another", b"x")
        with pytest.raises(BlobMissing) as missing:
            await blobs.get(KEY)
        assert missing.value.facts == {"key": KEY}
        assert not await blobs.exists(KEY)

    async def test_a_deleted_blob_is_missing(self, blobs: BlobStore) -> None:
        await blobs.put(KEY, b"x")
        await blobs.delete(KEY)
        assert not await blobs.exists(KEY)

    async def test_deleting_what_is_missing_does_nothing(self, blobs: BlobStore) -> None:
        await blobs.delete(KEY)

    async def test_keys_are_listed_below_a_prefix_in_order(self, blobs: BlobStore) -> None:
        for key in ("b/2", "a/1", "b/1", "b/c/3"):
            await blobs.put(key, b"x")
        assert await blobs.keys("b") == ["b/1", "b/2", "b/c/3"]
        assert await blobs.keys() == ["a/1", "b/1", "b/2", "b/c/3"]
        assert len(await blobs.keys(limit=2)) == 2

    async def test_pages_tell_size_and_time_of_each_blob(self, blobs: BlobStore) -> None:
        for key in ("b/2", "a/1", "b/c/3"):
            await blobs.put(key, b"four")
        found = {blob.key: blob async for page in blobs.pages("b", size=1) for blob in page}
        assert sorted(found) == ["b/2", "b/c/3"]
        assert {blob.size_bytes for blob in found.values()} == {4}
        assert all(abs(datetime.now(UTC) - blob.modified_at) < timedelta(minutes=5) for blob in found.values())

    async def test_it_answers_a_ping(self, blobs: BlobStore) -> None:
        await blobs.ping()

    @pytest.mark.parametrize("key", ["../outside", "a/../../outside"])
    async def test_a_key_that_climbs_out_is_refused(self, blobs: BlobStore, key: str, tmp_path: Path) -> None:
        # A fault of the caller's, not of the store: no typed failure that would be tried again.
        with pytest.raises(ValueError, match=r"\.\."):
            await blobs.put(key, b"x")
        assert not await asyncio.to_thread(lambda: list(tmp_path.rglob("outside")))


class TestFolder:
    """What only a folder can do, or suffer."""

    async def test_no_half_file_stays_beside_the_blob(self, tmp_path: Path) -> None:
        blobs = BlobStore(f"file://{tmp_path}/blobs")
        await blobs.put(KEY, b"x" * 100_000)
        assert files_in(tmp_path) == [KEY]

    async def test_a_folder_that_cannot_be_made_is_told_at_once(self, tmp_path: Path) -> None:
        (tmp_path / "blobs").write_text("in the way")
        with pytest.raises(BlobStoreUnavailable, match="cannot be made a blob folder"):
            BlobStore(f"file://{tmp_path}/blobs")

    async def test_a_folder_that_went_away_is_a_store_that_does_not_answer(self, tmp_path: Path) -> None:
        blobs = BlobStore(f"file://{tmp_path}/blobs")
        (tmp_path / "blobs").rmdir()
        (tmp_path / "blobs").write_text("in the way")
        with pytest.raises(BlobStoreUnavailable):
            await blobs.put(KEY, b"x")
        with pytest.raises(BlobStoreUnavailable):
            await blobs.ping()

    async def test_a_failure_is_worth_another_try(self, tmp_path: Path) -> None:
        blobs = BlobStore(f"file://{tmp_path}/blobs")
        (tmp_path / "blobs").rmdir()
        (tmp_path / "blobs").write_text("in the way")
        with pytest.raises(BlobStoreUnavailable) as failed:
            await blobs.put(KEY, b"x")
        assert failed.value.transient


FILE_LIMIT = """
import asyncio, pathlib, resource, sys
from mesh.blobs import BlobStore, BlobStoreUnavailable

async def main(folder: str) -> None:
    source = pathlib.Path(folder, "source")
    source.write_bytes(bytes(400_000))
    blobs = BlobStore(f"file://{folder}/blobs")
    await blobs.put("before", b"x")
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))
    for data in (bytes(400_000), source):
        try:
            await blobs.put("audio/whole", data)
        except BlobStoreUnavailable:
            continue
        sys.exit("was taken")

asyncio.run(main(sys.argv[1]))
"""
"""A disk that takes the first 100,000 bytes of a file and no more."""


class TestHalfWritten:
    """A blob is there whole or not at all."""

    def test_a_put_that_fails_midway_leaves_nothing(self, tmp_path: Path) -> None:
        subprocess.run([sys.executable, "-c", FILE_LIMIT, str(tmp_path)], check=True, timeout=60)
        assert files_in(tmp_path) == ["before"]

    async def test_what_a_killed_process_left_half_written_is_no_blob_and_is_removed(self, tmp_path: Path) -> None:
        blobs = BlobStore(f"file://{tmp_path}/blobs")
        await blobs.put("audio/whole", b"x")
        staged = tmp_path / "blobs" / "audio" / "half#1"
        staged.write_bytes(b"hal")
        assert await blobs.keys() == ["audio/whole"]
        assert await blobs.remove_staged(before=datetime.now(UTC) - timedelta(hours=1)) == 0
        os.utime(staged, (0, 0))
        assert await blobs.remove_staged(before=datetime.now(UTC) - timedelta(hours=1)) == 1
        assert files_in(tmp_path) == ["audio/whole"]


class TestLostMount:
    """A mount point without its mount is an empty folder of the same name."""

    async def test_nothing_is_written_into_it_and_nothing_is_missing_in_it(self, tmp_path: Path) -> None:
        blobs = await used(tmp_path / "blobs", KEY)
        unmount(tmp_path / "blobs")
        with pytest.raises(StorageLost):
            await blobs.put("audio/2", b"y")
        with pytest.raises(BlobStoreUnavailable):
            await blobs.get(KEY)
        for asking in (blobs.exists(KEY), blobs.ping(), blobs.space()):
            with pytest.raises(StorageLost):
                await asking
        assert files_in(tmp_path) == []

    async def test_it_is_the_same_when_the_mount_point_itself_is_gone(self, tmp_path: Path) -> None:
        blobs = await used(tmp_path / "blobs", KEY)
        unmount(tmp_path / "blobs")
        (tmp_path / "blobs").rmdir()
        with pytest.raises(StorageLost):
            await blobs.put("audio/2", b"y")
        with pytest.raises(StorageLost):
            await blobs.get(KEY)
        assert not (tmp_path / "blobs").exists()

    async def test_another_volume_in_its_place_is_not_taken(self, tmp_path: Path) -> None:
        blobs = await used(tmp_path / "blobs", KEY)
        unmount(tmp_path / "blobs")
        await BlobStore(f"file://{tmp_path}/blobs").put("other", b"z")
        with pytest.raises(StorageLost):
            await blobs.put("audio/2", b"y")

    async def test_the_store_goes_on_by_itself_when_the_mount_is_back(self, tmp_path: Path) -> None:
        blobs = await used(tmp_path / "blobs", KEY)
        unmount(tmp_path / "blobs")
        with pytest.raises(StorageLost):
            await blobs.ping()
        mount(tmp_path / "blobs")
        await blobs.ping()
        assert await blobs.get(KEY) == b"x"
        await blobs.put("audio/2", b"y")

    async def test_a_process_that_starts_without_the_mount_does_not_take_blobs_for_missing(
        self, tmp_path: Path
    ) -> None:
        await used(tmp_path / "blobs", KEY)
        unmount(tmp_path / "blobs")
        started = BlobStore(f"file://{tmp_path}/blobs")
        assert await started.is_blank()
        with pytest.raises(StorageLost):
            await started.get(KEY)
        mount(tmp_path / "blobs")
        assert await started.get(KEY) == b"x"
        assert not await started.is_blank()

    async def test_blobs_from_before_there_were_markers_are_kept_and_marked(self, tmp_path: Path) -> None:
        await used(tmp_path / "blobs", KEY)
        (tmp_path / "blobs" / MARKER).unlink()
        blobs = BlobStore(f"file://{tmp_path}/blobs")
        assert await blobs.get(KEY) == b"x"
        with pytest.raises(BlobMissing):
            await blobs.get("audio/2")
        await blobs.put("audio/2", b"y")
        assert (tmp_path / "blobs" / MARKER).exists()

    async def test_processes_that_use_a_new_store_at_once_agree_on_its_marker(self, tmp_path: Path) -> None:
        stores = [BlobStore(f"file://{tmp_path}/blobs") for _ in range(8)]
        await asyncio.gather(*(store.put(f"audio/{number}", b"x") for number, store in enumerate(stores)))
        for store in stores:
            await store.ping()
        assert len(files_in(tmp_path)) == 8
