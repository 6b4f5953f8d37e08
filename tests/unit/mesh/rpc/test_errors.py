"""mesh.rpc.errors"""

import grpc
import pytest
from google.protobuf.message import Message
from google.rpc import error_details_pb2, status_pb2

from mesh.errors import InvalidInput, Kind, NotFound, TsnError, Unavailable
from mesh.rpc.errors import CODES, to_status


class _TooLarge(TsnError):
    kind = Kind.EXHAUSTED
    reason = "TOO_LARGE"


def details(status: grpc.Status) -> status_pb2.Status:
    """What travels beside code and message."""
    packed = dict(status.trailing_metadata or ())["grpc-status-details-bin"]
    assert isinstance(packed, bytes)
    return status_pb2.Status.FromString(packed)


def unpacked(status: grpc.Status) -> list[Message]:
    """The details, each in its own form."""
    found: list[Message] = []
    for packed in details(status).details:
        for form in (error_details_pb2.ErrorInfo, error_details_pb2.BadRequest, error_details_pb2.RetryInfo):
            detail = form()
            if packed.Unpack(detail):
                found.append(detail)
    return found


@pytest.mark.parametrize("kind", list(Kind))
def test_each_kind_has_its_code(kind: Kind) -> None:
    failure = type("Failure", (TsnError,), {"kind": kind, "reason": "SOME_REASON"})("what happened")
    status = to_status(failure)
    assert status.code.value[0] == CODES[kind] == details(status).code
    assert status.details == details(status).message == "what happened"


def test_no_two_kinds_share_a_code() -> None:
    assert len(set(CODES.values())) == len(Kind)


def test_error_info_carries_reason_domain_and_facts() -> None:
    [info] = unpacked(to_status(_TooLarge("too large", facts={"size_bytes": 7, "limit_bytes": 5})))
    assert isinstance(info, error_details_pb2.ErrorInfo)
    assert (info.reason, info.domain) == ("TOO_LARGE", "tsn")
    assert dict(info.metadata) == {"size_bytes": "7", "limit_bytes": "5"}


def test_a_field_adds_bad_request() -> None:
    [_, bad] = unpacked(to_status(InvalidInput("must not be empty", field="metadata.node")))
    assert isinstance(bad, error_details_pb2.BadRequest)
    [violation] = bad.field_violations
    assert (violation.field, violation.description) == ("metadata.node", "must not be empty")


def test_a_wait_adds_retry_info_to_the_millisecond() -> None:
    [_, retry] = unpacked(to_status(Unavailable("away", retry_after_seconds=1.25)))
    assert isinstance(retry, error_details_pb2.RetryInfo)
    assert retry.retry_delay.ToTimedelta().total_seconds() == 1.25


def test_no_wait_and_no_field_add_nothing() -> None:
    assert len(unpacked(to_status(NotFound("no such thing")))) == 1


def test_a_wait_of_zero_is_still_told() -> None:
    assert len(unpacked(to_status(Unavailable("away", retry_after_seconds=0)))) == 2


@pytest.mark.parametrize(
    ("kind", "transient"),
    [(kind, kind in {Kind.EXHAUSTED, Kind.UNAVAILABLE, Kind.INTERNAL}) for kind in Kind],
)
def test_only_what_may_pass_is_transient(kind: Kind, transient: bool) -> None:
    assert type("Failure", (TsnError,), {"kind": kind})("x").transient is transient
