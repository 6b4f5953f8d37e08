"""A trace collector that keeps what it is sent."""

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from types import TracebackType
from typing import Self

import grpc
from opentelemetry.proto.collector.trace.v1 import trace_service_pb2, trace_service_pb2_grpc
from opentelemetry.proto.common.v1 import common_pb2


@dataclass(frozen=True)
class ReceivedSpan:
    """A span; ids are lower-case hexadecimal, `parent_span_id` is empty for a root."""

    name: str
    trace_id: str
    span_id: str
    parent_span_id: str
    service: str
    attributes: dict[str, str]


class OtlpReceiver(trace_service_pb2_grpc.TraceServiceServicer):
    """OTLP/gRPC receiver on a free port: `async with OtlpReceiver() as receiver`."""

    def __init__(self) -> None:
        self.spans: list[ReceivedSpan] = []
        self.endpoint = ""
        """Address for TSN_OTLP_ENDPOINT, `http://host:port`."""
        self.address = ("", 0)
        self._server: grpc.aio.Server | None = None
        self._arrived = asyncio.Condition()

    async def __aenter__(self) -> Self:
        self._server = grpc.aio.server()
        trace_service_pb2_grpc.add_TraceServiceServicer_to_server(self, self._server)
        port = self._server.add_insecure_port("127.0.0.1:0")
        await self._server.start()
        self.address = ("127.0.0.1", port)
        self.endpoint = f"http://127.0.0.1:{port}"
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if self._server is not None:
            await self._server.stop(grace=None)

    async def Export(
        self, request: trace_service_pb2.ExportTraceServiceRequest, context: object
    ) -> trace_service_pb2.ExportTraceServiceResponse:
        """Keep the spans."""
        async with self._arrived:
            self.spans.extend(_received(request))
            self._arrived.notify_all()
        return trace_service_pb2.ExportTraceServiceResponse()

    async def wait_for(
        self, predicate: Callable[[list[ReceivedSpan]], bool], timeout_seconds: float = 60.0
    ) -> list[ReceivedSpan]:
        """Wait until `predicate` is true of all spans so far and return them. Raises TimeoutError."""
        async with asyncio.timeout(timeout_seconds), self._arrived:
            await self._arrived.wait_for(lambda: predicate(self.spans))
            return list(self.spans)


def _received(request: trace_service_pb2.ExportTraceServiceRequest) -> Iterable[ReceivedSpan]:
    for resource in request.resource_spans:
        service = _texts(resource.resource.attributes).get("service.name", "")
        for scope in resource.scope_spans:
            for span in scope.spans:
                yield ReceivedSpan(
                    name=span.name,
                    trace_id=span.trace_id.hex(),
                    span_id=span.span_id.hex(),
                    parent_span_id=span.parent_span_id.hex(),
                    service=service,
                    attributes=_texts(span.attributes),
                )


def _texts(attributes: Iterable[common_pb2.KeyValue]) -> dict[str, str]:
    return {pair.key: pair.value.string_value for pair in attributes}
