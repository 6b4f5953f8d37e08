"""What ingest speaks of: uploads, recordings, jobs."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from services.ingest.domain.sequences import SpoolNumber


class Lane(StrEnum):
    """Urgency class of a recording's jobs."""

    URGENT = "urgent"
    LIVE = "live"
    BATCH = "batch"


class AudioWarning(StrEnum):
    """Something noteworthy about audio that was accepted."""

    TRUNCATED = "truncated"
    LENGTH_UNSTATED = "length_unstated"
    CLOCK_WRONG = "clock_wrong"


@dataclass(frozen=True)
class UploadMetadata:
    """First message of an upload, checked: every field is fit for storage and for keys."""

    node: str
    """Id, without `nodes/`."""
    channel: str
    captured_at: datetime
    sha256: str
    """64 lower-case hexadecimal digits."""
    size_bytes: int
    request_id: str
    source_file_name: str
    offset: int
    lane: Lane
    number: SpoolNumber | None = None
    """None: the sender does not count."""
    batch: str = ""
    """Id of the batch that its jobs belong to; empty: none."""


@dataclass(frozen=True)
class AudioProperties:
    """What probing found."""

    container: str
    codec: str
    sample_rate_hz: int
    audio_channels: int
    duration_seconds: float
    warnings: tuple[AudioWarning, ...] = ()


@dataclass(frozen=True)
class Recording:
    """A stored recording."""

    id: str
    node: str
    channel: str
    captured_at: datetime
    duration_seconds: float
    sha256: str
    size_bytes: int
    container: str
    codec: str
    sample_rate_hz: int
    audio_channels: int
    source_file_name: str
    received_at: datetime
    lane: Lane
    warnings: tuple[AudioWarning, ...]
    request_id: str
    audio_key: str
    """Key of the audio in the blob store."""
    node_clock_offset_seconds: float | None = None
    """Server clock minus node clock as known when this was stored."""

    @property
    def name(self) -> str:
        """Resource name."""
        return f"nodes/{self.node}/recordings/{self.id}"


@dataclass(frozen=True)
class Part:
    """Consecutive bytes of an unfinished upload, in the blob store."""

    key: str
    offset: int
    size_bytes: int


@dataclass(frozen=True)
class PartialUpload:
    """What is kept of an upload that broke."""

    node: str
    request_id: str
    sha256: str
    size_bytes: int
    parts: Sequence[Part]
    """Without gaps from offset 0."""

    @property
    def received_bytes(self) -> int:
        """Where the next byte belongs."""
        return sum(part.size_bytes for part in self.parts)


@dataclass(frozen=True)
class Known:
    """What the database says about an upload that begins."""

    node_registered: bool
    same_request: Recording | None
    same_bytes: Recording | None
    partial: PartialUpload | None
    node_clock_offset_seconds: float | None = None


@dataclass(frozen=True)
class Stored:
    """Answer to an upload."""

    recording: Recording
    deduplicated: bool
    """True when the same request or the same bytes had been stored before."""


@dataclass(frozen=True)
class JobView:
    """A job as people see it."""

    id: str
    recording: str
    stage: str
    lane: str
    state: str
    attempts: int
    max_attempts: int
    created_at: datetime
    updated_at: datetime
    retry_at: datetime | None
    error_reason: str
    error_message: str
    worker: str
    traceparent: str
    batch: str
    """Id; empty where it belongs to none."""
    deferrals: int
    lease_until: datetime | None
    failure_class: str
    resolved_at: datetime | None
    resolution_note: str
    crowded: bool


@dataclass(frozen=True)
class JobStep:
    """One transition of a job; `before` is empty for the first."""

    before: str
    after: str
    at: datetime
    worker: str
    note: str


@dataclass(frozen=True)
class FieldCondition:
    """One comparison of a field; a recording or job is meant when it meets all that are given."""

    field: str
    op: str
    """One of = != < <= > >=."""
    value: str | bool | datetime
