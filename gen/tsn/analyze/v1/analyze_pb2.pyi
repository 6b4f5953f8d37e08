import datetime

from google.api import annotations_pb2 as _annotations_pb2
from google.protobuf import timestamp_pb2 as _timestamp_pb2
from tsn.ingest.v1 import recording_pb2 as _recording_pb2
from tsn.transcribe.v1 import transcript_pb2 as _transcript_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class AlertKind(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    ALERT_KIND_UNSPECIFIED: _ClassVar[AlertKind]
    ALERT_KIND_EMERGENCY: _ClassVar[AlertKind]
    ALERT_KIND_PRIORITY: _ClassVar[AlertKind]
    ALERT_KIND_WEATHER: _ClassVar[AlertKind]
ALERT_KIND_UNSPECIFIED: AlertKind
ALERT_KIND_EMERGENCY: AlertKind
ALERT_KIND_PRIORITY: AlertKind
ALERT_KIND_WEATHER: AlertKind

class Alert(_message.Message):
    __slots__ = ("kind", "phrase", "segment_index", "start", "end", "drill", "confidence")
    KIND_FIELD_NUMBER: _ClassVar[int]
    PHRASE_FIELD_NUMBER: _ClassVar[int]
    SEGMENT_INDEX_FIELD_NUMBER: _ClassVar[int]
    START_FIELD_NUMBER: _ClassVar[int]
    END_FIELD_NUMBER: _ClassVar[int]
    DRILL_FIELD_NUMBER: _ClassVar[int]
    CONFIDENCE_FIELD_NUMBER: _ClassVar[int]
    kind: AlertKind
    phrase: str
    segment_index: int
    start: int
    end: int
    drill: bool
    confidence: float
    def __init__(self, kind: _Optional[_Union[AlertKind, str]] = ..., phrase: _Optional[str] = ..., segment_index: _Optional[int] = ..., start: _Optional[int] = ..., end: _Optional[int] = ..., drill: _Optional[bool] = ..., confidence: _Optional[float] = ...) -> None: ...

class Conversation(_message.Message):
    __slots__ = ("name", "node", "channel", "started_at", "ended_at", "recording_count")
    NAME_FIELD_NUMBER: _ClassVar[int]
    NODE_FIELD_NUMBER: _ClassVar[int]
    CHANNEL_FIELD_NUMBER: _ClassVar[int]
    STARTED_AT_FIELD_NUMBER: _ClassVar[int]
    ENDED_AT_FIELD_NUMBER: _ClassVar[int]
    RECORDING_COUNT_FIELD_NUMBER: _ClassVar[int]
    name: str
    node: str
    channel: str
    started_at: _timestamp_pb2.Timestamp
    ended_at: _timestamp_pb2.Timestamp
    recording_count: int
    def __init__(self, name: _Optional[str] = ..., node: _Optional[str] = ..., channel: _Optional[str] = ..., started_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., ended_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., recording_count: _Optional[int] = ...) -> None: ...

class StreamAnalyzeRequest(_message.Message):
    __slots__ = ("partial",)
    PARTIAL_FIELD_NUMBER: _ClassVar[int]
    partial: _transcript_pb2.PartialTranscript
    def __init__(self, partial: _Optional[_Union[_transcript_pb2.PartialTranscript, _Mapping]] = ...) -> None: ...

class StreamAnalyzeResponse(_message.Message):
    __slots__ = ("recording", "channel", "alerts")
    RECORDING_FIELD_NUMBER: _ClassVar[int]
    CHANNEL_FIELD_NUMBER: _ClassVar[int]
    ALERTS_FIELD_NUMBER: _ClassVar[int]
    recording: str
    channel: str
    alerts: _containers.RepeatedCompositeFieldContainer[Alert]
    def __init__(self, recording: _Optional[str] = ..., channel: _Optional[str] = ..., alerts: _Optional[_Iterable[_Union[Alert, _Mapping]]] = ...) -> None: ...

class GetConversationRequest(_message.Message):
    __slots__ = ("name",)
    NAME_FIELD_NUMBER: _ClassVar[int]
    name: str
    def __init__(self, name: _Optional[str] = ...) -> None: ...

class GetConversationResponse(_message.Message):
    __slots__ = ("conversation", "recordings")
    CONVERSATION_FIELD_NUMBER: _ClassVar[int]
    RECORDINGS_FIELD_NUMBER: _ClassVar[int]
    conversation: Conversation
    recordings: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, conversation: _Optional[_Union[Conversation, _Mapping]] = ..., recordings: _Optional[_Iterable[str]] = ...) -> None: ...

class ListInsightsRequest(_message.Message):
    __slots__ = ("page_size", "page_token")
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    page_size: int
    page_token: str
    def __init__(self, page_size: _Optional[int] = ..., page_token: _Optional[str] = ...) -> None: ...

class Insight(_message.Message):
    __slots__ = ("name", "text", "citations")
    NAME_FIELD_NUMBER: _ClassVar[int]
    TEXT_FIELD_NUMBER: _ClassVar[int]
    CITATIONS_FIELD_NUMBER: _ClassVar[int]
    name: str
    text: str
    citations: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, name: _Optional[str] = ..., text: _Optional[str] = ..., citations: _Optional[_Iterable[str]] = ...) -> None: ...

class ListInsightsResponse(_message.Message):
    __slots__ = ("insights", "next_page_token")
    INSIGHTS_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    insights: _containers.RepeatedCompositeFieldContainer[Insight]
    next_page_token: str
    def __init__(self, insights: _Optional[_Iterable[_Union[Insight, _Mapping]]] = ..., next_page_token: _Optional[str] = ...) -> None: ...

class ListNetsRequest(_message.Message):
    __slots__ = ("page_size", "page_token")
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    page_size: int
    page_token: str
    def __init__(self, page_size: _Optional[int] = ..., page_token: _Optional[str] = ...) -> None: ...

class Net(_message.Message):
    __slots__ = ("name", "title", "started_at", "ended_at")
    NAME_FIELD_NUMBER: _ClassVar[int]
    TITLE_FIELD_NUMBER: _ClassVar[int]
    STARTED_AT_FIELD_NUMBER: _ClassVar[int]
    ENDED_AT_FIELD_NUMBER: _ClassVar[int]
    name: str
    title: str
    started_at: _timestamp_pb2.Timestamp
    ended_at: _timestamp_pb2.Timestamp
    def __init__(self, name: _Optional[str] = ..., title: _Optional[str] = ..., started_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., ended_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class ListNetsResponse(_message.Message):
    __slots__ = ("nets", "next_page_token")
    NETS_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    nets: _containers.RepeatedCompositeFieldContainer[Net]
    next_page_token: str
    def __init__(self, nets: _Optional[_Iterable[_Union[Net, _Mapping]]] = ..., next_page_token: _Optional[str] = ...) -> None: ...

class RecordingAnalyzed(_message.Message):
    __slots__ = ("recording", "conversation", "alerts", "merged_conversations", "transcript", "degraded")
    RECORDING_FIELD_NUMBER: _ClassVar[int]
    CONVERSATION_FIELD_NUMBER: _ClassVar[int]
    ALERTS_FIELD_NUMBER: _ClassVar[int]
    MERGED_CONVERSATIONS_FIELD_NUMBER: _ClassVar[int]
    TRANSCRIPT_FIELD_NUMBER: _ClassVar[int]
    DEGRADED_FIELD_NUMBER: _ClassVar[int]
    recording: _recording_pb2.Recording
    conversation: Conversation
    alerts: _containers.RepeatedCompositeFieldContainer[Alert]
    merged_conversations: _containers.RepeatedScalarFieldContainer[str]
    transcript: str
    degraded: bool
    def __init__(self, recording: _Optional[_Union[_recording_pb2.Recording, _Mapping]] = ..., conversation: _Optional[_Union[Conversation, _Mapping]] = ..., alerts: _Optional[_Iterable[_Union[Alert, _Mapping]]] = ..., merged_conversations: _Optional[_Iterable[str]] = ..., transcript: _Optional[str] = ..., degraded: _Optional[bool] = ...) -> None: ...
