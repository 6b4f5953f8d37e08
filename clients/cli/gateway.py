"""The mesh as the commands see it: stubs on one channel, failures as typed exceptions."""

from collections.abc import AsyncIterator
from types import TracebackType
from typing import TYPE_CHECKING, Self, TypeVar

import grpc

from clients.cli.failures import Unreachable
from clients.common.channel import open_channel
from clients.common.errors import ClientError, Transient, from_rpc_error
from clients.common.telemetry import trace_metadata
from tsn.analyze.v1.analyze_pb2_grpc import AnalyzeServiceStub
from tsn.extract.v1.callsign_pb2_grpc import CallsignDataServiceStub
from tsn.extract.v1.correction_pb2_grpc import CorrectionServiceStub
from tsn.extract.v1.extract_pb2_grpc import ExtractServiceStub
from tsn.extract.v1.glossary_pb2_grpc import GlossaryServiceStub
from tsn.extract.v1.review_pb2_grpc import ReviewServiceStub
from tsn.ingest.v1.batch_pb2_grpc import BatchServiceStub
from tsn.ingest.v1.ingest_pb2_grpc import IngestServiceStub
from tsn.ingest.v1.job_pb2_grpc import JobServiceStub
from tsn.query.v1.query_pb2_grpc import QueryServiceStub
from tsn.transcribe.v1.transcribe_pb2_grpc import TranscribeServiceStub

if TYPE_CHECKING:
    from tsn.analyze.v1.analyze_pb2_grpc import AnalyzeServiceAsyncStub
    from tsn.extract.v1.callsign_pb2_grpc import CallsignDataServiceAsyncStub
    from tsn.extract.v1.correction_pb2_grpc import CorrectionServiceAsyncStub
    from tsn.extract.v1.extract_pb2_grpc import ExtractServiceAsyncStub
    from tsn.extract.v1.glossary_pb2_grpc import GlossaryServiceAsyncStub
    from tsn.extract.v1.review_pb2_grpc import ReviewServiceAsyncStub
    from tsn.ingest.v1.batch_pb2_grpc import BatchServiceAsyncStub
    from tsn.ingest.v1.ingest_pb2_grpc import IngestServiceAsyncStub
    from tsn.ingest.v1.job_pb2_grpc import JobServiceAsyncStub
    from tsn.query.v1.query_pb2_grpc import QueryServiceAsyncStub
    from tsn.transcribe.v1.transcribe_pb2_grpc import TranscribeServiceAsyncStub

Request = TypeVar("Request")
Answer = TypeVar("Answer")

_MAYBE_UNREACHED = frozenset({grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.DEADLINE_EXCEEDED})


class Gateway:
    """One channel; `async with Gateway(address, timeout_seconds)`."""

    def __init__(self, address: str, timeout_seconds: float) -> None:
        self.address = address
        self.timeout_seconds = timeout_seconds
        self._channel = open_channel(address, user_agent="tsn-cli")

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        await self._channel.close()

    @property
    def ingest(self) -> "IngestServiceAsyncStub":
        """Nodes and uploads."""
        return IngestServiceStub(self._channel)

    @property
    def jobs(self) -> "JobServiceAsyncStub":
        """Jobs."""
        return JobServiceStub(self._channel)

    @property
    def batches(self) -> "BatchServiceAsyncStub":
        """Batches."""
        return BatchServiceStub(self._channel)

    @property
    def transcribe(self) -> "TranscribeServiceAsyncStub":
        """Engines."""
        return TranscribeServiceStub(self._channel)

    @property
    def extract(self) -> "ExtractServiceAsyncStub":
        """Callsigns in given texts."""
        return ExtractServiceStub(self._channel)

    @property
    def callsign_data(self) -> "CallsignDataServiceAsyncStub":
        """Public registers of callsigns."""
        return CallsignDataServiceStub(self._channel)

    @property
    def corrections(self) -> "CorrectionServiceAsyncStub":
        """What recognisers mis-hear."""
        return CorrectionServiceStub(self._channel)

    @property
    def reviews(self) -> "ReviewServiceAsyncStub":
        """People's word on what was read."""
        return ReviewServiceStub(self._channel)

    @property
    def glossary(self) -> "GlossaryServiceAsyncStub":
        """What is often said on nodes."""
        return GlossaryServiceStub(self._channel)

    @property
    def analyze(self) -> "AnalyzeServiceAsyncStub":
        """Conversations."""
        return AnalyzeServiceStub(self._channel)

    @property
    def query(self) -> "QueryServiceAsyncStub":
        """Search, recordings, feed."""
        return QueryServiceStub(self._channel)

    async def ask(self, method: grpc.aio.UnaryUnaryMultiCallable[Request, Answer], request: Request) -> Answer:
        """The answer to one request. Raises Refused, Unwelcome, Transient, Unreachable."""
        try:
            return await method(request, timeout=self.timeout_seconds, metadata=trace_metadata())
        except grpc.aio.AioRpcError as error:
            raise self.failure(from_rpc_error(error)) from error

    async def stream(
        self,
        method: grpc.aio.UnaryStreamMultiCallable[Request, Answer],
        request: Request,
        *,
        timeout_seconds: float | None = None,
    ) -> AsyncIterator[Answer]:
        """The answers to one request; no limit of time unless given. Raises what `ask` raises."""
        try:
            async for answer in method(request, timeout=timeout_seconds, metadata=trace_metadata()):
                yield answer
        except grpc.aio.AioRpcError as error:
            raise self.failure(from_rpc_error(error)) from error

    def failure(self, error: ClientError) -> ClientError:
        """`error`, or Unreachable where it comes from the channel and not from a server."""
        unreached = isinstance(error, Transient) and error.code in _MAYBE_UNREACHED
        # The channel is READY as long as something at the address speaks HTTP/2 with us.
        if unreached and self._channel.get_state() is not grpc.ChannelConnectivity.READY:
            return Unreachable(self.address)
        return error
