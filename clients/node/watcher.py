"""Finds recordings that recorders have finished writing."""

import os
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import structlog

from clients.common.names import is_audio_name
from clients.node.spool_rows import FileIdentity

MAX_DEPTH = 16
RETRY_SECONDS = 60.0
"""When a file that could not be taken is reported again."""
MAX_ENTRIES = 200_000
"""Directory entries looked at in one sweep; more is a misconfigured folder, not a recorder."""

TEMPORARY_FOLDERS = frozenset({"tmp", "temp", "lost+found"})
TEMPORARY_ENDINGS = (".tmp", ".temp", ".part", ".partial")

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class StableFile:
    """A finished recording. `folder` is where it lies below the watched folder, "" for directly in it."""

    identity: FileIdentity
    folder: str


@dataclass
class _Sighting:
    identity: FileIdentity
    since: float
    taken: bool = False
    not_before: float = 0.0


class Watcher:
    """Polls folders, for inotify reaches neither network disks nor what was there before.

    A file counts as finished when it is not empty and its size and mtime have stood still for `stability_seconds`
    between two sweeps at least. A recorder that pauses for longer gets its first part sent, and the whole again as
    another recording when it goes on. Symbolic links are not followed, so nothing outside the folders is sent.
    """

    def __init__(
        self,
        folders: Sequence[Path],
        *,
        stability_seconds: float,
        clock: Callable[[], float],
        excluded: Collection[Path] = (),
    ) -> None:
        """`clock` is monotonic, in seconds. `excluded` folders (archive, spool) are never entered."""
        self._folders = [folder.resolve() for folder in folders]
        self._stability = stability_seconds
        self._clock = clock
        self._excluded = {path.resolve() for path in excluded}
        self._sightings: dict[Path, _Sighting] = {}
        self._swept_at = clock()

    def sweep(self) -> list[StableFile]:
        """Look once; return what is finished and not yet taken, by mtime. Blocks, never fails."""
        now = self._clock()
        seen: dict[Path, _Sighting] = {}
        finished = []
        for identity, folder in self._files():
            sighting = self._sightings.get(identity.path)
            if sighting is None or sighting.identity != identity:
                sighting = _Sighting(identity, since=now)
            seen[identity.path] = sighting
            if identity.size_bytes and self._is_due(sighting, now):
                finished.append(StableFile(identity, folder))
        self._sightings, self._swept_at = seen, now
        return sorted(finished, key=lambda file: (file.identity.mtime_ns, file.identity.path))

    def take(self, file: StableFile) -> None:
        """Report this file no more, unless it changes or comes back."""
        sighting = self._sightings.get(file.identity.path)
        if sighting is not None and sighting.identity == file.identity:
            sighting.taken = True

    def skip(self, file: StableFile) -> None:
        """Report this file again only after a while, unless it changes."""
        sighting = self._sightings.get(file.identity.path)
        if sighting is not None and sighting.identity == file.identity:
            sighting.not_before = self._clock() + RETRY_SECONDS

    @property
    def growing(self) -> int:
        """Files of the last sweep that may yet be finished: they had not been still for long enough then."""
        return sum(not s.taken and self._swept_at - s.since < self._stability for s in self._sightings.values())

    @property
    def stuck(self) -> list[Path]:
        """Files of the last sweep that stood still and were not taken: empty, unreadable, or of no known node."""
        return [p for p, s in self._sightings.items() if not s.taken and self._swept_at - s.since >= self._stability]

    def _is_due(self, sighting: _Sighting, now: float) -> bool:
        still = now - sighting.since >= self._stability
        return still and not sighting.taken and now >= sighting.not_before

    def _files(self) -> Iterator[tuple[FileIdentity, str]]:
        left = MAX_ENTRIES
        for root in self._folders:
            pending = [(root, 0)]
            while pending:
                folder, depth = pending.pop()
                for entry in _entries(folder):
                    left -= 1
                    if left < 0:
                        log.warning("folder too big, rest of it ignored", entries=MAX_ENTRIES)
                        return
                    if _is_folder(entry):
                        if depth < MAX_DEPTH and self._enters(entry):
                            pending.append((Path(entry.path), depth + 1))
                    elif (identity := _identity(entry)) is not None:
                        relative = folder.relative_to(root).as_posix()
                        yield identity, "" if relative == "." else relative

    def _enters(self, entry: os.DirEntry[str]) -> bool:
        if entry.name.startswith(".") or entry.name.lower() in TEMPORARY_FOLDERS:
            return False
        return Path(entry.path) not in self._excluded


def _entries(folder: Path) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as entries:
            return list(entries)
    except OSError as error:
        log.warning("folder not readable", folder=str(folder), error=str(error))
        return []


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir(follow_symlinks=False)
    except OSError:
        return False


def _identity(entry: os.DirEntry[str]) -> FileIdentity | None:
    path = Path(entry.path)
    if not is_audio_name(path) or entry.name.startswith((".", "~")):
        return None
    if path.stem.lower().endswith(TEMPORARY_ENDINGS):
        return None
    try:
        if not entry.is_file(follow_symlinks=False):
            return None
        status = entry.stat(follow_symlinks=False)
    except OSError:
        # Gone between listing and asking.
        return None
    return FileIdentity(path, status.st_size, status.st_mtime_ns)
