"""The bundled model on sample recordings; what every engine keeps to is in the contract suite."""

from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from services.transcribe.audio import decode
from services.transcribe.domain.errors import EngineFailed, LanguageUnsupported
from services.transcribe.domain.voice_activity import Region
from services.transcribe.engines.pocketsphinx import DECODERS_KEPT, PocketSphinxEngine, _pad, without_fillers

SAMPLES = Path(__file__).parents[4] / "data" / "sample_net"


@dataclass(frozen=True)
class Heard:
    """As the decoder's own segments."""

    word: str
    start_frame: int = 0
    end_frame: int = 9
    prob: float = 1.0


@pytest.fixture(scope="module")
def engine() -> PocketSphinxEngine:
    built = PocketSphinxEngine()
    built.load()
    return built


def test_a_callsign_read_on_the_air_is_recognised(engine: PocketSphinxEngine) -> None:
    audio = decode(SAMPLES / "demo-node" / "UTC-20261120-233326_2345_1999_1795217606.21.opus", max_seconds=60)
    assert "kilo echo seven x ray" in engine.transcribe(audio.samples, language="en-US").text


def test_a_long_silence_parts_two_segments(engine: PocketSphinxEngine) -> None:
    over = decode(SAMPLES / "demo-node" / "20261120_233021_rx.flac", max_seconds=60).samples
    audio = np.concatenate([over, np.zeros(32_000, np.float32), over])
    segments = engine.transcribe(audio, language=None).segments
    assert len(segments) == 2
    assert segments[1].start_seconds > over.size / 16_000 + 2.0
    assert "emergency" in segments[0].text
    assert "emergency" in segments[1].text


def test_a_language_it_does_not_speak_is_refused(engine: PocketSphinxEngine) -> None:
    with pytest.raises(LanguageUnsupported, match="de-DE"):
        engine.transcribe(np.ones(100, np.float32), language="de-DE")


def test_a_callsign_that_it_was_told_is_heard_in_the_words_it_was_said_in(engine: PocketSphinxEngine) -> None:
    audio = decode(SAMPLES / "demo-node" / "20261120_233139_rx.mp3", max_seconds=60).samples
    spoken = "whiskey tango four bravo oscar sierra"
    plain = engine.transcribe(audio, language=None)
    told = engine.transcribe(audio, language=None, hints=("WT4BOS", "N7QUS", "Zzyzx"))
    assert spoken not in plain.text
    assert spoken in told.text
    assert told.engine == engine.info.told(("WT4BOS", "N7QUS"))
    (segment,) = told.segments
    assert [word.text for word in segment.words] == segment.text.split()
    for before, after in pairwise(segment.words):
        assert before.start_seconds < before.end_seconds <= after.start_seconds + 1e-9
    assert engine.transcribe(audio, language=None) == plain


def test_no_more_decoders_are_kept_than_memory_is_meant_for(engine: PocketSphinxEngine) -> None:
    silence = np.zeros(8_000, np.float32)
    for call in ("K7ABC", "W7RM", "K7AQN", "N7QUS"):
        engine.transcribe(silence, language=None, hints=(call,))
    assert len(engine._decoders) == DECODERS_KEPT
    assert () in engine._decoders


def test_fillers_and_marks_of_pronunciation_are_not_text() -> None:
    heard = [Heard(word) for word in ("<s>", "the(2)", "<sil>", "[NOISE]", "++UH++", "x-ray", "</s>")]
    assert [text for text, _ in without_fillers(heard)] == ["the", "x-ray"]


def test_padding_never_overlaps_a_neighbour_or_the_end() -> None:
    regions = [Region(0.05, 1.0), Region(1.2, 2.0), Region(5.0, 5.95)]
    padded = _pad(regions, 0.2, 6.0)
    expected = [(0.0, 1.1), (1.1, 2.2), (4.8, 6.0)]
    assert [(region.start_seconds, region.end_seconds) for region in padded] == [
        pytest.approx(pair) for pair in expected
    ]


def test_a_decoder_that_breaks_is_replaced(engine: PocketSphinxEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    audio = decode(SAMPLES / "demo-node" / "20261120_233021_rx.flac", max_seconds=60).samples
    broken = PocketSphinxEngine()
    broken.load()
    monkeypatch.setitem(broken._decoders, (), BrokenDecoder())
    with pytest.raises(EngineFailed, match="broke"):
        broken.transcribe(audio, language=None)
    assert broken.transcribe(audio, language=None) == engine.transcribe(audio, language=None)


class BrokenDecoder:
    """Fails on the first block."""

    def __init__(self) -> None:
        self.config = {"cmninit": "40"}

    def start_stream(self) -> None: ...

    def lookup_word(self, _: str) -> None: ...

    def set_cmn(self, _: str) -> None: ...

    def start_utt(self) -> None: ...

    def end_utt(self) -> None: ...

    def process_raw(self, *_: object) -> None:
        raise RuntimeError("decoder broke")
