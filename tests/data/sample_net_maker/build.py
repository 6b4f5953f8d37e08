"""Puts the pieces together: every over spoken, transmitted, stored and described."""

import hashlib
import json
import zlib
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import av
import numpy as np

from tests.data.sample_net_maker.callsigns import callsigns_in, expand, true_words
from tests.data.sample_net_maker.encode import encode, whole_blocks
from tests.data.sample_net_maker.fm import ChannelConditions, transmit
from tests.data.sample_net_maker.names import ZONE, clock_of, file_name, trunk_call
from tests.data.sample_net_maker.over import Coding, NameStyle, Over
from tests.data.sample_net_maker.script import NET_NAME, OVERS
from tests.data.sample_net_maker.signals import resample, to_pcm16
from tests.data.sample_net_maker.voices import SYNTH_RATE_HZ, speak

SEED = 20261120
OPUS_DECODED_RATE_HZ = 48_000
DESCRIPTION = (
    "A directed evening net, its check-ins over an AllStar hub, and an accident reported on simplex. "
    "All speech is synthetic, passed through a simulated FM voice channel. text is what the voice was given "
    "to say; where clipped_head_seconds is not 0 its first syllables were lost on the air."
)
SPEECH_LICENCE = (
    "Synthetic speech, no recorded person. Made with flite (voices slt, rms, awb, kal, kal16: Carnegie Mellon "
    "University, permissive licence) and espeak-ng (a GPL-3.0-or-later program; its licence does not cover "
    "its output). The recordings are under the licence of this repository. The callsigns are of forms that "
    "are not assigned to stations."
)


@dataclass(frozen=True)
class Recording:
    """A finished file: its path relative to the sample, its bytes, its side files and its manifest entry."""

    path: str
    content: bytes
    side_files: dict[str, bytes]
    entry: dict[str, object]


def build_all() -> list[Recording]:
    """Every recording, in the order of the script. Raises SynthesisFailed, EncodingFailed."""
    return [_build(index, over) for index, over in enumerate(OVERS)]


def write_sample(target: Path, recordings: list[Recording], made_with: dict[str, str]) -> int:
    """Replace what the manifest in `target` listed with these recordings; returns the bytes of audio."""
    _remove_previous(target)
    for recording in recordings:
        for relative, content in {recording.path: recording.content, **recording.side_files}.items():
            path = target / relative
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
    manifest = {
        "description": DESCRIPTION,
        "net_name": NET_NAME,
        "time_zone": ZONE.key,
        "seed": SEED,
        "made_with": made_with,
        "licence": SPEECH_LICENCE,
        "recordings": [recording.entry for recording in recordings],
    }
    (target / "manifest.json").write_bytes(_json(manifest))
    return sum(len(recording.content) for recording in recordings)


def _build(index: int, over: Over) -> Recording:
    conditions = ChannelConditions(over.snr_db, over.courtesy_tone, over.clipped_head_seconds)
    # Seeded by the words, so that adding an over leaves the noise of the others as it was.
    noise_source = np.random.default_rng([SEED, zlib.crc32(over.script.encode())])
    speech = speak(over.station.voice, expand(over.script))
    received = transmit(speech, SYNTH_RATE_HZ, conditions, noise_source)
    at_recorder = resample(received, SYNTH_RATE_HZ, over.storage.rate_hz)
    pcm = whole_blocks(to_pcm16(at_recorder), over.storage)
    content = encode(pcm, over.storage)
    duration_seconds = len(pcm) / over.storage.rate_hz
    path = file_name(over, call_number=index + 1)
    side_files = {}
    if over.name_style is NameStyle.TRUNK_RECORDER:
        side_files[str(Path(path).with_suffix(".json"))] = _json(trunk_call(over, duration_seconds))
    return Recording(path, content, side_files, _entry(over, path, content, duration_seconds, sorted(side_files)))


def _entry(over: Over, path: str, content: bytes, duration_seconds: float, side_files: list[str]) -> dict[str, object]:
    container, codec = over.storage.coding.split("/")
    is_opus = over.storage.coding is Coding.OPUS
    return {
        "file": path,
        "node": over.source.node,
        "channel": over.source.channel,
        "captured_at": _iso_milliseconds(over.captured_at),
        "duration_seconds": round(duration_seconds, 3),
        "speaker": over.station.callsign,
        "callsigns": list(callsigns_in(over.script)),
        "text": true_words(over.script),
        "script": expand(over.script),
        "voice": over.station.voice.label,
        "snr_db": over.snr_db,
        "courtesy_tone": over.courtesy_tone,
        "clipped_head_seconds": over.clipped_head_seconds,
        "container": container,
        "codec": codec,
        "sample_rate_hz": OPUS_DECODED_RATE_HZ if is_opus else over.storage.rate_hz,
        "name_style": over.name_style.value,
        "name_clock": clock_of(over.name_style),
        "side_files": side_files,
        "size_bytes": len(content),
        "sha256": hashlib.sha256(content).hexdigest(),
    }


def _remove_previous(target: Path) -> None:
    manifest = target / "manifest.json"
    if not manifest.exists():
        return
    for entry in json.loads(manifest.read_text())["recordings"]:
        for relative in [entry["file"], *entry["side_files"]]:
            (target / relative).unlink(missing_ok=True)


def _iso_milliseconds(at: datetime) -> str:
    return at.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _json(value: object) -> bytes:
    return (json.dumps(value, indent=2) + "\n").encode()


def library_version() -> str:
    """PyAV's version, which fixes the encoders."""
    return str(av.__version__)
