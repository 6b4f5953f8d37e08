from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from clients.cli.journal import Journal, JournalBusy, JournalUnusable, identity, journal_path, stored_in
from clients.cli.labels import LabelledFile
from clients.cli.sending import Fate, FileReport

MOMENT = datetime(2026, 11, 20, tzinfo=UTC)


@pytest.fixture
def file(tmp_path: Path) -> LabelledFile:
    path = tmp_path / "a.wav"
    path.write_bytes(b"audio")
    return LabelledFile(path, "demo", "main", MOMENT)


def report(file: LabelledFile, fate: Fate, **more: bool) -> FileReport:
    return FileReport(file, fate, "nodes/demo/recordings/1", reason="R", message="M", **more)


@pytest.mark.parametrize(
    ("fate", "for_good", "kept"),
    [
        (Fate.STORED, False, True),
        (Fate.DEDUPLICATED, False, True),
        (Fate.REFUSED, True, True),
        (Fate.REFUSED, False, False),
        (Fate.FAILED, False, False),
    ],
)
def test_only_what_is_for_good_is_kept(
    tmp_path: Path, file: LabelledFile, fate: Fate, for_good: bool, kept: bool
) -> None:
    with Journal(tmp_path / "j") as journal:
        journal.record("a.wav", "i", report(file, fate, for_good=for_good), "batches/1")
    with Journal(tmp_path / "j") as journal:
        entries = journal.entries()
    assert list(entries) == (["a.wav"] if kept else [])
    if kept:
        assert (entries["a.wav"].fate, entries["a.wav"].batch, entries["a.wav"].reason) == (fate, "batches/1", "R")


def test_a_batch_is_announced_in_the_same_words_until_it_is_closed(tmp_path: Path) -> None:
    with Journal(tmp_path / "j") as journal:
        first = journal.announced(7, "archive")
    with Journal(tmp_path / "j") as journal:
        assert journal.announced(3, "the rest") == first
        journal.close_batch()
        second = journal.announced(3, "the rest")
    assert second.request_id != first.request_id
    assert (second.total, second.note) == (3, "the rest")


def test_two_imports_do_not_share_a_journal(tmp_path: Path) -> None:
    with Journal(tmp_path / "j"):
        with pytest.raises(JournalBusy, match="another import"):
            Journal(tmp_path / "j")
    Journal(tmp_path / "j").__exit__(None, None, None)


def test_a_file_that_is_no_journal_is_told_and_left_alone(tmp_path: Path) -> None:
    other = tmp_path / "song.mp3"
    other.write_bytes(b"not a database, but long enough to look like none" * 40)
    before = other.read_bytes()
    with pytest.raises(JournalUnusable, match="--journal FILE"):
        Journal(other)
    assert other.read_bytes() == before


def test_the_identity_changes_with_the_file_and_with_its_labels(file: LabelledFile) -> None:
    first = identity(file)
    assert identity(file) == first
    assert identity(replace(file, channel="hub")) != first
    file.path.write_bytes(b"longer audio")
    assert identity(file) != first
    file.path.unlink()
    assert identity(file) == ""


def test_each_folder_and_server_has_its_journal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    paths = {journal_path(tmp_path / folder, server) for folder in ("a", "b") for server in ("x:1", "y:1")}
    assert len(paths) == 4
    assert all(path.is_relative_to(tmp_path / "tsn" / "imports") for path in paths)
    assert journal_path(tmp_path / "a", "x:1") in paths


def test_only_what_was_new_to_the_mesh_counts_for_the_batch(tmp_path: Path, file: LabelledFile) -> None:
    with Journal(tmp_path / "j") as journal:
        journal.record("a", "i", report(file, Fate.STORED), "batches/1")
        journal.record("b", "i", report(file, Fate.DEDUPLICATED), "batches/1")
        journal.record("c", "i", report(file, Fate.STORED), "batches/0")
        assert stored_in(journal.entries().values(), "batches/1") == 1
