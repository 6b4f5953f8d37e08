"""What the node does when its disk fills up."""

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from clients.common.upload import file_sha256
from clients.node import disk
from clients.node.disk import DiskGuard, DiskLimits, DiskUsage, disk_usage
from clients.node.settle import Settler
from clients.node.shelf import Shelf
from clients.node.spool import Spool
from clients.node.spool_rows import FileIdentity, NewRecording, SpoolRow

NOW = 1_000_000.0
NOON = datetime(2025, 3, 1, 12, tzinfo=UTC)
FILE_BYTES = 10


@dataclass
class Site:
    """A node's folders on a disk of 1000 bytes, `others` of which are taken by somebody else."""

    home: Path
    others: int = 500
    archive_others: int | None = None
    """Set: the archive lies on a disk of its own."""
    logs: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        for name in ("watch", "spool", "archive", "refused"):
            (self.home / name).mkdir(parents=True)
        self.spool = Spool(self.home / "spool" / "spool.db")
        self.settler = Settler(
            spool=self.spool,
            archive=Shelf(self.home / "archive"),
            refused=Shelf(self.home / "refused"),
            keep=False,
            clock=lambda: NOW,
        )
        self.guard = DiskGuard(
            spool=self.spool,
            settler=self.settler,
            spool_folder=self.home / "spool",
            archive_folder=self.home / "archive",
            limits=DiskLimits(),
            usage=self.usage,
        )

    def usage(self, folder: Path) -> DiskUsage:
        archived = len(self.archived) * FILE_BYTES
        if self.archive_others is None:
            return DiskUsage(1000, 1000 - self.others - archived)
        on_archive = folder.is_relative_to(self.home / "archive")
        return DiskUsage(1000, 1000 - (self.archive_others + archived if on_archive else self.others))

    @property
    def archived(self) -> list[str]:
        return sorted(path.name for path in (self.home / "archive").rglob("*.wav"))

    def take(self, name: str, minutes: int = 0) -> SpoolRow:
        """A recording that is being sent."""
        path = self.home / "watch" / name
        path.write_bytes(name.encode().ljust(FILE_BYTES, b"-"))
        status = path.stat()
        identity = FileIdentity(path, status.st_size, status.st_mtime_ns)
        captured_at = NOON + timedelta(minutes=minutes)
        self.spool.add(NewRecording(identity, file_sha256(path)[0], "2560", "main", captured_at), NOW)
        row = self.spool.claim(NOW)
        assert row is not None
        return row

    def archive(self, *names: str) -> None:
        """Recordings that were sent, each a minute older than the one before."""
        for minutes, name in enumerate(names):
            assert self.settler.sent(self.take(name, -minutes), f"recordings/{name}")


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    made = Site(tmp_path)
    yield made
    made.spool.close()


def test_nothing_happens_while_there_is_room(site: Site) -> None:
    site.archive("a.wav", "b.wav")
    with capture_logs() as logs:
        assert site.guard.check()
    assert (logs, site.archived) == ([], ["a.wav", "b.wav"])


def test_at_80_percent_the_node_warns_once_and_deletes_nothing(site: Site) -> None:
    site.archive("a.wav")
    site.others = 795
    with capture_logs() as logs:
        assert site.guard.check()
        assert site.guard.check()
    assert [entry["event"] for entry in logs] == ["disk is filling up"]
    assert site.archived == ["a.wav"]


def test_at_90_percent_archived_files_go_oldest_airtime_first_until_it_is_below(site: Site) -> None:
    site.archive("d.wav", "c.wav", "b.wav", "a.wav")
    site.others = 875
    assert site.guard.check()
    assert site.archived == ["c.wav", "d.wav"]
    assert site.spool.counts().sent == 2


def test_what_waits_or_was_refused_or_is_not_ours_is_never_deleted(site: Site) -> None:
    site.archive("ours.wav")
    assert site.settler.refused(site.take("refused.wav"), "AUDIO_EMPTY")
    waiting = site.take("waiting.wav")
    stranger = site.home / "archive" / "2025" / "03" / "01" / "stranger.wav"
    stranger.write_bytes(b"somebody else's")
    site.others = 990
    assert not site.guard.check()
    assert site.archived == ["stranger.wav"]
    assert (site.home / "refused" / "refused.wav").exists()
    assert waiting.identity.path.exists()


def test_a_file_that_took_the_place_of_an_archived_one_stays(site: Site) -> None:
    site.archive("a.wav")
    (path,) = (site.home / "archive").rglob("a.wav")
    path.write_bytes(b"edited by a person")
    site.others = 950
    site.guard.check()
    assert path.read_bytes() == b"edited by a person"
    assert site.spool.counts().sent == 0


def test_an_archived_file_whose_time_was_lost_on_the_way_is_known_by_its_bytes(site: Site) -> None:
    site.archive("a.wav")
    (path,) = (site.home / "archive").rglob("a.wav")
    os.utime(path, (1, 1))
    site.others = 950
    site.guard.check()
    assert site.archived == []


def test_the_recorders_json_and_empty_folders_go_with_the_file(site: Site) -> None:
    name = "5200-1740839405_146960000-call_1"
    row = site.take(f"{name}.wav")
    (site.home / "watch" / f"{name}.json").write_bytes(b"{}")
    assert site.settler.sent(row, "r")
    site.others = 950
    site.guard.check()
    assert list((site.home / "archive").rglob("*")) == []


def test_intake_stops_only_when_nothing_archived_is_left_and_resumes_by_itself(site: Site) -> None:
    site.archive("a.wav", "b.wav")
    site.others = 935
    assert site.guard.check()
    assert site.archived == []
    site.others = 950
    with capture_logs() as logs:
        assert not site.guard.check()
        assert not site.guard.check()
    assert [entry["log_level"] for entry in logs if "no new files" in entry["event"]] == ["error"]
    assert site.spool.intake_paused()
    site.others = 949
    assert site.guard.check()
    assert not site.spool.intake_paused()


def test_files_are_taken_while_there_is_more_to_delete(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(disk, "PURGE_AT_ONCE", 2)
    site.archive(*(f"{letter}.wav" for letter in "abcde"))
    site.others = 960
    assert site.guard.check()
    assert len(site.archived) == 3
    assert site.guard.check()
    assert not site.guard.check()
    assert site.archived == []


def test_an_archive_that_cannot_be_deleted_from_does_not_keep_intake_open(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    site.archive("a.wav")
    site.others = 960

    def read_only(*_: object, **__: object) -> None:
        raise OSError(30, "Read-only file system")

    monkeypatch.setattr(Path, "unlink", read_only)
    assert not site.guard.check()
    assert site.archived == ["a.wav"]
    assert site.spool.counts().sent == 1


def test_a_full_spool_disk_is_no_reason_to_empty_an_archive_elsewhere(site: Site) -> None:
    site.archive("a.wav")
    site.archive_others, site.others = 100, 960
    assert not site.guard.check()
    assert site.archived == ["a.wav"]


def test_what_was_taken_out_of_the_archive_is_forgotten_and_the_rest_remembered(site: Site) -> None:
    site.archive("a.wav", "b.wav")
    next((site.home / "archive").rglob("a.wav")).unlink()
    site.settler.forget_missing(NOW)
    assert site.spool.counts().sent == 2
    site.settler.forget_missing(NOW + 1)
    assert site.spool.counts().sent == 1


def test_the_real_disk_is_reckoned_as_df_does(tmp_path: Path) -> None:
    usage = disk_usage(tmp_path)
    assert 0 < usage.free_bytes <= usage.total_bytes
    assert 0 <= usage.used_share < 1
