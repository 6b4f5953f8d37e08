"""What the spool holds, in the words of the node."""

import os
import sqlite3
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path


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


class Pick(StrEnum):
    """Which of the recordings that are due is taken."""

    OLDEST = "oldest"
    """Oldest airtime first."""
    OLDEST_LIVE = "oldest_live"
    """The same among the live ones."""
    NEWEST_LIVE = "newest_live"
    """The live one that was finished last."""


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

    `sequence` is the number that its node's spool gave it; 0: none, it was taken in by a version that did not count.
    `attempts` counts every try, `faults` those that ended in a fault of the server. `target` is where the file goes
    or went; `settled`: nothing is left to do with the file.
    """

    id: int
    request_id: str
    sequence: int
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


def row_from_database(row: sqlite3.Row) -> SpoolRow:
    """A row of the table `recording`."""
    return SpoolRow(
        id=row["id"],
        request_id=row["request_id"],
        sequence=row["sequence"],
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
