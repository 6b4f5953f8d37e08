"""What a client makes of a failed call."""

import grpc
import pytest
from google.protobuf import any_pb2, duration_pb2
from google.protobuf.message import Message
from google.rpc import error_details_pb2, status_pb2
from grpc.aio import AioRpcError, Metadata

from clients.common.errors import Refused, Transient, Unwelcome, from_rpc_error


def rpc_error(code: grpc.StatusCode, *details: Message, status_code: int | None = None) -> AioRpcError:
    packed = []
    for detail in details:
        packed.append(any_pb2.Any())
        packed[-1].Pack(detail)
    status = status_pb2.Status(code=status_code or code.value[0], message="because", details=packed)
    trailing = Metadata(("grpc-status-details-bin", status.SerializeToString()))
    return AioRpcError(code, Metadata(), trailing, "because")


INFO = error_details_pb2.ErrorInfo(reason="AUDIO_EMPTY", domain="tsn", metadata={"size_bytes": "0"})


@pytest.mark.parametrize("code", ["INVALID_ARGUMENT", "FAILED_PRECONDITION", "OUT_OF_RANGE", "ALREADY_EXISTS"])
def test_a_request_that_cannot_pass_is_refused_with_its_reason_and_facts(code: str) -> None:
    error = from_rpc_error(rpc_error(grpc.StatusCode[code], INFO))

    assert type(error) is Refused
    assert (error.reason, error.message, error.metadata) == ("AUDIO_EMPTY", "because", {"size_bytes": "0"})
    assert str(error) == "AUDIO_EMPTY: because"


@pytest.mark.parametrize("code", ["NOT_FOUND", "UNAUTHENTICATED", "PERMISSION_DENIED", "UNIMPLEMENTED"])
def test_a_sender_that_may_not_is_unwelcome(code: str) -> None:
    error = from_rpc_error(rpc_error(grpc.StatusCode[code]))

    assert isinstance(error, Unwelcome)
    assert error.reason == code


@pytest.mark.parametrize(
    ("code", "outage", "fault"),
    [
        ("UNAVAILABLE", True, False),
        ("RESOURCE_EXHAUSTED", True, False),
        ("DEADLINE_EXCEEDED", False, False),
        ("ABORTED", False, False),
        ("CANCELLED", False, False),
        ("INTERNAL", False, True),
        ("UNKNOWN", False, True),
        ("DATA_LOSS", False, True),
    ],
)
def test_anything_else_may_pass_later(code: str, outage: bool, fault: bool) -> None:
    error = from_rpc_error(rpc_error(grpc.StatusCode[code]))

    assert isinstance(error, Transient)
    assert (error.outage, error.fault) == (outage, fault)


def test_the_servers_wish_for_a_pause_is_read() -> None:
    retry = error_details_pb2.RetryInfo(retry_delay=duration_pb2.Duration(seconds=2, nanos=500_000_000))

    error = from_rpc_error(rpc_error(grpc.StatusCode.RESOURCE_EXHAUSTED, INFO, retry))

    assert isinstance(error, Transient)
    assert (error.retry_after_seconds, error.reason) == (2.5, "AUDIO_EMPTY")


def test_a_file_over_the_limit_is_refused_whatever_its_code() -> None:
    too_large = error_details_pb2.ErrorInfo(reason="AUDIO_TOO_LARGE", domain="tsn")

    assert type(from_rpc_error(rpc_error(grpc.StatusCode.RESOURCE_EXHAUSTED, too_large))) is Refused


def test_details_that_contradict_the_code_are_ignored() -> None:
    error = from_rpc_error(rpc_error(grpc.StatusCode.UNAVAILABLE, INFO, status_code=3))

    assert isinstance(error, Transient)
    assert error.reason == ""


def test_a_failure_without_details_is_understood_by_its_code() -> None:
    error = from_rpc_error(AioRpcError(grpc.StatusCode.UNAVAILABLE, Metadata(), Metadata(), "gone"))

    assert isinstance(error, Transient)
    assert str(error) == "UNAVAILABLE: gone"


def test_an_answer_that_the_library_lost_is_no_fault_of_the_file() -> None:
    lost = from_rpc_error(AioRpcError(grpc.StatusCode.INTERNAL, Metadata(), Metadata(), "Internal error from Core"))
    assert isinstance(lost, Transient)
    assert (lost.outage, lost.fault) == (True, False)
