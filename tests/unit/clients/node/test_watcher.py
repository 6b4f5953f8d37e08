"""Which files the watcher reports, and when."""

import os
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from clients.node.watcher import MAX_DEPTH, RETRY_SECONDS, Watcher


@dataclass
class Bench:
    """A folder, a hand-set clock and a watcher with a window of three seconds."""

    folder: Path
    now: float = 100.0
    watcher: Watcher = field(init=False)

    def __post_init__(self) -> None:
        self.folder.mkdir(exist_ok=True)
        self.watcher = Watcher(
            [self.folder],
            stability_seconds=3.0,
            clock=lambda: self.now,
            excluded=[self.folder / "sent"],
        )

    def write(self, name: str, content: bytes = b"RIFF") -> Path:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        return path

    def names(self, *, after: float = 0.0) -> list[str]:
        self.now += after
        return [str(file.identity.path.relative_to(self.folder)) for file in self.watcher.sweep()]


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path / "watch")


def test_a_file_is_reported_once_it_stood_still_for_the_window(bench: Bench) -> None:
    bench.write("a.wav")

    assert bench.names() == []
    assert bench.watcher.growing == 1
    assert bench.names(after=2.9) == []
    assert bench.names(after=0.1) == ["a.wav"]


def test_a_growing_file_starts_its_window_anew_with_each_change(bench: Bench) -> None:
    path = bench.write("a.wav")
    bench.names()
    path.write_bytes(b"RIFF and more")

    assert bench.names(after=3.0) == []
    assert bench.names(after=3.0) == ["a.wav"]


def test_a_change_of_mtime_alone_counts_as_a_change(bench: Bench) -> None:
    path = bench.write("a.wav")
    bench.names()
    os.utime(path, ns=(1, 1))

    assert bench.names(after=3.0) == []


def test_an_old_file_found_at_startup_stands_the_same_window(bench: Bench) -> None:
    os.utime(bench.write("a.wav"), (0, 0))

    assert bench.names() == []
    assert bench.names(after=3.0) == ["a.wav"]


def test_an_empty_file_is_never_reported_but_shows_as_stuck(bench: Bench) -> None:
    path = bench.write("a.wav", b"")
    bench.names()

    assert bench.names(after=10.0) == []
    assert bench.watcher.stuck == [path]
    assert bench.watcher.growing == 0


def test_what_was_growing_is_not_stuck_because_nobody_looked_for_a_while(bench: Bench) -> None:
    bench.write("a.wav")
    bench.names()
    bench.now += 10.0

    assert bench.watcher.growing == 1
    assert bench.watcher.stuck == []


def test_a_taken_file_is_reported_no_more_until_it_changes(bench: Bench) -> None:
    path = bench.write("a.wav")
    bench.watcher.sweep()
    bench.now += 3
    (file,) = bench.watcher.sweep()
    bench.watcher.take(file)

    assert bench.names(after=10.0) == []
    assert bench.watcher.stuck == []
    path.write_bytes(b"another recording")
    assert bench.names() == []
    assert bench.names(after=3.0) == ["a.wav"]


def test_a_file_that_went_away_and_came_back_is_reported_again(bench: Bench) -> None:
    path = bench.write("a.wav")
    bench.names()
    bench.now += 3
    bench.watcher.take(bench.watcher.sweep()[0])
    path.rename(bench.folder / "a.gone")
    bench.names()
    (bench.folder / "a.gone").rename(path)
    bench.names()

    assert bench.names(after=3.0) == ["a.wav"]


def test_a_skipped_file_is_reported_again_after_a_while(bench: Bench) -> None:
    path = bench.write("a.wav")
    bench.names()
    bench.now += 3
    bench.watcher.skip(bench.watcher.sweep()[0])

    assert bench.names() == []
    assert bench.watcher.stuck == [path]
    assert bench.names(after=RETRY_SECONDS) == ["a.wav"]


def test_folders_are_searched_in_depth_and_older_files_come_first(bench: Bench) -> None:
    for age, name in enumerate(("2560/2025/new.WAV", "b.Mp3", "scanner/old.flac")):
        os.utime(bench.write(name), (1000 - age, 1000 - age))
    bench.names()

    bench.now += 3
    files = bench.watcher.sweep()

    assert [file.identity.path.name for file in files] == ["old.flac", "b.Mp3", "new.WAV"]
    assert [file.folder for file in files] == ["scanner", "", "2560/2025"]


@pytest.mark.parametrize(
    "name",
    [
        "a.txt",
        "a.json",
        ".hidden.wav",
        "~a.wav",
        "a.part.wav",
        "a.TMP.wav",
        ".hidden/a.wav",
        "tmp/a.wav",
        "sent/2025/03/01/a.wav",
        "/".join(["deep"] * (MAX_DEPTH + 1)) + "/a.wav",
    ],
)
def test_what_is_no_finished_recording_is_ignored(bench: Bench, name: str) -> None:
    bench.write(name)
    bench.names()

    assert bench.names(after=3.0) == []


def test_symbolic_links_are_not_followed(bench: Bench, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "secret.wav").write_bytes(b"RIFF")
    (bench.folder / "folder").symlink_to(outside)
    (bench.folder / "file.wav").symlink_to(outside / "secret.wav")
    (bench.folder / "loop").symlink_to(bench.folder)
    bench.names()

    assert bench.names(after=3.0) == []


def test_a_watched_folder_that_is_itself_a_link_is_watched(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "real" / "a.wav").write_bytes(b"RIFF")
    (tmp_path / "link").symlink_to(tmp_path / "real")
    watcher = Watcher([tmp_path / "link"], stability_seconds=0.0, clock=lambda: 0.0)

    assert [file.identity.path for file in watcher.sweep()] == [tmp_path / "real" / "a.wav"]


def test_a_folder_that_vanished_is_no_failure(bench: Bench) -> None:
    bench.folder.rmdir()

    assert bench.names() == []


def test_a_folder_of_absurd_size_is_cut_off(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("clients.node.watcher.MAX_ENTRIES", 3)
    for number in range(5):
        bench.write(f"{number}.wav")
    bench.names()

    assert len(bench.names(after=3.0)) == 3
