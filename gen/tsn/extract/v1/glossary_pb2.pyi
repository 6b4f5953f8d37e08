import datetime

from google.api import annotations_pb2 as _annotations_pb2
from google.protobuf import timestamp_pb2 as _timestamp_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class GlossaryTermKind(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    GLOSSARY_TERM_KIND_UNSPECIFIED: _ClassVar[GlossaryTermKind]
    GLOSSARY_TERM_KIND_CLUB: _ClassVar[GlossaryTermKind]
    GLOSSARY_TERM_KIND_NET: _ClassVar[GlossaryTermKind]
    GLOSSARY_TERM_KIND_TOWN: _ClassVar[GlossaryTermKind]
    GLOSSARY_TERM_KIND_NAME: _ClassVar[GlossaryTermKind]
GLOSSARY_TERM_KIND_UNSPECIFIED: GlossaryTermKind
GLOSSARY_TERM_KIND_CLUB: GlossaryTermKind
GLOSSARY_TERM_KIND_NET: GlossaryTermKind
GLOSSARY_TERM_KIND_TOWN: GlossaryTermKind
GLOSSARY_TERM_KIND_NAME: GlossaryTermKind

class GlossaryTerm(_message.Message):
    __slots__ = ("name", "node", "term", "kind", "spoken", "author", "created_at")
    NAME_FIELD_NUMBER: _ClassVar[int]
    NODE_FIELD_NUMBER: _ClassVar[int]
    TERM_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    SPOKEN_FIELD_NUMBER: _ClassVar[int]
    AUTHOR_FIELD_NUMBER: _ClassVar[int]
    CREATED_AT_FIELD_NUMBER: _ClassVar[int]
    name: str
    node: str
    term: str
    kind: GlossaryTermKind
    spoken: str
    author: str
    created_at: _timestamp_pb2.Timestamp
    def __init__(self, name: _Optional[str] = ..., node: _Optional[str] = ..., term: _Optional[str] = ..., kind: _Optional[_Union[GlossaryTermKind, str]] = ..., spoken: _Optional[str] = ..., author: _Optional[str] = ..., created_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class GlossaryEntry(_message.Message):
    __slots__ = ("term", "kind", "spoken")
    TERM_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    SPOKEN_FIELD_NUMBER: _ClassVar[int]
    term: str
    kind: GlossaryTermKind
    spoken: str
    def __init__(self, term: _Optional[str] = ..., kind: _Optional[_Union[GlossaryTermKind, str]] = ..., spoken: _Optional[str] = ...) -> None: ...

class Glossary(_message.Message):
    __slots__ = ("node", "version", "callsigns", "entries")
    NODE_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    CALLSIGNS_FIELD_NUMBER: _ClassVar[int]
    ENTRIES_FIELD_NUMBER: _ClassVar[int]
    node: str
    version: str
    callsigns: _containers.RepeatedScalarFieldContainer[str]
    entries: _containers.RepeatedCompositeFieldContainer[GlossaryEntry]
    def __init__(self, node: _Optional[str] = ..., version: _Optional[str] = ..., callsigns: _Optional[_Iterable[str]] = ..., entries: _Optional[_Iterable[_Union[GlossaryEntry, _Mapping]]] = ...) -> None: ...

class GetGlossaryRequest(_message.Message):
    __slots__ = ("node",)
    NODE_FIELD_NUMBER: _ClassVar[int]
    node: str
    def __init__(self, node: _Optional[str] = ...) -> None: ...

class GetGlossaryResponse(_message.Message):
    __slots__ = ("glossary",)
    GLOSSARY_FIELD_NUMBER: _ClassVar[int]
    glossary: Glossary
    def __init__(self, glossary: _Optional[_Union[Glossary, _Mapping]] = ...) -> None: ...

class ListGlossaryTermsRequest(_message.Message):
    __slots__ = ("node", "page_size", "page_token")
    NODE_FIELD_NUMBER: _ClassVar[int]
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    node: str
    page_size: int
    page_token: str
    def __init__(self, node: _Optional[str] = ..., page_size: _Optional[int] = ..., page_token: _Optional[str] = ...) -> None: ...

class ListGlossaryTermsResponse(_message.Message):
    __slots__ = ("terms", "next_page_token")
    TERMS_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    terms: _containers.RepeatedCompositeFieldContainer[GlossaryTerm]
    next_page_token: str
    def __init__(self, terms: _Optional[_Iterable[_Union[GlossaryTerm, _Mapping]]] = ..., next_page_token: _Optional[str] = ...) -> None: ...

class CreateGlossaryTermRequest(_message.Message):
    __slots__ = ("term", "author")
    TERM_FIELD_NUMBER: _ClassVar[int]
    AUTHOR_FIELD_NUMBER: _ClassVar[int]
    term: GlossaryTerm
    author: str
    def __init__(self, term: _Optional[_Union[GlossaryTerm, _Mapping]] = ..., author: _Optional[str] = ...) -> None: ...

class CreateGlossaryTermResponse(_message.Message):
    __slots__ = ("term",)
    TERM_FIELD_NUMBER: _ClassVar[int]
    term: GlossaryTerm
    def __init__(self, term: _Optional[_Union[GlossaryTerm, _Mapping]] = ...) -> None: ...

class DeleteGlossaryTermRequest(_message.Message):
    __slots__ = ("name", "author")
    NAME_FIELD_NUMBER: _ClassVar[int]
    AUTHOR_FIELD_NUMBER: _ClassVar[int]
    name: str
    author: str
    def __init__(self, name: _Optional[str] = ..., author: _Optional[str] = ...) -> None: ...

class DeleteGlossaryTermResponse(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...
