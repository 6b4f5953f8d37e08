"""An engine that reads from a script: for tests and for measuring everything around the engine."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from services.transcribe.domain.errors import Cancelled, EngineUnavailable
from services.transcribe.domain.model import (
    SAMPLE_RATE_HZ,
    EngineInfo,
    Partial,
    Segment,
    TranscriptResult,
    Word,
)
from services.transcribe.domain.ports import never, require_audio
from services.transcribe.domain.quality import compression_ratio, text_flags

NAME = "scripted"
ANY = "*"
# Below this peak nobody speaks: -54 dB, under the hiss of any receiver.
SILENCE_PEAK = 0.002
CONFIDENCE = 0.9
VOCABULARY = tuple(
    word
    for phrase in (
        "good evening this is kilo seven x ray yankee zulu whiskey one alpha bravo",
        "checking in to the net with no traffic weather is fine antenna repeater",
        "signal report thank you seventy three",
    )
    for word in phrase.split()
)


def audio_key(audio: NDArray[np.float32]) -> str:
    """Hex sha256 of the samples as 16-bit PCM, by which a script names a recording.

    Args:
        audio: float32, shape (samples,), -1..1.
    """
    pcm = (np.clip(audio, -1.0, 1.0) * 32_767).astype("<i2")
    return hashlib.sha256(pcm.tobytes()).hexdigest()


class ScriptedEngine:
    """Says what its script says for this audio, else words that depend on nothing but the audio.

    The script is a JSON object from `audio_key` (or "*" for all others) to the text; lines are segments.
    """

    def __init__(self, script: Path | Mapping[str, str] | None = None, delay_seconds: float = 0.0) -> None:
        self._source = script
        self._delay_seconds = delay_seconds
        self._script: Mapping[str, str] | None = None
        self._info = EngineInfo(
            engine=NAME,
            model=script.name if isinstance(script, Path) else "inline" if script else "hash",
            version="1",
            device="cpu",
            compute_type="none",
        )

    @property
    def info(self) -> EngineInfo:
        return self._info

    def load(self) -> None:
        if self._script is not None:
            return
        if isinstance(self._source, Path):
            try:
                self._script = json.loads(self._source.read_text(encoding="utf-8"))
            except (OSError, ValueError) as error:
                raise EngineUnavailable(NAME, f"script {self._source.name}: {error}") from error
        else:
            self._script = self._source or {}

    def transcribe(
        self,
        audio: NDArray[np.float32],
        *,
        language: str | None,
        hints: Sequence[str] = (),
        on_partial: Callable[[Partial], None] | None = None,
        cancelled: Callable[[], bool] = never,
    ) -> TranscriptResult:
        require_audio(audio)
        if cancelled():
            raise Cancelled
        self.load()
        lines = self._lines(audio)
        seconds = audio.size / SAMPLE_RATE_HZ
        word_count = sum(len(line) for line in lines)
        segments: list[Segment] = []
        spoken = 0
        for line in lines:
            times = [seconds * (spoken + offset) / word_count for offset in range(len(line) + 1)]
            self._speak(line, times, len(segments), word_count, on_partial, cancelled)
            segments.append(_segment(len(segments), line, times))
            spoken += len(line)
        return TranscriptResult(tuple(segments), text_flags(segments), language or "en", self._info)

    def _lines(self, audio: NDArray[np.float32]) -> list[list[str]]:
        """The words of each segment; none for silence, whatever the script says."""
        if float(np.abs(audio).max()) < SILENCE_PEAK:
            return []
        key = audio_key(audio)
        script = self._script or {}
        text = script.get(key, script.get(ANY))
        if text is None:
            # About two words a second, each chosen by one byte of the hash.
            count = max(3, min(len(key) // 2, audio.size // (SAMPLE_RATE_HZ // 2)))
            text = " ".join(VOCABULARY[byte % len(VOCABULARY)] for byte in bytes.fromhex(key)[:count])
        return [line.split() for line in text.splitlines() if line.strip()]

    def _speak(
        self,
        line: Sequence[str],
        times: Sequence[float],
        index: int,
        word_count: int,
        on_partial: Callable[[Partial], None] | None,
        cancelled: Callable[[], bool],
    ) -> None:
        """A partial per word; the delay is spread over all words."""
        for heard in range(1, len(line) + 1):
            if cancelled():
                raise Cancelled
            if self._delay_seconds > 0:
                time.sleep(self._delay_seconds / word_count)
            if on_partial is not None:
                last = heard == len(line)
                stable = line if last else line[: heard - 1]
                unstable = [] if last else line[heard - 1 : heard]
                on_partial(Partial(index, " ".join(stable), " ".join(unstable), times[0], times[heard]))


def _segment(index: int, line: Sequence[str], times: Sequence[float]) -> Segment:
    """Words spread evenly between their times, shape (len(line) + 1,)."""
    words = tuple(Word(word, start, end, CONFIDENCE) for word, start, end in zip(line, times, times[1:], strict=False))
    text = " ".join(line)
    return Segment(index, times[0], times[-1], text, words, CONFIDENCE, None, None, compression_ratio(text))
