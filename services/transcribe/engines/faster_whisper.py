"""Whisper through faster-whisper and CTranslate2, on a GPU where there is one."""

from __future__ import annotations

import importlib
import importlib.metadata
import importlib.util
import math
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from services.transcribe.domain.errors import Cancelled, EngineFailed, EngineUnavailable
from services.transcribe.domain.model import (
    SAMPLE_RATE_HZ,
    EngineInfo,
    Partial,
    Segment,
    TranscriptResult,
    Word,
)
from services.transcribe.domain.ports import never, require_audio
from services.transcribe.domain.quality import mean_confidence, text_flags

NAME = "faster_whisper"
AUTO = "auto"
BEAM_SIZE = 5
# Whisper's prompt holds 224 tokens, and hotwords share them with nothing else here.
MAX_HINTS = 60
SEED = 1


class FasterWhisperEngine:
    """A Whisper model by name or folder.

    Temperature fallback is left as it is: it is the decoder's own way out of repetition. It draws lots, so a
    window that needed it may read otherwise the second time; all others are reproducible. Earlier text is not
    fed back, since one hallucinated line would then breed others.
    """

    def __init__(
        self,
        model: str,
        *,
        model_name: str | None = None,
        device: str = AUTO,
        compute_type: str = AUTO,
        max_new_tokens: int | None = None,
    ) -> None:
        """Choose device and arithmetic; the model itself is read by `load`.

        Args:
            model: a name such as `small`, a hub id, or a folder with a CTranslate2 model.
            model_name: how the model is called in transcripts; by default `model`, or its folder's name.
            device: `cuda`, `cpu`, or `auto`: cuda where CTranslate2 sees a device.
            compute_type: such as `float16` or `int8`, or `auto`: float16 on cuda, int8 on cpu.
            max_new_tokens: limit per 30 s window.

        Raises:
            EngineUnavailable: faster-whisper is not installed.
        """
        if importlib.util.find_spec("faster_whisper") is None:
            raise EngineUnavailable(NAME, "the package faster-whisper is not installed")
        self._model_path = model
        self._max_new_tokens = max_new_tokens
        self._whisper: Any = None
        chosen_device = _choose_device(device)
        chosen_type = compute_type
        if compute_type == AUTO:
            chosen_type = "float16" if chosen_device == "cuda" else "int8"
        self._info = EngineInfo(
            engine=NAME,
            model=model_name or (Path(model).name if Path(model).is_dir() else model),
            version=importlib.metadata.version("faster-whisper"),
            device=chosen_device,
            compute_type=chosen_type,
            parameters={
                "beam_size": str(BEAM_SIZE),
                "condition_on_previous_text": "false",
                "ctranslate2": importlib.metadata.version("ctranslate2"),
                "max_new_tokens": str(max_new_tokens),
                "vad_filter": "true",
            },
        )

    @property
    def info(self) -> EngineInfo:
        return self._info

    def load(self) -> None:
        if self._whisper is not None:
            return
        faster_whisper = importlib.import_module("faster_whisper")
        # Its generators take the seed when their thread first draws, and cannot be seeded again.
        importlib.import_module("ctranslate2").set_random_seed(SEED)
        try:
            self._whisper = faster_whisper.WhisperModel(
                self._model_path, device=self._info.device, compute_type=self._info.compute_type
            )
        except (RuntimeError, ValueError, OSError) as error:
            raise EngineUnavailable(NAME, str(error)) from error

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
        seconds = audio.size / SAMPLE_RATE_HZ
        used = tuple(hints[:MAX_HINTS])
        segments: list[Segment] = []
        try:
            lazily, about = self._whisper.transcribe(
                audio,
                language=language.split("-")[0].lower() if language else None,
                beam_size=BEAM_SIZE,
                condition_on_previous_text=False,
                hotwords=" ".join(used) or None,
                max_new_tokens=self._max_new_tokens,
                vad_filter=True,
                word_timestamps=True,
            )
            for heard in lazily:
                if cancelled():
                    raise Cancelled
                earliest = segments[-1].end_seconds if segments else 0.0
                segment = _segment(len(segments), heard, earliest, seconds)
                if segment is None:
                    continue
                segments.append(segment)
                if on_partial is not None:
                    on_partial(Partial(segment.index, segment.text, "", segment.start_seconds, segment.end_seconds))
        except (RuntimeError, ValueError, IndexError) as error:
            raise EngineFailed(NAME, str(error)) from error
        spoken = about.language if segments or language else None
        return TranscriptResult(tuple(segments), text_flags(segments), spoken, self._info.told(used))


def _choose_device(device: str) -> str:
    """`auto` resolved: cuda where CTranslate2 reports a device."""
    if device != AUTO:
        return device
    ctranslate2 = importlib.import_module("ctranslate2")
    return "cuda" if ctranslate2.get_cuda_device_count() > 0 else "cpu"


def _segment(index: int, heard: Any, earliest: float, audio_seconds: float) -> Segment | None:
    """Whisper's segment in our words, None where it has no text or lies behind the end of the audio.

    It works in padded windows and rounds to 20 ms, so a segment may end beyond the audio or start before the
    previous end; one that is left with no audio at all was dreamt up in the padding.
    """
    text = heard.text.strip()
    start = _clamp(heard.start, earliest, audio_seconds)
    end = _clamp(heard.end, start, audio_seconds)
    if not text or end <= start:
        return None
    words = _words(heard.words or (), start, end)
    return Segment(
        index=index,
        start_seconds=start,
        end_seconds=end,
        text=text,
        words=words,
        confidence=mean_confidence(words) if words else _clamp(math.exp(heard.avg_logprob), 0.0, 1.0),
        no_speech_probability=_clamp(heard.no_speech_prob, 0.0, 1.0),
        avg_log_probability=float(heard.avg_logprob),
        compression_ratio=float(heard.compression_ratio),
    )


def _words(heard: Iterable[Any], start: float, end: float) -> tuple[Word, ...]:
    """Words in order, inside their segment."""
    words: list[Word] = []
    earliest = start
    for item in heard:
        text = item.word.strip()
        if not text:
            continue
        word_start = _clamp(item.start, earliest, end)
        word_end = _clamp(item.end, word_start, end)
        words.append(Word(text, word_start, word_end, _clamp(item.probability, 0.0, 1.0)))
        earliest = word_end
    return tuple(words)


def _clamp(value: float, low: float, high: float) -> float:
    """`value` as a float within low..high; not-a-number becomes `low`."""
    return low if math.isnan(value) else min(max(float(value), low), high)
