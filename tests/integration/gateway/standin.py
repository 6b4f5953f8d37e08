"""A query service with known answers, on a port that it can leave and come back to."""

import asyncio
from collections.abc import AsyncIterator
from types import TracebackType
from typing import Any, Self

import grpc
from google.api import httpbody_pb2
from google.protobuf import any_pb2
from google.rpc import code_pb2, error_details_pb2, status_pb2
from grpc_health.v1 import health, health_pb2, health_pb2_grpc
from grpc_reflection.v1alpha import reflection
from grpc_status import rpc_status

from tsn.ingest.v1 import recording_pb2
from tsn.query.v1 import query_pb2, query_pb2_grpc

AUDIO = bytes(range(256)) * 1000
BIG_TEXT_CHARACTERS = 5_000_000


class StandIn(query_pb2_grpc.QueryServiceServicer):
    """Answers with what it was asked. `async with StandIn(port)` serves."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.next_item = asyncio.Event()
        """WatchFeed sends its second item once this is set."""
        self.metadata: dict[str, str] = {}
        """Metadata of the last search."""
        self.deadline: float | None = None
        """Seconds that the last search was given."""
        self._server: grpc.aio.Server | None = None

    async def __aenter__(self) -> Self:
        self._server = grpc.aio.server(options=[("grpc.max_send_message_length", 8 * 1024 * 1024)])
        query_pb2_grpc.add_QueryServiceServicer_to_server(self, self._server)
        servicer = health.aio.HealthServicer()
        await servicer.set("", health_pb2.HealthCheckResponse.SERVING)
        health_pb2_grpc.add_HealthServicer_to_server(servicer, self._server)
        names = ("tsn.query.v1.QueryService", "tsn.ingest.v1.IngestService", reflection.SERVICE_NAME)
        reflection.enable_server_reflection(names, self._server)
        assert self._server.add_insecure_port(f"127.0.0.1:{self.port}") == self.port
        await self._server.start()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if self._server is not None:
            await self._server.stop(grace=None)

    async def SearchTranscripts(
        self,
        request: query_pb2.SearchTranscriptsRequest,
        context: grpc.aio.ServicerContext[Any, Any],
    ) -> query_pb2.SearchTranscriptsResponse:
        """One hit whose snippet is the query; "refuse" is refused, "big" is big."""
        self.metadata = {key: str(value) for key, value in context.invocation_metadata() or ()}
        self.deadline = context.time_remaining()
        if request.query == "refuse":
            await context.abort_with_status(rpc_status.to_status(_refusal()))
        text = "x" * BIG_TEXT_CHARACTERS if request.query == "big" else request.query
        hit = query_pb2.SearchHit(
            recording=recording_pb2.Recording(name="nodes/n/recordings/r"),
            snippets=[query_pb2.Snippet(text=text)],
        )
        return query_pb2.SearchTranscriptsResponse(hits=[hit])

    async def WatchFeed(
        self, request: query_pb2.WatchFeedRequest, context: grpc.aio.ServicerContext[Any, Any]
    ) -> AsyncIterator[query_pb2.WatchFeedResponse]:
        """Two items, the second when the test says so."""
        yield query_pb2.WatchFeedResponse(cursor="one")
        await self.next_item.wait()
        yield query_pb2.WatchFeedResponse(cursor="two")

    async def DownloadAudio(
        self, request: query_pb2.DownloadAudioRequest, context: grpc.aio.ServicerContext[Any, Any]
    ) -> AsyncIterator[httpbody_pb2.HttpBody]:
        """The audio in pieces."""
        for start in range(0, len(AUDIO), 65_536):
            yield httpbody_pb2.HttpBody(content_type="audio/wav", data=AUDIO[start : start + 65_536])


def _refusal() -> status_pb2.Status:
    detail = any_pb2.Any()
    detail.Pack(error_details_pb2.ErrorInfo(reason="QUERY_INVALID", domain="tsn", metadata={"at": "3"}))
    return status_pb2.Status(code=code_pb2.INVALID_ARGUMENT, message="no such thing", details=[detail])
