"""The trace goes along with a call."""

import grpc
import pytest
from grpc_health.v1 import health_pb2, health_pb2_grpc
from opentelemetry.trace import SpanKind, StatusCode

from mesh.errors import Unavailable
from mesh.telemetry.tracing import span
from tests.integration.mesh.rpc.serving import SHAPES, Calls, served
from tests.support.eventually import eventually
from tests.support.spans import recorded_spans
from tsn.query.v1 import query_pb2

TRACE, PARENT = "0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"


async def test_the_traceparent_of_a_caller_is_the_parent_of_the_servers_span() -> None:
    with recorded_spans() as spans:
        async with served() as it, grpc.aio.insecure_channel(it.address) as plain:
            call = plain.unary_unary(
                SHAPES["unary"],
                request_serializer=query_pb2.GetStatisticsRequest.SerializeToString,
                response_deserializer=query_pb2.GetStatisticsResponse.FromString,
            )
            metadata = (("traceparent", f"00-{TRACE}-{PARENT}-01"),)
            await call(query_pb2.GetStatisticsRequest(), metadata=metadata, timeout=60)
            await eventually(spans.get_finished_spans)
        [served_span] = spans.get_finished_spans()
    assert served_span.kind is SpanKind.SERVER
    assert format(served_span.context.trace_id, "032x") == TRACE
    assert served_span.parent is not None
    assert format(served_span.parent.span_id, "016x") == PARENT


@pytest.mark.parametrize("shape", SHAPES)
async def test_our_channels_carry_the_trace_in_every_shape(shape: str) -> None:
    with recorded_spans() as spans:
        async with served() as it:
            with span("caller") as caller:
                await Calls(it).make(shape)
            both = {SpanKind.SERVER, SpanKind.CLIENT}
            await eventually(lambda: both <= {each.kind for each in spans.get_finished_spans()})
        found = {each.kind: each for each in spans.get_finished_spans()}
    server, client = found[SpanKind.SERVER], found[SpanKind.CLIENT]
    assert server.parent is not None
    assert client.parent is not None
    assert server.parent.span_id == client.context.span_id
    assert client.parent.span_id == caller.get_span_context().span_id


async def test_the_servers_span_shows_a_failure() -> None:
    async def away() -> None:
        raise Unavailable("the database is away")

    with recorded_spans() as spans:
        async with served(away) as it:
            with pytest.raises(grpc.aio.AioRpcError):
                await Calls(it).make("unary")
            await eventually(lambda: any(each.kind is SpanKind.SERVER for each in spans.get_finished_spans()))
        [server] = [each for each in spans.get_finished_spans() if each.kind is SpanKind.SERVER]
    assert server.status.status_code is StatusCode.ERROR
    assert "the database is away" in (server.status.description or "")


async def test_health_checks_leave_no_span() -> None:
    with recorded_spans() as spans:
        async with served() as it, grpc.aio.insecure_channel(it.address) as plain:
            await health_pb2_grpc.HealthStub(plain).Check(health_pb2.HealthCheckRequest(), timeout=60)
        assert not spans.get_finished_spans()
