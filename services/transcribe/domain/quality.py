"""Flags that tell a reader how far to trust a transcript."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from services.transcribe.domain.model import QualityFlag, Segment, TranscriptResult, Word

# Whisper's own limit for text that repeats itself.
REPETITION_RATIO = 2.4
# Chosen by eye from transcripts of the sample net, not calibrated.
LOW_CONFIDENCE = 0.35
# An over clips audibly when about one sample in a thousand lies at full scale.
CLIPPED_SHARE = 0.001
FULL_SCALE = 0.995


def compression_ratio(text: str) -> float:
    """Bytes of the text over bytes of its zlib form, as Whisper counts it; 0 for no text."""
    raw = text.encode()
    return len(raw) / len(zlib.compress(raw)) if raw else 0.0


def mean_confidence(words: Sequence[Word]) -> float | None:
    """Mean over the words that have a confidence; None where none has."""
    known = [word.confidence for word in words if word.confidence is not None]
    return sum(known) / len(known) if known else None


def text_flags(segments: Sequence[Segment]) -> frozenset[QualityFlag]:
    """What the segments alone tell: nothing said, doubtful, or repeating."""
    if not segments:
        return frozenset({QualityFlag.NO_SPEECH})
    flags = set()
    known = [
        (segment.confidence, segment.end_seconds - segment.start_seconds)
        for segment in segments
        if segment.confidence is not None
    ]
    weight = sum(seconds for _, seconds in known)
    if weight > 0 and sum(score * seconds for score, seconds in known) / weight < LOW_CONFIDENCE:
        flags.add(QualityFlag.LOW_CONFIDENCE)
    if any((segment.compression_ratio or 0.0) > REPETITION_RATIO for segment in segments):
        flags.add(QualityFlag.REPETITION)
    return frozenset(flags)


def audio_flags(samples: NDArray[np.float32], *, truncated: bool) -> frozenset[QualityFlag]:
    """What the audio alone tells.

    Args:
        samples: float32, shape (samples,), -1..1.
        truncated: the file ended before its header said it would, or was cut at the limit.
    """
    flags = set()
    if truncated:
        flags.add(QualityFlag.TRUNCATED)
    if samples.size and np.count_nonzero(np.abs(samples) >= FULL_SCALE) / samples.size > CLIPPED_SHARE:
        flags.add(QualityFlag.CLIPPED)
    return frozenset(flags)


def with_audio_flags(result: TranscriptResult, samples: NDArray[np.float32], *, truncated: bool) -> TranscriptResult:
    """The same transcript, with what its audio tells added to the flags."""
    return replace(result, flags=result.flags | audio_flags(samples, truncated=truncated))
