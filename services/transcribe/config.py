"""Settings of transcribe (`TSN_TRANSCRIBE_...`)."""

import os
from pathlib import Path

from pydantic import Field
from pydantic_settings import SettingsConfigDict

from mesh.settings import ServiceSettings
from services.transcribe.engines.select import DEFAULT_MODEL, Policy


class TranscribeSettings(ServiceSettings):
    """Settings of transcribe."""

    model_config = SettingsConfigDict(env_prefix="TSN_TRANSCRIBE_", extra="ignore")

    engine: Policy = Policy.AUTO
    """`auto` takes Whisper if its weights are at hand or can be fetched, else PocketSphinx."""
    model: str = DEFAULT_MODEL
    """Whisper model: a name such as `small` or `large-v3-turbo`, or a folder in CTranslate2 format."""
    device: str = "auto"
    """`auto`, `cpu` or `cuda`."""
    compute_type: str = "auto"
    """Arithmetic of Whisper: `auto`, `int8`, `float16`, ..."""
    fetch_timeout_seconds: float = Field(default=20.0, ge=0, le=3600)
    """How long `auto` may try to fetch the weights before it takes PocketSphinx."""
    language: str = ""
    """BCP-47 language of all recordings; empty: the engine's own."""
    slots: int = Field(default=0, ge=0, le=64)
    """Recordings transcribed at the same time, each in a process of its own; 0: one a core."""
    partial_interval_seconds: float = Field(default=0.25, ge=0, le=10)
    """Partial texts of a recording come at most this often, and at the end of each segment."""
    shed_backlog_per_slot: int = Field(default=4, ge=1, le=10_000)
    """With more live recordings waiting for each slot, no partial texts are made, so that finals come sooner."""
    max_audio_seconds: float = Field(default=4 * 3600.0, gt=0)
    """Audio beyond this is left out of the transcript, which is then flagged as truncated."""
    script: Path | None = None
    """JSON file with the texts of the scripted engine."""
    script_delay_seconds: float = Field(default=0.0, ge=0)
    """How long the scripted engine takes for each recording."""
    glossary: bool = False
    """Whether engines are told the node's regulars, clubs and nets. What was told can be heard where something else was
    said; docs/callsigns.md has what was measured."""
    spelling_slots: int = Field(default=1, ge=0, le=8)
    """Stretches read with the closed grammar of callsigns at the same time (a second opinion); 0: none are."""
    spelling_timeout_seconds: float = Field(default=10.0, gt=0, le=300)
    """Longest time for one such stretch, the wait for its turn included."""
    extract_address: str = "127.0.0.1:50053"
    """host:port of extract, for live mentions."""
    analyze_address: str = "127.0.0.1:50054"
    """host:port of analyze, for live alerts."""

    def slot_count(self) -> int:
        """Recordings at the same time."""
        return self.slots or os.cpu_count() or 1
