"""Spools of older and newer versions, and what a power cut leaves of one."""

import shutil
import sqlite3
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

import pytest

from clients.node.spool import Spool
from clients.node.spool_rows import FileIdentity, NewRecording, State
from clients.node.spool_schema import SCHEMA_VERSION, SpoolTooNew

NOW = 1_000_000.0
NOON = datetime(2025, 3, 1, 12, tzinfo=UTC)
SAMPLES = 150
VERSION_1 = """
CREATE TABLE recording (
    id INTEGER PRIMARY KEY, request_id TEXT NOT NULL UNIQUE, path BLOB NOT NULL, size_bytes INTEGER NOT NULL,
    mtime_ns INTEGER NOT NULL, sha256 TEXT NOT NULL, node TEXT NOT NULL, channel TEXT NOT NULL,
    captured_at_us INTEGER NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('pending', 'sending', 'sent', 'refused', 'gone')),
    attempts INTEGER NOT NULL DEFAULT 0, faults INTEGER NOT NULL DEFAULT 0, next_try_at REAL NOT NULL DEFAULT 0,
    error TEXT NOT NULL DEFAULT '', recording_name TEXT NOT NULL DEFAULT '', target BLOB,
    settled INTEGER NOT NULL DEFAULT 0, updated_at REAL NOT NULL, UNIQUE (path, size_bytes, mtime_ns)
);
CREATE INDEX recording_due ON recording (state, captured_at_us, id);
PRAGMA user_version=1;
"""
Contents = dict[str, tuple[str, int, int, str]]


def a_recording(number: int, node: str = "hill") -> NewRecording:
    identity = FileIdentity(Path(f"/watch/{number}.wav"), 10, number)
    return NewRecording(identity, f"{number:064x}", node, "main", NOON + timedelta(minutes=number))


def version_1(path: Path) -> None:
    """A spool as version 1 left it: sent, refused, in the middle of sending, tried once, and waiting."""
    database = sqlite3.connect(path)
    database.execute("PRAGMA journal_mode=WAL")
    database.executescript(VERSION_1)
    rows = [("sent", 1), ("refused", 1), ("sending", 1), ("pending", 1), ("pending", 0), ("pending", 0)]
    for number, (state, attempts) in enumerate(rows):
        row = (f"request-{number}", f"/watch/{number}.wav".encode(), number, f"{number:064x}", number, state, attempts)
        database.execute(
            "INSERT INTO recording (request_id, path, size_bytes, mtime_ns, sha256, node, channel, captured_at_us,"
            " state, attempts, updated_at) VALUES (?, ?, 10, ?, ?, 'hill', 'main', ?, ?, ?, 0)",
            row,
        )
    database.commit()
    database.close()


def contents(path: Path) -> Contents:
    """Each row by its file, as another program sees it."""
    database = sqlite3.connect(path)
    found = database.execute("SELECT path, request_id, sequence, attempts, state FROM recording").fetchall()
    assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    database.close()
    return {bytes(row[0]).decode(): row[1:] for row in found}


def test_a_spool_of_version_1_is_taken_over_in_place(tmp_path: Path) -> None:
    path = tmp_path / "spool.db"
    version_1(path)

    spool = Spool(path)
    spool.recover(NOW)
    later = spool.add(a_recording(9), NOW)
    spool.close()

    assert later is not None
    assert later.sequence == 3
    # What may have reached the server under version 1 stays without a number, which nobody would ever speak on.
    taken_over = sorted(row for row in contents(path).values() if row[0].startswith("request-"))
    assert [row[1] for row in taken_over] == [0, 0, 0, 0, 1, 2]
    assert [row[3] for row in taken_over] == ["sent", "refused", "pending", "pending", "pending", "pending"]


def test_a_version_1_run_once_more_in_between_does_no_harm(tmp_path: Path) -> None:
    path = tmp_path / "spool.db"
    version_1(path)
    first = Spool(path)
    first.close()
    old = sqlite3.connect(path)
    # Version 1 writes its number at each start, and knows no column `sequence`.
    old.execute("PRAGMA user_version=1")
    old.execute(
        "INSERT INTO recording (request_id, path, size_bytes, mtime_ns, sha256, node, channel, captured_at_us, state,"
        " updated_at) VALUES ('by-old', x'61', 10, 1, '00', 'hill', 'main', 99, 'pending', 0)"
    )
    old.commit()
    old.close()

    second = Spool(path)

    assert second.spool_id == first.spool_id
    assert second.last_sequence("hill") == 3
    second.close()
    assert contents(path)["a"][:2] == ("by-old", 3)


def test_a_spool_of_a_newer_version_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "spool.db"
    Spool(path).close()
    newer = sqlite3.connect(path)
    newer.execute(f"PRAGMA user_version={SCHEMA_VERSION + 1}")
    newer.close()
    with pytest.raises(SpoolTooNew, match="update it"):
        Spool(path)


def work(spool: Spool, committed: Callable[[], None]) -> None:
    """Everything a node does with its spool; `committed` is called after each commit."""
    for number in range(12):
        spool.add(a_recording(number, "hill" if number % 3 else "town"), NOW)
        committed()
        if number < 3:
            continue
        row = spool.claim(NOW)
        assert row is not None
        committed()
        if number % 4 == 0:
            spool.postpone(row, error="away", next_try_at=NOW, now=NOW)
        elif number % 4 == 1:
            spool.mark_refused(row, error="EMPTY", target=None, now=NOW)
        elif number % 4 == 2:
            spool.mark_sent(row, recording_name="r", target=Path("/archive/x"), now=NOW)
            committed()
            spool.mark_settled(row, target=Path("/archive/x"), now=NOW)
        committed()


def offsets(length: int, marks: list[int]) -> list[int]:
    """Where to cut: every mark, one byte on either side, and places in between."""
    edges = {mark + step for mark in marks for step in (-1, 0, 1)}
    edges |= {Random(3).randrange(length) for _ in range(SAMPLES)}
    chosen = sorted(edge for edge in edges if 0 <= edge <= length)
    return [*chosen[:: max(1, len(chosen) // SAMPLES)], length]


def cut_copy(source: Path, folder: Path, wal: bytes) -> Path:
    """The database as on a disk that kept only these bytes of the log."""
    folder.mkdir()
    shutil.copyfile(source, folder / "spool.db")
    (folder / "spool.db-wal").write_bytes(wal)
    return folder / "spool.db"


@pytest.mark.parametrize("torn", [False, True], ids=["cut", "garbage behind the cut"])
def test_a_power_cut_at_any_byte_leaves_every_commit_whole_or_absent(tmp_path: Path, torn: bool) -> None:
    path, log = tmp_path / "spool.db", tmp_path / "spool.db-wal"
    Spool(path).close()
    spool = Spool(path)
    spool.set_intake_paused(False)
    history: list[tuple[int, Contents]] = [(log.stat().st_size, contents(path))]
    work(spool, lambda: history.append((log.stat().st_size, contents(path))))
    whole = log.read_bytes()
    first = history[0][0]

    for number, end in enumerate(offsets(len(whole), [size for size, _ in history])):
        if end < first:
            continue
        # Every byte another one: what a disk may hold where it was told to write and did not.
        noise = bytes(byte ^ 0xFF for byte in whole[end : end + 5000]) if torn else b""
        copy = cut_copy(path, tmp_path / f"cut{number}", whole[:end] + noise)
        expected = [rows for size, rows in history if size <= end][-1]
        survivor = Spool(copy)
        assert survivor.spool_id == spool.spool_id
        survivor.recover(NOW)
        waiting = sum(row[3] in (State.PENDING, State.SENDING) for row in expected.values())
        assert survivor.counts().waiting_recordings == waiting
        claimed = [survivor.claim(NOW) for _ in range(waiting)]
        assert all(claimed)
        numbers = [row[1] for row in expected.values()]
        again = survivor.add(replace(a_recording(99), node="hill"), NOW)
        assert again is not None
        assert sorted(numbers) == sorted(row[1] for name, row in contents(copy).items() if "99" not in name)
        assert {name: row[:2] for name, row in expected.items()}.items() <= {
            name: row[:2] for name, row in contents(copy).items()
        }.items()
        survivor.close()
        shutil.rmtree(copy.parent)
    spool.close()


def test_a_power_cut_at_any_byte_of_the_upgrade_leaves_version_1_or_2(tmp_path: Path) -> None:
    path, log = tmp_path / "spool.db", tmp_path / "spool.db-wal"
    version_1(path)
    before = path.read_bytes()
    spool = Spool(path)
    whole = log.read_bytes()
    spool.close()
    path.write_bytes(before)

    for number, end in enumerate(offsets(len(whole), [len(whole)])):
        copy = cut_copy(path, tmp_path / f"cut{number}", whole[:end])
        looked = sqlite3.connect(copy)
        version = looked.execute("PRAGMA user_version").fetchone()[0]
        columns = {row[1] for row in looked.execute("PRAGMA table_info(recording)")}
        looked.close()
        assert version == (2 if end == len(whole) else 1)
        assert ("sequence" in columns) is (version == 2)
        survivor = Spool(copy)
        assert survivor.sequences() == {"hill": 2}
        assert survivor.counts().waiting_recordings == 4
        survivor.close()
        shutil.rmtree(copy.parent)
