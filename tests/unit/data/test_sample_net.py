"""The checked-in sample net is what its manifest says."""

import hashlib
import json
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import av
import pytest

from tests.data.sample_net_maker.callsigns import callsigns_in, expand, spoken, true_words
from tests.data.sample_net_maker.names import clock_of, file_name
from tests.data.sample_net_maker.over import Coding, NameStyle
from tests.data.sample_net_maker.script import OVERS

SAMPLE = Path(__file__).parents[2] / "data" / "sample_net"
MANIFEST: dict[str, Any] = json.loads((SAMPLE / "manifest.json").read_text())
RECORDINGS: list[dict[str, Any]] = MANIFEST["recordings"]
LARGEST_SAMPLE_BYTES = 4_000_000

each_recording = pytest.mark.parametrize("recording", RECORDINGS, ids=lambda recording: recording["file"])


@each_recording
def test_a_file_holds_the_bytes_its_manifest_entry_describes(recording: dict[str, Any]) -> None:
    content = (SAMPLE / recording["file"]).read_bytes()

    assert len(content) == recording["size_bytes"]
    assert hashlib.sha256(content).hexdigest() == recording["sha256"]


@each_recording
def test_a_file_decodes_whole_at_the_stated_rate_codec_and_duration(recording: dict[str, Any]) -> None:
    with av.open(SAMPLE / recording["file"]) as container:
        stream = container.streams.audio[0]
        samples = sum(frame.samples for frame in container.decode(stream))
        container_name, codec_name, rate_hz = container.format.name, stream.codec_context.name, stream.rate

    # ffmpeg calls MP3's decoder mp3float.
    assert (container_name, codec_name.removesuffix("float")) == (recording["container"], recording["codec"])
    assert rate_hz == recording["sample_rate_hz"]
    assert samples / rate_hz == pytest.approx(recording["duration_seconds"], abs=0.2)


def test_the_manifest_tells_the_script() -> None:
    told = [(entry["file"], entry["text"], tuple(entry["callsigns"])) for entry in RECORDINGS]

    assert told == [
        (file_name(over, number), true_words(over.script), callsigns_in(over.script))
        for number, over in enumerate(OVERS, start=1)
    ]


def test_the_folder_holds_what_the_manifest_lists_and_no_more() -> None:
    listed = {name for entry in RECORDINGS for name in [entry["file"], *entry["side_files"]]}
    present = {path.relative_to(SAMPLE).as_posix() for path in SAMPLE.rglob("*") if path.is_file()}

    assert present == listed | {"manifest.json", "README.md"}


def test_the_sample_is_at_least_twenty_recordings_within_four_megabytes() -> None:
    assert len(RECORDINGS) >= 20
    assert sum(path.stat().st_size for path in SAMPLE.rglob("*") if path.is_file()) <= LARGEST_SAMPLE_BYTES


def test_every_container_and_every_name_style_occurs() -> None:
    assert {f"{entry['container']}/{entry['codec']}" for entry in RECORDINGS} == set(Coding)
    assert {entry["name_style"] for entry in RECORDINGS} == set(NameStyle)
    assert {Path(entry["file"]).suffix for entry in RECORDINGS} == {
        ".wav", ".WAV", ".mp3", ".flac", ".opus", ".ogg",
    }  # fmt: skip


def test_names_that_show_local_time_differ_from_utc_by_the_zone_of_the_manifest() -> None:
    zone = ZoneInfo(MANIFEST["time_zone"])
    local = [entry for entry in RECORDINGS if entry["name_clock"] == "local"]

    assert local
    for entry in local:
        shown = datetime.strptime(Path(entry["file"]).stem[:14], "%Y%m%d%H%M%S").replace(tzinfo=zone)
        captured_at = datetime.fromisoformat(entry["captured_at"])
        assert shown.astimezone(UTC) == captured_at.replace(microsecond=0)


def test_a_time_is_no_finer_than_its_file_name_can_hold() -> None:
    for over in OVERS:
        finest = 10_000 if over.name_style.endswith("CC") else 1_000_000
        assert over.captured_at.microsecond % finest == 0


def test_overs_of_a_channel_follow_each_other_without_overlap() -> None:
    for channel in {entry["channel"] for entry in RECORDINGS}:
        overs = [entry for entry in RECORDINGS if entry["channel"] == channel]
        for earlier, later in pairwise(overs):
            ends_at = datetime.fromisoformat(earlier["captured_at"]) + timedelta(seconds=earlier["duration_seconds"])
            assert ends_at <= datetime.fromisoformat(later["captured_at"])


def test_the_net_has_what_a_net_has_and_the_alarms_real_and_false() -> None:
    texts = " | ".join(entry["text"] for entry in RECORDINGS)

    for phrase in (
        "this is a directed net",
        "any emergency or priority traffic",
        "this is a drill",
        "the net is closed",
        "we need an ambulance",
    ):
        assert phrase in texts
    assert len({entry["speaker"] for entry in RECORDINGS}) >= 9


def test_side_files_of_the_trunked_recorder_agree_with_the_manifest() -> None:
    trunked = [entry for entry in RECORDINGS if entry["side_files"]]

    assert {entry["name_style"] for entry in trunked} == {NameStyle.TRUNK_RECORDER}
    for entry in trunked:
        call = json.loads((SAMPLE / entry["side_files"][0]).read_text())
        assert call["start_time"] == datetime.fromisoformat(entry["captured_at"]).timestamp()
        assert f"{call['talkgroup']}-{call['start_time']}_{call['freq']}-call_" in entry["file"]


def test_a_placeholder_is_spoken_in_nato_words_and_counted_once() -> None:
    script = "{KE7XYZ}, this is {WT9SUN}. {KE7XYZ}, go ahead."

    assert expand("{KE7XYZ}!") == "kilo echo seven x ray yankee zulu!"
    assert callsigns_in(script) == ("KE7XYZ", "WT9SUN")
    assert true_words(script).endswith(f"this is {spoken('WT9SUN')} kilo echo seven x ray yankee zulu go ahead")


def test_the_clock_of_a_name_is_utc_but_for_app_rpt_and_trunk_recorder() -> None:
    assert clock_of(NameStyle.FOLDER_STAMP_HUNDREDTHS) == "local"
    assert clock_of(NameStyle.TRUNK_RECORDER) == "unix"
    assert clock_of(NameStyle.MIXMONITOR) == "utc"
