"""One over of the sample net: who says what, when, how it was heard and how it was stored."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from tests.data.sample_net_maker.voices import Voice


class NameStyle(StrEnum):
    """How recorders name their files. Tokens: Y M D h m s as usual, CC hundredths of a second."""

    NODE_STAMP = "NODE_YYYYMMDDHHMMSS"
    NODE_STAMP_HUNDREDTHS = "NODE_YYYYMMDDHHMMSSCC"
    FOLDER_STAMP = "NODE/YYYYMMDDHHMMSS"
    FOLDER_STAMP_HUNDREDTHS = "NODE/YYYYMMDDHHMMSSCC"
    DATE_TIME = "YYYYMMDD_HHMMSS*"
    DASHED = "YYYY-MM-DD_HH-MM-SS"
    MIXMONITOR = "UTC-YYYYMMDD-HHMMSS_SRC_DST_UNIQUEID"
    TRUNK_RECORDER = "CHANNEL-UNIX_FREQHZ-call_N"


class Coding(StrEnum):
    """Container and codec, by the name the manifest uses for the pair."""

    WAV_PCM = "wav/pcm_s16le"
    WAV_GSM = "wav/gsm_ms"
    MP3 = "mp3/mp3"
    FLAC = "flac/flac"
    OPUS = "ogg/opus"


@dataclass(frozen=True)
class Storage:
    """How a recorder keeps its files. `rate_hz` is the rate it samples at; `extension` as it writes it."""

    coding: Coding
    rate_hz: int
    extension: str


@dataclass(frozen=True)
class Source:
    """A channel of a node, and the folder its recorder writes to (relative to the sample)."""

    node: str
    channel: str
    folder: str
    frequency_hz: int
    talkgroup: int | None = None


@dataclass(frozen=True)
class Station:
    """Somebody on the air."""

    callsign: str
    voice: Voice


@dataclass(frozen=True)
class Over:
    """One transmission. `captured_at` is UTC, cut to what its file name can hold."""

    source: Source
    captured_at: datetime
    station: Station
    script: str
    snr_db: float
    storage: Storage
    name_style: NameStyle
    courtesy_tone: bool = True
    clipped_head_seconds: float = 0.0
