"""What the service needs from a speech engine."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from services.transcribe.domain.errors import AudioEmpty, AudioMisshapen
from services.transcribe.domain.model import EngineInfo, Partial, TranscriptResult


def never() -> bool:
    """The default of `cancelled`: nobody cancels."""
    return False


class SpeechEngine(Protocol):
    """Turns audio into segments; blocking, so it lives in a worker process (see `engines.worker`).

    One instance serves one call at a time. `info` is known from construction on and never changes.
    """

    @property
    def info(self) -> EngineInfo:
        """What decides this engine's text."""
        ...

    def load(self) -> None:
        """Load the model; may take seconds to minutes. Loading twice does nothing.

        Raises:
            EngineUnavailable: the library, model or device is missing.
        """
        ...

    def transcribe(
        self,
        audio: NDArray[np.float32],
        *,
        language: str | None,
        hints: Sequence[str] = (),
        on_partial: Callable[[Partial], None] | None = None,
        cancelled: Callable[[], bool] = never,
    ) -> TranscriptResult:
        """Transcribe one recording.

        Args:
            audio: float32, shape (samples,), 16 kHz mono, -1..1.
            language: BCP 47 code, or None to let the engine decide.
            hints: words likely to be heard (roster, clubs, towns); engines may ignore them. One that does not answers
                `info.told(hints)`, with those that it used.
            on_partial: called from the calling thread as text becomes known.
            cancelled: asked between blocks or segments.

        Raises:
            AudioEmpty, AudioMisshapen: the audio cannot be used.
            Cancelled: `cancelled` answered True.
            EngineFailed: the engine broke on this audio.
        """
        ...


def require_audio(audio: NDArray[np.float32]) -> None:
    """Refuse what no engine can use.

    Raises:
        AudioMisshapen: not float32 of shape (samples,).
        AudioEmpty: no sample.
    """
    if audio.dtype != np.float32 or audio.ndim != 1:
        raise AudioMisshapen(str(audio.dtype), tuple(audio.shape))
    if audio.size == 0:
        raise AudioEmpty
