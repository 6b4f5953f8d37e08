"""The disk that the blobs lie on: a small one of its own where mounting is allowed."""

import asyncio
import os
import shutil
import subprocess
from pathlib import Path

_BALLAST = "ballast"
_LARGEST_PIECE_BYTES = 64 * 1024 * 1024
_SMALLEST_PIECE_BYTES = 4096


class BlobDisk:
    """`attach` before the stack starts, `detach` after it has stopped.

    With mounts it is a tmpfs that can be filled and unmounted. Without them a plain file in place of the folder
    stands in for both: nothing can be read or written below it, also not by root.
    """

    def __init__(self, folder: Path, *, size_bytes: int) -> None:
        """`folder`: what services know as the blob folder."""
        self.folder = folder
        self._disk = folder.with_name("disk")
        self._size_bytes = size_bytes
        self.mounted = False
        self._one_at_a_time = asyncio.Lock()

    def attach(self) -> None:
        """Make the folder; sets `mounted`."""
        self.folder.mkdir(parents=True)
        self._disk.mkdir()
        options = f"size={self._size_bytes},mode=0755"
        self.mounted = _ran("mount", "-t", "tmpfs", "-o", options, "tsn-chaos", str(self._disk))
        if self.mounted and not self._bind():
            _ran("umount", str(self._disk))
            self.mounted = False

    def detach(self) -> None:
        """Leave the files as plain files in the folder."""
        if not self.mounted:
            return
        _ran("umount", "--lazy", str(self.folder))
        shutil.copytree(self._disk, self.folder, dirs_exist_ok=True)
        _ran("umount", "--lazy", str(self._disk))
        self.mounted = False

    async def fill(self, seconds: float) -> None:
        """No room for a time."""
        if not self.mounted:
            await self.lose(seconds)
            return
        async with self._one_at_a_time:
            ballast = self._disk / _BALLAST
            try:
                await asyncio.to_thread(_fill, ballast)
                await asyncio.sleep(seconds)
            finally:
                ballast.unlink(missing_ok=True)

    async def lose(self, seconds: float) -> None:
        """Nothing of it can be reached for a time; where it was mounted an empty folder lies then."""
        async with self._one_at_a_time:
            self._take_away()
            try:
                await asyncio.sleep(seconds)
            finally:
                self._bring_back()

    def _take_away(self) -> None:
        if self.mounted:
            _ran("umount", "--lazy", str(self.folder))
        else:
            self.folder.rename(self._disk / "away")
            self.folder.touch()

    def _bring_back(self) -> None:
        if self.mounted:
            self._bind()
        else:
            self.folder.unlink()
            (self._disk / "away").rename(self.folder)

    def _bind(self) -> bool:
        return _ran("mount", "--bind", str(self._disk), str(self.folder))


def _fill(ballast: Path) -> None:
    """Take all the room there is, in ever smaller pieces: others may write meanwhile."""
    piece, size = _LARGEST_PIECE_BYTES, 0
    with ballast.open("wb") as file:
        while piece >= _SMALLEST_PIECE_BYTES:
            try:
                os.posix_fallocate(file.fileno(), size, piece)
                size += piece
            except OSError:
                piece //= 2


def _ran(*command: str) -> bool:
    return subprocess.run(command, capture_output=True).returncode == 0
