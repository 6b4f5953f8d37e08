"""A server whose answers the test decides, on RpcServer."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import grpc
from google.api.httpbody_pb2 import HttpBody
from google.rpc import error_details_pb2
from grpc_status import rpc_status

from mesh.rpc.channel import open_channel
from mesh.rpc.health import Check
from mesh.rpc.server import RpcServer
from mesh.telemetry.metrics import RpcMetrics, new_registry
from tsn.ingest.v1 import ingest_pb2, ingest_pb2_grpc
from tsn.query.v1 import query_pb2, query_pb2_grpc

Context = grpc.aio.ServicerContext[Any, Any]
Behaviour = Callable[[], Awaitable[None]]
NAMES = ("tsn.query.v1.QueryService", "tsn.ingest.v1.IngestService")


async def nothing() -> None:
    """Goes well."""


@dataclass
class Query(query_pb2_grpc.QueryServiceServicer):
    """One answer with one message, one with a stream; `behave` happens first."""

    behave: Behaviour = nothing

    async def GetStatistics(
        self, request: query_pb2.GetStatisticsRequest, context: Context
    ) -> query_pb2.GetStatisticsResponse:
        """Unary."""
        await self.behave()
        return query_pb2.GetStatisticsResponse()

    async def DownloadAudio(self, request: query_pb2.DownloadAudioRequest, context: Context) -> AsyncIterator[HttpBody]:
        """Server stream: one piece, then `behave`, then another."""
        yield HttpBody(data=b"first")
        await self.behave()
        yield HttpBody(data=b"last")


@dataclass
class Ingest(ingest_pb2_grpc.IngestServiceServicer):
    """One call with a stream of requests, one with streams both ways."""

    behave: Behaviour = nothing

    async def UploadRecording(
        self, request_iterator: AsyncIterator[ingest_pb2.UploadRecordingRequest], context: Context
    ) -> ingest_pb2.UploadRecordingResponse:
        """Client stream."""
        async for _ in request_iterator:
            await self.behave()
        return ingest_pb2.UploadRecordingResponse(deduplicated=True)

    async def StreamAudio(
        self, request_iterator: AsyncIterator[ingest_pb2.StreamAudioRequest], context: Context
    ) -> AsyncIterator[ingest_pb2.StreamAudioResponse]:
        """Both ways."""
        async for _ in request_iterator:
            await self.behave()
            yield ingest_pb2.StreamAudioResponse(acknowledged_sequence=1)


@dataclass
class Served:
    """A running server and a way to call it."""

    server: RpcServer
    channel: grpc.aio.Channel
    query: "query_pb2_grpc.QueryServiceAsyncStub"
    ingest: "ingest_pb2_grpc.IngestServiceAsyncStub"
    registry: Any
    address: str

    def counted(self, method: str, code: str) -> float:
        """Calls of `method` that ended with `code`."""
        return self.registry.get_sample_value("tsn_rpc_calls_total", {"method": method, "code": code}) or 0.0


@asynccontextmanager
async def served(
    behave: Behaviour = nothing, *, checks: Mapping[str, Check] | None = None, unary_limit_seconds: float = 60.0
) -> AsyncIterator[Served]:
    """A server on a free port, with a channel to it."""
    query, ingest, registry = Query(behave), Ingest(behave), new_registry()

    def register(server: grpc.aio.Server) -> None:
        query_pb2_grpc.add_QueryServiceServicer_to_server(query, server)
        ingest_pb2_grpc.add_IngestServiceServicer_to_server(ingest, server)

    server = RpcServer(
        listen="127.0.0.1:0",
        metrics=RpcMetrics(registry),
        register=register,
        service_names=NAMES,
        checks=checks or {},
        unary_limit_seconds=unary_limit_seconds,
    )
    await server.start()
    address = f"127.0.0.1:{server.port}"
    async with open_channel(address) as channel:
        yield Served(
            server=server,
            channel=channel,
            query=query_pb2_grpc.QueryServiceStub(channel),
            ingest=ingest_pb2_grpc.IngestServiceStub(channel),
            registry=registry,
            address=address,
        )
    await server.stop(0)


def info_of(error: grpc.aio.AioRpcError) -> error_details_pb2.ErrorInfo:
    """The ErrorInfo that came with a failed call."""
    status = rpc_status.from_call(error)
    assert status is not None
    info = error_details_pb2.ErrorInfo()
    assert status.details[0].Unpack(info)
    return info


@dataclass
class Calls:
    """One call of each shape, by name."""

    served: Served
    seconds: float = 60.0

    async def make(self, shape: str) -> None:
        """Make the call of `shape` and read all of its answer."""
        if shape == "unary":
            await self.served.query.GetStatistics(query_pb2.GetStatisticsRequest(), timeout=self.seconds)
        elif shape == "server_stream":
            async for _ in self.served.query.DownloadAudio(query_pb2.DownloadAudioRequest(), timeout=self.seconds):
                pass
        elif shape == "client_stream":
            await self.served.ingest.UploadRecording(_once(ingest_pb2.UploadRecordingRequest()), timeout=self.seconds)
        else:
            call = self.served.ingest.StreamAudio(_once(ingest_pb2.StreamAudioRequest()), timeout=self.seconds)
            async for _ in call:
                pass


SHAPES = {
    "unary": "/tsn.query.v1.QueryService/GetStatistics",
    "server_stream": "/tsn.query.v1.QueryService/DownloadAudio",
    "client_stream": "/tsn.ingest.v1.IngestService/UploadRecording",
    "both_streams": "/tsn.ingest.v1.IngestService/StreamAudio",
}
"""Shape of a call to its method."""


async def _once(message: Any) -> AsyncIterator[Any]:
    yield message
