"""The folder behind a local blob store, known again by a marker.

Where a mount is gone, its mount point is an empty folder of the same name: what is written there is lost to everybody
once the mount is back, and what is missing there is not gone.
"""

import os
import re
import shutil
import tempfile
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from mesh.ids import new_id

MARKER = ".tsn-volume"
STAGED = re.compile(r"#\d+$")
"""How obstore names a file that it has not finished; what was killed meanwhile stays under such a name."""


@dataclass(frozen=True)
class Space:
    """Room on the disk that holds a folder."""

    free_bytes: int
    total_bytes: int


class Volume:
    """A folder with an identity. Every method blocks; OSError where the disk does not answer."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._known: str | None = None

    def is_there(self) -> bool:
        """True while the folder has the marker that it had when it was first looked at; False where it has none."""
        found = self._read()
        self._known = self._known or found
        return found is not None and found == self._known

    def is_trusted(self) -> bool:
        """True where what is missing may be taken for gone: the volume is there, or has blobs and no marker yet."""
        return self.is_there() or (self._known is None and not self.is_blank())

    def is_lost(self) -> bool:
        """True when the marker was there once and is not now; a folder never used is not lost."""
        there = self.is_there()
        return not there and self._known is not None

    def is_blank(self) -> bool:
        """True when the folder holds nothing, not even a marker, as before its first use or without its mount."""
        try:
            with os.scandir(self.root) as entries:
                return self._known is None and next(entries, None) is None
        except FileNotFoundError:
            return self._known is None

    def claim(self) -> bool:
        """As `is_there`, but a folder that was never seen with a marker gets one."""
        if not self.is_there() and self._known is None:
            self._mark()
        return self.is_there()

    def space(self) -> Space:
        """Room on the disk."""
        return disk_space(self.root)

    def remove_staged(self, *, before: datetime) -> int:
        """Remove what a killed process left unfinished and nobody touched since `before`; how many."""
        removed = 0
        for folder, _, names in os.walk(self.root):
            for name in filter(STAGED.search, names):
                path = Path(folder, name)
                try:
                    if path.stat().st_mtime < before.timestamp():
                        path.unlink()
                        removed += 1
                except FileNotFoundError:
                    continue
        return removed

    def sync(self, key: str) -> None:
        """fsync the file and the folders that name it: a rename is durable only when its folder is."""
        path = self.root / key
        for target in (path, *path.parents):
            _fsync(target)
            if target == self.root:
                return

    def _read(self) -> str | None:
        try:
            return (self.root / MARKER).read_text().strip() or None
        except (FileNotFoundError, NotADirectoryError):
            return None

    def _mark(self) -> None:
        """Write a marker whole or not at all; where two do it at once, one wins."""
        descriptor, name = tempfile.mkstemp(prefix=MARKER, dir=self.root)
        try:
            with open(descriptor, "w") as file:
                file.write(new_id())
                file.flush()
                os.fsync(file.fileno())
            try:
                os.link(name, self.root / MARKER)
            except FileExistsError:
                return
            _fsync(self.root)
        finally:
            Path(name).unlink()


def disk_space(folder: Path) -> Space:
    """Room on the disk that holds `folder`. Blocks. Raises OSError."""
    usage = shutil.disk_usage(folder)
    return Space(free_bytes=usage.free, total_bytes=usage.total)


def _fsync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
