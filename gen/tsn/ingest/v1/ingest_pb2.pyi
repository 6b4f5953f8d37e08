import datetime

from google.api import annotations_pb2 as _annotations_pb2
from google.protobuf import duration_pb2 as _duration_pb2
from google.protobuf import timestamp_pb2 as _timestamp_pb2
from tsn.ingest.v1 import recording_pb2 as _recording_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class CreateNodeRequest(_message.Message):
    __slots__ = ("node",)
    NODE_FIELD_NUMBER: _ClassVar[int]
    node: _recording_pb2.Node
    def __init__(self, node: _Optional[_Union[_recording_pb2.Node, _Mapping]] = ...) -> None: ...

class CreateNodeResponse(_message.Message):
    __slots__ = ("node",)
    NODE_FIELD_NUMBER: _ClassVar[int]
    node: _recording_pb2.Node
    def __init__(self, node: _Optional[_Union[_recording_pb2.Node, _Mapping]] = ...) -> None: ...

class GetNodeRequest(_message.Message):
    __slots__ = ("name",)
    NAME_FIELD_NUMBER: _ClassVar[int]
    name: str
    def __init__(self, name: _Optional[str] = ...) -> None: ...

class GetNodeResponse(_message.Message):
    __slots__ = ("node",)
    NODE_FIELD_NUMBER: _ClassVar[int]
    node: _recording_pb2.Node
    def __init__(self, node: _Optional[_Union[_recording_pb2.Node, _Mapping]] = ...) -> None: ...

class ListNodesRequest(_message.Message):
    __slots__ = ("page_size", "page_token")
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    page_size: int
    page_token: str
    def __init__(self, page_size: _Optional[int] = ..., page_token: _Optional[str] = ...) -> None: ...

class ListNodesResponse(_message.Message):
    __slots__ = ("nodes", "next_page_token")
    NODES_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    nodes: _containers.RepeatedCompositeFieldContainer[_recording_pb2.Node]
    next_page_token: str
    def __init__(self, nodes: _Optional[_Iterable[_Union[_recording_pb2.Node, _Mapping]]] = ..., next_page_token: _Optional[str] = ...) -> None: ...

class ListNodeGapsRequest(_message.Message):
    __slots__ = ("name", "page_size", "page_token")
    NAME_FIELD_NUMBER: _ClassVar[int]
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    name: str
    page_size: int
    page_token: str
    def __init__(self, name: _Optional[str] = ..., page_size: _Optional[int] = ..., page_token: _Optional[str] = ...) -> None: ...

class ListNodeGapsResponse(_message.Message):
    __slots__ = ("gaps", "next_page_token")
    GAPS_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    gaps: _containers.RepeatedCompositeFieldContainer[NodeGap]
    next_page_token: str
    def __init__(self, gaps: _Optional[_Iterable[_Union[NodeGap, _Mapping]]] = ..., next_page_token: _Optional[str] = ...) -> None: ...

class NodeGap(_message.Message):
    __slots__ = ("spool_id", "first_sequence", "last_sequence", "received_before_at", "received_after_at")
    SPOOL_ID_FIELD_NUMBER: _ClassVar[int]
    FIRST_SEQUENCE_FIELD_NUMBER: _ClassVar[int]
    LAST_SEQUENCE_FIELD_NUMBER: _ClassVar[int]
    RECEIVED_BEFORE_AT_FIELD_NUMBER: _ClassVar[int]
    RECEIVED_AFTER_AT_FIELD_NUMBER: _ClassVar[int]
    spool_id: str
    first_sequence: int
    last_sequence: int
    received_before_at: _timestamp_pb2.Timestamp
    received_after_at: _timestamp_pb2.Timestamp
    def __init__(self, spool_id: _Optional[str] = ..., first_sequence: _Optional[int] = ..., last_sequence: _Optional[int] = ..., received_before_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., received_after_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class HeartbeatRequest(_message.Message):
    __slots__ = ("name", "sent_at", "health", "round_trip")
    NAME_FIELD_NUMBER: _ClassVar[int]
    SENT_AT_FIELD_NUMBER: _ClassVar[int]
    HEALTH_FIELD_NUMBER: _ClassVar[int]
    ROUND_TRIP_FIELD_NUMBER: _ClassVar[int]
    name: str
    sent_at: _timestamp_pb2.Timestamp
    health: _recording_pb2.NodeHealth
    round_trip: _duration_pb2.Duration
    def __init__(self, name: _Optional[str] = ..., sent_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., health: _Optional[_Union[_recording_pb2.NodeHealth, _Mapping]] = ..., round_trip: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ...) -> None: ...

class HeartbeatResponse(_message.Message):
    __slots__ = ("server_time", "clock_offset")
    SERVER_TIME_FIELD_NUMBER: _ClassVar[int]
    CLOCK_OFFSET_FIELD_NUMBER: _ClassVar[int]
    server_time: _timestamp_pb2.Timestamp
    clock_offset: _duration_pb2.Duration
    def __init__(self, server_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., clock_offset: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ...) -> None: ...

class UploadMetadata(_message.Message):
    __slots__ = ("node", "channel", "captured_at", "sha256", "size_bytes", "request_id", "source_file_name", "offset", "lane", "sequence", "spool_id", "batch")
    NODE_FIELD_NUMBER: _ClassVar[int]
    CHANNEL_FIELD_NUMBER: _ClassVar[int]
    CAPTURED_AT_FIELD_NUMBER: _ClassVar[int]
    SHA256_FIELD_NUMBER: _ClassVar[int]
    SIZE_BYTES_FIELD_NUMBER: _ClassVar[int]
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    SOURCE_FILE_NAME_FIELD_NUMBER: _ClassVar[int]
    OFFSET_FIELD_NUMBER: _ClassVar[int]
    LANE_FIELD_NUMBER: _ClassVar[int]
    SEQUENCE_FIELD_NUMBER: _ClassVar[int]
    SPOOL_ID_FIELD_NUMBER: _ClassVar[int]
    BATCH_FIELD_NUMBER: _ClassVar[int]
    node: str
    channel: str
    captured_at: _timestamp_pb2.Timestamp
    sha256: str
    size_bytes: int
    request_id: str
    source_file_name: str
    offset: int
    lane: _recording_pb2.Lane
    sequence: int
    spool_id: str
    batch: str
    def __init__(self, node: _Optional[str] = ..., channel: _Optional[str] = ..., captured_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., sha256: _Optional[str] = ..., size_bytes: _Optional[int] = ..., request_id: _Optional[str] = ..., source_file_name: _Optional[str] = ..., offset: _Optional[int] = ..., lane: _Optional[_Union[_recording_pb2.Lane, str]] = ..., sequence: _Optional[int] = ..., spool_id: _Optional[str] = ..., batch: _Optional[str] = ...) -> None: ...

class UploadRecordingRequest(_message.Message):
    __slots__ = ("metadata", "chunk")
    METADATA_FIELD_NUMBER: _ClassVar[int]
    CHUNK_FIELD_NUMBER: _ClassVar[int]
    metadata: UploadMetadata
    chunk: bytes
    def __init__(self, metadata: _Optional[_Union[UploadMetadata, _Mapping]] = ..., chunk: _Optional[bytes] = ...) -> None: ...

class UploadRecordingResponse(_message.Message):
    __slots__ = ("recording", "deduplicated")
    RECORDING_FIELD_NUMBER: _ClassVar[int]
    DEDUPLICATED_FIELD_NUMBER: _ClassVar[int]
    recording: _recording_pb2.Recording
    deduplicated: bool
    def __init__(self, recording: _Optional[_Union[_recording_pb2.Recording, _Mapping]] = ..., deduplicated: _Optional[bool] = ...) -> None: ...

class GetUploadRequest(_message.Message):
    __slots__ = ("request_id", "node")
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    NODE_FIELD_NUMBER: _ClassVar[int]
    request_id: str
    node: str
    def __init__(self, request_id: _Optional[str] = ..., node: _Optional[str] = ...) -> None: ...

class GetUploadResponse(_message.Message):
    __slots__ = ("received_bytes", "recording")
    RECEIVED_BYTES_FIELD_NUMBER: _ClassVar[int]
    RECORDING_FIELD_NUMBER: _ClassVar[int]
    received_bytes: int
    recording: _recording_pb2.Recording
    def __init__(self, received_bytes: _Optional[int] = ..., recording: _Optional[_Union[_recording_pb2.Recording, _Mapping]] = ...) -> None: ...

class StreamAudioRequest(_message.Message):
    __slots__ = ("config", "block")
    CONFIG_FIELD_NUMBER: _ClassVar[int]
    BLOCK_FIELD_NUMBER: _ClassVar[int]
    config: StreamAudioConfig
    block: AudioBlock
    def __init__(self, config: _Optional[_Union[StreamAudioConfig, _Mapping]] = ..., block: _Optional[_Union[AudioBlock, _Mapping]] = ...) -> None: ...

class StreamAudioConfig(_message.Message):
    __slots__ = ("node", "channel", "sample_rate_hz")
    NODE_FIELD_NUMBER: _ClassVar[int]
    CHANNEL_FIELD_NUMBER: _ClassVar[int]
    SAMPLE_RATE_HZ_FIELD_NUMBER: _ClassVar[int]
    node: str
    channel: str
    sample_rate_hz: int
    def __init__(self, node: _Optional[str] = ..., channel: _Optional[str] = ..., sample_rate_hz: _Optional[int] = ...) -> None: ...

class AudioBlock(_message.Message):
    __slots__ = ("sequence", "captured_at", "pcm")
    SEQUENCE_FIELD_NUMBER: _ClassVar[int]
    CAPTURED_AT_FIELD_NUMBER: _ClassVar[int]
    PCM_FIELD_NUMBER: _ClassVar[int]
    sequence: int
    captured_at: _timestamp_pb2.Timestamp
    pcm: bytes
    def __init__(self, sequence: _Optional[int] = ..., captured_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., pcm: _Optional[bytes] = ...) -> None: ...

class StreamAudioResponse(_message.Message):
    __slots__ = ("acknowledged_sequence",)
    ACKNOWLEDGED_SEQUENCE_FIELD_NUMBER: _ClassVar[int]
    acknowledged_sequence: int
    def __init__(self, acknowledged_sequence: _Optional[int] = ...) -> None: ...

class SubmitUrlRequest(_message.Message):
    __slots__ = ("node", "channel", "url", "captured_at", "request_id", "lane", "batch")
    NODE_FIELD_NUMBER: _ClassVar[int]
    CHANNEL_FIELD_NUMBER: _ClassVar[int]
    URL_FIELD_NUMBER: _ClassVar[int]
    CAPTURED_AT_FIELD_NUMBER: _ClassVar[int]
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    LANE_FIELD_NUMBER: _ClassVar[int]
    BATCH_FIELD_NUMBER: _ClassVar[int]
    node: str
    channel: str
    url: str
    captured_at: _timestamp_pb2.Timestamp
    request_id: str
    lane: _recording_pb2.Lane
    batch: str
    def __init__(self, node: _Optional[str] = ..., channel: _Optional[str] = ..., url: _Optional[str] = ..., captured_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., request_id: _Optional[str] = ..., lane: _Optional[_Union[_recording_pb2.Lane, str]] = ..., batch: _Optional[str] = ...) -> None: ...

class SubmitUrlResponse(_message.Message):
    __slots__ = ("job",)
    JOB_FIELD_NUMBER: _ClassVar[int]
    job: str
    def __init__(self, job: _Optional[str] = ...) -> None: ...
