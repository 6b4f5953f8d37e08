"""The domain's words to messages and back."""

from collections.abc import AsyncIterator
from datetime import datetime

from google.protobuf.timestamp_pb2 import Timestamp

from mesh.clock import Clock
from mesh.errors import InvalidInput
from mesh.rpc.times import from_timestamp, to_duration, to_timestamp
from services.ingest.domain import validation
from services.ingest.domain.errors import (
    ChunkBeforeMetadata,
    ChunkTooLarge,
    MetadataMissing,
    MetadataTwice,
    PayloadMissing,
)
from services.ingest.domain.model import AudioWarning, Lane, Recording, UploadMetadata
from services.ingest.domain.sequences import SpoolNumber
from tsn.ingest.v1 import ingest_pb2 as pb
from tsn.ingest.v1 import recording_pb2

CHUNK_LIMIT_BYTES = 64 * 1024

LANES_TO_WIRE = {
    Lane.URGENT: recording_pb2.LANE_URGENT,
    Lane.LIVE: recording_pb2.LANE_LIVE,
    Lane.BATCH: recording_pb2.LANE_BATCH,
}
LANES_FROM_WIRE = {number: lane for lane, number in LANES_TO_WIRE.items()}
_WARNINGS = {
    AudioWarning.TRUNCATED: recording_pb2.AUDIO_WARNING_TRUNCATED,
    AudioWarning.LENGTH_UNSTATED: recording_pb2.AUDIO_WARNING_LENGTH_UNSTATED,
    AudioWarning.CLOCK_WRONG: recording_pb2.AUDIO_WARNING_CLOCK_WRONG,
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
        lane=LANES_FROM_WIRE.get(message.lane, Lane.LIVE),
        number=validation.spool_number(message.sequence, message.spool_id),
        batch=validation.batch_id(message.batch, field="batch") if message.batch else "",
    )


def number_from_wire(message: pb.UploadMetadata) -> tuple[str, SpoolNumber] | None:
    """Node and number of an upload whose metadata may be wrong otherwise; None where these cannot be used."""
    try:
        number = validation.spool_number(message.sequence, message.spool_id)
        return None if number is None else (validation.node_id(message.node), number)
    except InvalidInput:
        return None


def moment_from_wire(stamp: Timestamp) -> datetime | None:
    """The moment; None for one that no calendar has."""
    try:
        return from_timestamp(stamp)
    except (ValueError, OverflowError):
        return None


def recording_to_wire(recording: Recording) -> recording_pb2.Recording:
    """A recording."""
    message = recording_pb2.Recording(
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
    if recording.node_clock_offset_seconds is not None:
        message.node_clock_offset.CopyFrom(to_duration(recording.node_clock_offset_seconds))
    return message


def stored_event(recording: Recording) -> recording_pb2.RecordingStored:
    """The event that tells of a stored recording."""
    return recording_pb2.RecordingStored(recording=recording_to_wire(recording), audio_key=recording.audio_key)
