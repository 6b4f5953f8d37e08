"""The node's memory of what it has to send: one SQLite file that survives kill -9 and power loss."""

import os
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path

import uuid_utils

SCHEMA_VERSION = 1
BUSY_SECONDS = 10.0

_SCHEMA = """
CREATE TABLE IF NOT EXISTS recording (
    id INTEGER PRIMARY KEY,
    request_id TEXT NOT NULL UNIQUE,
    path BLOB NOT NULL,
    size_bytes INTEGER NOT NULL,
    mtime_ns INTEGER NOT NULL,
    sha256 TEXT NOT NULL,
    node TEXT NOT NULL,
    channel TEXT NOT NULL,
    captured_at_us INTEGER NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('pending', 'sending', 'sent', 'refused', 'gone')),
    attempts INTEGER NOT NULL DEFAULT 0,
    faults INTEGER NOT NULL DEFAULT 0,
    next_try_at REAL NOT NULL DEFAULT 0,
    error TEXT NOT NULL DEFAULT '',
    recording_name TEXT NOT NULL DEFAULT '',
    target BLOB,
    settled INTEGER NOT NULL DEFAULT 0,
    updated_at REAL NOT NULL,
    UNIQUE (path, size_bytes, mtime_ns)
);
CREATE INDEX IF NOT EXISTS recording_due ON recording (state, captured_at_us, id);
"""


class State(StrEnum):
    """Where a recording stands at the node."""

    PENDING = "pending"
    SENDING = "sending"
    SENT = "sent"
    """Acknowledged as durable by the server."""
    REFUSED = "refused"
    """The server will never take it."""
    GONE = "gone"
    """Vanished or overwritten before it could be sent."""


@dataclass(frozen=True)
class FileIdentity:
    """A file as it was when it stood still. A file written anew under the same path is another one."""

    path: Path
    size_bytes: int
    mtime_ns: int


@dataclass(frozen=True)
class NewRecording:
    """What the watcher knows of a file. `captured_at` is aware."""

    identity: FileIdentity
    sha256: str
    node: str
    channel: str
    captured_at: datetime


@dataclass(frozen=True)
class SpoolRow:
    """One recording.

    `attempts` counts every try, `faults` those that ended in a fault of the server. `target` is where the file goes
    or went; `settled`: nothing is left to do with the file.
    """

    id: int
    request_id: str
    identity: FileIdentity
    sha256: str
    node: str
    channel: str
    captured_at: datetime
    state: State
    attempts: int
    faults: int
    next_try_at: float
    error: str
    recording_name: str
    target: Path | None
    settled: bool


@dataclass(frozen=True)
class SpoolCounts:
    """How much the spool holds. `waiting_*` covers pending and sending."""

    waiting_recordings: int
    waiting_bytes: int
    sent: int
    refused: int
    gone: int
    unsettled: int


class Spool:
    """Rows of recordings; every change is on disk when its method returns. Safe to call from several threads.

    Times are seconds since the epoch, given by the caller.
    """

    def __init__(self, path: Path) -> None:
        """Open or create the database. Raises sqlite3.Error, OSError."""
        path.parent.mkdir(parents=True, exist_ok=True)
        self._lock = threading.Lock()
        self._connection = sqlite3.connect(path, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False)
        self._connection.row_factory = sqlite3.Row
        self._connection.execute("PRAGMA journal_mode=WAL")
        self._connection.execute("PRAGMA synchronous=FULL")
        self._connection.executescript(_SCHEMA)
        self._connection.execute(f"PRAGMA user_version={SCHEMA_VERSION}")

    def close(self) -> None:
        """Close the database."""
        with self._lock:
            self._connection.close()

    def add(self, new: NewRecording, now: float) -> SpoolRow | None:
        """Take a file in; None when this very file is in hand already.

        A file that was refused, lost or archived and has been put back under its name is taken up again, with its
        request_id: the server then answers as before or takes it this time.
        """
        identity = new.identity
        key = (os.fsencode(identity.path), identity.size_bytes, identity.mtime_ns)
        with self._transaction() as database:
            old = database.execute(
                "SELECT * FROM recording WHERE path = ? AND size_bytes = ? AND mtime_ns = ?", key
            ).fetchone()
            if old is not None and _in_hand(old):
                return None
            if old is not None and old["sha256"] != new.sha256:
                # Same size in the same nanosecond, other bytes: another recording, and a new request.
                database.execute("DELETE FROM recording WHERE id = ?", (old["id"],))
                old = None
            if old is not None:
                database.execute(
                    "UPDATE recording SET state = 'pending', attempts = 0, faults = 0, next_try_at = 0, error = '',"
                    " target = NULL, settled = 0, updated_at = ? WHERE id = ?",
                    (now, old["id"]),
                )
                return _row(database, old["id"])
            captured_at_us = round(new.captured_at.timestamp() * 1_000_000)
            cursor = database.execute(
                "INSERT INTO recording (request_id, path, size_bytes, mtime_ns, sha256, node, channel,"
                " captured_at_us, state, updated_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, 'pending', ?)",
                (str(uuid_utils.uuid7()), *key, new.sha256, new.node, new.channel, captured_at_us, now),
            )
            return _row(database, cursor.lastrowid or 0)

    def knows(self, identity: FileIdentity) -> bool:
        """True when this very file is in hand: waiting, being sent, or kept in place after it was sent."""
        key = (os.fsencode(identity.path), identity.size_bytes, identity.mtime_ns)
        with self._lock:
            row = self._connection.execute(
                "SELECT * FROM recording WHERE path = ? AND size_bytes = ? AND mtime_ns = ?", key
            ).fetchone()
        return row is not None and _in_hand(row)

    def claim(self, now: float) -> SpoolRow | None:
        """Take the oldest pending recording that is due, by airtime; its state becomes sending. None: nothing due."""
        with self._transaction() as database:
            found = database.execute(
                "SELECT id FROM recording WHERE state = 'pending' AND next_try_at <= ?"
                " ORDER BY captured_at_us, id LIMIT 1",
                (now,),
            ).fetchone()
            if found is None:
                return None
            database.execute(
                "UPDATE recording SET state = 'sending', attempts = attempts + 1, updated_at = ? WHERE id = ?",
                (now, found["id"]),
            )
            return _row(database, found["id"])

    def get(self, row_id: int) -> SpoolRow:
        """The row as it stands. Raises KeyError."""
        with self._lock:
            found = self._connection.execute("SELECT * FROM recording WHERE id = ?", (row_id,)).fetchone()
        if found is None:
            raise KeyError(row_id)
        return _to_row(found)

    def next_due(self) -> float | None:
        """When the next pending recording may be tried; None when nothing is pending."""
        with self._lock:
            row = self._connection.execute(
                "SELECT MIN(next_try_at) AS due FROM recording WHERE state = 'pending'"
            ).fetchone()
        return None if row["due"] is None else float(row["due"])

    def postpone(self, row: SpoolRow, *, error: str, next_try_at: float, now: float, fault: bool = False) -> None:
        """The try failed for the time being. `fault`: the server failed over this very recording."""
        faults = row.faults + fault
        self._change(row, now, state=State.PENDING, error=error, next_try_at=next_try_at, faults=faults)

    def mark_sent(self, row: SpoolRow, *, recording_name: str, target: Path | None, now: float) -> None:
        """The server has it. `target`: where the file is to be moved; None: it stays, and all is done."""
        self._change(
            row,
            now,
            state=State.SENT,
            recording_name=recording_name,
            error="",
            target=target,
            settled=target is None,
        )

    def mark_refused(self, row: SpoolRow, *, error: str, target: Path | None, now: float) -> None:
        """The server will never take it. `target` as for mark_sent."""
        self._change(row, now, state=State.REFUSED, error=error, target=target, settled=target is None)

    def mark_gone(self, row: SpoolRow, *, error: str, now: float) -> None:
        """The file is no longer there, or no longer this one."""
        self._change(row, now, state=State.GONE, error=error, settled=True)

    def mark_settled(self, row: SpoolRow, *, target: Path | None, now: float) -> None:
        """The file has reached `target`, or stays where it is (None)."""
        self._change(row, now, target=target, settled=True)

    def recover(self, now: float) -> int:
        """After a crash: what was being sent waits again, due at once. Returns how many there were."""
        with self._transaction() as database:
            return database.execute(
                "UPDATE recording SET state = 'pending', next_try_at = 0, updated_at = ? WHERE state = 'sending'",
                (now,),
            ).rowcount

    def unsettled(self, limit: int = 1000) -> list[SpoolRow]:
        """Recordings sent or refused whose file is still to be moved, oldest first."""
        with self._lock:
            rows = self._connection.execute(
                "SELECT * FROM recording WHERE state IN ('sent', 'refused') AND settled = 0 ORDER BY id LIMIT ?",
                (limit,),
            ).fetchall()
        return [_to_row(row) for row in rows]

    def latest_problems(self, limit: int) -> list[SpoolRow]:
        """Recordings with an error, the latest first."""
        with self._lock:
            rows = self._connection.execute(
                "SELECT * FROM recording WHERE error != '' ORDER BY updated_at DESC, id DESC LIMIT ?", (limit,)
            ).fetchall()
        return [_to_row(row) for row in rows]

    def counts(self) -> SpoolCounts:
        """How much the spool holds."""
        with self._lock:
            rows = self._connection.execute(
                "SELECT state, COUNT(*) AS n, SUM(size_bytes) AS bytes, SUM(1 - settled) AS unsettled"
                " FROM recording GROUP BY state"
            ).fetchall()
        by_state = {State(row["state"]): row for row in rows}
        n = {state: int(by_state[state]["n"]) if state in by_state else 0 for state in State}
        waiting = [by_state[state] for state in (State.PENDING, State.SENDING) if state in by_state]
        moved = [by_state[state] for state in (State.SENT, State.REFUSED) if state in by_state]
        return SpoolCounts(
            waiting_recordings=n[State.PENDING] + n[State.SENDING],
            waiting_bytes=sum(int(row["bytes"]) for row in waiting),
            sent=n[State.SENT],
            refused=n[State.REFUSED],
            gone=n[State.GONE],
            unsettled=sum(int(row["unsettled"]) for row in moved),
        )

    def prune(self, before: float) -> int:
        """Forget what was archived, or found gone, before that time; returns how many. Keeps what stays in place."""
        with self._transaction() as database:
            return database.execute(
                "DELETE FROM recording WHERE updated_at < ? AND settled = 1"
                " AND (state = 'gone' OR (state = 'sent' AND target IS NOT NULL))",
                (before,),
            ).rowcount

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        with self._lock:
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield self._connection
            except BaseException:
                self._connection.execute("ROLLBACK")
                raise
            self._connection.execute("COMMIT")

    def _change(self, row: SpoolRow, now: float, **columns: str | float | Path | None) -> None:
        # Column names come from the methods above, never from outside.
        assignments = ", ".join(f"{name} = ?" for name in columns)
        values = [os.fsencode(value) if isinstance(value, Path) else value for value in columns.values()]
        with self._transaction() as database:
            database.execute(f"UPDATE recording SET {assignments}, updated_at = ? WHERE id = ?", (*values, now, row.id))


def _in_hand(row: sqlite3.Row) -> bool:
    if row["state"] in (State.PENDING, State.SENDING):
        return True
    if row["state"] == State.GONE:
        return False
    return not row["settled"] or row["target"] is None


def _row(database: sqlite3.Connection, row_id: int) -> SpoolRow:
    return _to_row(database.execute("SELECT * FROM recording WHERE id = ?", (row_id,)).fetchone())


def _to_row(row: sqlite3.Row) -> SpoolRow:
    return SpoolRow(
        id=row["id"],
        request_id=row["request_id"],
        identity=FileIdentity(Path(os.fsdecode(row["path"])), row["size_bytes"], row["mtime_ns"]),
        sha256=row["sha256"],
        node=row["node"],
        channel=row["channel"],
        captured_at=datetime.fromtimestamp(row["captured_at_us"] / 1_000_000, UTC),
        state=State(row["state"]),
        attempts=row["attempts"],
        faults=row["faults"],
        next_try_at=row["next_try_at"],
        error=row["error"],
        recording_name=row["recording_name"],
        target=Path(os.fsdecode(row["target"])) if row["target"] is not None else None,
        settled=bool(row["settled"]),
    )
