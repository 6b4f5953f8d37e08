"""Cuts a stream of audio into utterances at the silences between them."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from services.transcribe.domain.model import SAMPLE_RATE_HZ
from services.transcribe.domain.voice_activity import Region, detect, merge, split_long

# A breath is shorter; the pause before the next over is longer.
SILENCE_SECONDS = 0.7
# Whisper's window; nobody should wait longer for settled text either.
LONGEST_SECONDS = 30.0
PADDING_SECONDS = 0.2
# Silence kept in front of speech that has yet to begin, from which voice activity learns the noise.
CONTEXT_SECONDS = 2.0
# Voice activity is looked for anew after this much audio.
LOOK_SECONDS = 0.2
# Looking takes time in proportion to what is looked at; a share of it bounds the cost of long utterances.
LOOK_SHARE = 0.02


@dataclass(frozen=True, slots=True)
class Utterance:
    """Somebody's words, from breath to breath.

    Attributes:
        samples: float32, shape (samples,), 16 kHz mono.
        start_seconds: where `samples` begin, from the start of the stream.
    """

    samples: NDArray[np.float32]
    start_seconds: float

    @property
    def end_seconds(self) -> float:
        """Where `samples` end, from the start of the stream."""
        return self.start_seconds + self.samples.size / SAMPLE_RATE_HZ


class UtteranceCutter:
    """Holds the audio that belongs to no finished utterance yet: about half a minute, and what was added last."""

    def __init__(self) -> None:
        self._buffer = np.zeros(0, np.float32)
        self._dropped = 0
        self._unseen = 0
        self._growing: Utterance | None = None

    @property
    def growing(self) -> Utterance | None:
        """The utterance that has begun and goes on, as far as it was looked at."""
        return self._growing

    def add(self, samples: NDArray[np.float32]) -> None:
        """Append float32, shape (samples,), 16 kHz mono."""
        self._buffer = np.concatenate((self._buffer, samples))
        self._unseen += samples.size

    def finished(self, *, ended: bool = False) -> Utterance | None:
        """Take the next whole utterance out; None while there is none. Milliseconds of work.

        Args:
            ended: no more audio will come, so that whatever is there is whole.
        """
        size = self._buffer.size
        if not ended and self._unseen < max(_samples(LOOK_SECONDS), size * LOOK_SHARE):
            return None
        self._unseen = 0
        self._growing = None
        regions = merge(detect(self._buffer), max_gap_seconds=SILENCE_SECONDS, max_seconds=math.inf)
        if not regions:
            self._drop(max(0, size - _samples(CONTEXT_SECONDS)))
            return None
        heard_seconds = size / SAMPLE_RATE_HZ
        start = max(0.0, regions[0].start_seconds - PADDING_SECONDS)
        silent = len(regions) > 1 or heard_seconds - regions[0].end_seconds >= SILENCE_SECONDS
        end = min(regions[0].end_seconds + PADDING_SECONDS, heard_seconds) if silent or ended else heard_seconds
        if end - start > LONGEST_SECONDS:
            end = split_long(self._buffer, [Region(start, end)], max_seconds=LONGEST_SECONDS)[0].end_seconds
        elif not silent and not ended:
            self._growing = self._between(start, end)
            return None
        utterance = self._between(start, end)
        self._drop(_samples(end))
        # What is left was never looked at by itself.
        self._unseen = self._buffer.size
        return utterance

    def _between(self, start: float, end: float) -> Utterance:
        first = _samples(start)
        return Utterance(self._buffer[first : _samples(end)], (self._dropped + first) / SAMPLE_RATE_HZ)

    def _drop(self, samples: int) -> None:
        self._buffer = self._buffer[samples:]
        self._dropped += samples


def _samples(seconds: float) -> int:
    return round(seconds * SAMPLE_RATE_HZ)
