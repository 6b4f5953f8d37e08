import datetime

from google.protobuf import duration_pb2 as _duration_pb2
from google.protobuf import timestamp_pb2 as _timestamp_pb2
from tsn.ingest.v1 import recording_pb2 as _recording_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class QualityFlag(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    QUALITY_FLAG_UNSPECIFIED: _ClassVar[QualityFlag]
    QUALITY_FLAG_NO_SPEECH: _ClassVar[QualityFlag]
    QUALITY_FLAG_TRUNCATED: _ClassVar[QualityFlag]
    QUALITY_FLAG_LOW_CONFIDENCE: _ClassVar[QualityFlag]
    QUALITY_FLAG_CLIPPED: _ClassVar[QualityFlag]
    QUALITY_FLAG_REPETITION: _ClassVar[QualityFlag]
QUALITY_FLAG_UNSPECIFIED: QualityFlag
QUALITY_FLAG_NO_SPEECH: QualityFlag
QUALITY_FLAG_TRUNCATED: QualityFlag
QUALITY_FLAG_LOW_CONFIDENCE: QualityFlag
QUALITY_FLAG_CLIPPED: QualityFlag
QUALITY_FLAG_REPETITION: QualityFlag

class Word(_message.Message):
    __slots__ = ("text", "start_offset", "end_offset", "confidence")
    TEXT_FIELD_NUMBER: _ClassVar[int]
    START_OFFSET_FIELD_NUMBER: _ClassVar[int]
    END_OFFSET_FIELD_NUMBER: _ClassVar[int]
    CONFIDENCE_FIELD_NUMBER: _ClassVar[int]
    text: str
    start_offset: _duration_pb2.Duration
    end_offset: _duration_pb2.Duration
    confidence: float
    def __init__(self, text: _Optional[str] = ..., start_offset: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., end_offset: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., confidence: _Optional[float] = ...) -> None: ...

class Segment(_message.Message):
    __slots__ = ("index", "start_offset", "end_offset", "text", "words", "confidence", "no_speech_probability", "average_log_probability", "compression_ratio")
    INDEX_FIELD_NUMBER: _ClassVar[int]
    START_OFFSET_FIELD_NUMBER: _ClassVar[int]
    END_OFFSET_FIELD_NUMBER: _ClassVar[int]
    TEXT_FIELD_NUMBER: _ClassVar[int]
    WORDS_FIELD_NUMBER: _ClassVar[int]
    CONFIDENCE_FIELD_NUMBER: _ClassVar[int]
    NO_SPEECH_PROBABILITY_FIELD_NUMBER: _ClassVar[int]
    AVERAGE_LOG_PROBABILITY_FIELD_NUMBER: _ClassVar[int]
    COMPRESSION_RATIO_FIELD_NUMBER: _ClassVar[int]
    index: int
    start_offset: _duration_pb2.Duration
    end_offset: _duration_pb2.Duration
    text: str
    words: _containers.RepeatedCompositeFieldContainer[Word]
    confidence: float
    no_speech_probability: float
    average_log_probability: float
    compression_ratio: float
    def __init__(self, index: _Optional[int] = ..., start_offset: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., end_offset: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., text: _Optional[str] = ..., words: _Optional[_Iterable[_Union[Word, _Mapping]]] = ..., confidence: _Optional[float] = ..., no_speech_probability: _Optional[float] = ..., average_log_probability: _Optional[float] = ..., compression_ratio: _Optional[float] = ...) -> None: ...

class EngineInfo(_message.Message):
    __slots__ = ("engine", "model", "version", "device", "compute_type", "parameters_digest", "glossary_version")
    ENGINE_FIELD_NUMBER: _ClassVar[int]
    MODEL_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    DEVICE_FIELD_NUMBER: _ClassVar[int]
    COMPUTE_TYPE_FIELD_NUMBER: _ClassVar[int]
    PARAMETERS_DIGEST_FIELD_NUMBER: _ClassVar[int]
    GLOSSARY_VERSION_FIELD_NUMBER: _ClassVar[int]
    engine: str
    model: str
    version: str
    device: str
    compute_type: str
    parameters_digest: str
    glossary_version: str
    def __init__(self, engine: _Optional[str] = ..., model: _Optional[str] = ..., version: _Optional[str] = ..., device: _Optional[str] = ..., compute_type: _Optional[str] = ..., parameters_digest: _Optional[str] = ..., glossary_version: _Optional[str] = ...) -> None: ...

class Transcript(_message.Message):
    __slots__ = ("name", "segments", "engine", "language", "quality_flags", "created_at", "engine_time", "degraded")
    NAME_FIELD_NUMBER: _ClassVar[int]
    SEGMENTS_FIELD_NUMBER: _ClassVar[int]
    ENGINE_FIELD_NUMBER: _ClassVar[int]
    LANGUAGE_FIELD_NUMBER: _ClassVar[int]
    QUALITY_FLAGS_FIELD_NUMBER: _ClassVar[int]
    CREATED_AT_FIELD_NUMBER: _ClassVar[int]
    ENGINE_TIME_FIELD_NUMBER: _ClassVar[int]
    DEGRADED_FIELD_NUMBER: _ClassVar[int]
    name: str
    segments: _containers.RepeatedCompositeFieldContainer[Segment]
    engine: EngineInfo
    language: str
    quality_flags: _containers.RepeatedScalarFieldContainer[QualityFlag]
    created_at: _timestamp_pb2.Timestamp
    engine_time: _duration_pb2.Duration
    degraded: bool
    def __init__(self, name: _Optional[str] = ..., segments: _Optional[_Iterable[_Union[Segment, _Mapping]]] = ..., engine: _Optional[_Union[EngineInfo, _Mapping]] = ..., language: _Optional[str] = ..., quality_flags: _Optional[_Iterable[_Union[QualityFlag, str]]] = ..., created_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., engine_time: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., degraded: _Optional[bool] = ...) -> None: ...

class PartialTranscript(_message.Message):
    __slots__ = ("recording", "channel", "segment_index", "stable_text", "unstable_text", "start_offset", "audio_end_offset", "sequence")
    RECORDING_FIELD_NUMBER: _ClassVar[int]
    CHANNEL_FIELD_NUMBER: _ClassVar[int]
    SEGMENT_INDEX_FIELD_NUMBER: _ClassVar[int]
    STABLE_TEXT_FIELD_NUMBER: _ClassVar[int]
    UNSTABLE_TEXT_FIELD_NUMBER: _ClassVar[int]
    START_OFFSET_FIELD_NUMBER: _ClassVar[int]
    AUDIO_END_OFFSET_FIELD_NUMBER: _ClassVar[int]
    SEQUENCE_FIELD_NUMBER: _ClassVar[int]
    recording: str
    channel: str
    segment_index: int
    stable_text: str
    unstable_text: str
    start_offset: _duration_pb2.Duration
    audio_end_offset: _duration_pb2.Duration
    sequence: int
    def __init__(self, recording: _Optional[str] = ..., channel: _Optional[str] = ..., segment_index: _Optional[int] = ..., stable_text: _Optional[str] = ..., unstable_text: _Optional[str] = ..., start_offset: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., audio_end_offset: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., sequence: _Optional[int] = ...) -> None: ...

class TranscriptCompleted(_message.Message):
    __slots__ = ("recording", "transcript")
    RECORDING_FIELD_NUMBER: _ClassVar[int]
    TRANSCRIPT_FIELD_NUMBER: _ClassVar[int]
    recording: _recording_pb2.Recording
    transcript: Transcript
    def __init__(self, recording: _Optional[_Union[_recording_pb2.Recording, _Mapping]] = ..., transcript: _Optional[_Union[Transcript, _Mapping]] = ...) -> None: ...
