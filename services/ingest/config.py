"""Settings of ingest (`TSN_INGEST_...`)."""

from pathlib import Path

from pydantic import Field, field_validator
from pydantic_settings import SettingsConfigDict

from mesh.settings import ServiceSettings
from services.ingest.fetch.addresses import parse_networks
from services.ingest.fetch.targets import parse_rules


class IngestSettings(ServiceSettings):
    """Settings of ingest."""

    model_config = SettingsConfigDict(env_prefix="TSN_INGEST_", extra="ignore")

    auto_register: bool = False
    """Register a node that sends its first recording or heartbeat. Off in production: operators add nodes."""
    max_recording_bytes: int = Field(default=256 * 1024 * 1024, ge=1024)
    """Largest file accepted."""
    upload_memory_bytes: int = Field(default=4 * 1024 * 1024, ge=0)
    """An upload under way stays in memory up to this size, and goes to disk beyond."""
    upload_memory_total_bytes: int = Field(default=64 * 1024 * 1024, ge=0)
    """All uploads under way together stay in memory up to this size."""
    scratch_folder: Path | None = None
    """Where uploads under way lie; the system's temporary folder when not set."""
    uploads_at_once: int = Field(default=64, ge=1)
    """More uploads at the same time are told to come again."""
    node_uploads_at_once: int = Field(default=8, ge=1)
    """More uploads of one node at the same time are told to come again."""
    batch_uploads_at_once: int = Field(default=12, ge=1)
    """Of all uploads at most so many in the batch lane: a fifth, so that backlogs leave room for what is said now."""
    upload_idle_seconds: float = Field(default=60.0, gt=0)
    """An upload from which nothing comes for so long is ended, and what came is kept."""
    live_queue_limit: int = Field(default=100_000, ge=1)
    """With so many recordings waiting for transcription in lane live, no more are taken for it."""
    batch_queue_limit: int = Field(default=200_000, ge=1)
    """The same for lane batch."""
    min_free_bytes: int = Field(default=1024**3, ge=0)
    """Intake pauses while the disk of a local blob store or of the scratch folder has less free than this, or than a
    twentieth of itself where that is smaller. 0: never."""
    storage_retry_seconds: float = Field(default=30.0, ge=1, le=3600)
    """When nodes are told to come again while intake pauses for want of room or of the blob store."""
    unfinished_upload_days: float = Field(default=7.0, gt=0)
    """An upload that broke and was not resumed is removed after this."""
    orphan_grace_hours: float = Field(default=24.0, ge=1.0)
    """Blobs that nothing names are removed when they are older than this."""
    probe_timeout_seconds: float = Field(default=20.0, gt=0)
    """Longest look into one file."""
    database_timeout_seconds: float = Field(default=5.0, gt=0)
    """Longest wait for the database before a caller is told to come again."""
    watch_limit_seconds: float = Field(default=3600.0, gt=0)
    """Longest WatchJobs or WatchBatch stream; callers open a new one."""
    rerun_queue_limit: int = Field(default=20_000, ge=1)
    """Jobs of one re-run that may wait at once; the rest of its recordings are looked up as these are done."""
    import_idle_minutes: float = Field(default=10.0, gt=0)
    """An import of which nothing more came for this long has ended; an upload opens it again."""
    node_silent_seconds: float = Field(default=180.0, gt=0)
    """A node that used to send heartbeats counts as silent after so long without one."""
    url_allow: str = ""
    """Hosts that SubmitUrl may fetch from, separated by commas: `archive.example.org`, `*.example.net` (every name
    below it), `lan.example:8080` (else ports 80 and 443 only), `*` (every name). Empty: none."""
    url_private_networks: str = ""
    """Networks in which such hosts may lie although they are not public, e.g. 192.168.7.0/24,fd00::/8. Empty: none."""
    fetch_slots: int = Field(default=4, ge=1, le=64)
    """URLs fetched at the same time."""
    fetch_timeout_seconds: float = Field(default=600.0, gt=0)
    """Longest time for one URL, redirects included."""

    @field_validator("url_allow")
    @classmethod
    def _hosts(cls, value: str) -> str:
        parse_rules(value)
        return value

    @field_validator("url_private_networks")
    @classmethod
    def _networks(cls, value: str) -> str:
        parse_networks(value)
        return value
