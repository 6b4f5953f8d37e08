"""Every file-name style that recorders use."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path, PurePath
from zoneinfo import ZoneInfo

import pytest

from clients.common.names import NameStyle, ParsedName, has_sidecar, is_audio_name, parse_recording_name

UTC_ZONE = ZoneInfo("UTC")
PACIFIC = ZoneInfo("America/Los_Angeles")
SAMPLE = Path(__file__).parents[4] / "tests" / "data" / "sample_net"


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)


NODE, APP_RPT, DATED = NameStyle.NODE_AND_TIME, NameStyle.APP_RPT, NameStyle.DATE_AND_TIME
MIX, TRUNK, UNKNOWN = NameStyle.MIX_MONITOR, NameStyle.TRUNK_RECORDER, NameStyle.UNKNOWN

IN_UTC = [
    ("WW7PSR_20250301143005.wav", ParsedName(NODE, "WW7PSR", captured_at=utc(2025, 3, 1, 14, 30, 5))),
    ("hub_north-2_20250301143005.mp3", ParsedName(NODE, "hub_north-2", captured_at=utc(2025, 3, 1, 14, 30, 5))),
    ("2560_2025030114300542.WAV", ParsedName(NODE, "2560", captured_at=utc(2025, 3, 1, 14, 30, 5, 420_000))),
    ("20250301_20250302000000.wav", ParsedName(NODE, "20250301", captured_at=utc(2025, 3, 2))),
    ("2560/20250301143005.wav", ParsedName(APP_RPT, "2560", captured_at=utc(2025, 3, 1, 14, 30, 5))),
    ("2560/2025030114300507.WAV", ParsedName(APP_RPT, "2560", captured_at=utc(2025, 3, 1, 14, 30, 5, 70_000))),
    ("a b/20250301143005.wav", ParsedName(APP_RPT, None, captured_at=utc(2025, 3, 1, 14, 30, 5))),
    ("20250301143005.wav", ParsedName(APP_RPT, None, captured_at=utc(2025, 3, 1, 14, 30, 5))),
    ("20250301_143005.wav", ParsedName(DATED, captured_at=utc(2025, 3, 1, 14, 30, 5))),
    ("20250301_143005_146.960MHz.flac", ParsedName(DATED, captured_at=utc(2025, 3, 1, 14, 30, 5))),
    ("20250301_14300599.wav", ParsedName(DATED, captured_at=utc(2025, 3, 1, 14, 30, 5, 990_000))),
    ("2025-03-01_14-30-05.opus", ParsedName(DATED, captured_at=utc(2025, 3, 1, 14, 30, 5))),
    (
        "UTC-20250301-143005_29999_2560_1740839405.17.wav",
        ParsedName(MIX, captured_at=utc(2025, 3, 1, 14, 30, 5), source="29999", destination="2560"),
    ),
    # A unique id of fourteen digits must not be read as a time.
    (
        "UTC-20250301-143005_29999_2560_20240101000000.wav",
        ParsedName(MIX, captured_at=utc(2025, 3, 1, 14, 30, 5), source="29999", destination="2560"),
    ),
    ("utc-20250301-143005___1.wav", ParsedName(MIX, captured_at=utc(2025, 3, 1, 14, 30, 5))),
    (
        "5200-1740839405_146960000-call_12.wav",
        ParsedName(TRUNK, channel="5200", captured_at=utc(2025, 3, 1, 14, 30, 5), frequency_hz=146_960_000),
    ),
    (
        "5200-1740839405_851012500.0-call_12.m4a",
        ParsedName(TRUNK, channel="5200", captured_at=utc(2025, 3, 1, 14, 30, 5), frequency_hz=851_012_500),
    ),
    ("5200-1740839405_146960000.wav", ParsedName(TRUNK, None, "5200", utc(2025, 3, 1, 14, 30, 5), 146_960_000)),
    ("evening net.wav", ParsedName(UNKNOWN)),
    ("2025030114.wav", ParsedName(UNKNOWN)),
    ("202503011430051.wav", ParsedName(UNKNOWN)),
    ("20250301_143005123.wav", ParsedName(UNKNOWN)),
    ("knoten ü_20250301143005.wav", ParsedName(UNKNOWN)),
    (".wav", ParsedName(UNKNOWN)),
]


@pytest.mark.parametrize(("path", "expected"), IN_UTC, ids=[path for path, _ in IN_UTC])
def test_a_name_says_what_its_style_says(path: str, expected: ParsedName) -> None:
    assert parse_recording_name(PurePath(path), UTC_ZONE) == expected


@pytest.mark.parametrize(
    "name",
    [
        "2560_20251301000000.wav",
        "2560_20250230000000.wav",
        "2560_20250301250000.wav",
        "2560_20250301006100.wav",
        "2560_00010101000000.wav",
        "2560_99990101000000.wav",
        "UTC-20250230-143005_1_2_3.wav",
        "2025-02-30_00-00-00.wav",
    ],
)
def test_a_time_that_does_not_exist_is_no_time_and_never_another_one(name: str) -> None:
    parsed = parse_recording_name(PurePath(name), UTC_ZONE)

    assert parsed.style is not UNKNOWN
    assert parsed.captured_at is None


@pytest.mark.parametrize(
    ("name", "winter_utc_hour"),
    [("2560_20250115120000.wav", 20), ("20250115120000.wav", 20), ("20250115_120000.wav", 20)],
)
def test_recorders_that_write_local_time_are_read_in_the_nodes_zone(name: str, winter_utc_hour: int) -> None:
    parsed = parse_recording_name(PurePath(name), PACIFIC)

    assert parsed.captured_at == utc(2025, 1, 15, winter_utc_hour)
    assert not parsed.ambiguous_time


@pytest.mark.parametrize("name", ["UTC-20250715-120000_1_2_3.wav", "1-1752580800_146960000.wav"])
def test_recorders_that_write_utc_are_read_so_in_any_zone(name: str) -> None:
    assert parse_recording_name(PurePath(name), PACIFIC).captured_at == utc(2025, 7, 15, 12)


def test_summer_time_counts_on_the_day_of_the_recording() -> None:
    assert parse_recording_name(PurePath("20250715120000.wav"), PACIFIC).captured_at == utc(2025, 7, 15, 19)


AUTUMN = PurePath("2560/20251102013000.wav")
FIRST_PASS, SECOND_PASS = utc(2025, 11, 2, 8, 30), utc(2025, 11, 2, 9, 30)


def test_a_time_shown_twice_in_autumn_is_the_first_when_nothing_tells_more() -> None:
    parsed = parse_recording_name(AUTUMN, PACIFIC)

    assert parsed.captured_at == FIRST_PASS
    assert parsed.ambiguous_time


@pytest.mark.parametrize(
    ("ended_at", "expected"),
    [
        (FIRST_PASS + timedelta(seconds=20), FIRST_PASS),
        (SECOND_PASS + timedelta(seconds=20), SECOND_PASS),
        (SECOND_PASS + timedelta(minutes=59), SECOND_PASS),
        (SECOND_PASS + timedelta(days=3), FIRST_PASS),
    ],
    ids=["end in the first pass", "end in the second", "long over in the second", "copied days later"],
)
def test_the_files_end_decides_which_of_two_passes_it_was(ended_at: datetime, expected: datetime) -> None:
    assert parse_recording_name(AUTUMN, PACIFIC, ended_at=ended_at).captured_at == expected


def test_a_time_skipped_in_spring_is_read_as_if_the_clock_had_not_jumped() -> None:
    parsed = parse_recording_name(PurePath("20250309023000.wav"), PACIFIC)

    assert parsed.captured_at == utc(2025, 3, 9, 10, 30)
    assert not parsed.ambiguous_time


def test_trunk_recorders_json_goes_before_its_file_name() -> None:
    sidecar = {
        "talkgroup": 5201,
        "start_time": 1_740_839_406,
        "freq": 146_960_500.0,
        "srcList": [{"src": 1234567, "pos": 0.0}, {"src": 2, "pos": 3.1}],
    }

    parsed = parse_recording_name(PurePath("5200-1740839405_146960000-call_1.wav"), PACIFIC, sidecar=sidecar)

    assert parsed == ParsedName(
        TRUNK,
        channel="5201",
        captured_at=utc(2025, 3, 1, 14, 30, 6),
        frequency_hz=146_960_500,
        source="1234567",
    )


@pytest.mark.parametrize(
    "sidecar",
    [
        {"talkgroup": "5201", "start_time": "now", "freq": None, "srcList": {}},
        {"talkgroup": True, "start_time": 10**30, "freq": -1, "srcList": []},
        {"talkgroup": 0, "start_time": -5, "freq": 1e300, "srcList": [7]},
        {"srcList": [{"src": -1}]},
    ],
)
def test_a_json_of_odd_content_changes_nothing(sidecar: dict[str, object]) -> None:
    path = PurePath("5200-1740839405_146960000-call_1.wav")

    assert parse_recording_name(path, UTC_ZONE, sidecar=sidecar) == parse_recording_name(path, UTC_ZONE)


@pytest.mark.parametrize("name", ["a.wav", "a.WAV", "a.Mp3", "a.FLAC", "a.opus", "a.OGG", "a.m4a"])
def test_extensions_count_in_either_case(name: str) -> None:
    assert is_audio_name(PurePath(name))


@pytest.mark.parametrize("name", ["a.txt", "a.json", "wav", "a.wav.part", "20250301.txt"])
def test_other_files_are_no_recordings(name: str) -> None:
    assert not is_audio_name(PurePath(name))


def test_only_trunk_recorder_writes_json_beside_the_audio() -> None:
    assert has_sidecar(PurePath("5200-1740839405_146960000-call_1.wav"))
    assert not has_sidecar(PurePath("2560_20250301143005.wav"))


def _sample() -> list[dict[str, str]]:
    manifest = json.loads((SAMPLE / "manifest.json").read_text())
    zone = manifest["time_zone"]
    return [{"zone": zone, **recording} for recording in manifest["recordings"]]


@pytest.mark.parametrize("recording", _sample(), ids=lambda recording: recording["file"])
def test_the_sample_nets_names_give_its_true_times(recording: dict[str, str]) -> None:
    folder = recording["file"].split("/")[0]
    zone = ZoneInfo(recording["zone"]) if folder == "2345" else UTC_ZONE

    parsed = parse_recording_name(PurePath(recording["file"]), zone)

    assert parsed.captured_at == datetime.fromisoformat(recording["captured_at"])
