"""The domain's words to messages and back."""

from collections.abc import AsyncIterator, Sequence
from datetime import datetime

from google.protobuf.timestamp_pb2 import Timestamp

from mesh.clock import Clock
from mesh.rpc.times import from_timestamp, to_duration, to_timestamp
from services.ingest.domain import validation
from services.ingest.domain.errors import (
    ChunkBeforeMetadata,
    ChunkTooLarge,
    MetadataMissing,
    MetadataTwice,
    PayloadMissing,
)
from services.ingest.domain.model import AudioWarning, Lane, NewNode, Node, NodeHealth, Recording, UploadMetadata
from tsn.ingest.v1 import ingest_pb2 as pb
from tsn.ingest.v1 import recording_pb2

CHUNK_LIMIT_BYTES = 64 * 1024

LANES_TO_WIRE = {
    Lane.URGENT: recording_pb2.LANE_URGENT,
    Lane.LIVE: recording_pb2.LANE_LIVE,
    Lane.BATCH: recording_pb2.LANE_BATCH,
}
_LANES = {number: lane for lane, number in LANES_TO_WIRE.items()}
_WARNINGS = {
    AudioWarning.TRUNCATED: recording_pb2.AUDIO_WARNING_TRUNCATED,
    AudioWarning.LENGTH_UNSTATED: recording_pb2.AUDIO_WARNING_LENGTH_UNSTATED,
}


async def first_message(requests: AsyncIterator[pb.UploadRecordingRequest]) -> pb.UploadMetadata:
    """The metadata that an upload begins with. Raises ChunkBeforeMetadata, MetadataMissing, PayloadMissing."""
    async for request in requests:
        kind = request.WhichOneof("payload")
        if kind == "metadata":
            return request.metadata
        raise ChunkBeforeMetadata if kind == "chunk" else PayloadMissing
    raise MetadataMissing


async def chunks_after(requests: AsyncIterator[pb.UploadRecordingRequest]) -> AsyncIterator[bytes]:
    """The chunks that follow. Raises MetadataTwice, ChunkTooLarge, PayloadMissing."""
    async for request in requests:
        kind = request.WhichOneof("payload")
        if kind != "chunk":
            raise MetadataTwice if kind == "metadata" else PayloadMissing
        if len(request.chunk) > CHUNK_LIMIT_BYTES:
            raise ChunkTooLarge(len(request.chunk), CHUNK_LIMIT_BYTES)
        yield request.chunk


def metadata_from_wire(message: pb.UploadMetadata, *, clock: Clock, limit_bytes: int) -> UploadMetadata:
    """The metadata, checked. Raises the failures of domain.validation."""
    size_bytes = validation.size_bytes(message.size_bytes, limit_bytes=limit_bytes)
    moment = moment_from_wire(message.captured_at) if message.HasField("captured_at") else None
    return UploadMetadata(
        node=validation.node_id(message.node),
        channel=validation.channel(message.channel),
        captured_at=validation.captured_at(moment, now=clock.now()),
        sha256=validation.sha256(message.sha256),
        size_bytes=size_bytes,
        request_id=validation.request_id(message.request_id),
        source_file_name=validation.source_file_name(message.source_file_name),
        offset=validation.offset(message.offset, size_bytes=size_bytes),
        lane=_LANES.get(message.lane, Lane.LIVE),
    )


def moment_from_wire(stamp: Timestamp) -> datetime | None:
    """The moment; None for one that no calendar has."""
    try:
        return from_timestamp(stamp)
    except (ValueError, OverflowError):
        return None


def new_node_from_wire(message: recording_pb2.Node) -> NewNode:
    """The node to be registered, checked. Raises the failures of domain.validation."""
    return NewNode(
        id=validation.node_id(message.name, field="node.name"),
        display_name=validation.display_name(message.display_name),
        time_zone=validation.time_zone(message.time_zone),
    )


def health_from_wire(message: recording_pb2.NodeHealth) -> NodeHealth:
    """What a node says of itself."""
    return NodeHealth(
        version=message.version[:64],
        spooled_recordings=message.spooled_recordings,
        spooled_bytes=message.spooled_bytes,
        refused_recordings=message.refused_recordings,
        disk_free_bytes=message.disk_free_bytes,
    )


def node_to_wire(node: Node) -> recording_pb2.Node:
    """A node."""
    message = recording_pb2.Node(
        name=f"nodes/{node.id}",
        display_name=node.display_name,
        time_zone=node.time_zone,
        created_at=to_timestamp(node.created_at),
        self_registered=node.self_registered,
        recording_count=node.recording_count,
    )
    if node.last_heartbeat_at is not None:
        message.last_heartbeat_at.CopyFrom(to_timestamp(node.last_heartbeat_at))
    if node.last_captured_at is not None:
        message.last_captured_at.CopyFrom(to_timestamp(node.last_captured_at))
    if node.health is not None:
        message.health.CopyFrom(
            recording_pb2.NodeHealth(
                version=node.health.version,
                spooled_recordings=node.health.spooled_recordings,
                spooled_bytes=node.health.spooled_bytes,
                refused_recordings=node.health.refused_recordings,
                disk_free_bytes=node.health.disk_free_bytes,
            )
        )
    return message


def nodes_to_wire(nodes: Sequence[Node]) -> list[recording_pb2.Node]:
    """Nodes."""
    return [node_to_wire(node) for node in nodes]


def recording_to_wire(recording: Recording) -> recording_pb2.Recording:
    """A recording."""
    return recording_pb2.Recording(
        name=recording.name,
        channel=recording.channel,
        captured_at=to_timestamp(recording.captured_at),
        duration=to_duration(recording.duration_seconds),
        sha256=recording.sha256,
        size_bytes=recording.size_bytes,
        container=recording.container,
        codec=recording.codec,
        sample_rate_hz=recording.sample_rate_hz,
        audio_channels=recording.audio_channels,
        source_file_name=recording.source_file_name,
        received_at=to_timestamp(recording.received_at),
        lane=LANES_TO_WIRE[recording.lane],
        warnings=[_WARNINGS[warning] for warning in recording.warnings],
    )


def stored_event(recording: Recording) -> recording_pb2.RecordingStored:
    """The event that tells of a stored recording."""
    return recording_pb2.RecordingStored(recording=recording_to_wire(recording), audio_key=recording.audio_key)
