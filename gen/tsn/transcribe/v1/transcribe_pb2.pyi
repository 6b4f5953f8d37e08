import datetime

from google.api import annotations_pb2 as _annotations_pb2
from google.protobuf import duration_pb2 as _duration_pb2
from tsn.transcribe.v1 import transcript_pb2 as _transcript_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class StreamingTranscribeRequest(_message.Message):
    __slots__ = ("config", "audio")
    CONFIG_FIELD_NUMBER: _ClassVar[int]
    AUDIO_FIELD_NUMBER: _ClassVar[int]
    config: StreamingConfig
    audio: bytes
    def __init__(self, config: _Optional[_Union[StreamingConfig, _Mapping]] = ..., audio: _Optional[bytes] = ...) -> None: ...

class StreamingConfig(_message.Message):
    __slots__ = ("sample_rate_hz", "language")
    SAMPLE_RATE_HZ_FIELD_NUMBER: _ClassVar[int]
    LANGUAGE_FIELD_NUMBER: _ClassVar[int]
    sample_rate_hz: int
    language: str
    def __init__(self, sample_rate_hz: _Optional[int] = ..., language: _Optional[str] = ...) -> None: ...

class StreamingTranscribeResponse(_message.Message):
    __slots__ = ("text", "is_final", "stability", "words", "audio_end_offset")
    TEXT_FIELD_NUMBER: _ClassVar[int]
    IS_FINAL_FIELD_NUMBER: _ClassVar[int]
    STABILITY_FIELD_NUMBER: _ClassVar[int]
    WORDS_FIELD_NUMBER: _ClassVar[int]
    AUDIO_END_OFFSET_FIELD_NUMBER: _ClassVar[int]
    text: str
    is_final: bool
    stability: float
    words: _containers.RepeatedCompositeFieldContainer[_transcript_pb2.Word]
    audio_end_offset: _duration_pb2.Duration
    def __init__(self, text: _Optional[str] = ..., is_final: _Optional[bool] = ..., stability: _Optional[float] = ..., words: _Optional[_Iterable[_Union[_transcript_pb2.Word, _Mapping]]] = ..., audio_end_offset: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ...) -> None: ...

class TranscribeRequest(_message.Message):
    __slots__ = ("sha256", "language")
    SHA256_FIELD_NUMBER: _ClassVar[int]
    LANGUAGE_FIELD_NUMBER: _ClassVar[int]
    sha256: str
    language: str
    def __init__(self, sha256: _Optional[str] = ..., language: _Optional[str] = ...) -> None: ...

class TranscribeResponse(_message.Message):
    __slots__ = ("partial", "transcript")
    PARTIAL_FIELD_NUMBER: _ClassVar[int]
    TRANSCRIPT_FIELD_NUMBER: _ClassVar[int]
    partial: _transcript_pb2.PartialTranscript
    transcript: _transcript_pb2.Transcript
    def __init__(self, partial: _Optional[_Union[_transcript_pb2.PartialTranscript, _Mapping]] = ..., transcript: _Optional[_Union[_transcript_pb2.Transcript, _Mapping]] = ...) -> None: ...

class ReadSpellingRequest(_message.Message):
    __slots__ = ("sha256", "start_offset", "end_offset")
    SHA256_FIELD_NUMBER: _ClassVar[int]
    START_OFFSET_FIELD_NUMBER: _ClassVar[int]
    END_OFFSET_FIELD_NUMBER: _ClassVar[int]
    sha256: str
    start_offset: _duration_pb2.Duration
    end_offset: _duration_pb2.Duration
    def __init__(self, sha256: _Optional[str] = ..., start_offset: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., end_offset: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ...) -> None: ...

class SpelledWord(_message.Message):
    __slots__ = ("word", "symbol", "start_offset", "end_offset", "fit")
    WORD_FIELD_NUMBER: _ClassVar[int]
    SYMBOL_FIELD_NUMBER: _ClassVar[int]
    START_OFFSET_FIELD_NUMBER: _ClassVar[int]
    END_OFFSET_FIELD_NUMBER: _ClassVar[int]
    FIT_FIELD_NUMBER: _ClassVar[int]
    word: str
    symbol: str
    start_offset: _duration_pb2.Duration
    end_offset: _duration_pb2.Duration
    fit: float
    def __init__(self, word: _Optional[str] = ..., symbol: _Optional[str] = ..., start_offset: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., end_offset: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., fit: _Optional[float] = ...) -> None: ...

class SpellingHypothesis(_message.Message):
    __slots__ = ("words", "symbols")
    WORDS_FIELD_NUMBER: _ClassVar[int]
    SYMBOLS_FIELD_NUMBER: _ClassVar[int]
    words: _containers.RepeatedCompositeFieldContainer[SpelledWord]
    symbols: str
    def __init__(self, words: _Optional[_Iterable[_Union[SpelledWord, _Mapping]]] = ..., symbols: _Optional[str] = ...) -> None: ...

class ReadSpellingResponse(_message.Message):
    __slots__ = ("hypotheses", "real_time_factor", "engine")
    HYPOTHESES_FIELD_NUMBER: _ClassVar[int]
    REAL_TIME_FACTOR_FIELD_NUMBER: _ClassVar[int]
    ENGINE_FIELD_NUMBER: _ClassVar[int]
    hypotheses: _containers.RepeatedCompositeFieldContainer[SpellingHypothesis]
    real_time_factor: float
    engine: _transcript_pb2.EngineInfo
    def __init__(self, hypotheses: _Optional[_Iterable[_Union[SpellingHypothesis, _Mapping]]] = ..., real_time_factor: _Optional[float] = ..., engine: _Optional[_Union[_transcript_pb2.EngineInfo, _Mapping]] = ...) -> None: ...

class ListEnginesRequest(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class ListEnginesResponse(_message.Message):
    __slots__ = ("engines", "notice")
    ENGINES_FIELD_NUMBER: _ClassVar[int]
    NOTICE_FIELD_NUMBER: _ClassVar[int]
    engines: _containers.RepeatedCompositeFieldContainer[_transcript_pb2.EngineInfo]
    notice: str
    def __init__(self, engines: _Optional[_Iterable[_Union[_transcript_pb2.EngineInfo, _Mapping]]] = ..., notice: _Optional[str] = ...) -> None: ...

class GetPoolStatisticsRequest(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class GetPoolStatisticsResponse(_message.Message):
    __slots__ = ("slots", "busy_slots", "recordings_transcribed", "audio_transcribed", "engine_time")
    SLOTS_FIELD_NUMBER: _ClassVar[int]
    BUSY_SLOTS_FIELD_NUMBER: _ClassVar[int]
    RECORDINGS_TRANSCRIBED_FIELD_NUMBER: _ClassVar[int]
    AUDIO_TRANSCRIBED_FIELD_NUMBER: _ClassVar[int]
    ENGINE_TIME_FIELD_NUMBER: _ClassVar[int]
    slots: int
    busy_slots: int
    recordings_transcribed: int
    audio_transcribed: _duration_pb2.Duration
    engine_time: _duration_pb2.Duration
    def __init__(self, slots: _Optional[int] = ..., busy_slots: _Optional[int] = ..., recordings_transcribed: _Optional[int] = ..., audio_transcribed: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., engine_time: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ...) -> None: ...
