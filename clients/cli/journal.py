"""What an import has done so far, on disk: killed and started again, it goes on where it was."""

import hashlib
import json
import os
import sqlite3
import threading
import uuid
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from clients.cli.labels import LabelledFile
from clients.cli.render import exact_moment
from clients.cli.sending import Fate, FileReport
from clients.common.errors import ClientError

_SCHEMA = """
CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS file (
    key TEXT PRIMARY KEY, identity TEXT NOT NULL, fate TEXT NOT NULL, batch TEXT NOT NULL,
    recording TEXT NOT NULL, reason TEXT NOT NULL, message TEXT NOT NULL
) WITHOUT ROWID;
"""
REMEMBERED = (Fate.STORED, Fate.DEDUPLICATED, Fate.REFUSED)
"""What can be known for good; whatever else went wrong may go well the next time."""


class JournalBusy(ClientError):
    """Another import has the journal open."""

    def __init__(self, path: Path) -> None:
        super().__init__(f"another import of this folder is at work ({path} is in use)")


class JournalUnusable(ClientError):
    """The file is no journal, or its disk does not take it."""

    def __init__(self, path: Path, error: sqlite3.Error) -> None:
        super().__init__(f"{path} cannot be used as a journal: {error}; --journal FILE names another")


@dataclass(frozen=True)
class Entry:
    """What became of a file. `identity`: what it was then, and how it was labelled."""

    identity: str
    fate: Fate
    batch: str
    recording: str
    reason: str
    message: str


@dataclass(frozen=True)
class Announced:
    """A batch as the mesh was asked for it: a request id stands for one batch only, to the letter."""

    request_id: str
    total: int
    note: str


class Journal:
    """One import's journal; `with Journal(path)`. Its calls block for a commit to disk; any thread may make them."""

    def __init__(self, path: Path) -> None:
        """Open or create it. Raises JournalBusy, JournalUnusable, OSError."""
        path.parent.mkdir(parents=True, exist_ok=True)
        self._path = path
        self._lock = threading.Lock()
        self._connection = sqlite3.connect(path, timeout=0, isolation_level=None, check_same_thread=False)
        try:
            # The lock lasts as long as the connection, and ends with the process however that ends.
            self._connection.execute("PRAGMA locking_mode=EXCLUSIVE")
            self._connection.execute("BEGIN IMMEDIATE")
            self._connection.execute("COMMIT")
            self._connection.execute("PRAGMA journal_mode=WAL")
            self._connection.executescript(_SCHEMA)
        except sqlite3.Error as error:
            self._connection.close()
            if getattr(error, "sqlite_errorcode", None) == sqlite3.SQLITE_BUSY:
                raise JournalBusy(path) from None
            raise JournalUnusable(path, error) from error

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        with self._lock:
            self._connection.close()

    def entries(self) -> dict[str, Entry]:
        """All that is known, by the file's key."""
        with self._lock:
            rows = self._connection.execute("SELECT * FROM file").fetchall()
        return {key: Entry(identity, Fate(fate), *more) for key, identity, fate, *more in rows}

    def record(self, key: str, identity: str, report: FileReport, batch: str) -> None:
        """Keep what became of a file, where that is for good. Raises JournalUnusable."""
        if not (report.arrived or report.for_good):
            return
        row = (key, identity, report.fate, batch, report.recording, report.reason, report.message)
        try:
            with self._lock:
                self._connection.execute("INSERT OR REPLACE INTO file VALUES (?, ?, ?, ?, ?, ?, ?)", row)
        except sqlite3.Error as error:
            raise JournalUnusable(self._path, error) from error

    def announced(self, total: int, note: str) -> Announced:
        """The batch under way as it was announced first, until `close_batch`, however often the import starts.

        `total` and `note` are kept where none is under way.
        """
        with self._lock:
            row = self._connection.execute("SELECT value FROM meta WHERE key = 'batch'").fetchone()
            if row:
                return Announced(**json.loads(row[0]))
            made = Announced(f"import-{uuid.uuid4().hex}", total, note)
            self._connection.execute("INSERT INTO meta VALUES ('batch', ?)", (json.dumps(asdict(made)),))
            return made

    def close_batch(self) -> None:
        """Nothing more goes into the batch: what comes later gets one of its own."""
        with self._lock:
            self._connection.execute("DELETE FROM meta WHERE key = 'batch'")


def journal_path(root: Path, address: str) -> Path:
    """In the user's state folder, one for each folder and server."""
    base = os.environ.get("XDG_STATE_HOME")
    state = (Path(base) if base else Path.home() / ".local" / "state") / "tsn"
    digest = hashlib.sha256(f"{root.resolve()}\n{address}".encode("utf-8", "surrogateescape")).hexdigest()
    return state / "imports" / f"{digest[:32]}.sqlite"


def identity(file: LabelledFile) -> str:
    """Changes when the file or its labels do; empty where there is no file any more. Blocks."""
    try:
        status = file.path.stat()
    except OSError:
        return ""
    return "|".join(
        (str(status.st_size), str(status.st_mtime_ns), file.node, file.channel, exact_moment(file.captured_at))
    )


def stored_in(entries: Iterable[Entry], batch: str) -> int:
    """Recordings of the batch that were new to the mesh: those that it has jobs for."""
    return sum(entry.batch == batch and entry.fate is Fate.STORED for entry in entries)
