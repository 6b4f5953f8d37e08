"""Settings of extract (`TSN_EXTRACT_...`)."""

from pydantic import Field
from pydantic_settings import SettingsConfigDict

from mesh.settings import ServiceSettings


class ExtractSettings(ServiceSettings):
    """Settings of extract."""

    model_config = SettingsConfigDict(env_prefix="TSN_EXTRACT_", extra="ignore")

    slots: int = Field(default=4, ge=1, le=64)
    """Transcripts read at the same time."""

    import_idle_seconds: float = Field(default=300.0, gt=0, le=3600)
    """An import of callsigns from which nothing comes for so long is given up; the same file goes on later."""

    review_settle_seconds: float = Field(default=10.0, ge=0, le=600)
    """After this a review of a callsign looks for the recordings that it concerns once more: what was being stored
    when it was made is found then at the latest."""
