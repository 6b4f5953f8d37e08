import datetime

from google.api import annotations_pb2 as _annotations_pb2
from google.protobuf import timestamp_pb2 as _timestamp_pb2
from tsn.extract.v1 import extract_pb2 as _extract_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class ReviewAction(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    REVIEW_ACTION_UNSPECIFIED: _ClassVar[ReviewAction]
    REVIEW_ACTION_CONFIRM: _ClassVar[ReviewAction]
    REVIEW_ACTION_REJECT: _ClassVar[ReviewAction]
    REVIEW_ACTION_REPLACE: _ClassVar[ReviewAction]
    REVIEW_ACTION_ADD: _ClassVar[ReviewAction]
    REVIEW_ACTION_MERGE: _ClassVar[ReviewAction]
REVIEW_ACTION_UNSPECIFIED: ReviewAction
REVIEW_ACTION_CONFIRM: ReviewAction
REVIEW_ACTION_REJECT: ReviewAction
REVIEW_ACTION_REPLACE: ReviewAction
REVIEW_ACTION_ADD: ReviewAction
REVIEW_ACTION_MERGE: ReviewAction

class Review(_message.Message):
    __slots__ = ("name", "action", "base_call", "new_call", "recording", "transcript", "segment_index", "start", "end", "heard", "node", "author", "reason", "created_at", "undone_at", "undone_by", "recordings_queued", "finding")
    NAME_FIELD_NUMBER: _ClassVar[int]
    ACTION_FIELD_NUMBER: _ClassVar[int]
    BASE_CALL_FIELD_NUMBER: _ClassVar[int]
    NEW_CALL_FIELD_NUMBER: _ClassVar[int]
    RECORDING_FIELD_NUMBER: _ClassVar[int]
    TRANSCRIPT_FIELD_NUMBER: _ClassVar[int]
    SEGMENT_INDEX_FIELD_NUMBER: _ClassVar[int]
    START_FIELD_NUMBER: _ClassVar[int]
    END_FIELD_NUMBER: _ClassVar[int]
    HEARD_FIELD_NUMBER: _ClassVar[int]
    NODE_FIELD_NUMBER: _ClassVar[int]
    AUTHOR_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    CREATED_AT_FIELD_NUMBER: _ClassVar[int]
    UNDONE_AT_FIELD_NUMBER: _ClassVar[int]
    UNDONE_BY_FIELD_NUMBER: _ClassVar[int]
    RECORDINGS_QUEUED_FIELD_NUMBER: _ClassVar[int]
    FINDING_FIELD_NUMBER: _ClassVar[int]
    name: str
    action: ReviewAction
    base_call: str
    new_call: str
    recording: str
    transcript: str
    segment_index: int
    start: int
    end: int
    heard: str
    node: str
    author: str
    reason: str
    created_at: _timestamp_pb2.Timestamp
    undone_at: _timestamp_pb2.Timestamp
    undone_by: str
    recordings_queued: int
    finding: bool
    def __init__(self, name: _Optional[str] = ..., action: _Optional[_Union[ReviewAction, str]] = ..., base_call: _Optional[str] = ..., new_call: _Optional[str] = ..., recording: _Optional[str] = ..., transcript: _Optional[str] = ..., segment_index: _Optional[int] = ..., start: _Optional[int] = ..., end: _Optional[int] = ..., heard: _Optional[str] = ..., node: _Optional[str] = ..., author: _Optional[str] = ..., reason: _Optional[str] = ..., created_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., undone_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., undone_by: _Optional[str] = ..., recordings_queued: _Optional[int] = ..., finding: _Optional[bool] = ...) -> None: ...

class ReviewMentionRequest(_message.Message):
    __slots__ = ("recording", "action", "base_call", "new_call", "segment_index", "start", "end", "heard", "author", "reason", "force")
    RECORDING_FIELD_NUMBER: _ClassVar[int]
    ACTION_FIELD_NUMBER: _ClassVar[int]
    BASE_CALL_FIELD_NUMBER: _ClassVar[int]
    NEW_CALL_FIELD_NUMBER: _ClassVar[int]
    SEGMENT_INDEX_FIELD_NUMBER: _ClassVar[int]
    START_FIELD_NUMBER: _ClassVar[int]
    END_FIELD_NUMBER: _ClassVar[int]
    HEARD_FIELD_NUMBER: _ClassVar[int]
    AUTHOR_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    FORCE_FIELD_NUMBER: _ClassVar[int]
    recording: str
    action: ReviewAction
    base_call: str
    new_call: str
    segment_index: int
    start: int
    end: int
    heard: str
    author: str
    reason: str
    force: bool
    def __init__(self, recording: _Optional[str] = ..., action: _Optional[_Union[ReviewAction, str]] = ..., base_call: _Optional[str] = ..., new_call: _Optional[str] = ..., segment_index: _Optional[int] = ..., start: _Optional[int] = ..., end: _Optional[int] = ..., heard: _Optional[str] = ..., author: _Optional[str] = ..., reason: _Optional[str] = ..., force: _Optional[bool] = ...) -> None: ...

class ReviewMentionResponse(_message.Message):
    __slots__ = ("review",)
    REVIEW_FIELD_NUMBER: _ClassVar[int]
    review: Review
    def __init__(self, review: _Optional[_Union[Review, _Mapping]] = ...) -> None: ...

class ReviewCallsignRequest(_message.Message):
    __slots__ = ("base_call", "action", "new_call", "node", "author", "reason", "force")
    BASE_CALL_FIELD_NUMBER: _ClassVar[int]
    ACTION_FIELD_NUMBER: _ClassVar[int]
    NEW_CALL_FIELD_NUMBER: _ClassVar[int]
    NODE_FIELD_NUMBER: _ClassVar[int]
    AUTHOR_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    FORCE_FIELD_NUMBER: _ClassVar[int]
    base_call: str
    action: ReviewAction
    new_call: str
    node: str
    author: str
    reason: str
    force: bool
    def __init__(self, base_call: _Optional[str] = ..., action: _Optional[_Union[ReviewAction, str]] = ..., new_call: _Optional[str] = ..., node: _Optional[str] = ..., author: _Optional[str] = ..., reason: _Optional[str] = ..., force: _Optional[bool] = ...) -> None: ...

class ReviewCallsignResponse(_message.Message):
    __slots__ = ("review",)
    REVIEW_FIELD_NUMBER: _ClassVar[int]
    review: Review
    def __init__(self, review: _Optional[_Union[Review, _Mapping]] = ...) -> None: ...

class UndoReviewRequest(_message.Message):
    __slots__ = ("name", "author")
    NAME_FIELD_NUMBER: _ClassVar[int]
    AUTHOR_FIELD_NUMBER: _ClassVar[int]
    name: str
    author: str
    def __init__(self, name: _Optional[str] = ..., author: _Optional[str] = ...) -> None: ...

class UndoReviewResponse(_message.Message):
    __slots__ = ("review",)
    REVIEW_FIELD_NUMBER: _ClassVar[int]
    review: Review
    def __init__(self, review: _Optional[_Union[Review, _Mapping]] = ...) -> None: ...

class GetReviewRequest(_message.Message):
    __slots__ = ("name",)
    NAME_FIELD_NUMBER: _ClassVar[int]
    name: str
    def __init__(self, name: _Optional[str] = ...) -> None: ...

class GetReviewResponse(_message.Message):
    __slots__ = ("review",)
    REVIEW_FIELD_NUMBER: _ClassVar[int]
    review: Review
    def __init__(self, review: _Optional[_Union[Review, _Mapping]] = ...) -> None: ...

class ListReviewsRequest(_message.Message):
    __slots__ = ("page_size", "page_token", "filter")
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    FILTER_FIELD_NUMBER: _ClassVar[int]
    page_size: int
    page_token: str
    filter: str
    def __init__(self, page_size: _Optional[int] = ..., page_token: _Optional[str] = ..., filter: _Optional[str] = ...) -> None: ...

class ListReviewsResponse(_message.Message):
    __slots__ = ("reviews", "next_page_token")
    REVIEWS_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    reviews: _containers.RepeatedCompositeFieldContainer[Review]
    next_page_token: str
    def __init__(self, reviews: _Optional[_Iterable[_Union[Review, _Mapping]]] = ..., next_page_token: _Optional[str] = ...) -> None: ...

class ListMentionsRequest(_message.Message):
    __slots__ = ("recording",)
    RECORDING_FIELD_NUMBER: _ClassVar[int]
    recording: str
    def __init__(self, recording: _Optional[str] = ...) -> None: ...

class ListMentionsResponse(_message.Message):
    __slots__ = ("mentions", "transcript")
    MENTIONS_FIELD_NUMBER: _ClassVar[int]
    TRANSCRIPT_FIELD_NUMBER: _ClassVar[int]
    mentions: _containers.RepeatedCompositeFieldContainer[_extract_pb2.Mention]
    transcript: str
    def __init__(self, mentions: _Optional[_Iterable[_Union[_extract_pb2.Mention, _Mapping]]] = ..., transcript: _Optional[str] = ...) -> None: ...

class ExportLabelsRequest(_message.Message):
    __slots__ = ("since",)
    SINCE_FIELD_NUMBER: _ClassVar[int]
    since: _timestamp_pb2.Timestamp
    def __init__(self, since: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class LabelledLine(_message.Message):
    __slots__ = ("id", "text", "callsigns", "roster", "form", "note")
    ID_FIELD_NUMBER: _ClassVar[int]
    TEXT_FIELD_NUMBER: _ClassVar[int]
    CALLSIGNS_FIELD_NUMBER: _ClassVar[int]
    ROSTER_FIELD_NUMBER: _ClassVar[int]
    FORM_FIELD_NUMBER: _ClassVar[int]
    NOTE_FIELD_NUMBER: _ClassVar[int]
    id: str
    text: str
    callsigns: _containers.RepeatedScalarFieldContainer[str]
    roster: _containers.RepeatedScalarFieldContainer[str]
    form: str
    note: str
    def __init__(self, id: _Optional[str] = ..., text: _Optional[str] = ..., callsigns: _Optional[_Iterable[str]] = ..., roster: _Optional[_Iterable[str]] = ..., form: _Optional[str] = ..., note: _Optional[str] = ...) -> None: ...

class ExportLabelsResponse(_message.Message):
    __slots__ = ("line",)
    LINE_FIELD_NUMBER: _ClassVar[int]
    line: LabelledLine
    def __init__(self, line: _Optional[_Union[LabelledLine, _Mapping]] = ...) -> None: ...

class OptOut(_message.Message):
    __slots__ = ("name", "base_call", "author", "reason", "created_at")
    NAME_FIELD_NUMBER: _ClassVar[int]
    BASE_CALL_FIELD_NUMBER: _ClassVar[int]
    AUTHOR_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    CREATED_AT_FIELD_NUMBER: _ClassVar[int]
    name: str
    base_call: str
    author: str
    reason: str
    created_at: _timestamp_pb2.Timestamp
    def __init__(self, name: _Optional[str] = ..., base_call: _Optional[str] = ..., author: _Optional[str] = ..., reason: _Optional[str] = ..., created_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class CreateOptOutRequest(_message.Message):
    __slots__ = ("base_call", "author", "reason", "force")
    BASE_CALL_FIELD_NUMBER: _ClassVar[int]
    AUTHOR_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    FORCE_FIELD_NUMBER: _ClassVar[int]
    base_call: str
    author: str
    reason: str
    force: bool
    def __init__(self, base_call: _Optional[str] = ..., author: _Optional[str] = ..., reason: _Optional[str] = ..., force: _Optional[bool] = ...) -> None: ...

class CreateOptOutResponse(_message.Message):
    __slots__ = ("opt_out",)
    OPT_OUT_FIELD_NUMBER: _ClassVar[int]
    opt_out: OptOut
    def __init__(self, opt_out: _Optional[_Union[OptOut, _Mapping]] = ...) -> None: ...

class DeleteOptOutRequest(_message.Message):
    __slots__ = ("name", "author")
    NAME_FIELD_NUMBER: _ClassVar[int]
    AUTHOR_FIELD_NUMBER: _ClassVar[int]
    name: str
    author: str
    def __init__(self, name: _Optional[str] = ..., author: _Optional[str] = ...) -> None: ...

class DeleteOptOutResponse(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class ListOptOutsRequest(_message.Message):
    __slots__ = ("page_size", "page_token")
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    page_size: int
    page_token: str
    def __init__(self, page_size: _Optional[int] = ..., page_token: _Optional[str] = ...) -> None: ...

class ListOptOutsResponse(_message.Message):
    __slots__ = ("opt_outs", "next_page_token")
    OPT_OUTS_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    opt_outs: _containers.RepeatedCompositeFieldContainer[OptOut]
    next_page_token: str
    def __init__(self, opt_outs: _Optional[_Iterable[_Union[OptOut, _Mapping]]] = ..., next_page_token: _Optional[str] = ...) -> None: ...

class OptOutChanged(_message.Message):
    __slots__ = ("base_call", "opted_out", "changed_at")
    BASE_CALL_FIELD_NUMBER: _ClassVar[int]
    OPTED_OUT_FIELD_NUMBER: _ClassVar[int]
    CHANGED_AT_FIELD_NUMBER: _ClassVar[int]
    base_call: str
    opted_out: bool
    changed_at: _timestamp_pb2.Timestamp
    def __init__(self, base_call: _Optional[str] = ..., opted_out: _Optional[bool] = ..., changed_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...
