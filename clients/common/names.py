"""What a recorder's file name says: node, channel, time, frequency, who called whom.

A name is a fallback for what the node is told by its configuration. Whatever a name does not say is None; nothing is
guessed. In particular `captured_at` stays None where the name holds no valid time: the caller decides what then.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from pathlib import PurePath
from zoneinfo import ZoneInfo

AUDIO_EXTENSIONS = frozenset({".wav", ".mp3", ".flac", ".opus", ".ogg", ".m4a"})
"""What recorders write, in lower case; compare with the suffix in lower case."""

PLAUSIBLE_YEARS = range(1970, 2100)
LONGEST_RECORDING = timedelta(hours=1)
"""How far a file's end may lie from its start when its end decides between two readings of a clock."""


class NameStyle(StrEnum):
    """Which recorder's convention a name follows."""

    NODE_AND_TIME = "node_and_time"
    APP_RPT = "app_rpt"
    DATE_AND_TIME = "date_and_time"
    MIX_MONITOR = "mix_monitor"
    TRUNK_RECORDER = "trunk_recorder"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class ParsedName:
    """What a name says. `captured_at` is aware, UTC. `ambiguous_time`: the local clock showed that time twice."""

    style: NameStyle
    node: str | None = None
    channel: str | None = None
    captured_at: datetime | None = None
    frequency_hz: int | None = None
    source: str | None = None
    destination: str | None = None
    ambiguous_time: bool = False


_NODE_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")
_NODE_AND_TIME = re.compile(r"(?P<node>[A-Za-z0-9_-]{1,64})_(?P<digits>\d{14}(?:\d{2})?)")
_TIME_ONLY = re.compile(r"(?P<digits>\d{14}(?:\d{2})?)")
_DATE_AND_TIME = re.compile(r"(?P<date>\d{8})_(?P<time>\d{6}(?:\d{2})?)(?!\d).*", re.DOTALL)
_DASHED = re.compile(r"(\d{4})-(\d{2})-(\d{2})_(\d{2})-(\d{2})-(\d{2})(?!\d).*", re.DOTALL)
_MIX_MONITOR = re.compile(
    r"UTC-(?P<date>\d{8})-(?P<time>\d{6})_(?P<source>[^_]*)_(?P<destination>[^_]*)_.+", re.IGNORECASE
)
_TRUNK_RECORDER = re.compile(
    r"(?P<channel>[^-]{1,64})-(?P<unix>\d{9,10})(?:\.\d+)?_(?P<frequency>\d{5,11})(?:\.\d+)?(?:-call_\d+)?"
)


def is_audio_name(path: PurePath) -> bool:
    """True when the extension, in either case, is one that recorders write."""
    return path.suffix.lower() in AUDIO_EXTENSIONS


def parse_recording_name(
    path: PurePath,
    zone: ZoneInfo,
    *,
    ended_at: datetime | None = None,
    sidecar: Mapping[str, object] | None = None,
) -> ParsedName:
    """What the name of `path` says. Pure: touches no disk.

    `zone` is the recorder's local zone; MixMonitor's and trunk-recorder's times are UTC whatever it is. A time that
    the local clock showed twice (autumn) is taken as the second when `ended_at`, the file's mtime, lies within an
    hour after the second, else as the first (PEP 495's fold 0). A time that it never showed (spring) is read with the
    offset before the change, as a recorder that has not noticed it. `sidecar` is trunk-recorder's JSON beside the
    file, read already; what it holds in the expected form goes before the name.
    """
    stem = path.stem
    if match := _MIX_MONITOR.fullmatch(stem):
        return _mix_monitor(match)
    if match := _TRUNK_RECORDER.fullmatch(stem):
        return _with_sidecar(_trunk_recorder(match), sidecar or {})
    if match := _TIME_ONLY.fullmatch(stem):
        folder = path.parent.name
        node = folder if _NODE_ID.fullmatch(folder) else None
        return _timed(NameStyle.APP_RPT, match["digits"], zone, ended_at, node)
    if match := _NODE_AND_TIME.fullmatch(stem):
        return _timed(NameStyle.NODE_AND_TIME, match["digits"], zone, ended_at, match["node"])
    if match := _DATE_AND_TIME.fullmatch(stem):
        return _timed(NameStyle.DATE_AND_TIME, match["date"] + match["time"], zone, ended_at)
    if match := _DASHED.fullmatch(stem):
        return _timed(NameStyle.DATE_AND_TIME, "".join(match.groups()), zone, ended_at)
    return ParsedName(NameStyle.UNKNOWN)


def has_sidecar(path: PurePath) -> bool:
    """True when the name is trunk-recorder's, which writes a JSON file beside the audio."""
    return _TRUNK_RECORDER.fullmatch(path.stem) is not None


def _timed(
    style: NameStyle, digits: str, zone: ZoneInfo, ended_at: datetime | None, node: str | None = None
) -> ParsedName:
    local = _civil_time(digits)
    if local is None:
        return ParsedName(style, node=node)
    first = _utc(local.replace(tzinfo=zone, fold=0))
    second = _utc(local.replace(tzinfo=zone, fold=1))
    # Where the clock jumped forward fold 1 is the earlier instant: such a time is odd, not ambiguous.
    ambiguous = second > first
    late = ambiguous and ended_at is not None and timedelta(0) <= ended_at - second < LONGEST_RECORDING
    return ParsedName(style, node=node, captured_at=second if late else first, ambiguous_time=ambiguous)


def _mix_monitor(match: re.Match[str]) -> ParsedName:
    moment = _civil_time(match["date"] + match["time"])
    return ParsedName(
        NameStyle.MIX_MONITOR,
        captured_at=moment.replace(tzinfo=UTC) if moment else None,
        source=match["source"] or None,
        destination=match["destination"] or None,
    )


def _trunk_recorder(match: re.Match[str]) -> ParsedName:
    return ParsedName(
        NameStyle.TRUNK_RECORDER,
        channel=match["channel"],
        captured_at=datetime.fromtimestamp(int(match["unix"]), UTC),
        frequency_hz=int(match["frequency"]),
    )


def _with_sidecar(parsed: ParsedName, sidecar: Mapping[str, object]) -> ParsedName:
    talkgroup, start, frequency = sidecar.get("talkgroup"), sidecar.get("start_time"), sidecar.get("freq")
    if _is_count(talkgroup):
        parsed = replace(parsed, channel=str(talkgroup))
    if _is_count(start) and isinstance(start, int) and start < datetime(2100, 1, 1, tzinfo=UTC).timestamp():
        parsed = replace(parsed, captured_at=datetime.fromtimestamp(start, UTC))
    if isinstance(frequency, int | float) and not isinstance(frequency, bool) and 0 < frequency < 1e12:
        parsed = replace(parsed, frequency_hz=round(frequency))
    sources = sidecar.get("srcList")
    first = sources[0] if isinstance(sources, list) and sources else None
    if isinstance(first, Mapping) and _is_count(first.get("src")):
        parsed = replace(parsed, source=str(first["src"]))
    return parsed


def _is_count(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value > 0


def _civil_time(digits: str) -> datetime | None:
    """14 or 16 digits, the last two then hundredths, as a naive time; None for a date that does not exist."""
    year, month, day, hour, minute, second = int(digits[:4]), *(int(digits[i : i + 2]) for i in range(4, 14, 2))
    microsecond = int(digits[14:16] or 0) * 10_000
    if year not in PLAUSIBLE_YEARS:
        return None
    try:
        return datetime(year, month, day, hour, minute, second, microsecond)  # noqa: DTZ001 - zone comes later
    except ValueError:
        return None


def _utc(moment: datetime) -> datetime:
    return moment.astimezone(UTC)
