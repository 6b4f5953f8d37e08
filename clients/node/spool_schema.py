"""The spool's tables and the way there from older versions, in one transaction each time."""

import sqlite3

import uuid_utils

SCHEMA_VERSION = 2
"""1: recordings. 2: the spool has an identity and numbers its recordings; the time a file was finished is indexed."""

_STATEMENTS = (
    """
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
)
""",
    "CREATE INDEX IF NOT EXISTS recording_due ON recording (state, captured_at_us, id)",
    "CREATE INDEX IF NOT EXISTS recording_finished ON recording (state, mtime_ns)",
    "CREATE TABLE IF NOT EXISTS meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID",
    "CREATE TABLE IF NOT EXISTS counter (node TEXT PRIMARY KEY, last_sequence INTEGER NOT NULL) WITHOUT ROWID",
)


class SpoolTooNew(Exception):
    """A newer version of the node has worked on this spool; this one would not understand it."""

    def __init__(self, version: int) -> None:
        super().__init__(f"the spool has version {version}; this tsn-node knows up to {SCHEMA_VERSION}: update it")


def prepare(database: sqlite3.Connection) -> None:
    """Bring the database to this version. Raises SpoolTooNew, sqlite3.Error."""
    database.execute("BEGIN IMMEDIATE")
    try:
        version = int(database.execute("PRAGMA user_version").fetchone()[0])
        if version > SCHEMA_VERSION:
            raise SpoolTooNew(version)
        if version < SCHEMA_VERSION:
            _upgrade(database)
    except BaseException:
        database.execute("ROLLBACK")
        raise
    database.execute("COMMIT")


def next_sequence(database: sqlite3.Connection, node: str) -> int:
    """The next number of `node`: 1, 2, 3 ... Within the caller's transaction."""
    database.execute(
        "INSERT INTO counter (node, last_sequence) VALUES (?, 1)"
        " ON CONFLICT (node) DO UPDATE SET last_sequence = last_sequence + 1",
        (node,),
    )
    found = database.execute("SELECT last_sequence FROM counter WHERE node = ?", (node,)).fetchone()
    return int(found[0])


def _upgrade(database: sqlite3.Connection) -> None:
    """Each step looks first: version 1, run once more after version 2, writes its own number back."""
    for statement in _STATEMENTS:
        database.execute(statement)
    columns = {row[1] for row in database.execute("PRAGMA table_info(recording)")}
    if "sequence" not in columns:
        database.execute("ALTER TABLE recording ADD COLUMN sequence INTEGER NOT NULL DEFAULT 0")
    database.execute("INSERT OR IGNORE INTO meta (name, value) VALUES ('spool_id', ?)", (str(uuid_utils.uuid7()),))
    # What was tried before may be at the server already, which would then never speak on its number.
    waiting = database.execute(
        "SELECT id, node FROM recording WHERE state = 'pending' AND attempts = 0 AND sequence = 0 ORDER BY id"
    ).fetchall()
    for row_id, node in waiting:
        sequence = next_sequence(database, node)
        database.execute("UPDATE recording SET sequence = ? WHERE id = ?", (sequence, row_id))
    database.execute(f"PRAGMA user_version={SCHEMA_VERSION}")
