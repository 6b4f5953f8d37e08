"""The scripted engine says what it is told."""

import json
from pathlib import Path

import numpy as np
import pytest

from services.transcribe.domain.errors import EngineUnavailable
from services.transcribe.engines.scripted import ScriptedEngine, audio_key

AUDIO = np.full(32_000, 0.25, np.float32)


def test_a_script_names_a_recording_by_its_samples() -> None:
    engine = ScriptedEngine({audio_key(AUDIO): "kilo seven", "*": "somebody else"})
    assert engine.transcribe(AUDIO, language=None).text == "kilo seven"
    assert engine.transcribe(AUDIO[:16_000], language=None).text == "somebody else"


def test_each_line_of_the_script_is_a_segment() -> None:
    segments = ScriptedEngine({"*": "good evening\nthis is kilo seven"}).transcribe(AUDIO, language=None).segments
    assert [segment.text for segment in segments] == ["good evening", "this is kilo seven"]
    assert segments[-1].end_seconds == 2.0


def test_without_a_script_the_audio_decides_the_words() -> None:
    engine = ScriptedEngine()
    first = engine.transcribe(AUDIO, language=None).text
    assert first == ScriptedEngine().transcribe(AUDIO, language=None).text
    assert first != engine.transcribe(AUDIO * np.float32(0.5), language=None).text


def test_an_empty_line_of_script_is_no_speech() -> None:
    assert ScriptedEngine({"*": ""}).transcribe(AUDIO, language=None).segments == ()


def test_a_script_is_read_from_a_file(tmp_path: Path) -> None:
    file = tmp_path / "net.json"
    file.write_text(json.dumps({"*": "good evening"}))
    engine = ScriptedEngine(file)
    assert engine.transcribe(AUDIO, language=None).text == "good evening"
    assert engine.info.model == "net.json"


@pytest.mark.parametrize("content", [None, "no json"])
def test_a_script_that_cannot_be_read_makes_the_engine_unavailable(tmp_path: Path, content: str | None) -> None:
    file = tmp_path / "net.json"
    if content is not None:
        file.write_text(content)
    with pytest.raises(EngineUnavailable, match=r"net\.json"):
        ScriptedEngine(file).load()
