from google.api import annotations_pb2 as _annotations_pb2
from tsn.extract.v1 import entity_pb2 as _entity_pb2
from tsn.ingest.v1 import recording_pb2 as _recording_pb2
from tsn.transcribe.v1 import transcript_pb2 as _transcript_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class MentionForm(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    MENTION_FORM_UNSPECIFIED: _ClassVar[MentionForm]
    MENTION_FORM_WRITTEN: _ClassVar[MentionForm]
    MENTION_FORM_SPACED: _ClassVar[MentionForm]
    MENTION_FORM_PHONETIC: _ClassVar[MentionForm]
    MENTION_FORM_MIXED: _ClassVar[MentionForm]

class MentionRole(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    MENTION_ROLE_UNSPECIFIED: _ClassVar[MentionRole]
    MENTION_ROLE_SPEAKING: _ClassVar[MentionRole]
    MENTION_ROLE_CALLED: _ClassVar[MentionRole]
    MENTION_ROLE_MENTIONED: _ClassVar[MentionRole]
    MENTION_ROLE_ECHOED: _ClassVar[MentionRole]

class MentionReview(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    MENTION_REVIEW_UNSPECIFIED: _ClassVar[MentionReview]
    MENTION_REVIEW_CONFIRMED: _ClassVar[MentionReview]
    MENTION_REVIEW_REPLACED: _ClassVar[MentionReview]
    MENTION_REVIEW_ADDED: _ClassVar[MentionReview]
MENTION_FORM_UNSPECIFIED: MentionForm
MENTION_FORM_WRITTEN: MentionForm
MENTION_FORM_SPACED: MentionForm
MENTION_FORM_PHONETIC: MentionForm
MENTION_FORM_MIXED: MentionForm
MENTION_ROLE_UNSPECIFIED: MentionRole
MENTION_ROLE_SPEAKING: MentionRole
MENTION_ROLE_CALLED: MentionRole
MENTION_ROLE_MENTIONED: MentionRole
MENTION_ROLE_ECHOED: MentionRole
MENTION_REVIEW_UNSPECIFIED: MentionReview
MENTION_REVIEW_CONFIRMED: MentionReview
MENTION_REVIEW_REPLACED: MentionReview
MENTION_REVIEW_ADDED: MentionReview

class Holder(_message.Message):
    __slots__ = ("name", "location", "source")
    NAME_FIELD_NUMBER: _ClassVar[int]
    LOCATION_FIELD_NUMBER: _ClassVar[int]
    SOURCE_FIELD_NUMBER: _ClassVar[int]
    name: str
    location: str
    source: str
    def __init__(self, name: _Optional[str] = ..., location: _Optional[str] = ..., source: _Optional[str] = ...) -> None: ...

class Mention(_message.Message):
    __slots__ = ("segment_index", "start", "end", "heard", "base_call", "modifiers", "host_prefix", "form", "role", "evidence", "confidence", "alternatives", "holder", "review")
    SEGMENT_INDEX_FIELD_NUMBER: _ClassVar[int]
    START_FIELD_NUMBER: _ClassVar[int]
    END_FIELD_NUMBER: _ClassVar[int]
    HEARD_FIELD_NUMBER: _ClassVar[int]
    BASE_CALL_FIELD_NUMBER: _ClassVar[int]
    MODIFIERS_FIELD_NUMBER: _ClassVar[int]
    HOST_PREFIX_FIELD_NUMBER: _ClassVar[int]
    FORM_FIELD_NUMBER: _ClassVar[int]
    ROLE_FIELD_NUMBER: _ClassVar[int]
    EVIDENCE_FIELD_NUMBER: _ClassVar[int]
    CONFIDENCE_FIELD_NUMBER: _ClassVar[int]
    ALTERNATIVES_FIELD_NUMBER: _ClassVar[int]
    HOLDER_FIELD_NUMBER: _ClassVar[int]
    REVIEW_FIELD_NUMBER: _ClassVar[int]
    segment_index: int
    start: int
    end: int
    heard: str
    base_call: str
    modifiers: _containers.RepeatedScalarFieldContainer[str]
    host_prefix: str
    form: MentionForm
    role: MentionRole
    evidence: _containers.RepeatedScalarFieldContainer[str]
    confidence: float
    alternatives: _containers.RepeatedScalarFieldContainer[str]
    holder: Holder
    review: MentionReview
    def __init__(self, segment_index: _Optional[int] = ..., start: _Optional[int] = ..., end: _Optional[int] = ..., heard: _Optional[str] = ..., base_call: _Optional[str] = ..., modifiers: _Optional[_Iterable[str]] = ..., host_prefix: _Optional[str] = ..., form: _Optional[_Union[MentionForm, str]] = ..., role: _Optional[_Union[MentionRole, str]] = ..., evidence: _Optional[_Iterable[str]] = ..., confidence: _Optional[float] = ..., alternatives: _Optional[_Iterable[str]] = ..., holder: _Optional[_Union[Holder, _Mapping]] = ..., review: _Optional[_Union[MentionReview, str]] = ...) -> None: ...

class StreamExtractRequest(_message.Message):
    __slots__ = ("partial",)
    PARTIAL_FIELD_NUMBER: _ClassVar[int]
    partial: _transcript_pb2.PartialTranscript
    def __init__(self, partial: _Optional[_Union[_transcript_pb2.PartialTranscript, _Mapping]] = ...) -> None: ...

class StreamExtractResponse(_message.Message):
    __slots__ = ("recording", "channel", "mentions")
    RECORDING_FIELD_NUMBER: _ClassVar[int]
    CHANNEL_FIELD_NUMBER: _ClassVar[int]
    MENTIONS_FIELD_NUMBER: _ClassVar[int]
    recording: str
    channel: str
    mentions: _containers.RepeatedCompositeFieldContainer[Mention]
    def __init__(self, recording: _Optional[str] = ..., channel: _Optional[str] = ..., mentions: _Optional[_Iterable[_Union[Mention, _Mapping]]] = ...) -> None: ...

class ExtractRequest(_message.Message):
    __slots__ = ("texts", "roster")
    TEXTS_FIELD_NUMBER: _ClassVar[int]
    ROSTER_FIELD_NUMBER: _ClassVar[int]
    texts: _containers.RepeatedScalarFieldContainer[str]
    roster: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, texts: _Optional[_Iterable[str]] = ..., roster: _Optional[_Iterable[str]] = ...) -> None: ...

class ExtractResponse(_message.Message):
    __slots__ = ("mentions", "entities")
    MENTIONS_FIELD_NUMBER: _ClassVar[int]
    ENTITIES_FIELD_NUMBER: _ClassVar[int]
    mentions: _containers.RepeatedCompositeFieldContainer[Mention]
    entities: _containers.RepeatedCompositeFieldContainer[_entity_pb2.Entity]
    def __init__(self, mentions: _Optional[_Iterable[_Union[Mention, _Mapping]]] = ..., entities: _Optional[_Iterable[_Union[_entity_pb2.Entity, _Mapping]]] = ...) -> None: ...

class MentionsExtracted(_message.Message):
    __slots__ = ("recording", "transcript", "mentions", "extractor", "corrections_version", "entities", "shortfalls")
    RECORDING_FIELD_NUMBER: _ClassVar[int]
    TRANSCRIPT_FIELD_NUMBER: _ClassVar[int]
    MENTIONS_FIELD_NUMBER: _ClassVar[int]
    EXTRACTOR_FIELD_NUMBER: _ClassVar[int]
    CORRECTIONS_VERSION_FIELD_NUMBER: _ClassVar[int]
    ENTITIES_FIELD_NUMBER: _ClassVar[int]
    SHORTFALLS_FIELD_NUMBER: _ClassVar[int]
    recording: _recording_pb2.Recording
    transcript: _transcript_pb2.Transcript
    mentions: _containers.RepeatedCompositeFieldContainer[Mention]
    extractor: str
    corrections_version: int
    entities: _containers.RepeatedCompositeFieldContainer[_entity_pb2.Entity]
    shortfalls: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, recording: _Optional[_Union[_recording_pb2.Recording, _Mapping]] = ..., transcript: _Optional[_Union[_transcript_pb2.Transcript, _Mapping]] = ..., mentions: _Optional[_Iterable[_Union[Mention, _Mapping]]] = ..., extractor: _Optional[str] = ..., corrections_version: _Optional[int] = ..., entities: _Optional[_Iterable[_Union[_entity_pb2.Entity, _Mapping]]] = ..., shortfalls: _Optional[_Iterable[str]] = ...) -> None: ...
