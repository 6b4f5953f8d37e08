"""Audio and other big bytes, in any object store that obstore speaks to."""

import asyncio
import os
from collections.abc import AsyncIterator
from pathlib import Path

import obstore
from obstore.exceptions import BaseError
from obstore.store import LocalStore, from_url

from mesh.errors import Kind, TsnError, Unavailable

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


class BlobStore:
    """Keys to bytes. A key appears whole or not at all."""

    def __init__(self, url: str) -> None:
        """`url`: file:///folder, s3://bucket/prefix, gs://..., az://... . A local folder is made."""
        self._root: Path | None = None
        if url.startswith("file://"):
            self._root = Path(url.removeprefix("file://"))
            try:
                self._root.mkdir(parents=True, exist_ok=True)
                self._store = LocalStore(prefix=self._root)
            except (BaseError, OSError) as error:
                raise BlobStoreUnavailable(f"{self._root} cannot be made a blob folder: {error}") from error
        else:
            self._store = from_url(url)  # type: ignore[assignment]

    async def put(self, key: str, data: bytes | Path) -> None:
        """Store `data` under `key`; returns when it is durable. Raises BlobStoreUnavailable."""
        try:
            async with asyncio.timeout(OPERATION_SECONDS):
                await obstore.put_async(self._store, key, data)
                if self._root is not None:
                    await asyncio.to_thread(_sync_to_disk, self._root, key)
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
            raise BlobMissing(key) from error
        except (BaseError, OSError, TimeoutError) as error:
            raise BlobStoreUnavailable(f"the blob store did not give {key}", retry_after_seconds=2.0) from error

    async def exists(self, key: str) -> bool:
        """True when `key` is stored. Raises BlobStoreUnavailable."""
        try:
            async with asyncio.timeout(OPERATION_SECONDS):
                await obstore.head_async(self._store, key)
        except FileNotFoundError:
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
        try:
            async for batch in obstore.list(self._store, prefix=prefix or None):
                found.extend(str(item["path"]) for item in batch)
                if len(found) >= limit:
                    break
        except (BaseError, OSError) as error:
            raise BlobStoreUnavailable("the blob store did not list its keys", retry_after_seconds=2.0) from error
        return sorted(found)[:limit]

    async def ping(self) -> None:
        """Raise BlobStoreUnavailable unless the store answers."""
        if self._root is not None and not await asyncio.to_thread(os.access, self._root, os.W_OK):
            raise BlobStoreUnavailable("the blob folder cannot be written")
        await self.exists(".probe")


def _sync_to_disk(root: Path, key: str) -> None:
    """fsync the file and the folders that name it: a rename is durable only when its folder is."""
    path = root / key
    for target in (path, *path.parents):
        descriptor = os.open(target, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
        if target == root:
            return
