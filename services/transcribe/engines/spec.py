"""A description of an engine that can be sent to the process that will run it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from services.transcribe.domain.errors import EngineUnavailable
from services.transcribe.domain.ports import SpeechEngine


@dataclass(frozen=True, slots=True)
class PocketSphinxSpec:
    """The bundled English model."""

    name: str = "pocketsphinx"


@dataclass(frozen=True, slots=True)
class FasterWhisperSpec:
    """See `FasterWhisperEngine` for the meaning of each field."""

    model: str
    model_name: str | None = None
    device: str = "auto"
    compute_type: str = "auto"
    max_new_tokens: int | None = None
    name: str = "faster_whisper"


@dataclass(frozen=True, slots=True)
class ScriptedSpec:
    """Script file or none; `delay_seconds` is how long each recording takes."""

    script: Path | None = None
    delay_seconds: float = 0.0
    name: str = "scripted"


@dataclass(frozen=True, slots=True)
class SpellingSpec:
    """PocketSphinx with the closed grammar of spelled callsigns; no engine for whole recordings."""

    name: str = "spelling"


EngineSpec = PocketSphinxSpec | FasterWhisperSpec | ScriptedSpec | SpellingSpec


def build(spec: EngineSpec) -> SpeechEngine:
    """The engine, not yet loaded. Engines are imported here, so that only those in use must be installed.

    Raises:
        EngineUnavailable: the engine's library is missing or does not import.
    """
    try:
        match spec:
            case PocketSphinxSpec():
                from services.transcribe.engines.pocketsphinx import PocketSphinxEngine

                return PocketSphinxEngine()
            case SpellingSpec():
                from services.transcribe.engines.spelling import SpellingEngine

                return SpellingEngine()
            case FasterWhisperSpec():
                from services.transcribe.engines.faster_whisper import FasterWhisperEngine

                return FasterWhisperEngine(
                    spec.model,
                    model_name=spec.model_name,
                    device=spec.device,
                    compute_type=spec.compute_type,
                    max_new_tokens=spec.max_new_tokens,
                )
            case ScriptedSpec():
                from services.transcribe.engines.scripted import ScriptedEngine

                return ScriptedEngine(spec.script, spec.delay_seconds)
    except ImportError as error:
        raise EngineUnavailable(spec.name, str(error)) from error
