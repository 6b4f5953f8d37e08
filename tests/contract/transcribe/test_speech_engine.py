"""What every speech engine keeps to, whichever it is."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from services.transcribe.audio import decode
from services.transcribe.domain.errors import AudioEmpty, AudioMisshapen, Cancelled, TranscribeError
from services.transcribe.domain.model import HINTS, SAMPLE_RATE_HZ, Partial, QualityFlag, TranscriptResult
from services.transcribe.domain.ports import SpeechEngine
from services.transcribe.engines.spec import (
    EngineSpec,
    FasterWhisperSpec,
    PocketSphinxSpec,
    ScriptedSpec,
    build,
)
from tests.support.tiny_whisper import make_tiny_whisper

SAMPLES = Path(__file__).parents[2] / "data" / "sample_net"
SPOKEN = SAMPLES / "demo-node" / "20261120_233021_rx.flac"
# The tiny model invents words for as long as it may.
TINY_TOKENS = 16

Audio = NDArray[np.float32]


@pytest.fixture(scope="module", params=["pocketsphinx", "faster_whisper", "scripted"])
def engine(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> SpeechEngine:
    specs: dict[str, Callable[[], EngineSpec]] = {
        "pocketsphinx": PocketSphinxSpec,
        "faster_whisper": lambda: FasterWhisperSpec(
            str(make_tiny_whisper(tmp_path_factory.mktemp("whisper") / "tiny")),
            device="cpu",
            max_new_tokens=TINY_TOKENS,
        ),
        "scripted": ScriptedSpec,
    }
    built = build(specs[request.param]())
    built.load()
    return built


@pytest.fixture(scope="module")
def speech() -> Audio:
    """One over of a net, float32, 16 kHz: about four seconds."""
    return decode(SPOKEN, max_seconds=60).samples


@pytest.fixture(scope="module")
def heard(engine: SpeechEngine, speech: Audio) -> tuple[TranscriptResult, list[Partial]]:
    partials: list[Partial] = []
    return engine.transcribe(speech, language="en", on_partial=partials.append), partials


def test_speech_gives_segments_in_order_within_the_audio(
    heard: tuple[TranscriptResult, list[Partial]], speech: Audio
) -> None:
    segments = heard[0].segments
    assert segments
    assert [segment.index for segment in segments] == list(range(len(segments)))
    assert all(0.0 <= segment.start_seconds < segment.end_seconds for segment in segments)
    assert segments[-1].end_seconds <= speech.size / SAMPLE_RATE_HZ
    assert all(before.end_seconds <= after.start_seconds for before, after in pairwise(segments))
    assert all(segment.text == segment.text.strip() != "" for segment in segments)


def test_words_lie_in_order_within_their_segment(heard: tuple[TranscriptResult, list[Partial]]) -> None:
    for segment in heard[0].segments:
        assert segment.words
        assert segment.words[0].start_seconds >= segment.start_seconds
        assert segment.words[-1].end_seconds <= segment.end_seconds
        assert all(word.start_seconds <= word.end_seconds for word in segment.words)
        assert all(before.end_seconds <= after.start_seconds for before, after in pairwise(segment.words))


def test_confidences_are_shares_of_one(heard: tuple[TranscriptResult, list[Partial]]) -> None:
    scores = [word.confidence for segment in heard[0].segments for word in segment.words]
    scores += [segment.confidence for segment in heard[0].segments]
    assert all(score is not None and 0.0 <= score <= 1.0 for score in scores)


def test_partials_come_while_decoding_and_stable_text_only_grows(
    heard: tuple[TranscriptResult, list[Partial]],
) -> None:
    partials = heard[1]
    assert partials
    for before, after in pairwise(partials):
        assert after.segment_index >= before.segment_index
        assert after.audio_end_seconds >= before.audio_end_seconds
        if after.segment_index == before.segment_index:
            assert after.stable_text.startswith(before.stable_text)
            assert after.start_seconds == before.start_seconds
    assert {partial.segment_index for partial in partials} >= {segment.index for segment in heard[0].segments}


def test_the_last_partial_of_a_segment_leaves_nothing_unstable(
    heard: tuple[TranscriptResult, list[Partial]],
) -> None:
    last = {partial.segment_index: partial for partial in heard[1]}
    assert all(partial.unstable_text == "" for partial in last.values())


def test_silence_gives_no_segment_and_says_so(engine: SpeechEngine) -> None:
    silence = np.zeros(3 * SAMPLE_RATE_HZ, np.float32)
    result = engine.transcribe(silence, language="en")
    assert result.segments == ()
    assert result.flags == {QualityFlag.NO_SPEECH}


def test_audio_shorter_than_any_word_is_no_error(engine: SpeechEngine) -> None:
    assert engine.transcribe(np.zeros(7, np.float32), language="en").segments == ()


def test_the_same_audio_gives_the_same_transcript_whatever_came_between(
    engine: SpeechEngine, speech: Audio, heard: tuple[TranscriptResult, list[Partial]]
) -> None:
    engine.transcribe(speech[: 2 * SAMPLE_RATE_HZ] * np.float32(0.3), language="en")
    assert engine.transcribe(speech, language="en").segments == heard[0].segments


def test_a_caller_that_wants_no_partials_gets_the_same_transcript(
    engine: SpeechEngine, speech: Audio, heard: tuple[TranscriptResult, list[Partial]]
) -> None:
    assert engine.transcribe(speech, language="en", on_partial=None) == heard[0]


def test_hints_are_accepted(engine: SpeechEngine, speech: Audio) -> None:
    assert engine.transcribe(speech, language="en", hints=("Summit", "WR7LNE")).segments


def test_a_cancel_before_the_start_is_honoured(engine: SpeechEngine, speech: Audio) -> None:
    with pytest.raises(Cancelled):
        engine.transcribe(speech, language="en", cancelled=lambda: True)


def test_a_cancel_while_decoding_is_honoured_and_the_engine_still_works(
    engine: SpeechEngine, speech: Audio, heard: tuple[TranscriptResult, list[Partial]]
) -> None:
    asked: list[bool] = []

    def second_time() -> bool:
        asked.append(True)
        return len(asked) > 1

    with pytest.raises(Cancelled):
        engine.transcribe(speech, language="en", cancelled=second_time)
    assert engine.transcribe(speech, language="en") == heard[0]


def test_no_samples_is_an_error_with_a_type(engine: SpeechEngine) -> None:
    with pytest.raises(AudioEmpty):
        engine.transcribe(np.zeros(0, np.float32), language="en")


@pytest.mark.parametrize("audio", [np.zeros((100, 2), np.float32), np.zeros(100, np.int16)])
def test_audio_of_another_shape_or_type_is_refused(engine: SpeechEngine, audio: Audio) -> None:
    with pytest.raises(AudioMisshapen):
        engine.transcribe(audio, language="en")


def test_an_exception_in_the_callback_reaches_the_caller_and_the_engine_still_works(
    engine: SpeechEngine, speech: Audio, heard: tuple[TranscriptResult, list[Partial]]
) -> None:
    def broken(_: Partial) -> None:
        raise KeyError("listener")

    with pytest.raises(KeyError):
        engine.transcribe(speech, language="en", on_partial=broken)
    assert engine.transcribe(speech, language="en") == heard[0]


def test_info_never_changes_and_is_on_every_result(
    engine: SpeechEngine, heard: tuple[TranscriptResult, list[Partial]]
) -> None:
    before = engine.info
    engine.load()
    assert engine.info == before == heard[0].engine
    assert engine.info.digest == before.digest
    assert all((before.engine, before.model, before.version, before.device, before.compute_type))


def test_the_audio_handed_in_is_left_as_it_was(engine: SpeechEngine, speech: Audio) -> None:
    mine = speech.copy()
    mine.flags.writeable = False
    engine.transcribe(mine, language="en")
    assert np.array_equal(mine, speech)


def test_every_expected_failure_has_one_root() -> None:
    assert all(issubclass(kind, TranscribeError) for kind in (AudioEmpty, AudioMisshapen, Cancelled))


def test_hints_are_ignored_or_told_with_the_result(engine: SpeechEngine, speech: Audio) -> None:
    plain = engine.transcribe(speech, language="en")
    told = engine.transcribe(speech, language="en", hints=("Summit Net", "WR7LNE"))
    assert plain.engine == engine.info
    if HINTS in told.engine.parameters:
        assert told.engine == engine.info.told(("Summit Net", "WR7LNE"))
    else:
        assert told == plain
