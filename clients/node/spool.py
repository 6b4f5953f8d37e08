"""The node's memory of what it has to send: one SQLite file that survives kill -9 and power loss."""

import os
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import uuid_utils

from clients.node.spool_rows import FileIdentity, NewRecording, Pick, SpoolCounts, SpoolRow, State, row_from_database
from clients.node.spool_schema import next_sequence, prepare

BUSY_SECONDS = 10.0
FARTHEST_TRY_SECONDS = 3600.0
"""No try is planned further ahead. One that seems to be was planned by a clock that has been set back since."""


class Spool:
    """Rows of recordings; every change is on disk when its method returns. Safe to call from several threads.

    Times are seconds since the epoch, given by the caller.
    """

    def __init__(self, path: Path) -> None:
        """Open or create the database. Raises SpoolTooNew, sqlite3.Error, OSError."""
        path.parent.mkdir(parents=True, exist_ok=True)
        self._lock = threading.Lock()
        self._connection = sqlite3.connect(path, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False)
        self._connection.row_factory = sqlite3.Row
        self._connection.execute("PRAGMA journal_mode=WAL")
        self._connection.execute("PRAGMA synchronous=FULL")
        prepare(self._connection)
        found = self._connection.execute("SELECT value FROM meta WHERE name = 'spool_id'").fetchone()
        self.spool_id = str(found["value"])
        """Identity of this spool for good; one made anew counts from 1 under another."""

    def close(self) -> None:
        """Close the database."""
        with self._lock:
            self._connection.close()

    def add(self, new: NewRecording, now: float) -> SpoolRow | None:
        """Take a file in; None when this very file is in hand already.

        A file that was refused, lost or archived and has been put back under its name is taken up again, with its
        request_id and number: the server then answers as before or takes it this time.
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
            sequence = next_sequence(database, new.node)
            cursor = database.execute(
                "INSERT INTO recording (request_id, sequence, path, size_bytes, mtime_ns, sha256, node, channel,"
                " captured_at_us, state, updated_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 'pending', ?)",
                (str(uuid_utils.uuid7()), sequence, *key, new.sha256, new.node, new.channel, captured_at_us, now),
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

    def claim(self, now: float, pick: Pick = Pick.OLDEST, *, live_since: float = 0.0) -> SpoolRow | None:
        """Take a pending recording that is due; its state becomes sending. None: nothing due that `pick` means.

        Live are those whose file was finished at `live_since` or later, in seconds since the epoch.
        """
        due = "state = 'pending' AND (next_try_at <= ? OR next_try_at > ?)"
        query = f"SELECT id FROM recording WHERE {due} ORDER BY captured_at_us, id LIMIT 1"
        values: tuple[float, ...] = (now, now + FARTHEST_TRY_SECONDS)
        if pick is not Pick.OLDEST:
            # Without the hint a deep backlog is read from its oldest end on.
            order = "captured_at_us, id" if pick is Pick.OLDEST_LIVE else "mtime_ns DESC, id DESC"
            query = (
                f"SELECT id FROM recording INDEXED BY recording_finished WHERE {due} AND mtime_ns >= ?"
                f" ORDER BY {order} LIMIT 1"
            )
            values = (*values, _nanoseconds(live_since))
        with self._transaction() as database:
            found = database.execute(query, values).fetchone()
            if found is None:
                return None
            database.execute(
                "UPDATE recording SET state = 'sending', attempts = attempts + 1, updated_at = ? WHERE id = ?",
                (now, found["id"]),
            )
            return _row(database, found["id"])

    def has_backlog(self, live_since: float) -> bool:
        """True when a pending recording was finished before `live_since`."""
        query = "SELECT 1 FROM recording WHERE state = 'pending' AND mtime_ns < ? LIMIT 1"
        with self._lock:
            return self._connection.execute(query, (_nanoseconds(live_since),)).fetchone() is not None

    def oldest_waiting_at(self) -> datetime | None:
        """Airtime of the oldest recording that waits or is being sent; None: none does."""
        query = "SELECT captured_at_us FROM recording WHERE state = ? ORDER BY captured_at_us LIMIT 1"
        with self._lock:
            found = [self._connection.execute(query, (state,)).fetchone() for state in (State.PENDING, State.SENDING)]
        times = [row["captured_at_us"] for row in found if row is not None]
        return datetime.fromtimestamp(min(times) / 1_000_000, UTC) if times else None

    def sequences(self) -> dict[str, int]:
        """Highest number given, by node."""
        with self._lock:
            found = self._connection.execute("SELECT node, last_sequence FROM counter ORDER BY node").fetchall()
        return {row["node"]: int(row["last_sequence"]) for row in found}

    def last_sequence(self, node: str) -> int:
        """Highest number given to a recording of `node`; 0 where there is none."""
        return self.sequences().get(node, 0)

    def get(self, row_id: int) -> SpoolRow:
        """The row as it stands. Raises KeyError."""
        with self._lock:
            found = self._connection.execute("SELECT * FROM recording WHERE id = ?", (row_id,)).fetchone()
        if found is None:
            raise KeyError(row_id)
        return row_from_database(found)

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
        return [row_from_database(row) for row in rows]

    def latest_problems(self, limit: int) -> list[SpoolRow]:
        """Recordings with an error, the latest first."""
        with self._lock:
            rows = self._connection.execute(
                "SELECT * FROM recording WHERE error != '' ORDER BY updated_at DESC, id DESC LIMIT ?", (limit,)
            ).fetchall()
        return [row_from_database(row) for row in rows]

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
        """Forget what was found gone before that time; returns how many there were."""
        with self._transaction() as database:
            query = "DELETE FROM recording WHERE state = 'gone' AND settled = 1 AND updated_at < ?"
            return database.execute(query, (before,)).rowcount

    def oldest_archived(self, folder: Path) -> SpoolRow | None:
        """Of the recordings that the server has and whose file lies below `folder`, the one of the oldest airtime."""
        below = os.fsencode(folder) + b"/"
        query = (
            "SELECT * FROM recording WHERE state = 'sent' AND settled = 1 AND substr(target, 1, ?) = ?"
            " ORDER BY captured_at_us, id LIMIT 1"
        )
        with self._lock:
            found = self._connection.execute(query, (len(below), below)).fetchone()
        return row_from_database(found) if found else None

    def archived(self, before: float, *, after_id: int, limit: int = 500) -> list[SpoolRow]:
        """Recordings archived before that time, by id."""
        query = (
            "SELECT * FROM recording WHERE id > ? AND state = 'sent' AND settled = 1 AND target IS NOT NULL"
            " AND updated_at < ? ORDER BY id LIMIT ?"
        )
        with self._lock:
            return [row_from_database(row) for row in self._connection.execute(query, (after_id, before, limit))]

    def forget(self, row: SpoolRow) -> None:
        """Forget a recording that is sent and dealt with; anything else is kept."""
        with self._transaction() as database:
            database.execute("DELETE FROM recording WHERE id = ? AND state = 'sent' AND settled = 1", (row.id,))

    def set_intake_paused(self, paused: bool) -> None:
        """Remember whether new files are taken in, for whoever asks."""
        with self._transaction() as database:
            query = (
                "INSERT INTO meta VALUES ('intake_paused', ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value"
            )
            database.execute(query, (str(int(paused)),))

    def intake_paused(self) -> bool:
        """True while no new files are taken in."""
        query = "SELECT 1 FROM meta WHERE name = 'intake_paused' AND value = '1'"
        with self._lock:
            return self._connection.execute(query).fetchone() is not None

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        with self._lock:
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield self._connection
            except BaseException:
                self._connection.execute("ROLLBACK")
                raise
            try:
                self._connection.execute("COMMIT")
            except sqlite3.Error:
                # A full disk leaves the transaction open, and every later one would fail for that.
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")
                raise

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


def _nanoseconds(seconds: float) -> int:
    return round(seconds * 1e9)


def _row(database: sqlite3.Connection, row_id: int) -> SpoolRow:
    return row_from_database(database.execute("SELECT * FROM recording WHERE id = ?", (row_id,)).fetchone())
