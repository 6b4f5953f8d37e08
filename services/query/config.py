"""Settings of the query service."""

from pydantic import Field
from pydantic_settings import SettingsConfigDict

from mesh.settings import ServiceSettings


class QuerySettings(ServiceSettings):
    """`TSN_QUERY_...`"""

    model_config = SettingsConfigDict(env_prefix="TSN_QUERY_", extra="ignore")

    window_rows: int = Field(default=25_000, ge=1)
    """Recordings in one full-text table before the next is begun."""
    batch_events: int = Field(default=100, ge=2, le=1000)
    """Events written in one transaction at most."""
    ack_wait_seconds: float = Field(default=30.0, ge=1, le=600)
    """Events that a replica took and lost with its life are read again after this."""
    max_watchers: int = Field(default=500, ge=1)
    """Feeds that one replica serves at the same time."""
    watcher_queue: int = Field(default=1000, ge=10)
    """Items kept for a watcher that reads slowly, before it is dropped."""
    heartbeat_seconds: float = Field(default=15.0, gt=0)
    """Silence on a feed after which it shows that it lives."""
