"""Settings of analyze (`TSN_ANALYZE_...`)."""

from pydantic import Field
from pydantic_settings import SettingsConfigDict

from mesh.settings import ServiceSettings


class AnalyzeSettings(ServiceSettings):
    """Settings of analyze."""

    model_config = SettingsConfigDict(env_prefix="TSN_ANALYZE_", extra="ignore")

    slots: int = Field(default=4, ge=1, le=64)
    """Recordings analysed at the same time."""
    idle_gap_seconds: float = Field(default=120.0, gt=0, le=86_400)
    """Silence on a channel after which the next recording begins a new conversation."""
