from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from clients.cli.archive import read_archive
from clients.cli.labels import Given
from clients.common.labels import ChannelFrom

UTC_ZONE = ZoneInfo("UTC")


def made(root: Path, *names: str) -> None:
    for name in names:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(name.encode())


def given(channel: str | None = None, channel_from: ChannelFrom | None = None, node: str | None = "demo") -> Given:
    return Given(node=node, channel=channel, captured_at=None, zone=UTC_ZONE, channel_from=channel_from)


def test_all_folders_are_read_in_any_case_of_extension_oldest_first(tmp_path: Path) -> None:
    made(tmp_path, "b/20261120120000.MP3", "a/deep/20261120110000.Wav", "20261120130000.wav", "notes.txt")
    archive = read_archive(tmp_path, given())
    assert [archive.key(file.path) for file in archive.files] == [
        "a/deep/20261120110000.Wav",
        "b/20261120120000.MP3",
        "20261120130000.wav",
    ]
    assert archive.unusable == []


def test_hidden_files_and_links_are_left_alone(tmp_path: Path) -> None:
    made(tmp_path, ".git/20261120120000.wav", ".20261120120000.wav", "20261120120001.wav")
    (tmp_path / "20261120120002.wav").symlink_to(tmp_path / "20261120120001.wav")
    assert len(read_archive(tmp_path, given()).files) == 1


def test_what_has_no_time_or_node_is_told_and_holds_back_nothing(tmp_path: Path) -> None:
    made(tmp_path, "noise.wav", "demo_20261120120000.wav")
    archive = read_archive(tmp_path, given(node=None))
    assert len(archive.files) == 1
    assert [(one.path.name, one.reason) for one in archive.unusable] == [("noise.wav", "UNLABELLED")]


@pytest.mark.parametrize(
    ("channel", "source", "expected"),
    [
        (None, None, "main"),
        ("hub", None, "hub"),
        (None, ChannelFrom.FOLDER, "east"),
        ("hub", ChannelFrom.NAME, "hub"),
        ("hub", ChannelFrom.FIXED, "hub"),
    ],
)
def test_the_channel_comes_from_where_it_was_said(
    tmp_path: Path, channel: str | None, source: ChannelFrom | None, expected: str
) -> None:
    made(tmp_path, "2019/east/20191120120000.wav")
    assert read_archive(tmp_path, given(channel, source)).files[0].channel == expected


def test_a_scanner_s_name_says_the_channel_unless_it_is_given(tmp_path: Path) -> None:
    made(tmp_path, "5200-1795217802_146520000-call_24.wav")
    assert read_archive(tmp_path, given()).files[0].channel == "5200"
    assert read_archive(tmp_path, given("hub")).files[0].channel == "hub"
