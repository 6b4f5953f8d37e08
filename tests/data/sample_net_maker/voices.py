"""Speech from the two synthesisers. They run only while the sample is being made, never in a test."""

import io
import subprocess
import wave
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from tests.data.sample_net_maker.signals import resample

SYNTH_RATE_HZ = 16_000
SYNTH_TIMEOUT_SECONDS = 60


class Synth(StrEnum):
    """Which program speaks."""

    FLITE = "flite"
    ESPEAK = "espeak-ng"


@dataclass(frozen=True)
class Voice:
    """How one operator sounds.

    `stretch` lengthens every sound (1.0 is the voice's own pace); `pitch_hz` is flite's mean pitch, None for
    the voice's own. espeak-ng takes its pace in words per minute and keeps its pitch.
    """

    synth: Synth
    name: str
    stretch: float = 1.0
    pitch_hz: int | None = None

    @property
    def label(self) -> str:
        """The name written to the manifest, e.g. `flite:slt`."""
        return f"{self.synth}:{self.name}"


class SynthesisFailed(RuntimeError):
    """A synthesiser ended with an error; carries the voice and what it said."""

    def __init__(self, voice: Voice, detail: str) -> None:
        super().__init__(f"{voice.label} could not speak: {detail}")
        self.voice = voice
        self.detail = detail


def speak(voice: Voice, script: str) -> NDArray[np.float32]:
    """The script spoken: float32, shape (samples,), 16 kHz mono, -1..1, without silence at either end.

    Raises SynthesisFailed.
    """
    command = _flite(voice, script) if voice.synth is Synth.FLITE else _espeak(voice, script)
    done = subprocess.run(command, capture_output=True, timeout=SYNTH_TIMEOUT_SECONDS, check=False)
    if done.returncode != 0 or not done.stdout:
        raise SynthesisFailed(voice, done.stderr.decode(errors="replace").strip() or "no audio")
    return _trim(_read(done.stdout))


def _flite(voice: Voice, script: str) -> list[str]:
    command = ["flite", "-voice", voice.name, "--setf", f"duration_stretch={voice.stretch}"]
    if voice.pitch_hz is not None:
        command += ["--setf", f"int_f0_target_mean={voice.pitch_hz}"]
    return [*command, "-t", script, "-o", "/dev/stdout"]


def _espeak(voice: Voice, script: str) -> list[str]:
    words_per_minute = round(160 / voice.stretch)
    return ["espeak-ng", "-v", voice.name, "-s", str(words_per_minute), "--stdout", script]


def _read(wav_bytes: bytes) -> NDArray[np.float32]:
    """Written to a pipe, the header's data length cannot be believed: read to the end."""
    with wave.open(io.BytesIO(wav_bytes)) as reader:
        rate_hz = reader.getframerate()
    data = wav_bytes[wav_bytes.index(b"data") + 8 :]
    pcm = (np.frombuffer(data[: len(data) // 2 * 2], dtype="<i2") / 32768).astype(np.float32)
    return resample(pcm, rate_hz, SYNTH_RATE_HZ)


def _trim(speech: NDArray[np.float32], floor: float = 0.01) -> NDArray[np.float32]:
    loud = np.flatnonzero(np.abs(speech) > floor)
    return speech[loud[0] : loud[-1] + 1]
