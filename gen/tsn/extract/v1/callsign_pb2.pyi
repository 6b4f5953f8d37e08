import datetime

from google.api import annotations_pb2 as _annotations_pb2
from google.protobuf import timestamp_pb2 as _timestamp_pb2
from google.type import date_pb2 as _date_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class LicenceStatus(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    LICENCE_STATUS_UNSPECIFIED: _ClassVar[LicenceStatus]
    LICENCE_STATUS_ACTIVE: _ClassVar[LicenceStatus]
    LICENCE_STATUS_EXPIRED: _ClassVar[LicenceStatus]
    LICENCE_STATUS_CANCELLED: _ClassVar[LicenceStatus]
    LICENCE_STATUS_GONE: _ClassVar[LicenceStatus]

class CallsignImportState(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    CALLSIGN_IMPORT_STATE_UNSPECIFIED: _ClassVar[CallsignImportState]
    CALLSIGN_IMPORT_STATE_RUNNING: _ClassVar[CallsignImportState]
    CALLSIGN_IMPORT_STATE_DONE: _ClassVar[CallsignImportState]
LICENCE_STATUS_UNSPECIFIED: LicenceStatus
LICENCE_STATUS_ACTIVE: LicenceStatus
LICENCE_STATUS_EXPIRED: LicenceStatus
LICENCE_STATUS_CANCELLED: LicenceStatus
LICENCE_STATUS_GONE: LicenceStatus
CALLSIGN_IMPORT_STATE_UNSPECIFIED: CallsignImportState
CALLSIGN_IMPORT_STATE_RUNNING: CallsignImportState
CALLSIGN_IMPORT_STATE_DONE: CallsignImportState

class CallsignRecord(_message.Message):
    __slots__ = ("name", "callsign", "source", "status", "holder_name", "city", "region", "country", "licence_class", "granted_on", "expires_on", "updated_at", "grid")
    NAME_FIELD_NUMBER: _ClassVar[int]
    CALLSIGN_FIELD_NUMBER: _ClassVar[int]
    SOURCE_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    HOLDER_NAME_FIELD_NUMBER: _ClassVar[int]
    CITY_FIELD_NUMBER: _ClassVar[int]
    REGION_FIELD_NUMBER: _ClassVar[int]
    COUNTRY_FIELD_NUMBER: _ClassVar[int]
    LICENCE_CLASS_FIELD_NUMBER: _ClassVar[int]
    GRANTED_ON_FIELD_NUMBER: _ClassVar[int]
    EXPIRES_ON_FIELD_NUMBER: _ClassVar[int]
    UPDATED_AT_FIELD_NUMBER: _ClassVar[int]
    GRID_FIELD_NUMBER: _ClassVar[int]
    name: str
    callsign: str
    source: str
    status: LicenceStatus
    holder_name: str
    city: str
    region: str
    country: str
    licence_class: str
    granted_on: _date_pb2.Date
    expires_on: _date_pb2.Date
    updated_at: _timestamp_pb2.Timestamp
    grid: str
    def __init__(self, name: _Optional[str] = ..., callsign: _Optional[str] = ..., source: _Optional[str] = ..., status: _Optional[_Union[LicenceStatus, str]] = ..., holder_name: _Optional[str] = ..., city: _Optional[str] = ..., region: _Optional[str] = ..., country: _Optional[str] = ..., licence_class: _Optional[str] = ..., granted_on: _Optional[_Union[_date_pb2.Date, _Mapping]] = ..., expires_on: _Optional[_Union[_date_pb2.Date, _Mapping]] = ..., updated_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., grid: _Optional[str] = ...) -> None: ...

class CallsignRow(_message.Message):
    __slots__ = ("unique_id", "callsign", "holder", "licence", "licence_class")
    UNIQUE_ID_FIELD_NUMBER: _ClassVar[int]
    CALLSIGN_FIELD_NUMBER: _ClassVar[int]
    HOLDER_FIELD_NUMBER: _ClassVar[int]
    LICENCE_FIELD_NUMBER: _ClassVar[int]
    LICENCE_CLASS_FIELD_NUMBER: _ClassVar[int]
    unique_id: str
    callsign: str
    holder: CallsignHolder
    licence: CallsignLicence
    licence_class: str
    def __init__(self, unique_id: _Optional[str] = ..., callsign: _Optional[str] = ..., holder: _Optional[_Union[CallsignHolder, _Mapping]] = ..., licence: _Optional[_Union[CallsignLicence, _Mapping]] = ..., licence_class: _Optional[str] = ...) -> None: ...

class CallsignHolder(_message.Message):
    __slots__ = ("name", "city", "region", "country")
    NAME_FIELD_NUMBER: _ClassVar[int]
    CITY_FIELD_NUMBER: _ClassVar[int]
    REGION_FIELD_NUMBER: _ClassVar[int]
    COUNTRY_FIELD_NUMBER: _ClassVar[int]
    name: str
    city: str
    region: str
    country: str
    def __init__(self, name: _Optional[str] = ..., city: _Optional[str] = ..., region: _Optional[str] = ..., country: _Optional[str] = ...) -> None: ...

class CallsignLicence(_message.Message):
    __slots__ = ("status", "granted_on", "expires_on")
    STATUS_FIELD_NUMBER: _ClassVar[int]
    GRANTED_ON_FIELD_NUMBER: _ClassVar[int]
    EXPIRES_ON_FIELD_NUMBER: _ClassVar[int]
    status: LicenceStatus
    granted_on: _date_pb2.Date
    expires_on: _date_pb2.Date
    def __init__(self, status: _Optional[_Union[LicenceStatus, str]] = ..., granted_on: _Optional[_Union[_date_pb2.Date, _Mapping]] = ..., expires_on: _Optional[_Union[_date_pb2.Date, _Mapping]] = ...) -> None: ...

class CallsignImportBegin(_message.Message):
    __slots__ = ("source", "sha256", "file_name", "author", "again")
    SOURCE_FIELD_NUMBER: _ClassVar[int]
    SHA256_FIELD_NUMBER: _ClassVar[int]
    FILE_NAME_FIELD_NUMBER: _ClassVar[int]
    AUTHOR_FIELD_NUMBER: _ClassVar[int]
    AGAIN_FIELD_NUMBER: _ClassVar[int]
    source: str
    sha256: str
    file_name: str
    author: str
    again: bool
    def __init__(self, source: _Optional[str] = ..., sha256: _Optional[str] = ..., file_name: _Optional[str] = ..., author: _Optional[str] = ..., again: _Optional[bool] = ...) -> None: ...

class CallsignRows(_message.Message):
    __slots__ = ("first_row", "rows", "broken_lines")
    FIRST_ROW_FIELD_NUMBER: _ClassVar[int]
    ROWS_FIELD_NUMBER: _ClassVar[int]
    BROKEN_LINES_FIELD_NUMBER: _ClassVar[int]
    first_row: int
    rows: _containers.RepeatedCompositeFieldContainer[CallsignRow]
    broken_lines: int
    def __init__(self, first_row: _Optional[int] = ..., rows: _Optional[_Iterable[_Union[CallsignRow, _Mapping]]] = ..., broken_lines: _Optional[int] = ...) -> None: ...

class CallsignImportEnd(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class CallsignImport(_message.Message):
    __slots__ = ("name", "source", "sha256", "file_name", "author", "state", "rows_taken", "broken_lines", "active_licences", "started_at", "ended_at", "updated_at")
    NAME_FIELD_NUMBER: _ClassVar[int]
    SOURCE_FIELD_NUMBER: _ClassVar[int]
    SHA256_FIELD_NUMBER: _ClassVar[int]
    FILE_NAME_FIELD_NUMBER: _ClassVar[int]
    AUTHOR_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    ROWS_TAKEN_FIELD_NUMBER: _ClassVar[int]
    BROKEN_LINES_FIELD_NUMBER: _ClassVar[int]
    ACTIVE_LICENCES_FIELD_NUMBER: _ClassVar[int]
    STARTED_AT_FIELD_NUMBER: _ClassVar[int]
    ENDED_AT_FIELD_NUMBER: _ClassVar[int]
    UPDATED_AT_FIELD_NUMBER: _ClassVar[int]
    name: str
    source: str
    sha256: str
    file_name: str
    author: str
    state: CallsignImportState
    rows_taken: int
    broken_lines: int
    active_licences: int
    started_at: _timestamp_pb2.Timestamp
    ended_at: _timestamp_pb2.Timestamp
    updated_at: _timestamp_pb2.Timestamp
    def __init__(self, name: _Optional[str] = ..., source: _Optional[str] = ..., sha256: _Optional[str] = ..., file_name: _Optional[str] = ..., author: _Optional[str] = ..., state: _Optional[_Union[CallsignImportState, str]] = ..., rows_taken: _Optional[int] = ..., broken_lines: _Optional[int] = ..., active_licences: _Optional[int] = ..., started_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., ended_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., updated_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class ImportCallsignsRequest(_message.Message):
    __slots__ = ("begin", "rows", "end")
    BEGIN_FIELD_NUMBER: _ClassVar[int]
    ROWS_FIELD_NUMBER: _ClassVar[int]
    END_FIELD_NUMBER: _ClassVar[int]
    begin: CallsignImportBegin
    rows: CallsignRows
    end: CallsignImportEnd
    def __init__(self, begin: _Optional[_Union[CallsignImportBegin, _Mapping]] = ..., rows: _Optional[_Union[CallsignRows, _Mapping]] = ..., end: _Optional[_Union[CallsignImportEnd, _Mapping]] = ...) -> None: ...

class ImportCallsignsResponse(_message.Message):
    __slots__ = ()
    IMPORT_FIELD_NUMBER: _ClassVar[int]
    def __init__(self, **kwargs) -> None: ...

class GetCallsignRecordRequest(_message.Message):
    __slots__ = ("name",)
    NAME_FIELD_NUMBER: _ClassVar[int]
    name: str
    def __init__(self, name: _Optional[str] = ...) -> None: ...

class GetCallsignRecordResponse(_message.Message):
    __slots__ = ("record",)
    RECORD_FIELD_NUMBER: _ClassVar[int]
    record: CallsignRecord
    def __init__(self, record: _Optional[_Union[CallsignRecord, _Mapping]] = ...) -> None: ...

class LookupCallsignsRequest(_message.Message):
    __slots__ = ("callsigns",)
    CALLSIGNS_FIELD_NUMBER: _ClassVar[int]
    callsigns: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, callsigns: _Optional[_Iterable[str]] = ...) -> None: ...

class LookupCallsignsResponse(_message.Message):
    __slots__ = ("records",)
    RECORDS_FIELD_NUMBER: _ClassVar[int]
    records: _containers.RepeatedCompositeFieldContainer[CallsignRecord]
    def __init__(self, records: _Optional[_Iterable[_Union[CallsignRecord, _Mapping]]] = ...) -> None: ...

class ListImportsRequest(_message.Message):
    __slots__ = ("page_size", "page_token")
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    page_size: int
    page_token: str
    def __init__(self, page_size: _Optional[int] = ..., page_token: _Optional[str] = ...) -> None: ...

class ListImportsResponse(_message.Message):
    __slots__ = ("imports", "next_page_token")
    IMPORTS_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    imports: _containers.RepeatedCompositeFieldContainer[CallsignImport]
    next_page_token: str
    def __init__(self, imports: _Optional[_Iterable[_Union[CallsignImport, _Mapping]]] = ..., next_page_token: _Optional[str] = ...) -> None: ...
