import datetime

from google.api import annotations_pb2 as _annotations_pb2
from google.api import httpbody_pb2 as _httpbody_pb2
from google.protobuf import duration_pb2 as _duration_pb2
from google.protobuf import timestamp_pb2 as _timestamp_pb2
from tsn.analyze.v1 import analyze_pb2 as _analyze_pb2
from tsn.extract.v1 import entity_pb2 as _entity_pb2
from tsn.extract.v1 import extract_pb2 as _extract_pb2
from tsn.ingest.v1 import recording_pb2 as _recording_pb2
from tsn.transcribe.v1 import transcript_pb2 as _transcript_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class RecordingView(_message.Message):
    __slots__ = ("recording", "transcript", "mentions", "alerts", "conversation", "trace_id", "searchable", "entities")
    RECORDING_FIELD_NUMBER: _ClassVar[int]
    TRANSCRIPT_FIELD_NUMBER: _ClassVar[int]
    MENTIONS_FIELD_NUMBER: _ClassVar[int]
    ALERTS_FIELD_NUMBER: _ClassVar[int]
    CONVERSATION_FIELD_NUMBER: _ClassVar[int]
    TRACE_ID_FIELD_NUMBER: _ClassVar[int]
    SEARCHABLE_FIELD_NUMBER: _ClassVar[int]
    ENTITIES_FIELD_NUMBER: _ClassVar[int]
    recording: _recording_pb2.Recording
    transcript: _transcript_pb2.Transcript
    mentions: _containers.RepeatedCompositeFieldContainer[_extract_pb2.Mention]
    alerts: _containers.RepeatedCompositeFieldContainer[_analyze_pb2.Alert]
    conversation: str
    trace_id: str
    searchable: bool
    entities: _containers.RepeatedCompositeFieldContainer[_entity_pb2.Entity]
    def __init__(self, recording: _Optional[_Union[_recording_pb2.Recording, _Mapping]] = ..., transcript: _Optional[_Union[_transcript_pb2.Transcript, _Mapping]] = ..., mentions: _Optional[_Iterable[_Union[_extract_pb2.Mention, _Mapping]]] = ..., alerts: _Optional[_Iterable[_Union[_analyze_pb2.Alert, _Mapping]]] = ..., conversation: _Optional[str] = ..., trace_id: _Optional[str] = ..., searchable: _Optional[bool] = ..., entities: _Optional[_Iterable[_Union[_entity_pb2.Entity, _Mapping]]] = ...) -> None: ...

class Highlight(_message.Message):
    __slots__ = ("segment_index", "start", "end")
    SEGMENT_INDEX_FIELD_NUMBER: _ClassVar[int]
    START_FIELD_NUMBER: _ClassVar[int]
    END_FIELD_NUMBER: _ClassVar[int]
    segment_index: int
    start: int
    end: int
    def __init__(self, segment_index: _Optional[int] = ..., start: _Optional[int] = ..., end: _Optional[int] = ...) -> None: ...

class Snippet(_message.Message):
    __slots__ = ("segment_index", "start_offset", "text", "highlights")
    SEGMENT_INDEX_FIELD_NUMBER: _ClassVar[int]
    START_OFFSET_FIELD_NUMBER: _ClassVar[int]
    TEXT_FIELD_NUMBER: _ClassVar[int]
    HIGHLIGHTS_FIELD_NUMBER: _ClassVar[int]
    segment_index: int
    start_offset: _duration_pb2.Duration
    text: str
    highlights: _containers.RepeatedCompositeFieldContainer[Highlight]
    def __init__(self, segment_index: _Optional[int] = ..., start_offset: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., text: _Optional[str] = ..., highlights: _Optional[_Iterable[_Union[Highlight, _Mapping]]] = ...) -> None: ...

class SearchHit(_message.Message):
    __slots__ = ("recording", "snippets", "callsigns", "trace_id")
    RECORDING_FIELD_NUMBER: _ClassVar[int]
    SNIPPETS_FIELD_NUMBER: _ClassVar[int]
    CALLSIGNS_FIELD_NUMBER: _ClassVar[int]
    TRACE_ID_FIELD_NUMBER: _ClassVar[int]
    recording: _recording_pb2.Recording
    snippets: _containers.RepeatedCompositeFieldContainer[Snippet]
    callsigns: _containers.RepeatedScalarFieldContainer[str]
    trace_id: str
    def __init__(self, recording: _Optional[_Union[_recording_pb2.Recording, _Mapping]] = ..., snippets: _Optional[_Iterable[_Union[Snippet, _Mapping]]] = ..., callsigns: _Optional[_Iterable[str]] = ..., trace_id: _Optional[str] = ...) -> None: ...

class SearchTranscriptsRequest(_message.Message):
    __slots__ = ("query", "filter", "page_size", "page_token")
    QUERY_FIELD_NUMBER: _ClassVar[int]
    FILTER_FIELD_NUMBER: _ClassVar[int]
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    query: str
    filter: str
    page_size: int
    page_token: str
    def __init__(self, query: _Optional[str] = ..., filter: _Optional[str] = ..., page_size: _Optional[int] = ..., page_token: _Optional[str] = ...) -> None: ...

class SearchTranscriptsResponse(_message.Message):
    __slots__ = ("hits", "next_page_token")
    HITS_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    hits: _containers.RepeatedCompositeFieldContainer[SearchHit]
    next_page_token: str
    def __init__(self, hits: _Optional[_Iterable[_Union[SearchHit, _Mapping]]] = ..., next_page_token: _Optional[str] = ...) -> None: ...

class ListRecordingsRequest(_message.Message):
    __slots__ = ("page_size", "page_token", "filter")
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    FILTER_FIELD_NUMBER: _ClassVar[int]
    page_size: int
    page_token: str
    filter: str
    def __init__(self, page_size: _Optional[int] = ..., page_token: _Optional[str] = ..., filter: _Optional[str] = ...) -> None: ...

class ListRecordingsResponse(_message.Message):
    __slots__ = ("recordings", "next_page_token")
    RECORDINGS_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    recordings: _containers.RepeatedCompositeFieldContainer[RecordingView]
    next_page_token: str
    def __init__(self, recordings: _Optional[_Iterable[_Union[RecordingView, _Mapping]]] = ..., next_page_token: _Optional[str] = ...) -> None: ...

class GetRecordingRequest(_message.Message):
    __slots__ = ("name",)
    NAME_FIELD_NUMBER: _ClassVar[int]
    name: str
    def __init__(self, name: _Optional[str] = ...) -> None: ...

class GetRecordingResponse(_message.Message):
    __slots__ = ("recording",)
    RECORDING_FIELD_NUMBER: _ClassVar[int]
    recording: RecordingView
    def __init__(self, recording: _Optional[_Union[RecordingView, _Mapping]] = ...) -> None: ...

class DownloadAudioRequest(_message.Message):
    __slots__ = ("name",)
    NAME_FIELD_NUMBER: _ClassVar[int]
    name: str
    def __init__(self, name: _Optional[str] = ...) -> None: ...

class WatchFeedRequest(_message.Message):
    __slots__ = ("cursor", "node", "channel", "facts_only")
    CURSOR_FIELD_NUMBER: _ClassVar[int]
    NODE_FIELD_NUMBER: _ClassVar[int]
    CHANNEL_FIELD_NUMBER: _ClassVar[int]
    FACTS_ONLY_FIELD_NUMBER: _ClassVar[int]
    cursor: str
    node: str
    channel: str
    facts_only: bool
    def __init__(self, cursor: _Optional[str] = ..., node: _Optional[str] = ..., channel: _Optional[str] = ..., facts_only: _Optional[bool] = ...) -> None: ...

class WatchFeedResponse(_message.Message):
    __slots__ = ("cursor", "published_at", "trace_id", "recording_stored", "partial", "live_mentions", "live_alerts", "transcript_completed", "mentions_extracted", "recording_analyzed", "recording_indexed", "heartbeat")
    CURSOR_FIELD_NUMBER: _ClassVar[int]
    PUBLISHED_AT_FIELD_NUMBER: _ClassVar[int]
    TRACE_ID_FIELD_NUMBER: _ClassVar[int]
    RECORDING_STORED_FIELD_NUMBER: _ClassVar[int]
    PARTIAL_FIELD_NUMBER: _ClassVar[int]
    LIVE_MENTIONS_FIELD_NUMBER: _ClassVar[int]
    LIVE_ALERTS_FIELD_NUMBER: _ClassVar[int]
    TRANSCRIPT_COMPLETED_FIELD_NUMBER: _ClassVar[int]
    MENTIONS_EXTRACTED_FIELD_NUMBER: _ClassVar[int]
    RECORDING_ANALYZED_FIELD_NUMBER: _ClassVar[int]
    RECORDING_INDEXED_FIELD_NUMBER: _ClassVar[int]
    HEARTBEAT_FIELD_NUMBER: _ClassVar[int]
    cursor: str
    published_at: _timestamp_pb2.Timestamp
    trace_id: str
    recording_stored: _recording_pb2.RecordingStored
    partial: _transcript_pb2.PartialTranscript
    live_mentions: _extract_pb2.StreamExtractResponse
    live_alerts: _analyze_pb2.StreamAnalyzeResponse
    transcript_completed: _transcript_pb2.TranscriptCompleted
    mentions_extracted: _extract_pb2.MentionsExtracted
    recording_analyzed: _analyze_pb2.RecordingAnalyzed
    recording_indexed: RecordingIndexed
    heartbeat: FeedHeartbeat
    def __init__(self, cursor: _Optional[str] = ..., published_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., trace_id: _Optional[str] = ..., recording_stored: _Optional[_Union[_recording_pb2.RecordingStored, _Mapping]] = ..., partial: _Optional[_Union[_transcript_pb2.PartialTranscript, _Mapping]] = ..., live_mentions: _Optional[_Union[_extract_pb2.StreamExtractResponse, _Mapping]] = ..., live_alerts: _Optional[_Union[_analyze_pb2.StreamAnalyzeResponse, _Mapping]] = ..., transcript_completed: _Optional[_Union[_transcript_pb2.TranscriptCompleted, _Mapping]] = ..., mentions_extracted: _Optional[_Union[_extract_pb2.MentionsExtracted, _Mapping]] = ..., recording_analyzed: _Optional[_Union[_analyze_pb2.RecordingAnalyzed, _Mapping]] = ..., recording_indexed: _Optional[_Union[RecordingIndexed, _Mapping]] = ..., heartbeat: _Optional[_Union[FeedHeartbeat, _Mapping]] = ...) -> None: ...

class FeedHeartbeat(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class RecordingIndexed(_message.Message):
    __slots__ = ("recording", "channel")
    RECORDING_FIELD_NUMBER: _ClassVar[int]
    CHANNEL_FIELD_NUMBER: _ClassVar[int]
    recording: str
    channel: str
    def __init__(self, recording: _Optional[str] = ..., channel: _Optional[str] = ...) -> None: ...

class CallsignSummary(_message.Message):
    __slots__ = ("base_call", "mention_count", "recording_count", "first_heard_at", "last_heard_at")
    BASE_CALL_FIELD_NUMBER: _ClassVar[int]
    MENTION_COUNT_FIELD_NUMBER: _ClassVar[int]
    RECORDING_COUNT_FIELD_NUMBER: _ClassVar[int]
    FIRST_HEARD_AT_FIELD_NUMBER: _ClassVar[int]
    LAST_HEARD_AT_FIELD_NUMBER: _ClassVar[int]
    base_call: str
    mention_count: int
    recording_count: int
    first_heard_at: _timestamp_pb2.Timestamp
    last_heard_at: _timestamp_pb2.Timestamp
    def __init__(self, base_call: _Optional[str] = ..., mention_count: _Optional[int] = ..., recording_count: _Optional[int] = ..., first_heard_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., last_heard_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class ListCallsignsRequest(_message.Message):
    __slots__ = ("page_size", "page_token")
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    page_size: int
    page_token: str
    def __init__(self, page_size: _Optional[int] = ..., page_token: _Optional[str] = ...) -> None: ...

class ListCallsignsResponse(_message.Message):
    __slots__ = ("callsigns", "next_page_token")
    CALLSIGNS_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    callsigns: _containers.RepeatedCompositeFieldContainer[CallsignSummary]
    next_page_token: str
    def __init__(self, callsigns: _Optional[_Iterable[_Union[CallsignSummary, _Mapping]]] = ..., next_page_token: _Optional[str] = ...) -> None: ...

class GetStatisticsRequest(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class GetStatisticsResponse(_message.Message):
    __slots__ = ("recordings", "searchable_recordings", "airtime", "segments", "mentions", "callsigns", "alerts")
    RECORDINGS_FIELD_NUMBER: _ClassVar[int]
    SEARCHABLE_RECORDINGS_FIELD_NUMBER: _ClassVar[int]
    AIRTIME_FIELD_NUMBER: _ClassVar[int]
    SEGMENTS_FIELD_NUMBER: _ClassVar[int]
    MENTIONS_FIELD_NUMBER: _ClassVar[int]
    CALLSIGNS_FIELD_NUMBER: _ClassVar[int]
    ALERTS_FIELD_NUMBER: _ClassVar[int]
    recordings: int
    searchable_recordings: int
    airtime: _duration_pb2.Duration
    segments: int
    mentions: int
    callsigns: int
    alerts: int
    def __init__(self, recordings: _Optional[int] = ..., searchable_recordings: _Optional[int] = ..., airtime: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., segments: _Optional[int] = ..., mentions: _Optional[int] = ..., callsigns: _Optional[int] = ..., alerts: _Optional[int] = ...) -> None: ...
