"""The evening itself: one directed net heard on a repeater and its hub, and an accident on simplex.

No callsign belongs to anybody: the FCC assigns no 2-by-3 call with prefix WC, WK, WM, WR or WT, or with a
suffix that begins with X, and the suffixes QRA to QUZ are kept free because they read as Q codes.
"""

from datetime import UTC, datetime, timedelta

from tests.data.sample_net_maker.over import Coding, NameStyle, Over, Source, Station, Storage
from tests.data.sample_net_maker.voices import Synth, Voice

NET_NAME = "Summit Evening Net"
STARTS_AT = datetime(2026, 11, 20, 23, 30, tzinfo=UTC)

REPEATER = Source(node="demo-node", channel="repeater", folder="demo-node", frequency_hz=146_960_000)
HUB = Source(node="2345", channel="hub", folder="2345", frequency_hz=146_960_000)
SIMPLEX = Source(
    node="demo-scanner", channel="simplex", folder="demo-scanner", frequency_hz=146_520_000, talkgroup=5200
)

NET_CONTROL = Station("WR7LNE", Voice(Synth.FLITE, "rms"))
PORTABLE = Station("WT9SUN", Voice(Synth.FLITE, "slt", stretch=1.05))
FIRST = Station("N7QUS", Voice(Synth.FLITE, "slt"))
SHORT_TIME = Station("WM6HRD", Voice(Synth.FLITE, "kal16"))
WITH_TRAFFIC = Station("WT4BOS", Voice(Synth.ESPEAK, "en-us"))
MOBILE = Station("KD4XAN", Voice(Synth.FLITE, "awb"))
DRILL = Station("KE7XYZ", Voice(Synth.FLITE, "rms", stretch=1.05, pitch_hz=115))
ALLSTAR = Station("N5QUM", Voice(Synth.FLITE, "rms", stretch=0.97, pitch_hz=105))
VISITOR = Station("VE7QUN", Voice(Synth.FLITE, "rms", pitch_hz=120))
LATE = Station("WC2DGP", Voice(Synth.FLITE, "kal"))
ECHOLINK = Station("WK3FTA", Voice(Synth.ESPEAK, "en-gb", stretch=1.1))
WITNESS = Station("WR9NUS", Voice(Synth.FLITE, "slt", stretch=0.95, pitch_hz=190))
HELPER = Station("N1QUZ", Voice(Synth.FLITE, "rms", pitch_hz=95))

WIDE_WAV = Storage(Coding.WAV_PCM, 16_000, ".wav")
NARROW_WAV = Storage(Coding.WAV_PCM, 8_000, ".wav")
GSM = Storage(Coding.WAV_GSM, 8_000, ".WAV")
MP3 = Storage(Coding.MP3, 16_000, ".mp3")
FLAC = Storage(Coding.FLAC, 16_000, ".flac")
OPUS = Storage(Coding.OPUS, 16_000, ".opus")
OGG = Storage(Coding.OPUS, 16_000, ".ogg")

S = NameStyle


def _over(
    source: Source,
    at_seconds: float,
    station: Station,
    script: str,
    snr_db: float,
    storage: Storage,
    style: NameStyle,
    courtesy_tone: bool = True,
    clipped_head_seconds: float = 0.0,
) -> Over:
    at = STARTS_AT + timedelta(seconds=at_seconds)
    return Over(source, at, station, script, snr_db, storage, style, courtesy_tone, clipped_head_seconds)


OPENING = (
    _over(
        REPEATER,
        2.41,
        NET_CONTROL,
        "Good evening, and welcome to the summit evening net. This is a directed net.",
        38,
        WIDE_WAV,
        S.NODE_STAMP_HUNDREDTHS,
    ),
    _over(
        REPEATER,
        12,
        NET_CONTROL,
        "This is {WR7LNE}. I will be your net control for tonight.",
        38,
        WIDE_WAV,
        S.NODE_STAMP,
    ),
    _over(
        REPEATER,
        21,
        NET_CONTROL,
        "Is there any emergency or priority traffic for the net?",
        38,
        FLAC,
        S.DATE_TIME,
    ),
    _over(
        REPEATER,
        32,
        NET_CONTROL,
        "Nothing heard. Please check in with your call sign and your name.",
        38,
        WIDE_WAV,
        S.DATE_TIME,
    ),
)
CHECK_INS = (
    _over(REPEATER, 41, FIRST, "This is {N7QUS}. Good evening, no traffic.", 36, WIDE_WAV, S.DASHED),
    _over(REPEATER, 51, NET_CONTROL, "{N7QUS}, good evening, and thank you for checking in.", 38, OPUS, S.DASHED),
    _over(
        REPEATER,
        61.07,
        PORTABLE,
        "This is {WT9SUN}, portable, short time, no traffic.",
        35,
        MP3,
        S.NODE_STAMP_HUNDREDTHS,
    ),
    _over(REPEATER, 70, SHORT_TIME, "{WM6HRD}, in and out.", 34, WIDE_WAV, S.MIXMONITOR),
    _over(
        REPEATER,
        78,
        NET_CONTROL,
        "{WT9SUN}, and {WM6HRD}. Any more check ins?",
        38,
        FLAC,
        S.NODE_STAMP,
    ),
    _over(
        REPEATER,
        90.63,
        WITH_TRAFFIC,
        "This is {WT4BOS}, with traffic for the net.",
        30,
        GSM,
        S.NODE_STAMP_HUNDREDTHS,
    ),
    _over(REPEATER, 99, NET_CONTROL, "{WT4BOS}, go ahead with your traffic.", 38, MP3, S.DATE_TIME),
    _over(
        REPEATER,
        107,
        WITH_TRAFFIC,
        "The club meeting is on Friday at nine a m on forty sixth street.",
        30,
        WIDE_WAV,
        S.NODE_STAMP,
    ),
    _over(
        REPEATER,
        117,
        MOBILE,
        "This is {KD4XAN}, mobile, no traffic.",
        20,
        NARROW_WAV,
        S.NODE_STAMP,
        clipped_head_seconds=0.3,
    ),
)
HUB_CHECK_INS = (
    _over(
        HUB,
        131,
        NET_CONTROL,
        "All star and echo link stations, go ahead with your call.",
        38,
        NARROW_WAV,
        S.FOLDER_STAMP,
    ),
    _over(
        HUB,
        140.18,
        ALLSTAR,
        "This is {N5QUM}, on the all star link. No traffic.",
        36,
        GSM,
        S.FOLDER_STAMP_HUNDREDTHS,
        courtesy_tone=False,
    ),
    _over(
        HUB,
        150.52,
        VISITOR,
        "This is {VE7QUN}, a visitor. Good evening.",
        33,
        GSM,
        S.FOLDER_STAMP_HUNDREDTHS,
        courtesy_tone=False,
    ),
    _over(
        HUB,
        160,
        ECHOLINK,
        "{WK3FTA}. I am using an i c seventy three hundred.",
        28,
        GSM,
        S.FOLDER_STAMP,
        courtesy_tone=False,
    ),
    _over(
        HUB,
        171.9,
        LATE,
        "Late check in, {WC2DGP}, no traffic.",
        24,
        GSM,
        S.FOLDER_STAMP_HUNDREDTHS,
        courtesy_tone=False,
    ),
)
DRILL_AND_CLOSING = (
    _over(
        REPEATER,
        186.36,
        NET_CONTROL,
        "Attention all stations. This is only a drill. There is no real emergency.",
        38,
        WIDE_WAV,
        S.NODE_STAMP_HUNDREDTHS,
    ),
    _over(REPEATER, 196, DRILL, "This is {KE7XYZ}. I copy. This is a drill.", 35, OGG, S.NODE_STAMP),
    _over(REPEATER, 206, NET_CONTROL, "{KE7XYZ}, thank you. The drill is over.", 38, OPUS, S.MIXMONITOR),
    _over(
        REPEATER,
        215,
        NET_CONTROL,
        "We had ten check ins. Thank you all.",
        38,
        MP3,
        S.DASHED,
    ),
    _over(
        REPEATER,
        225,
        NET_CONTROL,
        "This is {WR7LNE}. The net is closed. Seven three, and good night.",
        38,
        WIDE_WAV,
        S.NODE_STAMP,
    ),
)
ACCIDENT = (
    _over(
        SIMPLEX,
        402,
        WITNESS,
        "Break, break, break. There was an accident on the highway. We need an ambulance.",
        32,
        WIDE_WAV,
        S.TRUNK_RECORDER,
        courtesy_tone=False,
    ),
    _over(
        SIMPLEX,
        413,
        HELPER,
        "This is {N1QUZ}. I am calling nine one one now.",
        36,
        WIDE_WAV,
        S.TRUNK_RECORDER,
        courtesy_tone=False,
    ),
    _over(
        SIMPLEX,
        423,
        WITNESS,
        "This is {WR9NUS}. Highway seven, at the river bridge.",
        32,
        WIDE_WAV,
        S.TRUNK_RECORDER,
        courtesy_tone=False,
    ),
)
OVERS: tuple[Over, ...] = OPENING + CHECK_INS + HUB_CHECK_INS + DRILL_AND_CLOSING + ACCIDENT
