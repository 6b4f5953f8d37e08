"""File names and side files, one way for each recorder."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from tests.data.sample_net_maker.over import NameStyle, Over

ZONE = ZoneInfo("America/New_York")
LOCAL_STYLES = frozenset({NameStyle.FOLDER_STAMP, NameStyle.FOLDER_STAMP_HUNDREDTHS})
HUNDREDTHS_STYLES = frozenset({NameStyle.NODE_STAMP_HUNDREDTHS, NameStyle.FOLDER_STAMP_HUNDREDTHS})


def clock_of(style: NameStyle) -> str:
    """Which clock a name shows: `local` (app_rpt), `unix` (trunk-recorder) or `utc`."""
    if style is NameStyle.TRUNK_RECORDER:
        return "unix"
    return "local" if style in LOCAL_STYLES else "utc"


def file_name(over: Over, call_number: int) -> str:
    """The path relative to the sample folder. `call_number` counts the calls of a trunked recorder."""
    return f"{over.source.folder}/{_stem(over, call_number)}{over.storage.extension}"


def trunk_call(over: Over, duration_seconds: float) -> dict[str, object]:
    """What trunk-recorder writes beside a call: unix seconds, lengths in seconds, frequency in Hz."""
    start = int(over.captured_at.timestamp())
    frequency = {
        "freq": over.source.frequency_hz,
        "time": start,
        "pos": 0.0,
        "len": round(duration_seconds, 2),
    }
    stop = over.captured_at + timedelta(seconds=duration_seconds)
    return {
        "freq": over.source.frequency_hz,
        "start_time": start,
        "stop_time": int(stop.timestamp()),
        "call_length": round(duration_seconds),
        "emergency": 0,
        "encrypted": 0,
        "talkgroup": over.source.talkgroup,
        "talkgroup_tag": over.source.channel,
        "audio_type": "analog",
        "short_name": over.source.node,
        "freqList": [{**frequency, "error_count": 0, "spike_count": 0}],
        "srcList": [{"src": -1, "time": start, "pos": 0.0, "emergency": 0, "signal_system": "", "tag": ""}],
    }


def _stem(over: Over, call_number: int) -> str:
    at = over.captured_at.astimezone(ZONE if over.name_style in LOCAL_STYLES else UTC)
    match over.name_style:
        case NameStyle.NODE_STAMP | NameStyle.NODE_STAMP_HUNDREDTHS:
            return f"{over.source.node}_{_stamp(at, over.name_style)}"
        case NameStyle.FOLDER_STAMP | NameStyle.FOLDER_STAMP_HUNDREDTHS:
            return _stamp(at, over.name_style)
        case NameStyle.DATE_TIME:
            return f"{at:%Y%m%d_%H%M%S}_rx"
        case NameStyle.DASHED:
            return f"{at:%Y-%m-%d_%H-%M-%S}"
        case NameStyle.MIXMONITOR:
            return f"UTC-{at:%Y%m%d-%H%M%S}_2345_1999_{int(at.timestamp())}.{call_number}"
        case NameStyle.TRUNK_RECORDER:
            seconds = int(at.timestamp())
            return f"{over.source.talkgroup}-{seconds}_{over.source.frequency_hz}-call_{call_number}"


def _stamp(at: datetime, style: NameStyle) -> str:
    hundredths = f"{at.microsecond // 10_000:02d}" if style in HUNDREDTHS_STYLES else ""
    return f"{at:%Y%m%d%H%M%S}{hundredths}"
