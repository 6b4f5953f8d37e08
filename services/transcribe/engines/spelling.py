"""PocketSphinx with closed grammars: hears what is spelled, faster than it hears prose."""

from __future__ import annotations

import hashlib
import importlib.metadata
import importlib.util
import math
import warnings
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from services.transcribe.domain.errors import Cancelled, EngineFailed, EngineUnavailable
from services.transcribe.domain.model import SAMPLE_RATE_HZ, EngineInfo, Partial, Segment, TranscriptResult, Word
from services.transcribe.domain.ports import never, require_audio
from services.transcribe.domain.spelling import PRONUNCIATIONS, grammars
from services.transcribe.engines.pocketsphinx import FRAME_SECONDS, LANGUAGE, without_fillers

NAME = "pocketsphinx"
MODEL = "en-us, spelling"
EMPTY_ARC = "(NULL)"
FRAMES_PER_SECOND = round(1 / FRAME_SECONDS)


class SpellingEngine:
    """Answers a segment a grammar, in their order; the `confidence` of words is their fit, no probability.

    The lattice is not searched for a better path: with such grammars that takes minutes for some stretches of seconds.
    """

    def __init__(self) -> None:
        """Raises EngineUnavailable where the library is not installed."""
        if importlib.util.find_spec("pocketsphinx") is None:
            raise EngineUnavailable(NAME, "the package pocketsphinx is not installed")
        self._grammars = grammars()
        self._decoder: Any = None
        self._info = EngineInfo(
            engine=NAME,
            model=MODEL,
            version=importlib.metadata.version("pocketsphinx"),
            device="cpu",
            compute_type="float32",
            parameters={
                "grammars": hashlib.sha256("".join(self._grammars.values()).encode()).hexdigest(),
                "pronunciations": " ".join(f"{word}={phones}" for word, phones in PRONUNCIATIONS.items()),
            },
        )

    @property
    def info(self) -> EngineInfo:
        return self._info

    def load(self) -> None:
        if self._decoder is not None:
            return
        from pocketsphinx import Decoder

        try:
            decoder = Decoder(samprate=SAMPLE_RATE_HZ, loglevel="FATAL", lm=None, bestpath=False)
            for word, phones in PRONUNCIATIONS.items():
                decoder.add_word(word, phones, False)
            for name, grammar in self._grammars.items():
                decoder.add_jsgf_string(name, grammar)
        except (RuntimeError, ValueError) as error:
            raise EngineUnavailable(NAME, str(error)) from error
        self._decoder = decoder

    def transcribe(
        self,
        audio: NDArray[np.float32],
        *,
        language: str | None,
        hints: Sequence[str] = (),
        on_partial: Callable[[Partial], None] | None = None,
        cancelled: Callable[[], bool] = never,
    ) -> TranscriptResult:
        """As every engine; the audio is short, so that a cancel is seen before it only, and no partials come."""
        require_audio(audio)
        self.load()
        pcm = (np.clip(audio, -1.0, 1.0) * 32_767).astype("<i2")
        segments: list[Segment] = []
        try:
            for name in self._grammars:
                if cancelled():
                    raise Cancelled
                words = self._heard(name, pcm, audio.size / SAMPLE_RATE_HZ)
                segments.append(_segment(len(segments), words, audio.size / SAMPLE_RATE_HZ))
        except RuntimeError as error:
            self._decoder = None
            raise EngineFailed(NAME, str(error)) from error
        return TranscriptResult(tuple(segments), frozenset(), LANGUAGE, self._info)

    def _heard(self, grammar: str, pcm: NDArray[np.int16], seconds: float) -> tuple[Word, ...]:
        self._decoder.activate_search(grammar)
        with warnings.catch_warnings():
            # It calls this unnecessary, yet nothing else makes the same stretch give the same words again.
            warnings.simplefilter("ignore", DeprecationWarning)
            self._decoder.start_stream()
        self._decoder.start_utt()
        try:
            self._decoder.process_raw(pcm.tobytes(), False, True)
        finally:
            self._decoder.end_utt()
        return _words(self._decoder.seg() or (), seconds)


def _words(heard: Iterable[Any], seconds: float) -> tuple[Word, ...]:
    words = []
    for text, item in without_fillers(heard):
        if text != EMPTY_ARC:
            start = min(item.start_frame * FRAME_SECONDS, seconds)
            end = min((item.end_frame + 1) * FRAME_SECONDS, seconds)
            words.append(Word(text, start, max(start, end), _fit(item)))
    return tuple(words)


def _fit(item: Any) -> float:
    """The likelihood of a second of such sound, relative to that of the model's best-fitting sounds."""
    frames = max(1, item.end_frame - item.start_frame + 1)
    score = min(1.0, max(math.ulp(0.0), float(item.ascore)))
    return float(math.exp(math.log(score) * FRAMES_PER_SECOND / frames))


def _segment(index: int, words: tuple[Word, ...], seconds: float) -> Segment:
    text = " ".join(word.text for word in words)
    return Segment(index, 0.0, seconds, text, words, None, None, None, None)
