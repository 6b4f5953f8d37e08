"""The closed grammar on sample recordings."""

from pathlib import Path

import numpy as np
import pytest

from services.transcribe.audio import decode
from services.transcribe.domain.errors import Cancelled
from services.transcribe.domain.spelling import SYMBOLS, SpelledWord, symbols
from services.transcribe.engines.spec import SpellingSpec, build
from services.transcribe.engines.spelling import SpellingEngine

SAMPLES = Path(__file__).parents[4] / "data" / "sample_net"
# The general model hears "whiskey like six hotel room you've got to get them out".
IN_AND_OUT = SAMPLES / "demo-node" / "UTC-20261120-233110_2345_1999_1795217470.8.wav"
NO_CALL = SAMPLES / "demo-node" / "20261120_233032_rx.wav"


@pytest.fixture(scope="module")
def engine() -> SpellingEngine:
    built = build(SpellingSpec())
    built.load()
    assert isinstance(built, SpellingEngine)
    return built


def heard(engine: SpellingEngine, path: Path) -> list[str]:
    audio = decode(path, max_seconds=60).samples
    return [
        symbols(SpelledWord(word.text, SYMBOLS.get(word.text, ""), 0.0, 0.0, None) for word in segment.words)
        for segment in engine.transcribe(audio, language=None).segments
    ]


def test_a_call_that_the_general_model_mishears_is_spelled(engine: SpellingEngine) -> None:
    assert [symbols.startswith("WM6HRD") for symbols in heard(engine, IN_AND_OUT)] == [True, True]


def test_the_same_stretch_is_heard_the_same_whatever_came_before(engine: SpellingEngine) -> None:
    first = heard(engine, IN_AND_OUT)
    heard(engine, NO_CALL)
    assert heard(engine, IN_AND_OUT) == first


def test_prose_is_not_forced_into_a_call(engine: SpellingEngine) -> None:
    assert all(len(run) <= 3 for symbols in heard(engine, NO_CALL) for run in symbols.split())


def test_words_lie_in_order_inside_the_stretch_and_their_fit_is_a_share(engine: SpellingEngine) -> None:
    audio = decode(IN_AND_OUT, max_seconds=60).samples
    for segment in engine.transcribe(audio, language=None).segments:
        times = [time for word in segment.words for time in (word.start_seconds, word.end_seconds)]
        assert times == sorted(times)
        assert times[-1] <= audio.size / 16_000
        assert all(word.confidence is not None and 0 < word.confidence <= 1 for word in segment.words)


def test_who_cancels_gets_no_answer(engine: SpellingEngine) -> None:
    with pytest.raises(Cancelled):
        engine.transcribe(np.ones(1600, np.float32), language=None, cancelled=lambda: True)
