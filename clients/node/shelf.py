"""Moves files that are dealt with out of the watched folder, so that no crash can lose or double one.

The order of steps, each of which may be the last before a crash:
1. the spool row gets its end state and the target (`choose_target`, then Spool.mark_*);
2. the file is renamed to a hidden name beside itself: from now on no recorder can overwrite it;
3. it is published at the target without overwriting anything: a hard link, or a copy across disks;
4. the hidden name is removed;
5. the spool row is marked settled.
`put` may be called again after any of them and goes on from there.
"""

import os
import shutil
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from clients.common.names import has_sidecar
from clients.common.sidecar import sidecar_path
from clients.common.upload import file_sha256
from clients.node.intake import is_same_file
from clients.node.spool_rows import SpoolRow


class Shelf:
    """A folder that files are moved to. One process at a time puts files, one after another."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def choose_target(self, row: SpoolRow, moment: datetime | None = None) -> Path:
        """A free path for the row's file, in YYYY/MM/DD folders of `moment` where given."""
        folder = self.folder / moment.strftime("%Y/%m/%d") if moment else self.folder
        target = folder / row.identity.path.name
        return _with_request(target, row) if target.exists() else target

    def put(self, row: SpoolRow) -> Path | None:
        """Move the row's file to its target, or one beside it where that was taken meanwhile; return where it lies.

        None: the file was replaced or removed by someone else, so there is nothing to put; what lies there now is
        left alone. Raises OSError.
        """
        source, target, claimed = row.identity.path, row.target, claimed_path(row)
        if target is None:
            return None
        if not claimed.exists():
            # Ours at the target already, or in the worst case a twin of it with the same bytes.
            if _holds(target, row) and not (source.exists() and is_same_file(row.identity)):
                return target
            if not source.exists() or not is_same_file(row.identity):
                return None
            os.rename(source, claimed)
            if not is_same_file(row.identity, claimed):
                _give_back(claimed, source)
                return None
        target = self._publish(claimed, target, row)
        os.unlink(claimed)
        return target

    def remove(self, row: SpoolRow) -> bool:
        """Delete the row's file from the shelf, and the recorder's JSON with it.

        False when it is gone, or another file has its place, which is left alone. Raises OSError.
        """
        target = row.target
        if target is None or not _ours(target, row):
            return False
        target.unlink()
        if has_sidecar(row.identity.path):
            sidecar_path(target).unlink(missing_ok=True)
        with suppress(OSError):
            # Of the folders YYYY/MM/DD those that are empty now.
            for folder in [above for above in target.parents if above.is_relative_to(self.folder)][:-1]:
                folder.rmdir()
        return True

    def _publish(self, claimed: Path, target: Path, row: SpoolRow) -> Path:
        target.parent.mkdir(parents=True, exist_ok=True)
        if target.exists() and not _holds(target, row):
            target = _with_request(target, row)
        if not target.exists():
            try:
                os.link(claimed, target)
            except FileExistsError:
                return self._publish(claimed, _with_request(target, row), row)
            except OSError:
                # Another disk, or one without hard links.
                _copy(claimed, target)
        _sync_folder(target.parent)
        return target


def claimed_path(row: SpoolRow) -> Path:
    """The hidden name beside the file while it is being moved."""
    return row.identity.path.with_name(f".tsn-{row.request_id}{row.identity.path.suffix}")


def _with_request(target: Path, row: SpoolRow) -> Path:
    return target.with_name(f"{target.stem}~{row.request_id}{target.suffix}")


def _holds(target: Path, row: SpoolRow) -> bool:
    try:
        return target.stat().st_size == row.identity.size_bytes and file_sha256(target)[0] == row.sha256
    except FileNotFoundError:
        return False


def _ours(target: Path, row: SpoolRow) -> bool:
    """True for the very file; where a disk keeps times less exactly, its bytes tell."""
    try:
        return not target.is_symlink() and (is_same_file(row.identity, target) or _holds(target, row))
    except FileNotFoundError:
        return False


def _give_back(claimed: Path, source: Path) -> None:
    """Undo a rename that caught a newer file, without overwriting a newer one still."""
    try:
        os.link(claimed, source)
    except FileExistsError:
        os.rename(claimed, source.with_name(f"{source.stem}~{claimed.stem.removeprefix('.tsn-')}{source.suffix}"))
        return
    os.unlink(claimed)


def _copy(claimed: Path, target: Path) -> None:
    part = target.with_name(f".{target.name}.part")
    shutil.copy2(claimed, part)
    with part.open("rb") as copied:
        os.fsync(copied.fileno())
    os.rename(part, target)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
