"""Rows to the domain's words and back."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from sqlalchemy import RowMapping

from services.ingest.domain.clock import NodeClock
from services.ingest.domain.model import (
    AudioWarning,
    JobStep,
    JobView,
    Lane,
    Part,
    PartialUpload,
    Recording,
)
from services.ingest.domain.nodes import Node, health_from_facts

Row = RowMapping | Mapping[str, Any]


def node_from_row(row: Row) -> Node:
    """A row of ingest_nodes, with `missing_recordings`."""
    return Node(
        id=row["id"],
        display_name=row["display_name"],
        time_zone=row["time_zone"],
        created_at=row["created_at"],
        self_registered=bool(row["self_registered"]),
        last_heartbeat_at=row["last_heartbeat_at"],
        last_captured_at=row["last_captured_at"],
        last_received_at=row["last_received_at"],
        recording_count=row["recording_count"],
        missing_recordings=int(row["missing_recordings"]),
        health=health_from_facts(row["health"]) if row["health"] else None,
        clock=clock_from_row(row),
    )


def clock_from_row(row: Row) -> NodeClock | None:
    """The columns clock_* of a row of ingest_nodes; None where nothing was measured yet."""
    if row["clock_measured_at"] is None:
        return None
    return NodeClock(
        offset_ms=row["clock_offset_ms"],
        measured_at=row["clock_measured_at"],
        reference_offset_ms=row["clock_reference_offset_ms"],
        reference_at=row["clock_reference_at"],
        drift_ppm=row["clock_drift_ppm"],
    )


def clock_to_row(clock: NodeClock) -> dict[str, object]:
    """The values of the columns clock_*."""
    return {f"clock_{name}": value for name, value in asdict(clock).items()}


def recording_from_row(row: Row) -> Recording:
    """A row of ingest_recordings."""
    offset_ms = row["node_clock_offset_ms"]
    return Recording(
        id=row["id"],
        node=row["node"],
        channel=row["channel"],
        captured_at=row["captured_at"],
        duration_seconds=row["duration_ms"] / 1000,
        sha256=row["sha256"],
        size_bytes=row["size_bytes"],
        container=row["container"],
        codec=row["codec"],
        sample_rate_hz=row["sample_rate_hz"],
        audio_channels=row["audio_channels"],
        source_file_name=row["source_file_name"],
        received_at=row["received_at"],
        lane=Lane(row["lane"]),
        warnings=tuple(AudioWarning(warning) for warning in row["warnings"]),
        request_id=row["request_id"],
        audio_key=row["audio_key"],
        node_clock_offset_seconds=None if offset_ms is None else offset_ms / 1000,
    )


def recording_to_row(recording: Recording) -> dict[str, object]:
    """The values of a row of ingest_recordings."""
    offset = recording.node_clock_offset_seconds
    return {
        "id": recording.id,
        "node": recording.node,
        "channel": recording.channel,
        "captured_at": recording.captured_at,
        "duration_ms": round(recording.duration_seconds * 1000),
        "sha256": recording.sha256,
        "size_bytes": recording.size_bytes,
        "container": recording.container,
        "codec": recording.codec,
        "sample_rate_hz": recording.sample_rate_hz,
        "audio_channels": recording.audio_channels,
        "source_file_name": recording.source_file_name,
        "received_at": recording.received_at,
        "lane": recording.lane.value,
        "warnings": [warning.value for warning in recording.warnings],
        "request_id": recording.request_id,
        "audio_key": recording.audio_key,
        "node_clock_offset_ms": None if offset is None else round(offset * 1000),
    }


def partial_from_row(row: Row) -> PartialUpload:
    """A row of ingest_uploads."""
    return PartialUpload(
        node=row["node"],
        request_id=row["request_id"],
        sha256=row["sha256"],
        size_bytes=row["size_bytes"],
        parts=parts_from_json(row["parts"]),
    )


def parts_from_json(parts: Sequence[Row]) -> tuple[Part, ...]:
    """The column `parts`."""
    return tuple(Part(key=part["key"], offset=part["offset"], size_bytes=part["size_bytes"]) for part in parts)


def job_from_row(row: Row) -> JobView:
    """A row of jobs."""
    return JobView(
        id=row["id"],
        recording=row["subject"],
        stage=row["stage"],
        lane=row["lane"],
        state=row["state"],
        attempts=row["attempts"],
        max_attempts=row["max_attempts"],
        created_at=row["created_at"],
        updated_at=row["updated_at"],
        retry_at=row["retry_at"],
        error_reason=row["error_reason"],
        error_message=row["error_message"],
        worker=row["worker"],
        traceparent=row["traceparent"],
        batch=row["batch"],
        deferrals=row["deferrals"],
        lease_until=row["lease_until"],
        failure_class=row["failure_class"],
        resolved_at=row["resolved_at"],
        resolution_note=row["resolution_note"],
        crowded=bool(row["crowded"]),
    )


def step_from_row(row: Row) -> JobStep:
    """A row of job_transitions."""
    return JobStep(
        before=row["from_state"], after=row["to_state"], at=row["at"], worker=row["worker"], note=row["note"]
    )
