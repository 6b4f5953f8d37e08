"""Words that options choose from."""

from enum import StrEnum

from tsn.ingest.v1.recording_pb2 import Lane


class StateName(StrEnum):
    """States by which jobs can be chosen."""

    QUEUED = "queued"
    RUNNING = "running"
    SUCCEEDED = "succeeded"
    DEGRADED = "degraded"
    WAITING = "waiting"
    DEAD = "dead"
    CANCELLED = "cancelled"


class StageName(StrEnum):
    """Stages by which jobs can be chosen."""

    FETCH = "fetch"
    TRANSCRIBE = "transcribe"
    EXTRACT = "extract"
    ANALYZE = "analyze"


class RerunStage(StrEnum):
    """Stages that can be run again over what is stored."""

    TRANSCRIBE = "transcribe"
    EXTRACT = "extract"
    ANALYZE = "analyze"


class LaneName(StrEnum):
    """Urgency classes."""

    URGENT = "urgent"
    LIVE = "live"
    BATCH = "batch"


LANES = {
    LaneName.URGENT: Lane.LANE_URGENT,
    LaneName.LIVE: Lane.LANE_LIVE,
    LaneName.BATCH: Lane.LANE_BATCH,
}
