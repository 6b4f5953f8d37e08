"""The gateway in operation: a service that goes and comes back, traces, the access log."""

import asyncio
import json
from contextlib import suppress
from pathlib import Path

import grpc
import pytest

from tests.integration.gateway.conftest import Edge
from tests.integration.gateway.http import ask
from tsn.query.v1 import query_pb2, query_pb2_grpc

TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"
CALLER = "00f067aa0ba902b7"
TRACEPARENT = f"00-{TRACE}-{CALLER}-01"


async def test_a_service_that_is_down_is_unavailable_and_used_again_once_it_is_back(edge: Edge) -> None:
    await edge.service.__aexit__(None, None, None)
    answer = await ask(edge.port, "GET", "/v1/transcripts:search?query=x")
    assert answer.status == 503
    assert json.loads(answer.body)["code"] == 14
    async with edge.channel() as channel:
        stub = query_pb2_grpc.QueryServiceStub(channel)
        with pytest.raises(grpc.aio.AioRpcError) as caught:
            await stub.SearchTranscripts(query_pb2.SearchTranscriptsRequest(), timeout=60)
        assert caught.value.code() is grpc.StatusCode.UNAVAILABLE
        async with edge.service:
            answered = await stub.SearchTranscripts(query_pb2.SearchTranscriptsRequest(query="back"), timeout=60)
    assert answered.hits[0].snippets[0].text == "back"


async def test_a_read_waits_for_a_service_that_is_restarting(edge: Edge) -> None:
    await edge.service.__aexit__(None, None, None)
    waiting = asyncio.create_task(ask(edge.port, "GET", "/v1/transcripts:search?query=x"))
    async with edge.service:
        assert (await waiting).status == 200


async def test_a_span_joins_the_callers_trace_and_is_the_services_parent(edge: Edge) -> None:
    async with edge.channel() as channel:
        stub = query_pb2_grpc.QueryServiceStub(channel)
        metadata = (("traceparent", TRACEPARENT),)
        await stub.SearchTranscripts(query_pb2.SearchTranscriptsRequest(), timeout=60, metadata=metadata)
    spans = await edge.traces.wait_for(lambda spans: any(span.trace_id == TRACE for span in spans))
    (span,) = [span for span in spans if span.trace_id == TRACE]
    assert span.parent_span_id == CALLER
    assert span.service == "gateway"
    assert span.name == "tsn.query.v1.QueryService/SearchTranscripts"
    assert edge.service.metadata["traceparent"] == f"00-{TRACE}-{span.span_id}-01"


async def test_json_calls_are_traced_too(edge: Edge) -> None:
    await ask(edge.port, "GET", "/v1/transcripts:search?query=x", headers={"traceparent": TRACEPARENT})
    spans = await edge.traces.wait_for(lambda spans: any(span.trace_id == TRACE for span in spans))
    assert [span.parent_span_id for span in spans if span.trace_id == TRACE] == [CALLER]


async def test_each_call_is_a_line_in_the_access_log(edge: Edge) -> None:
    await ask(edge.port, "GET", "/v1/transcripts:search?query=x", headers={"traceparent": TRACEPARENT})
    (line,) = await lines_with(edge.access_log, TRACE)
    assert line["path"] == "/v1/transcripts:search?query=x"
    assert line["call"] == "tsn.query.v1.QueryService/SearchTranscripts"
    assert line["status"] == 200
    assert line["cluster"] == "query"


@pytest.mark.parametrize(("query", "status"), [("x", "0"), ("refuse", "3")])
async def test_the_access_log_has_the_status_that_the_service_sent(edge: Edge, query: str, status: str) -> None:
    async with edge.channel() as channel:
        stub = query_pb2_grpc.QueryServiceStub(channel)
        metadata = (("traceparent", TRACEPARENT),)
        with suppress(grpc.aio.AioRpcError):
            await stub.SearchTranscripts(query_pb2.SearchTranscriptsRequest(query=query), timeout=60, metadata=metadata)
    (line,) = await lines_with(edge.access_log, TRACE)
    assert line["grpc_status"] == status


async def lines_with(log: Path, text: str) -> list[dict[str, object]]:
    """Lines of a log that contain `text`, once there are any: Envoy writes them when it has a moment."""
    async with asyncio.timeout(60):
        while True:
            lines = (await asyncio.to_thread(log.read_text)).splitlines()
            if found := [json.loads(line) for line in lines if text in line]:
                return found
            await asyncio.sleep(0.02)
