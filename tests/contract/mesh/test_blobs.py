"""What a BlobStore keeps, whatever store lies behind it; add a store to STORES."""

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest

from mesh.blobs import BlobMissing, BlobStore, BlobStoreUnavailable

STORES: dict[str, Callable[[Path], BlobStore]] = {
    "folder": lambda folder: BlobStore(f"file://{folder}/blobs"),
    "folder with a space": lambda folder: BlobStore(f"file://{folder}/two words/blobs"),
    "memory": lambda _: BlobStore("memory:///"),
}
KEY = "audio/2026/11/20/0193-abcd.wav"


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
        files = [path for path in (tmp_path / "blobs").rglob("*") if path.is_file()]
        assert files == [tmp_path / "blobs" / KEY]

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
