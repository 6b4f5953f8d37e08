"""A stream is cut at its silences."""

from itertools import pairwise

import numpy as np
import pytest
from numpy.typing import NDArray

from services.transcribe.audio import decode
from services.transcribe.utterances import LONGEST_SECONDS, Utterance, UtteranceCutter
from tests.support.sample_net import sample_saying

Audio = NDArray[np.float32]
RATE_HZ = 16_000


@pytest.fixture(scope="module")
def over() -> Audio:
    """Somebody speaks, about four seconds."""
    return decode(sample_saying("is there any emergency").path, max_seconds=60).samples


def quiet(seconds: float) -> Audio:
    """The hiss of an open channel."""
    return np.random.default_rng(5).normal(0, 0.0005, round(seconds * RATE_HZ)).astype(np.float32)


def cut(audio: Audio, block_samples: int) -> list[Utterance]:
    """All utterances of a stream that comes in blocks."""
    cutter = UtteranceCutter()
    found = []
    for first in range(0, audio.size, block_samples):
        cutter.add(audio[first : first + block_samples])
        while utterance := cutter.finished():
            found.append(utterance)
    while utterance := cutter.finished(ended=True):
        found.append(utterance)
    return found


@pytest.mark.parametrize("block_samples", [320, 3_200, 1_000_000])
def test_each_over_is_one_utterance_however_the_audio_comes(over: Audio, block_samples: int) -> None:
    found = cut(np.concatenate((quiet(5), over, quiet(2), over, quiet(1))), block_samples)
    assert len(found) == 2
    seconds = over.size / RATE_HZ
    for utterance, expected in zip(found, (5.0, 7.0 + seconds), strict=True):
        assert expected - 0.4 <= utterance.start_seconds <= expected + 0.5
        assert utterance.end_seconds <= expected + seconds + 0.4
        assert utterance.samples.size > 0.7 * over.size


def test_an_utterance_is_finished_by_silence_and_not_before(over: Audio) -> None:
    cutter = UtteranceCutter()
    cutter.add(np.concatenate((quiet(1), over[: 2 * RATE_HZ])))
    assert cutter.finished() is None
    assert cutter.growing is not None
    assert cutter.growing.end_seconds == pytest.approx(3.0)
    cutter.add(quiet(1.2))
    assert cutter.finished() is not None
    assert cutter.growing is None


def test_whatever_is_there_at_the_end_is_an_utterance(over: Audio) -> None:
    cutter = UtteranceCutter()
    cutter.add(over[: 2 * RATE_HZ])
    assert cutter.finished() is None
    assert cutter.finished(ended=True) is not None
    assert cutter.finished(ended=True) is None


def test_speech_without_a_pause_is_cut_within_the_longest_time_and_nothing_is_lost(over: Audio) -> None:
    endless = np.tile(over[RATE_HZ // 2 : 3 * RATE_HZ], 20)
    found = cut(endless, 8_000)
    assert len(found) >= 2
    assert all(utterance.samples.size <= LONGEST_SECONDS * RATE_HZ + 1 for utterance in found)
    for before, after in pairwise(found):
        assert after.start_seconds - before.end_seconds < 1.0
        assert after.start_seconds >= before.end_seconds - 1e-6


def test_a_long_silence_is_not_kept() -> None:
    cutter = UtteranceCutter()
    for _ in range(60):
        cutter.add(quiet(1))
        assert cutter.finished() is None
    assert cutter._buffer.size <= 3 * RATE_HZ
