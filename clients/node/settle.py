"""What happens to a file once the server has spoken: archived, set aside with the reason, or left in place."""

import os
import threading
from collections.abc import Callable
from pathlib import Path

import structlog

from clients.common.names import has_sidecar
from clients.common.sidecar import sidecar_path
from clients.node.shelf import Shelf
from clients.node.spool import Spool
from clients.node.spool_rows import SpoolRow, State

log = structlog.get_logger(__name__)


class Settler:
    """Writes the outcome to the spool first and moves the file then; see shelf.py for the order. Blocks."""

    def __init__(self, *, spool: Spool, archive: Shelf, refused: Shelf, keep: bool, clock: Callable[[], float]) -> None:
        """`keep`: files stay in the watched folder. `clock` is the wall clock, seconds since the epoch."""
        self._spool = spool
        self._archive = archive
        self._refused = refused
        self._keep = keep
        self._clock = clock
        self._looked_at = 0
        # Two files of one name must not choose the same target.
        self._one_at_a_time = threading.Lock()

    def sent(self, row: SpoolRow, recording_name: str) -> bool:
        """The server has `row`, durably. False when the file could not be moved yet."""
        with self._one_at_a_time:
            target = None if self._keep else self._archive.choose_target(row, row.captured_at)
            self._spool.mark_sent(row, recording_name=recording_name, target=target, now=self._clock())
            return target is None or self._move(row.id)

    def refused(self, row: SpoolRow, reason: str) -> bool:
        """The server will never take `row`. False when the file could not be moved yet."""
        with self._one_at_a_time:
            target = self._refused.choose_target(row)
            if self._keep:
                _write_reason(target, row, reason)
            self._spool.mark_refused(row, error=reason, target=None if self._keep else target, now=self._clock())
            return self._keep or self._move(row.id)

    def finish(self) -> list[SpoolRow]:
        """Finish what a crash or a full disk interrupted; return what was finished."""
        with self._one_at_a_time:
            return [row for row in self._spool.unsettled() if self._move(row.id)]

    def purge_oldest(self) -> int | None:
        """Delete the oldest archived file and forget it; the bytes freed, 0 where it was gone or not ours any more.

        None: nothing is archived, or the file cannot be deleted.
        """
        with self._one_at_a_time:
            row = self._spool.oldest_archived(self._archive.folder)
            if row is None:
                return None
            try:
                freed = row.identity.size_bytes if self._archive.remove(row) else 0
            except OSError as error:
                log.error("archived recording could not be deleted", path=str(row.target), error=str(error))
                return None
            self._spool.forget(row)
            return freed

    def forget_missing(self, before: float) -> None:
        """Forget what was archived before that time and was taken out of the archive since; a part with each call."""
        with self._one_at_a_time:
            rows = self._spool.archived(before, after_id=self._looked_at)
            self._looked_at = rows[-1].id if rows else 0
            for row in rows:
                if row.target is not None and not row.target.exists():
                    self._spool.forget(row)

    def _move(self, row_id: int) -> bool:
        row = self._spool.get(row_id)
        shelf = self._refused if row.state is State.REFUSED else self._archive
        try:
            placed = shelf.put(row)
            if placed is not None:
                _move_sidecar(row.identity.path, placed)
                if row.state is State.REFUSED:
                    _write_reason(placed, row, row.error)
        except OSError as error:
            log.error("file could not be moved", path=str(row.identity.path), error=str(error))
            return False
        if placed is None:
            log.warning("file was replaced or removed before it could be moved", path=str(row.identity.path))
        self._spool.mark_settled(row, target=placed, now=self._clock())
        return True


def reason_path(target: Path) -> Path:
    """Where the reason is written for a file that was set aside."""
    return target.with_name(f"{target.name}.reason.txt")


def _write_reason(target: Path, row: SpoolRow, reason: str) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    text = (
        f"The server refused this recording.\n{reason}\n\n"
        f"file: {row.identity.path}\nnode: {row.node}\nchannel: {row.channel}\n"
        f"captured_at: {row.captured_at.isoformat()}\nsha256: {row.sha256}\nrequest_id: {row.request_id}\n\n"
        "Put the file back into the watched folder to send it again.\n"
    )
    reason_path(target).write_text(text, encoding="utf-8", errors="replace")


def _move_sidecar(source: Path, placed: Path) -> None:
    """Take the recorder's JSON along; it has been read already, so failing is no harm."""
    if not has_sidecar(source):
        return
    target = sidecar_path(placed)
    try:
        os.link(sidecar_path(source), target)
        os.unlink(sidecar_path(source))
    except OSError as error:
        log.debug("the JSON beside the recording stays", path=str(source), error=str(error))
