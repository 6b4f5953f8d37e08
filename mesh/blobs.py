"""Audio and other big bytes, in any object store that obstore speaks to."""

import asyncio
import os
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import obstore
from obstore.exceptions import BaseError
from obstore.store import LocalStore, from_url

from mesh.errors import Kind, TsnError, Unavailable
from mesh.volume import MARKER, Space, Volume

CHUNK_BYTES = 256 * 1024
OPERATION_SECONDS = 60.0


class BlobMissing(TsnError):
    """The store has no such blob."""

    kind = Kind.DATA_LOSS
    reason = "BLOB_MISSING"

    def __init__(self, key: str) -> None:
        super().__init__(f"the blob store has no {key}", facts={"key": key})


class BlobStoreUnavailable(Unavailable):
    """The store does not answer."""

    reason = "BLOB_STORE_UNAVAILABLE"


class StorageLost(BlobStoreUnavailable):
    """The folder is not the volume that held the blobs: its mount is gone, or another took its place."""

    reason = "STORAGE_LOST"

    def __init__(self, root: Path) -> None:
        super().__init__(f"{root} is not the volume that holds the blobs; is it mounted?", retry_after_seconds=10.0)


@dataclass(frozen=True)
class StoredBlob:
    """What a listing says of a blob."""

    key: str
    size_bytes: int
    modified_at: datetime
    """By the clock of the store."""


class BlobStore:
    """Keys to bytes. A key appears whole or not at all."""

    def __init__(self, url: str) -> None:
        """`url`: file:///folder, s3://bucket/prefix, gs://..., az://... . A local folder is made.

        A local folder is marked when it is first written to, and trusted only while the marker is there.
        """
        self._volume: Volume | None = None
        if url.startswith("file://"):
            root = Path(url.removeprefix("file://"))
            try:
                root.mkdir(parents=True, exist_ok=True)
                self._store = LocalStore(prefix=root)
            except (BaseError, OSError) as error:
                raise BlobStoreUnavailable(f"{root} cannot be made a blob folder: {error}") from error
            self._volume = Volume(root)
        else:
            self._store = from_url(url)  # type: ignore[assignment]

    async def put(self, key: str, data: bytes | Path) -> None:
        """Store `data` under `key`; returns when it is durable. Raises BlobStoreUnavailable."""
        try:
            async with asyncio.timeout(OPERATION_SECONDS):
                await self._be_there(claiming=True)
                await obstore.put_async(self._store, key, data)
                if self._volume is not None:
                    await asyncio.to_thread(self._volume.sync, key)
                # Once more: the mount may have gone meanwhile, and the bytes into its mount point.
                await self._be_there()
        except (BaseError, OSError, TimeoutError) as error:
            raise BlobStoreUnavailable(f"the blob store did not keep {key}", retry_after_seconds=2.0) from error

    async def get(self, key: str) -> bytes:
        """All bytes of `key`. Raises BlobMissing, BlobStoreUnavailable."""
        return b"".join([chunk async for chunk in self.stream(key)])

    async def stream(self, key: str, *, chunk_bytes: int = CHUNK_BYTES) -> AsyncIterator[bytes]:
        """The bytes of `key` in pieces. Raises BlobMissing, BlobStoreUnavailable."""
        try:
            async with asyncio.timeout(OPERATION_SECONDS):
                result = await obstore.get_async(self._store, key)
            async for chunk in result.stream(min_chunk_size=chunk_bytes):
                yield bytes(chunk)
        except FileNotFoundError as error:
            await self._be_there()
            raise BlobMissing(key) from error
        except (BaseError, OSError, TimeoutError) as error:
            raise BlobStoreUnavailable(f"the blob store did not give {key}", retry_after_seconds=2.0) from error

    async def exists(self, key: str) -> bool:
        """True when `key` is stored. Raises BlobStoreUnavailable."""
        try:
            async with asyncio.timeout(OPERATION_SECONDS):
                await obstore.head_async(self._store, key)
        except FileNotFoundError:
            await self._be_there()
            return False
        except (BaseError, OSError, TimeoutError) as error:
            raise BlobStoreUnavailable(f"the blob store did not answer for {key}", retry_after_seconds=2.0) from error
        return True

    async def delete(self, key: str) -> None:
        """Remove `key`; nothing happens where it is missing. Raises BlobStoreUnavailable."""
        try:
            async with asyncio.timeout(OPERATION_SECONDS):
                await obstore.delete_async(self._store, key)
        except FileNotFoundError:
            return
        except (BaseError, OSError, TimeoutError) as error:
            raise BlobStoreUnavailable(f"the blob store did not delete {key}", retry_after_seconds=2.0) from error

    async def keys(self, prefix: str = "", *, limit: int = 10_000) -> list[str]:
        """Keys below `prefix`, at most `limit`. Raises BlobStoreUnavailable."""
        found: list[str] = []
        async for page in self.pages(prefix):
            found.extend(blob.key for blob in page)
            if len(found) >= limit:
                break
        return sorted(found)[:limit]

    async def pages(self, prefix: str = "", *, size: int = 1000) -> AsyncIterator[list[StoredBlob]]:
        """What is stored below `prefix`, in no order, about `size` at a time. Raises BlobStoreUnavailable."""
        try:
            async for batch in obstore.list(self._store, prefix=prefix or None, chunk_size=size):
                yield [
                    StoredBlob(str(item["path"]), item["size"], item["last_modified"])
                    for item in batch
                    if not str(item["path"]).startswith(MARKER)
                ]
        except (BaseError, OSError) as error:
            raise BlobStoreUnavailable("the blob store did not list its keys", retry_after_seconds=2.0) from error

    async def remove_staged(self, *, before: datetime) -> int:
        """Remove what killed processes left half written before `before`; how many. Raises BlobStoreUnavailable."""
        if self._volume is None:
            return 0
        try:
            return await asyncio.to_thread(self._volume.remove_staged, before=before)
        except OSError as error:
            raise BlobStoreUnavailable("the blob folder was not cleaned", retry_after_seconds=2.0) from error

    async def space(self) -> Space | None:
        """Room on the disk of a local folder; None for other stores. Raises BlobStoreUnavailable, StorageLost."""
        if self._volume is None:
            return None
        try:
            if await asyncio.to_thread(self._volume.is_lost):
                raise StorageLost(self._volume.root)
            return await asyncio.to_thread(self._volume.space)
        except OSError as error:
            raise StorageLost(self._volume.root) from error

    async def is_blank(self) -> bool:
        """True for a local folder that holds nothing and was never seen otherwise. Raises BlobStoreUnavailable."""
        try:
            return self._volume is not None and await asyncio.to_thread(self._volume.is_blank)
        except OSError as error:
            raise BlobStoreUnavailable("the blob folder cannot be read", retry_after_seconds=2.0) from error

    async def ping(self) -> None:
        """Raise BlobStoreUnavailable unless the store answers."""
        if self._volume is None:
            await self.exists(".probe")
            return
        try:
            if await asyncio.to_thread(self._volume.is_lost):
                raise StorageLost(self._volume.root)
            # With a dot, so that a file in its place will not do.
            if not await asyncio.to_thread(os.access, f"{self._volume.root}/.", os.W_OK):
                raise BlobStoreUnavailable("the blob folder cannot be written")
        except OSError as error:
            raise BlobStoreUnavailable("the blob folder does not answer") from error

    async def _be_there(self, *, claiming: bool = False) -> None:
        """Raise StorageLost where a local folder is not the volume it was; `claiming` marks one that is new."""
        if self._volume is None:
            return
        look = self._volume.claim if claiming else self._volume.is_trusted
        try:
            there = await asyncio.to_thread(look)
        except OSError as error:
            raise StorageLost(self._volume.root) from error
        if not there:
            raise StorageLost(self._volume.root)
