"""Flags follow from segments and samples."""

import numpy as np

from services.transcribe.domain.model import EngineInfo, QualityFlag, Segment, TranscriptResult, Word
from services.transcribe.domain.quality import (
    audio_flags,
    compression_ratio,
    mean_confidence,
    text_flags,
    with_audio_flags,
)


def segment(text: str = "good evening", confidence: float | None = 0.8, seconds: float = 2.0) -> Segment:
    return Segment(0, 0.0, seconds, text, (), confidence, None, None, compression_ratio(text))


def test_no_segment_is_no_speech() -> None:
    assert text_flags([]) == {QualityFlag.NO_SPEECH}


def test_an_ordinary_transcript_has_no_flag() -> None:
    assert text_flags([segment()]) == frozenset()


def test_confidence_is_weighed_by_time() -> None:
    mostly_doubtful = [segment(confidence=0.1, seconds=20.0), segment(confidence=0.9, seconds=1.0)]
    assert text_flags(mostly_doubtful) == {QualityFlag.LOW_CONFIDENCE}


def test_an_engine_without_confidences_is_not_called_doubtful() -> None:
    assert text_flags([segment(confidence=None)]) == frozenset()


def test_text_that_goes_round_in_circles_is_repetition() -> None:
    assert text_flags([segment("thank you " * 30)]) == {QualityFlag.REPETITION}


def test_the_compression_ratio_of_no_text_is_zero() -> None:
    assert compression_ratio("") == 0.0


def test_mean_confidence_leaves_out_words_without_one() -> None:
    words = [Word("a", 0, 1, 0.5), Word("b", 1, 2, None), Word("c", 2, 3, 1.0)]
    assert mean_confidence(words) == 0.75
    assert mean_confidence([Word("b", 1, 2, None)]) is None


def test_samples_at_full_scale_are_clipped_speech_but_a_single_click_is_not() -> None:
    loud = np.sin(np.linspace(0, 600, 16_000)).astype(np.float32)
    click = np.zeros(16_000, np.float32)
    click[100] = 1.0
    assert audio_flags(loud, truncated=False) == {QualityFlag.CLIPPED}
    assert audio_flags(click, truncated=False) == frozenset()


def test_flags_of_the_audio_join_those_of_the_text() -> None:
    result = TranscriptResult((), text_flags([]), None, EngineInfo("e", "m", "1", "cpu", "int8"))
    flags = with_audio_flags(result, np.zeros(10, np.float32), truncated=True).flags
    assert flags == {QualityFlag.NO_SPEECH, QualityFlag.TRUNCATED}
