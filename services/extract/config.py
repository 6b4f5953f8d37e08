"""Settings of extract (`TSN_EXTRACT_...`)."""

from pathlib import Path
from typing import Self

from pydantic import Field, SecretStr, model_validator
from pydantic_settings import SettingsConfigDict

from mesh.settings import ServiceSettings


class ExtractSettings(ServiceSettings):
    """Settings of extract."""

    model_config = SettingsConfigDict(env_prefix="TSN_EXTRACT_", extra="ignore")

    slots: int = Field(default=4, ge=1, le=64)
    """Transcripts read at the same time."""

    gazetteer: Path | None = None
    """File with names of places, one a line, or what is said, a tab and the name; without it only states, provinces and
    countries are known by name."""

    import_idle_seconds: float = Field(default=300.0, gt=0, le=3600)
    """An import of callsigns from which nothing comes for so long is given up; the same file goes on later."""

    qrz_user: str = ""
    """User of QRZ's XML service, which is asked for holders of calls that no imported register knows. Empty: never."""
    qrz_password: SecretStr = SecretStr("")
    """Password of that user."""
    qrz_url: str = Field(default="https://xmldata.qrz.com/xml/current/", pattern=r"^https?://\S+$")
    """Where the service is."""
    qrz_agent: str = Field(default="spoken-network", min_length=1, max_length=64)
    """What we call ourselves there."""
    qrz_timeout_seconds: float = Field(default=5.0, gt=0, le=60)
    """Longest wait for an answer."""
    qrz_per_minute: int = Field(default=20, ge=0, le=1000)
    """Questions of one process in a minute, at most five for one recording; the rest waits for another time."""
    qrz_known_days: float = Field(default=30.0, gt=0, le=3650)
    """How long an answer is kept."""
    qrz_unknown_days: float = Field(default=7.0, gt=0, le=3650)
    """How long it is kept that a call is not known there."""

    review_settle_seconds: float = Field(default=10.0, ge=0, le=600)
    """After this a review of a callsign looks for the recordings that it concerns once more: what was being stored
    when it was made is found then at the latest."""

    transcribe_address: str = ""
    """host:port of transcribe, where doubtful callsigns are heard again; empty: there is no second opinion."""
    acoustic_from_confidence: float = Field(default=0.5, ge=0, le=1)
    """Mentions from this confidence on are heard again ..."""
    acoustic_to_confidence: float = Field(default=0.85, ge=0, le=1)
    """... up to this one. What a person settled is not."""
    acoustic_timeout_seconds: float = Field(default=2.0, gt=0, le=60)
    """Longest that a doubtful call waits to be heard again."""

    language_url: str = Field(default="", pattern=r"^(https?://\S+)?$")
    """Base URL of an OpenAI-compatible server such as vLLM (http://host:8000/v1) that judges doubtful mentions; the
    text around them is sent there. Empty: nothing is asked."""
    language_model: str = Field(default="", max_length=200)
    """Name of the model on that server."""
    language_api_key: SecretStr = SecretStr("")
    """Key for that server, where it wants one."""
    language_timeout_seconds: float = Field(default=8.0, gt=0, le=120)
    """Longest time for one question, a second try included."""
    language_retries: int = Field(default=1, ge=0, le=1)
    """Tries after a lost connection or an error of the server."""
    language_parallel: int = Field(default=4, ge=1, le=64)
    """Questions of one process at the same time."""
    language_per_minute: int = Field(default=60, ge=0, le=100_000)
    """Questions of one process in a minute; a recording with more ends degraded. What is cached does not count."""
    language_rest_seconds: float = Field(default=30.0, gt=0, le=3600)
    """How long the server is left alone after five failures in a row; then one question tries it."""
    language_from_confidence: float = Field(default=0.5, ge=0, le=1)
    """Mentions from this confidence on are asked about ..."""
    language_to_confidence: float = Field(default=0.95, ge=0, le=1)
    """... up to this one. What a person settled is never asked about."""
    language_cache_days: float = Field(default=30.0, gt=0, le=3650)
    """How long an answer is used for the same question."""

    @model_validator(mode="after")
    def _language_is_whole(self) -> Self:
        if self.language_url and not self.language_model:
            raise ValueError("TSN_EXTRACT_LANGUAGE_URL needs TSN_EXTRACT_LANGUAGE_MODEL")
        if self.language_from_confidence > self.language_to_confidence:
            raise ValueError("TSN_EXTRACT_LANGUAGE_FROM_CONFIDENCE is above TSN_EXTRACT_LANGUAGE_TO_CONFIDENCE")
        return self
