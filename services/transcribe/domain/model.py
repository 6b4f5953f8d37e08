"""What transcription is about: words, segments, partials and the engine that made them.

All times are seconds from the start of the recording. Confidences and probabilities are 0..1.
"""

from __future__ import annotations

import enum
import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

SAMPLE_RATE_HZ = 16_000


@dataclass(frozen=True, slots=True)
class Word:
    """One spoken word and where it lies in the recording."""

    text: str
    start_seconds: float
    end_seconds: float
    confidence: float | None


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of speech; the unit of a transcript.

    Attributes:
        index: 0-based position in the transcript.
        confidence: mean confidence of the words, None where the engine has no measure.
        no_speech_probability: the engine's belief that there is no speech here.
        avg_log_probability: mean log probability per token, natural log.
        compression_ratio: length of the text over its zlib length; above 2.4 it repeats itself.
    """

    index: int
    start_seconds: float
    end_seconds: float
    text: str
    words: tuple[Word, ...]
    confidence: float | None
    no_speech_probability: float | None
    avg_log_probability: float | None
    compression_ratio: float | None


@dataclass(frozen=True, slots=True)
class Partial:
    """What is known so far of the segment being decoded.

    Attributes:
        segment_index: index the segment will have if it holds any word at all.
        stable_text: words that later partials of the same segment keep; it only grows. The final
            segment may still differ, since engines take a second look at the whole of it.
        unstable_text: the words after them, which may change.
        start_seconds: where the segment began.
        audio_end_seconds: how far the audio had been heard.
    """

    segment_index: int
    stable_text: str
    unstable_text: str
    start_seconds: float
    audio_end_seconds: float


HINTS = "hints"
"""Parameter of an engine that was told what to expect: a digest of the words. Absent where it was told nothing."""


@dataclass(frozen=True, slots=True)
class EngineInfo:
    """Everything that decides what an engine makes of the same audio.

    Attributes:
        engine: `faster_whisper`, `pocketsphinx` or `scripted`.
        model: the model's name, or its folder's name.
        version: version of the engine's library.
        device: `cpu` or `cuda`.
        compute_type: arithmetic of the model, such as `int8` or `float16`.
        parameters: settings that change the text.
    """

    engine: str
    model: str
    version: str
    device: str
    compute_type: str
    parameters: Mapping[str, str] = field(default_factory=dict)

    @property
    def digest(self) -> str:
        """16 hex digits that are equal exactly where the parameters are equal."""
        canonical = json.dumps(dict(self.parameters), sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(canonical.encode()).hexdigest()[:16]

    def told(self, hints: Sequence[str]) -> EngineInfo:
        """This engine told to expect `hints`, in that order; with none it is the same."""
        if not hints:
            return self
        digest = hashlib.sha256(json.dumps(list(hints)).encode()).hexdigest()[:16]
        return replace(self, parameters={**self.parameters, HINTS: digest})


class QualityFlag(enum.Enum):
    """A reason to read a transcript with care."""

    NO_SPEECH = "no_speech"
    TRUNCATED = "truncated"
    LOW_CONFIDENCE = "low_confidence"
    CLIPPED = "clipped"
    REPETITION = "repetition"


@dataclass(frozen=True, slots=True)
class TranscriptResult:
    """The segments of one recording, in order, made by one engine.

    Attributes:
        language: BCP 47 code of the language that was decoded, None where it is unknown.
    """

    segments: tuple[Segment, ...]
    flags: frozenset[QualityFlag]
    language: str | None
    engine: EngineInfo

    @property
    def text(self) -> str:
        """The whole transcript, a segment per line."""
        return "\n".join(segment.text for segment in self.segments)
