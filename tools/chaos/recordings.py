"""Recordings whose bytes, airtime, words and conversation are known before anything is sent."""

import hashlib
import io
import wave
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np

from services.transcribe.audio import decode
from services.transcribe.engines.scripted import audio_key
from tools.chaos.plan import Drop

NODE_ID = "chaos"
CALLSIGN = "K7XYZ"
RATE_HZ = 16_000
IDLE_GAP_SECONDS = 2.0
"""Silence after which a conversation is over, as the run's analyze is told."""
_PAUSE = timedelta(seconds=0.2)
_NAME = "%Y%m%d%H%M%S"


@dataclass(frozen=True)
class Expected:
    """One line of the manifest."""

    number: int
    file_name: str
    captured_at: datetime
    sha256: str
    size_bytes: int
    word: str
    """Said in this recording and in no other."""
    cycle: int
    """Recordings of one cycle are one conversation."""


def audio_of(seed: int, drop: Drop) -> bytes:
    """A WAV of noise that no other seed and number give."""
    samples = round(drop.audio_seconds * RATE_HZ)
    pcm = np.random.default_rng((seed, drop.number)).integers(-9000, 9000, samples, dtype=np.int16)
    buffer = io.BytesIO()
    with wave.open(buffer, "wb") as writer:
        writer.setnchannels(1)
        writer.setsampwidth(2)
        writer.setframerate(RATE_HZ)
        writer.writeframes(pcm.tobytes())
    return buffer.getvalue()


def word_of(number: int) -> str:
    """A word of six letters, another one for each number."""
    letters = ""
    for _ in range(4):
        number, digit = divmod(number, 26)
        letters = chr(ord("a") + digit) + letters
    return f"zo{letters}"


def script_of(seed: int, drops: Iterable[Drop]) -> dict[str, str]:
    """For the scripted engine: what it hears in each recording."""
    script = {}
    for drop in drops:
        samples = decode(audio_of(seed, drop), max_seconds=60.0).samples
        script[audio_key(samples)] = f"drill {word_of(drop.number)} this is kilo seven x ray yankee zulu"
    return script


class Airtime:
    """Gives each recording of a cycle its time: close together, and far enough from the cycle before.

    Cycles may be shorter than that distance, so it begins so long ago that no run comes up with the clock.
    """

    def __init__(self, now: datetime) -> None:
        self._last = now - timedelta(days=2)

    def of_cycle(self, drops: Iterable[Drop]) -> list[datetime]:
        """When each was captured; multiples of 10 ms, as fits into a name."""
        begin = self._last + timedelta(seconds=IDLE_GAP_SECONDS + 1.0)
        moment = begin.replace(microsecond=begin.microsecond // 10_000 * 10_000)
        times = []
        for drop in drops:
            times.append(moment)
            moment += timedelta(seconds=drop.audio_seconds) + _PAUSE
        self._last = moment
        return times


def put(folder: Path, *, audio: bytes, drop: Drop, cycle: int, captured_at: datetime) -> Expected:
    """Write the recording as a recorder would and say what must come of it."""
    expected = Expected(
        number=drop.number,
        file_name=f"{captured_at:{_NAME}}{captured_at.microsecond // 10_000:02d}.wav",
        captured_at=captured_at,
        sha256=hashlib.sha256(audio).hexdigest(),
        size_bytes=len(audio),
        word=word_of(drop.number),
        cycle=cycle,
    )
    (folder / expected.file_name).write_bytes(audio)
    return expected
