import datetime

from google.protobuf import duration_pb2 as _duration_pb2
from google.protobuf import timestamp_pb2 as _timestamp_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class Lane(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    LANE_UNSPECIFIED: _ClassVar[Lane]
    LANE_URGENT: _ClassVar[Lane]
    LANE_LIVE: _ClassVar[Lane]
    LANE_BATCH: _ClassVar[Lane]

class AudioWarning(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    AUDIO_WARNING_UNSPECIFIED: _ClassVar[AudioWarning]
    AUDIO_WARNING_TRUNCATED: _ClassVar[AudioWarning]
    AUDIO_WARNING_LENGTH_UNSTATED: _ClassVar[AudioWarning]
    AUDIO_WARNING_CLOCK_WRONG: _ClassVar[AudioWarning]
LANE_UNSPECIFIED: Lane
LANE_URGENT: Lane
LANE_LIVE: Lane
LANE_BATCH: Lane
AUDIO_WARNING_UNSPECIFIED: AudioWarning
AUDIO_WARNING_TRUNCATED: AudioWarning
AUDIO_WARNING_LENGTH_UNSTATED: AudioWarning
AUDIO_WARNING_CLOCK_WRONG: AudioWarning

class Node(_message.Message):
    __slots__ = ("name", "display_name", "time_zone", "created_at", "self_registered", "last_heartbeat_at", "last_captured_at", "recording_count", "health", "clock_offset", "clock_drift_ppm", "clock_wrong", "silent", "missing_recordings", "last_received_at")
    NAME_FIELD_NUMBER: _ClassVar[int]
    DISPLAY_NAME_FIELD_NUMBER: _ClassVar[int]
    TIME_ZONE_FIELD_NUMBER: _ClassVar[int]
    CREATED_AT_FIELD_NUMBER: _ClassVar[int]
    SELF_REGISTERED_FIELD_NUMBER: _ClassVar[int]
    LAST_HEARTBEAT_AT_FIELD_NUMBER: _ClassVar[int]
    LAST_CAPTURED_AT_FIELD_NUMBER: _ClassVar[int]
    RECORDING_COUNT_FIELD_NUMBER: _ClassVar[int]
    HEALTH_FIELD_NUMBER: _ClassVar[int]
    CLOCK_OFFSET_FIELD_NUMBER: _ClassVar[int]
    CLOCK_DRIFT_PPM_FIELD_NUMBER: _ClassVar[int]
    CLOCK_WRONG_FIELD_NUMBER: _ClassVar[int]
    SILENT_FIELD_NUMBER: _ClassVar[int]
    MISSING_RECORDINGS_FIELD_NUMBER: _ClassVar[int]
    LAST_RECEIVED_AT_FIELD_NUMBER: _ClassVar[int]
    name: str
    display_name: str
    time_zone: str
    created_at: _timestamp_pb2.Timestamp
    self_registered: bool
    last_heartbeat_at: _timestamp_pb2.Timestamp
    last_captured_at: _timestamp_pb2.Timestamp
    recording_count: int
    health: NodeHealth
    clock_offset: _duration_pb2.Duration
    clock_drift_ppm: float
    clock_wrong: bool
    silent: bool
    missing_recordings: int
    last_received_at: _timestamp_pb2.Timestamp
    def __init__(self, name: _Optional[str] = ..., display_name: _Optional[str] = ..., time_zone: _Optional[str] = ..., created_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., self_registered: _Optional[bool] = ..., last_heartbeat_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., last_captured_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., recording_count: _Optional[int] = ..., health: _Optional[_Union[NodeHealth, _Mapping]] = ..., clock_offset: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., clock_drift_ppm: _Optional[float] = ..., clock_wrong: _Optional[bool] = ..., silent: _Optional[bool] = ..., missing_recordings: _Optional[int] = ..., last_received_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class NodeHealth(_message.Message):
    __slots__ = ("version", "spooled_recordings", "spooled_bytes", "refused_recordings", "disk_free_bytes", "disk_total_bytes", "intake_paused", "oldest_waiting_at", "spool_id", "last_sequence")
    VERSION_FIELD_NUMBER: _ClassVar[int]
    SPOOLED_RECORDINGS_FIELD_NUMBER: _ClassVar[int]
    SPOOLED_BYTES_FIELD_NUMBER: _ClassVar[int]
    REFUSED_RECORDINGS_FIELD_NUMBER: _ClassVar[int]
    DISK_FREE_BYTES_FIELD_NUMBER: _ClassVar[int]
    DISK_TOTAL_BYTES_FIELD_NUMBER: _ClassVar[int]
    INTAKE_PAUSED_FIELD_NUMBER: _ClassVar[int]
    OLDEST_WAITING_AT_FIELD_NUMBER: _ClassVar[int]
    SPOOL_ID_FIELD_NUMBER: _ClassVar[int]
    LAST_SEQUENCE_FIELD_NUMBER: _ClassVar[int]
    version: str
    spooled_recordings: int
    spooled_bytes: int
    refused_recordings: int
    disk_free_bytes: int
    disk_total_bytes: int
    intake_paused: bool
    oldest_waiting_at: _timestamp_pb2.Timestamp
    spool_id: str
    last_sequence: int
    def __init__(self, version: _Optional[str] = ..., spooled_recordings: _Optional[int] = ..., spooled_bytes: _Optional[int] = ..., refused_recordings: _Optional[int] = ..., disk_free_bytes: _Optional[int] = ..., disk_total_bytes: _Optional[int] = ..., intake_paused: _Optional[bool] = ..., oldest_waiting_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., spool_id: _Optional[str] = ..., last_sequence: _Optional[int] = ...) -> None: ...

class Recording(_message.Message):
    __slots__ = ("name", "channel", "captured_at", "duration", "sha256", "size_bytes", "container", "codec", "sample_rate_hz", "audio_channels", "source_file_name", "received_at", "lane", "warnings", "node_clock_offset")
    NAME_FIELD_NUMBER: _ClassVar[int]
    CHANNEL_FIELD_NUMBER: _ClassVar[int]
    CAPTURED_AT_FIELD_NUMBER: _ClassVar[int]
    DURATION_FIELD_NUMBER: _ClassVar[int]
    SHA256_FIELD_NUMBER: _ClassVar[int]
    SIZE_BYTES_FIELD_NUMBER: _ClassVar[int]
    CONTAINER_FIELD_NUMBER: _ClassVar[int]
    CODEC_FIELD_NUMBER: _ClassVar[int]
    SAMPLE_RATE_HZ_FIELD_NUMBER: _ClassVar[int]
    AUDIO_CHANNELS_FIELD_NUMBER: _ClassVar[int]
    SOURCE_FILE_NAME_FIELD_NUMBER: _ClassVar[int]
    RECEIVED_AT_FIELD_NUMBER: _ClassVar[int]
    LANE_FIELD_NUMBER: _ClassVar[int]
    WARNINGS_FIELD_NUMBER: _ClassVar[int]
    NODE_CLOCK_OFFSET_FIELD_NUMBER: _ClassVar[int]
    name: str
    channel: str
    captured_at: _timestamp_pb2.Timestamp
    duration: _duration_pb2.Duration
    sha256: str
    size_bytes: int
    container: str
    codec: str
    sample_rate_hz: int
    audio_channels: int
    source_file_name: str
    received_at: _timestamp_pb2.Timestamp
    lane: Lane
    warnings: _containers.RepeatedScalarFieldContainer[AudioWarning]
    node_clock_offset: _duration_pb2.Duration
    def __init__(self, name: _Optional[str] = ..., channel: _Optional[str] = ..., captured_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., duration: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., sha256: _Optional[str] = ..., size_bytes: _Optional[int] = ..., container: _Optional[str] = ..., codec: _Optional[str] = ..., sample_rate_hz: _Optional[int] = ..., audio_channels: _Optional[int] = ..., source_file_name: _Optional[str] = ..., received_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., lane: _Optional[_Union[Lane, str]] = ..., warnings: _Optional[_Iterable[_Union[AudioWarning, str]]] = ..., node_clock_offset: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ...) -> None: ...

class RecordingStored(_message.Message):
    __slots__ = ("recording", "audio_key")
    RECORDING_FIELD_NUMBER: _ClassVar[int]
    AUDIO_KEY_FIELD_NUMBER: _ClassVar[int]
    recording: Recording
    audio_key: str
    def __init__(self, recording: _Optional[_Union[Recording, _Mapping]] = ..., audio_key: _Optional[str] = ...) -> None: ...
