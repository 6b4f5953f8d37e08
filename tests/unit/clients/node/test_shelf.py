"""Moving files so that no crash, no twin and no newer file costs a byte."""

import errno
import hashlib
import os
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from clients.node.shelf import Shelf, claimed_path
from clients.node.spool import Spool
from clients.node.spool_rows import FileIdentity, NewRecording, SpoolRow

AIRTIME = datetime(2025, 3, 1, 12, tzinfo=UTC)
AUDIO = b"RIFF over"


class PowerCutError(BaseException):
    """Stands for the end of the process: nothing may catch it."""


@pytest.fixture
def spool(tmp_path: Path) -> Iterator[Spool]:
    opened = Spool(tmp_path / "spool.db")
    yield opened
    opened.close()


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "watch" / "a.wav"
    path.parent.mkdir()
    path.write_bytes(AUDIO)
    return path


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    return Shelf(tmp_path / "archive")


def sent_row(spool: Spool, shelf: Shelf, source: Path) -> SpoolRow:
    """The row of `source` as it is when the server has just acknowledged it."""
    status = source.stat()
    identity = FileIdentity(source, status.st_size, status.st_mtime_ns)
    digest = hashlib.sha256(source.read_bytes()).hexdigest()
    spool.add(NewRecording(identity, digest, "2560", "main", AIRTIME), 0.0)
    row = spool.claim(0.0)
    assert row is not None
    spool.mark_sent(row, recording_name="r", target=shelf.choose_target(row, AIRTIME), now=0.0)
    return spool.get(row.id)


def files_below(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_a_file_goes_to_the_folder_of_its_day(spool: Spool, shelf: Shelf, source: Path) -> None:
    row = sent_row(spool, shelf, source)

    assert shelf.put(row) == shelf.folder / "2025/03/01/a.wav"
    assert files_below(shelf.folder) == {"2025/03/01/a.wav": AUDIO}
    assert files_below(source.parent) == {}


def test_a_name_that_is_taken_is_never_overwritten(spool: Spool, shelf: Shelf, source: Path) -> None:
    taken = shelf.folder / "2025/03/01/a.wav"
    taken.parent.mkdir(parents=True)
    taken.write_bytes(b"yesterday's recording")
    row = sent_row(spool, shelf, source)

    target = shelf.put(row)

    assert target == taken.with_name(f"a~{row.request_id}.wav")
    assert taken.read_bytes() == b"yesterday's recording"
    assert target.read_bytes() == AUDIO


def test_a_name_taken_after_the_target_was_chosen_is_not_overwritten(spool: Spool, shelf: Shelf, source: Path) -> None:
    row = sent_row(spool, shelf, source)
    assert row.target is not None
    row.target.parent.mkdir(parents=True)
    row.target.write_bytes(b"quicker")

    target = shelf.put(row)

    assert sorted(files_below(shelf.folder).values()) == [AUDIO, b"quicker"]
    assert target != row.target


def test_a_newer_recording_under_the_same_name_stays(spool: Spool, shelf: Shelf, source: Path) -> None:
    row = sent_row(spool, shelf, source)
    source.write_bytes(b"the next recording")

    assert shelf.put(row) is None
    assert source.read_bytes() == b"the next recording"
    assert files_below(source.parent) == {"a.wav": b"the next recording"}


def test_a_newer_recording_written_at_the_last_moment_is_given_back(
    spool: Spool, shelf: Shelf, source: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = sent_row(spool, shelf, source)
    rename = os.rename

    def overtaken(old: Path, new: Path) -> None:
        source.write_bytes(b"the next recording")
        rename(old, new)

    monkeypatch.setattr("clients.node.shelf.os.rename", overtaken)

    assert shelf.put(row) is None
    assert files_below(source.parent) == {"a.wav": b"the next recording"}


def test_a_file_that_vanished_is_nothing_to_put(spool: Spool, shelf: Shelf, source: Path) -> None:
    row = sent_row(spool, shelf, source)
    source.unlink()

    assert shelf.put(row) is None


def test_an_archive_on_a_disk_without_links_gets_a_copy_with_its_time(
    spool: Spool, shelf: Shelf, source: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = sent_row(spool, shelf, source)

    def no_link(old: Path, new: Path) -> None:
        raise OSError(errno.EXDEV, "Invalid cross-device link")

    monkeypatch.setattr("clients.node.shelf.os.link", no_link)

    target = shelf.put(row)

    assert target is not None
    assert target.stat().st_mtime_ns == row.identity.mtime_ns
    assert files_below(shelf.folder) == {"2025/03/01/a.wav": AUDIO}
    assert files_below(source.parent) == {}


def test_a_full_archive_leaves_the_file_where_the_next_try_finds_it(
    spool: Spool, shelf: Shelf, source: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = sent_row(spool, shelf, source)

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr("clients.node.shelf.os.link", full)
        patch.setattr("clients.node.shelf.shutil.copy2", full)
        with pytest.raises(OSError, match="No space left"):
            shelf.put(row)

    assert claimed_path(row).read_bytes() == AUDIO
    assert shelf.put(row) == row.target
    assert files_below(source.parent) == {}


@pytest.mark.parametrize("links", [True, False], ids=["with hard links", "with copies"])
@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("step", range(4))
def test_a_crash_around_any_step_is_finished_by_the_next_try(
    spool: Spool,
    shelf: Shelf,
    source: Path,
    monkeypatch: pytest.MonkeyPatch,
    step: int,
    after: bool,
    links: bool,
) -> None:
    row = sent_row(spool, shelf, source)
    done = 0

    def crashing(operation: Callable[..., None]) -> Callable[..., None]:
        def run(*arguments: Path) -> None:
            nonlocal done
            if done == step and not after:
                raise PowerCutError
            done += 1
            operation(*arguments)
            if done == step + 1 and after:
                raise PowerCutError

        return run

    def no_link(old: Path, new: Path) -> None:
        raise OSError(errno.EPERM, "no hard links here")

    with monkeypatch.context() as patch:
        patch.setattr("clients.node.shelf.os.rename", crashing(os.rename))
        patch.setattr("clients.node.shelf.os.link", crashing(os.link) if links else no_link)
        patch.setattr("clients.node.shelf.os.unlink", crashing(os.unlink))
        try:
            shelf.put(row)
        except PowerCutError:
            assert AUDIO in (files_below(source.parent) | files_below(shelf.folder)).values()

    if not links:
        monkeypatch.setattr("clients.node.shelf.os.link", no_link)
    assert Shelf(shelf.folder).put(spool.get(row.id)) == row.target
    assert files_below(shelf.folder) == {"2025/03/01/a.wav": AUDIO}
    assert files_below(source.parent) == {}
