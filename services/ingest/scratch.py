"""Room for uploads under way: a few megabytes in memory, then on disk."""

import asyncio
import contextlib
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import IO, TypeVar

from prometheus_client import Gauge

from services.ingest.domain.errors import ScratchUnavailable

Result = TypeVar("Result")

WRITE_BYTES = 1024 * 1024
"""One trip to a thread for this much."""


class MemoryBudget:
    """Memory that all uploads of a process share, so that a thousand small ones weigh no more than a few."""

    def __init__(self, total_bytes: int, *, gauge: Gauge | None = None) -> None:
        self._free_bytes = total_bytes
        self._gauge = gauge

    def take(self, size_bytes: int) -> bool:
        """Take so many bytes; False where there are not enough."""
        if size_bytes > self._free_bytes:
            return False
        self._change(-size_bytes)
        return True

    def give(self, size_bytes: int) -> None:
        """Give back what was taken."""
        self._change(size_bytes)

    def _change(self, size_bytes: int) -> None:
        self._free_bytes += size_bytes
        if self._gauge is not None:
            self._gauge.dec(size_bytes)


class Spool:
    """Bytes appended in order, then used as a whole or from an offset on. Close it."""

    def __init__(self, *, folder: Path | None, memory_bytes: int, budget: MemoryBudget) -> None:
        """`folder`: where files go; None for the system's temporary folder. `memory_bytes`: this spool's own limit."""
        self._folder = folder
        self._memory_bytes = memory_bytes
        self._budget = budget
        self._taken_bytes = 0
        self._buffer = bytearray()
        self._files = contextlib.ExitStack()
        self._file: IO[bytes] | None = None
        self._path: Path | None = None

    async def append(self, chunk: bytes) -> None:
        """Add bytes. Raises ScratchUnavailable."""
        granted = self._budget.take(len(chunk))
        self._taken_bytes += len(chunk) if granted else 0
        self._buffer += chunk
        limit = WRITE_BYTES if self._file else self._memory_bytes
        if not granted or len(self._buffer) > limit:
            await self._write_out()

    async def content(self) -> bytes | Path:
        """Everything: as bytes while it fits in memory, else the file that holds it. Raises ScratchUnavailable."""
        if self._path is None:
            return bytes(self._buffer)
        await self._write_out()
        return self._path

    async def tail(self, offset: int) -> bytes | Path:
        """Everything from `offset` on. Raises ScratchUnavailable."""
        if self._path is None:
            return bytes(self._buffer[offset:])
        await self._write_out()
        if offset == 0:
            return self._path
        return await self._in_thread(self._copy_tail, self._path, offset)

    def close(self) -> None:
        """Remove the files, free the memory."""
        self._buffer = bytearray()
        self._give_back()
        with contextlib.suppress(OSError):
            self._files.close()

    async def _write_out(self) -> None:
        data, self._buffer = self._buffer, bytearray()
        await self._in_thread(self._append_to_file, data)
        self._give_back()

    def _give_back(self) -> None:
        self._budget.give(self._taken_bytes)
        self._taken_bytes = 0

    def _append_to_file(self, data: bytearray) -> None:
        if self._file is None:
            self._file, self._path = self._new_file()
        self._file.write(data)
        self._file.flush()

    def _copy_tail(self, source: Path, offset: int) -> Path:
        file, path = self._new_file()
        with source.open("rb") as whole:
            whole.seek(offset)
            shutil.copyfileobj(whole, file, WRITE_BYTES)
        file.flush()
        return path

    def _new_file(self) -> tuple[IO[bytes], Path]:
        descriptor, name = tempfile.mkstemp(prefix="tsn-upload-", dir=self._folder)
        self._files.callback(Path(name).unlink)
        return self._files.enter_context(open(descriptor, "wb")), Path(name)

    async def _in_thread(self, work: Callable[..., Result], *arguments: object) -> Result:
        try:
            return await asyncio.to_thread(work, *arguments)
        except OSError as error:
            raise ScratchUnavailable from error
