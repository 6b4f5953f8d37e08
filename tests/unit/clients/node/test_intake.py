"""What the node makes of a finished file before it is sent."""

import hashlib
import json
import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from structlog.testing import capture_logs

from clients.common.labels import ChannelFrom, Labels
from clients.common.names import NameStyle, ParsedName
from clients.common.sidecar import read_sidecar
from clients.node.intake import Intake
from clients.node.spool import Spool
from clients.node.spool_rows import FileIdentity, SpoolRow
from clients.node.watcher import StableFile

UTC_ZONE = ZoneInfo("UTC")
MTIME_NS = 1_740_830_400_000_000_000


@pytest.fixture
def spool(tmp_path: Path) -> Iterator[Spool]:
    opened = Spool(tmp_path / "spool.db")
    yield opened
    opened.close()


def finished(path: Path, content: bytes = b"RIFF") -> StableFile:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    os.utime(path, ns=(MTIME_NS, MTIME_NS))
    return StableFile(FileIdentity(path, len(content), MTIME_NS), "")


def take(spool: Spool, labels: Labels, file: StableFile) -> SpoolRow | None:
    Intake(spool=spool, labels=labels, clock=lambda: 1.0).take(file)
    return spool.claim(2.0)


def test_a_taken_file_has_its_hash_node_channel_and_airtime(spool: Spool, tmp_path: Path) -> None:
    file = finished(tmp_path / "2025-03-01_14-30-05.wav")

    row = take(spool, Labels("site-1", UTC_ZONE, "146.960"), file)

    assert row is not None
    assert (row.node, row.channel) == ("site-1", "146.960")
    assert row.captured_at == datetime(2025, 3, 1, 14, 30, 5, tzinfo=UTC)
    assert row.sha256 == hashlib.sha256(b"RIFF").hexdigest()
    assert row.identity == file.identity


def test_without_a_time_in_the_name_the_mtime_is_taken_and_a_warning_logged(spool: Spool, tmp_path: Path) -> None:
    file = finished(tmp_path / "evening net.wav")

    with capture_logs() as logs:
        row = take(spool, Labels("site-1", UTC_ZONE), file)

    assert row is not None
    assert row.captured_at == datetime(2025, 3, 1, 12, tzinfo=UTC)
    assert [entry["log_level"] for entry in logs if "no time" in entry["event"]] == ["warning"]


def test_the_given_node_goes_before_the_one_in_the_name(spool: Spool, tmp_path: Path) -> None:
    row = take(spool, Labels("site-1", UTC_ZONE), finished(tmp_path / "2560_20250301143005.wav"))

    assert row is not None
    assert row.node == "site-1"


def test_without_a_given_node_the_name_tells_it(spool: Spool, tmp_path: Path) -> None:
    row = take(spool, Labels(None, UTC_ZONE), finished(tmp_path / "2560_20250301143005.wav"))

    assert row is not None
    assert row.node == "2560"


def test_a_file_of_no_known_node_is_left_alone(spool: Spool, tmp_path: Path) -> None:
    assert take(spool, Labels(None, UTC_ZONE), finished(tmp_path / "2025-03-01_14-30-05.wav")) is None


def test_a_file_that_went_on_growing_is_not_taken(spool: Spool, tmp_path: Path) -> None:
    file = finished(tmp_path / "2560_20250301143005.wav")
    file.identity.path.write_bytes(b"RIFF and more")

    assert take(spool, Labels("site-1", UTC_ZONE), file) is None


def test_a_file_that_vanished_is_no_failure(spool: Spool, tmp_path: Path) -> None:
    file = finished(tmp_path / "2560_20250301143005.wav")
    file.identity.path.unlink()

    assert take(spool, Labels("site-1", UTC_ZONE), file) is None


def test_trunk_recorders_json_names_the_talkgroup(spool: Spool, tmp_path: Path) -> None:
    file = finished(tmp_path / "5200-1740839405_146960000-call_1.wav")
    file.identity.path.with_suffix(".json").write_text(json.dumps({"talkgroup": 5201}))

    row = take(spool, Labels("site-1", UTC_ZONE, channel_from=ChannelFrom.NAME), file)

    assert row is not None
    assert row.channel == "5201"


@pytest.mark.parametrize("content", [b"", b"not json", b"[1, 2]", b"\xff\xfe", b"[" * 100_000, b" " * 1_000_001])
def test_a_json_that_cannot_be_read_is_as_none(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "a.json").write_bytes(content)

    assert read_sidecar(tmp_path / "a.wav") == {}


def test_a_json_that_is_a_link_is_not_read(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text('{"talkgroup": 1}')
    (tmp_path / "a.json").symlink_to(tmp_path / "secret")

    assert read_sidecar(tmp_path / "a.wav") == {}


TALKGROUP = ParsedName(NameStyle.TRUNK_RECORDER, channel="5200")
NO_CHANNEL = ParsedName(NameStyle.APP_RPT)


@pytest.mark.parametrize(
    ("channel_from", "folder", "parsed", "channel"),
    [
        (ChannelFrom.FIXED, "hub", TALKGROUP, "main"),
        (ChannelFrom.FOLDER, "hub", TALKGROUP, "hub"),
        (ChannelFrom.FOLDER, "site/hub", TALKGROUP, "hub"),
        (ChannelFrom.FOLDER, "", TALKGROUP, "main"),
        (ChannelFrom.FOLDER, "x" * 80, TALKGROUP, "x" * 64),
        (ChannelFrom.NAME, "hub", TALKGROUP, "5200"),
        (ChannelFrom.NAME, "hub", NO_CHANNEL, "main"),
        (ChannelFrom.FIXED, "mapped", TALKGROUP, "146.520"),
        (ChannelFrom.NAME, "mapped/2025/03", TALKGROUP, "146.520"),
        (ChannelFrom.FOLDER, "mapped/deeper", TALKGROUP, "simplex"),
    ],
)
def test_a_channel_comes_from_where_it_is_configured(
    channel_from: ChannelFrom, folder: str, parsed: ParsedName, channel: str
) -> None:
    labels = Labels("site-1", UTC_ZONE, "main", channel_from, {"mapped": "146.520", "mapped/deeper": "simplex"})

    assert labels.channel_of(folder, parsed) == channel
