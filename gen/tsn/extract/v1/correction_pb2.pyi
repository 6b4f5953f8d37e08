import datetime

from google.api import annotations_pb2 as _annotations_pb2
from google.protobuf import field_mask_pb2 as _field_mask_pb2
from google.protobuf import timestamp_pb2 as _timestamp_pb2
from tsn.extract.v1 import extract_pb2 as _extract_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class CorrectionCategory(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    CORRECTION_CATEGORY_UNSPECIFIED: _ClassVar[CorrectionCategory]
    CORRECTION_CATEGORY_MISHEARD: _ClassVar[CorrectionCategory]
    CORRECTION_CATEGORY_PHONETIC: _ClassVar[CorrectionCategory]
    CORRECTION_CATEGORY_LETTER_NAME: _ClassVar[CorrectionCategory]
    CORRECTION_CATEGORY_DIGIT: _ClassVar[CorrectionCategory]
    CORRECTION_CATEGORY_HOMOPHONE: _ClassVar[CorrectionCategory]

class CorrectionAction(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    CORRECTION_ACTION_UNSPECIFIED: _ClassVar[CorrectionAction]
    CORRECTION_ACTION_CREATED: _ClassVar[CorrectionAction]
    CORRECTION_ACTION_UPDATED: _ClassVar[CorrectionAction]
    CORRECTION_ACTION_DELETED: _ClassVar[CorrectionAction]
CORRECTION_CATEGORY_UNSPECIFIED: CorrectionCategory
CORRECTION_CATEGORY_MISHEARD: CorrectionCategory
CORRECTION_CATEGORY_PHONETIC: CorrectionCategory
CORRECTION_CATEGORY_LETTER_NAME: CorrectionCategory
CORRECTION_CATEGORY_DIGIT: CorrectionCategory
CORRECTION_CATEGORY_HOMOPHONE: CorrectionCategory
CORRECTION_ACTION_UNSPECIFIED: CorrectionAction
CORRECTION_ACTION_CREATED: CorrectionAction
CORRECTION_ACTION_UPDATED: CorrectionAction
CORRECTION_ACTION_DELETED: CorrectionAction

class Correction(_message.Message):
    __slots__ = ("name", "heard", "meant", "created_at", "alternatives", "category", "enabled", "note", "created_by", "updated_at", "updated_by")
    NAME_FIELD_NUMBER: _ClassVar[int]
    HEARD_FIELD_NUMBER: _ClassVar[int]
    MEANT_FIELD_NUMBER: _ClassVar[int]
    CREATED_AT_FIELD_NUMBER: _ClassVar[int]
    ALTERNATIVES_FIELD_NUMBER: _ClassVar[int]
    CATEGORY_FIELD_NUMBER: _ClassVar[int]
    ENABLED_FIELD_NUMBER: _ClassVar[int]
    NOTE_FIELD_NUMBER: _ClassVar[int]
    CREATED_BY_FIELD_NUMBER: _ClassVar[int]
    UPDATED_AT_FIELD_NUMBER: _ClassVar[int]
    UPDATED_BY_FIELD_NUMBER: _ClassVar[int]
    name: str
    heard: str
    meant: str
    created_at: _timestamp_pb2.Timestamp
    alternatives: _containers.RepeatedScalarFieldContainer[str]
    category: CorrectionCategory
    enabled: bool
    note: str
    created_by: str
    updated_at: _timestamp_pb2.Timestamp
    updated_by: str
    def __init__(self, name: _Optional[str] = ..., heard: _Optional[str] = ..., meant: _Optional[str] = ..., created_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., alternatives: _Optional[_Iterable[str]] = ..., category: _Optional[_Union[CorrectionCategory, str]] = ..., enabled: _Optional[bool] = ..., note: _Optional[str] = ..., created_by: _Optional[str] = ..., updated_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., updated_by: _Optional[str] = ...) -> None: ...

class ListCorrectionsRequest(_message.Message):
    __slots__ = ("page_size", "page_token", "filter")
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    FILTER_FIELD_NUMBER: _ClassVar[int]
    page_size: int
    page_token: str
    filter: str
    def __init__(self, page_size: _Optional[int] = ..., page_token: _Optional[str] = ..., filter: _Optional[str] = ...) -> None: ...

class ListCorrectionsResponse(_message.Message):
    __slots__ = ("corrections", "next_page_token", "version")
    CORRECTIONS_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    corrections: _containers.RepeatedCompositeFieldContainer[Correction]
    next_page_token: str
    version: int
    def __init__(self, corrections: _Optional[_Iterable[_Union[Correction, _Mapping]]] = ..., next_page_token: _Optional[str] = ..., version: _Optional[int] = ...) -> None: ...

class GetCorrectionRequest(_message.Message):
    __slots__ = ("name",)
    NAME_FIELD_NUMBER: _ClassVar[int]
    name: str
    def __init__(self, name: _Optional[str] = ...) -> None: ...

class GetCorrectionResponse(_message.Message):
    __slots__ = ("correction",)
    CORRECTION_FIELD_NUMBER: _ClassVar[int]
    correction: Correction
    def __init__(self, correction: _Optional[_Union[Correction, _Mapping]] = ...) -> None: ...

class CreateCorrectionRequest(_message.Message):
    __slots__ = ("correction", "author")
    CORRECTION_FIELD_NUMBER: _ClassVar[int]
    AUTHOR_FIELD_NUMBER: _ClassVar[int]
    correction: Correction
    author: str
    def __init__(self, correction: _Optional[_Union[Correction, _Mapping]] = ..., author: _Optional[str] = ...) -> None: ...

class CreateCorrectionResponse(_message.Message):
    __slots__ = ("correction", "version")
    CORRECTION_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    correction: Correction
    version: int
    def __init__(self, correction: _Optional[_Union[Correction, _Mapping]] = ..., version: _Optional[int] = ...) -> None: ...

class UpdateCorrectionRequest(_message.Message):
    __slots__ = ("correction", "update_mask", "author")
    CORRECTION_FIELD_NUMBER: _ClassVar[int]
    UPDATE_MASK_FIELD_NUMBER: _ClassVar[int]
    AUTHOR_FIELD_NUMBER: _ClassVar[int]
    correction: Correction
    update_mask: _field_mask_pb2.FieldMask
    author: str
    def __init__(self, correction: _Optional[_Union[Correction, _Mapping]] = ..., update_mask: _Optional[_Union[_field_mask_pb2.FieldMask, _Mapping]] = ..., author: _Optional[str] = ...) -> None: ...

class UpdateCorrectionResponse(_message.Message):
    __slots__ = ("correction", "version")
    CORRECTION_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    correction: Correction
    version: int
    def __init__(self, correction: _Optional[_Union[Correction, _Mapping]] = ..., version: _Optional[int] = ...) -> None: ...

class DeleteCorrectionRequest(_message.Message):
    __slots__ = ("name", "author")
    NAME_FIELD_NUMBER: _ClassVar[int]
    AUTHOR_FIELD_NUMBER: _ClassVar[int]
    name: str
    author: str
    def __init__(self, name: _Optional[str] = ..., author: _Optional[str] = ...) -> None: ...

class DeleteCorrectionResponse(_message.Message):
    __slots__ = ("version",)
    VERSION_FIELD_NUMBER: _ClassVar[int]
    version: int
    def __init__(self, version: _Optional[int] = ...) -> None: ...

class CorrectionChange(_message.Message):
    __slots__ = ("version", "action", "heard", "before", "after", "author", "changed_at")
    VERSION_FIELD_NUMBER: _ClassVar[int]
    ACTION_FIELD_NUMBER: _ClassVar[int]
    HEARD_FIELD_NUMBER: _ClassVar[int]
    BEFORE_FIELD_NUMBER: _ClassVar[int]
    AFTER_FIELD_NUMBER: _ClassVar[int]
    AUTHOR_FIELD_NUMBER: _ClassVar[int]
    CHANGED_AT_FIELD_NUMBER: _ClassVar[int]
    version: int
    action: CorrectionAction
    heard: str
    before: Correction
    after: Correction
    author: str
    changed_at: _timestamp_pb2.Timestamp
    def __init__(self, version: _Optional[int] = ..., action: _Optional[_Union[CorrectionAction, str]] = ..., heard: _Optional[str] = ..., before: _Optional[_Union[Correction, _Mapping]] = ..., after: _Optional[_Union[Correction, _Mapping]] = ..., author: _Optional[str] = ..., changed_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class ListCorrectionChangesRequest(_message.Message):
    __slots__ = ("page_size", "page_token", "filter")
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    FILTER_FIELD_NUMBER: _ClassVar[int]
    page_size: int
    page_token: str
    filter: str
    def __init__(self, page_size: _Optional[int] = ..., page_token: _Optional[str] = ..., filter: _Optional[str] = ...) -> None: ...

class ListCorrectionChangesResponse(_message.Message):
    __slots__ = ("changes", "next_page_token")
    CHANGES_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    changes: _containers.RepeatedCompositeFieldContainer[CorrectionChange]
    next_page_token: str
    def __init__(self, changes: _Optional[_Iterable[_Union[CorrectionChange, _Mapping]]] = ..., next_page_token: _Optional[str] = ...) -> None: ...

class TestCorrectionsRequest(_message.Message):
    __slots__ = ("text", "corrections", "roster")
    TEXT_FIELD_NUMBER: _ClassVar[int]
    CORRECTIONS_FIELD_NUMBER: _ClassVar[int]
    ROSTER_FIELD_NUMBER: _ClassVar[int]
    text: str
    corrections: _containers.RepeatedCompositeFieldContainer[Correction]
    roster: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, text: _Optional[str] = ..., corrections: _Optional[_Iterable[_Union[Correction, _Mapping]]] = ..., roster: _Optional[_Iterable[str]] = ...) -> None: ...

class SpelledWord(_message.Message):
    __slots__ = ("start", "end", "heard", "meant", "kind")
    START_FIELD_NUMBER: _ClassVar[int]
    END_FIELD_NUMBER: _ClassVar[int]
    HEARD_FIELD_NUMBER: _ClassVar[int]
    MEANT_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    start: int
    end: int
    heard: str
    meant: _containers.RepeatedScalarFieldContainer[str]
    kind: str
    def __init__(self, start: _Optional[int] = ..., end: _Optional[int] = ..., heard: _Optional[str] = ..., meant: _Optional[_Iterable[str]] = ..., kind: _Optional[str] = ...) -> None: ...

class TestCorrectionsResponse(_message.Message):
    __slots__ = ("before", "after", "version", "words_before", "words_after")
    BEFORE_FIELD_NUMBER: _ClassVar[int]
    AFTER_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    WORDS_BEFORE_FIELD_NUMBER: _ClassVar[int]
    WORDS_AFTER_FIELD_NUMBER: _ClassVar[int]
    before: _containers.RepeatedCompositeFieldContainer[_extract_pb2.Mention]
    after: _containers.RepeatedCompositeFieldContainer[_extract_pb2.Mention]
    version: int
    words_before: _containers.RepeatedCompositeFieldContainer[SpelledWord]
    words_after: _containers.RepeatedCompositeFieldContainer[SpelledWord]
    def __init__(self, before: _Optional[_Iterable[_Union[_extract_pb2.Mention, _Mapping]]] = ..., after: _Optional[_Iterable[_Union[_extract_pb2.Mention, _Mapping]]] = ..., version: _Optional[int] = ..., words_before: _Optional[_Iterable[_Union[SpelledWord, _Mapping]]] = ..., words_after: _Optional[_Iterable[_Union[SpelledWord, _Mapping]]] = ...) -> None: ...
