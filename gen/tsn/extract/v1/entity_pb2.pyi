from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class EntityKind(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    ENTITY_KIND_UNSPECIFIED: _ClassVar[EntityKind]
    ENTITY_KIND_GRID_SQUARE: _ClassVar[EntityKind]
    ENTITY_KIND_FREQUENCY: _ClassVar[EntityKind]
    ENTITY_KIND_TONE: _ClassVar[EntityKind]
    ENTITY_KIND_SIGNAL_REPORT: _ClassVar[EntityKind]
    ENTITY_KIND_Q_CODE: _ClassVar[EntityKind]
    ENTITY_KIND_LOCATION: _ClassVar[EntityKind]
    ENTITY_KIND_NAME: _ClassVar[EntityKind]
    ENTITY_KIND_NODE_NUMBER: _ClassVar[EntityKind]
ENTITY_KIND_UNSPECIFIED: EntityKind
ENTITY_KIND_GRID_SQUARE: EntityKind
ENTITY_KIND_FREQUENCY: EntityKind
ENTITY_KIND_TONE: EntityKind
ENTITY_KIND_SIGNAL_REPORT: EntityKind
ENTITY_KIND_Q_CODE: EntityKind
ENTITY_KIND_LOCATION: EntityKind
ENTITY_KIND_NAME: EntityKind
ENTITY_KIND_NODE_NUMBER: EntityKind

class Entity(_message.Message):
    __slots__ = ("kind", "segment_index", "start", "end", "heard", "value", "evidence", "confidence")
    KIND_FIELD_NUMBER: _ClassVar[int]
    SEGMENT_INDEX_FIELD_NUMBER: _ClassVar[int]
    START_FIELD_NUMBER: _ClassVar[int]
    END_FIELD_NUMBER: _ClassVar[int]
    HEARD_FIELD_NUMBER: _ClassVar[int]
    VALUE_FIELD_NUMBER: _ClassVar[int]
    EVIDENCE_FIELD_NUMBER: _ClassVar[int]
    CONFIDENCE_FIELD_NUMBER: _ClassVar[int]
    kind: EntityKind
    segment_index: int
    start: int
    end: int
    heard: str
    value: str
    evidence: _containers.RepeatedScalarFieldContainer[str]
    confidence: float
    def __init__(self, kind: _Optional[_Union[EntityKind, str]] = ..., segment_index: _Optional[int] = ..., start: _Optional[int] = ..., end: _Optional[int] = ..., heard: _Optional[str] = ..., value: _Optional[str] = ..., evidence: _Optional[_Iterable[str]] = ..., confidence: _Optional[float] = ...) -> None: ...
