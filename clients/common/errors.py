"""What can go wrong between a client and the gateway, sorted by what the client should do about it."""

from collections.abc import Iterable, Mapping
from typing import cast

import grpc
from google.protobuf import any_pb2
from google.rpc import error_details_pb2
from grpc_status import rpc_status

ERROR_DOMAIN = "tsn"

REFUSING_CODES = frozenset(
    {
        grpc.StatusCode.INVALID_ARGUMENT,
        grpc.StatusCode.FAILED_PRECONDITION,
        grpc.StatusCode.OUT_OF_RANGE,
        grpc.StatusCode.ALREADY_EXISTS,
    }
)
"""The request will be refused again however often it is repeated."""

SENDER_CODES = frozenset(
    {
        grpc.StatusCode.NOT_FOUND,
        grpc.StatusCode.PERMISSION_DENIED,
        grpc.StatusCode.UNAUTHENTICATED,
        grpc.StatusCode.UNIMPLEMENTED,
    }
)
"""Nothing is wrong with what was sent: node unknown, key expired, or the address is not a TSN gateway."""

OUTAGE_CODES = frozenset({grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.RESOURCE_EXHAUSTED})
"""The server cannot take anything at the moment, whoever asks."""

FAULT_CODES = frozenset(
    {grpc.StatusCode.INTERNAL, grpc.StatusCode.UNKNOWN, grpc.StatusCode.DATA_LOSS},
)
"""A fault of the server that this very request may provoke each time."""


LOST_STATUS = "Internal error from Core"
"""What gRPC's library says, as INTERNAL, where the other side ended the call while bytes were still being sent and its
answer got lost on the way (grpc.aio, `set_internal_error`)."""


class ClientError(Exception):
    """Base of every expected failure of a client."""


class Refused(ClientError):
    """The server will not take this, now or later. `reason` is machine-readable, `metadata` its facts."""

    def __init__(
        self,
        reason: str,
        message: str,
        *,
        code: grpc.StatusCode = grpc.StatusCode.INVALID_ARGUMENT,
        metadata: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(f"{reason}: {message}")
        self.code = code
        self.reason = reason
        self.message = message
        self.metadata = dict(metadata or {})


class Unwelcome(Refused):
    """The server refuses the sender, not the file: once the node is registered or has a key it may pass."""


class Transient(ClientError):
    """The same request may succeed later."""

    def __init__(
        self,
        message: str,
        *,
        code: grpc.StatusCode = grpc.StatusCode.UNAVAILABLE,
        reason: str = "",
        retry_after_seconds: float | None = None,
    ) -> None:
        super().__init__(f"{code.name}: {message}")
        self.code = code
        self.reason = reason
        self.message = message
        self.retry_after_seconds = retry_after_seconds
        self.before_sending = False
        """True when the server failed before a byte of the file was sent: the file cannot be why."""

    @property
    def outage(self) -> bool:
        """True when other requests would fare no better at the moment."""
        return self.code in OUTAGE_CODES

    @property
    def fault(self) -> bool:
        """True when the request itself may be what breaks the server."""
        return self.code in FAULT_CODES


class FileChanged(ClientError):
    """The file is no longer the one that was to be sent: overwritten, cut or gone."""


def from_rpc_error(error: grpc.aio.AioRpcError) -> Refused | Transient:
    """`error` as what the client should make of it, with ErrorInfo and RetryInfo where there are any."""
    code, message = error.code(), error.details() or ""
    info, retry_after_seconds = _details(error)
    if code is grpc.StatusCode.INTERNAL and message == LOST_STATUS:
        return Transient(message, code=grpc.StatusCode.UNAVAILABLE)
    if code in SENDER_CODES:
        return Unwelcome(info.reason or code.name, message, code=code, metadata=info.metadata)
    too_large = code is grpc.StatusCode.RESOURCE_EXHAUSTED and info.reason.endswith("TOO_LARGE")
    if code in REFUSING_CODES or too_large:
        return Refused(info.reason or code.name, message, code=code, metadata=info.metadata)
    return Transient(message, code=code, reason=info.reason, retry_after_seconds=retry_after_seconds)


def _details(error: grpc.aio.AioRpcError) -> tuple[error_details_pb2.ErrorInfo, float | None]:
    info, retry_after_seconds = error_details_pb2.ErrorInfo(), None
    for detail in _packed_details(error):
        retry = error_details_pb2.RetryInfo()
        if detail.Is(info.DESCRIPTOR):
            detail.Unpack(info)
        elif detail.Is(retry.DESCRIPTOR) and detail.Unpack(retry):
            retry_after_seconds = retry.retry_delay.ToTimedelta().total_seconds()
    return info, retry_after_seconds


def _packed_details(error: grpc.aio.AioRpcError) -> Iterable[any_pb2.Any]:
    try:
        # AioRpcError has what from_call reads of a Call: trailing metadata, code and details.
        status = rpc_status.from_call(cast(grpc.Call, error))
    except ValueError:
        # A proxy rewrote the code or the text, so that status and details disagree; the code counts.
        return ()
    return status.details if status else ()
