"""From a finished file to a row in the spool: hash, node, channel, airtime."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import structlog

from clients.common.labels import Labels
from clients.common.names import has_sidecar, parse_recording_name
from clients.common.sidecar import read_sidecar
from clients.common.upload import file_sha256
from clients.node.spool import Spool
from clients.node.spool_rows import FileIdentity, NewRecording, SpoolRow
from clients.node.watcher import StableFile

log = structlog.get_logger(__name__)


class Intake:
    """Takes finished files into the spool."""

    def __init__(self, *, spool: Spool, labels: Labels, clock: Callable[[], float]) -> None:
        """`clock` is the wall clock, seconds since the epoch."""
        self._spool = spool
        self._labels = labels
        self._clock = clock

    def take(self, file: StableFile) -> bool:
        """True when the file is in hand now; False when it has changed meanwhile or its node is not known.

        Blocks while the file is read. Never fails for the file's sake.
        """
        if self._spool.knows(file.identity):
            return True
        try:
            digest, size_bytes = file_sha256(file.identity.path)
            changed = size_bytes != file.identity.size_bytes or not is_same_file(file.identity)
        except OSError as error:
            log.warning("recording not readable", path=str(file.identity.path), error=str(error))
            return False
        if changed:
            return False
        described = self._describe(file, digest)
        if described is None:
            return False
        row = self._spool.add(described, self._clock())
        if row is not None:
            _log_taken(row)
        return True

    def _describe(self, file: StableFile, digest: str) -> NewRecording | None:
        path = file.identity.path
        ended_at = datetime.fromtimestamp(file.identity.mtime_ns / 1e9, UTC)
        sidecar = read_sidecar(path) if has_sidecar(path) else {}
        parsed = parse_recording_name(path, self._labels.zone, ended_at=ended_at, sidecar=sidecar)
        node = self._labels.node or parsed.node
        if node is None:
            log.warning("no node in the file name, and none given with --node", path=str(path))
            return None
        captured_at = parsed.captured_at
        if captured_at is None:
            # The end of writing is late by the recording's length, which is the best there is without decoding.
            log.warning("no time in the file name, its mtime is taken", path=str(path), mtime=ended_at.isoformat())
            captured_at = ended_at
        channel = self._labels.channel_of(file.folder, parsed)
        return NewRecording(file.identity, digest, node, channel, captured_at)


def is_same_file(identity: FileIdentity, at: Path | None = None) -> bool:
    """True when what lies at the path (or at `at`, after a move) is still this file. Raises OSError."""
    status = (at or identity.path).stat(follow_symlinks=False)
    return (status.st_size, status.st_mtime_ns) == (identity.size_bytes, identity.mtime_ns)


def _log_taken(row: SpoolRow) -> None:
    log.info(
        "recording taken",
        path=str(row.identity.path),
        node=row.node,
        channel=row.channel,
        captured_at=row.captured_at.isoformat(),
        size_bytes=row.identity.size_bytes,
        request_id=row.request_id,
    )
