"""gRPC, gRPC-web and JSON through a real Envoy, all on one port."""

import asyncio
import base64
import json
import struct
import sys
from pathlib import Path

import grpc
import pytest
from google.rpc import error_details_pb2
from grpc_health.v1 import health_pb2, health_pb2_grpc
from grpc_reflection.v1alpha import reflection_pb2, reflection_pb2_grpc
from grpc_status import rpc_status

from tests.integration.gateway.conftest import Edge
from tests.integration.gateway.http import ask
from tests.integration.gateway.standin import AUDIO, BIG_TEXT_CHARACTERS
from tsn.query.v1 import query_pb2, query_pb2_grpc

SEARCH = "/tsn.query.v1.QueryService/SearchTranscripts"


def web_frame(message: bytes) -> bytes:
    """A gRPC-web data frame: flags 0, length, message."""
    return struct.pack(">BI", 0, len(message)) + message


def web_frames(body: bytes) -> list[tuple[int, bytes]]:
    """Flags and content of each frame of a gRPC-web answer."""
    frames = []
    while body:
        flags, length = struct.unpack(">BI", body[:5])
        frames.append((flags, body[5 : 5 + length]))
        body = body[5 + length :]
    return frames


async def test_grpc_passes(edge: Edge) -> None:
    async with edge.channel() as channel:
        stub = query_pb2_grpc.QueryServiceStub(channel)
        answer = await stub.SearchTranscripts(query_pb2.SearchTranscriptsRequest(query="kilo"), timeout=60)
    assert answer.hits[0].snippets[0].text == "kilo"


async def test_the_callers_deadline_reaches_the_service(edge: Edge) -> None:
    async with edge.channel() as channel:
        stub = query_pb2_grpc.QueryServiceStub(channel)
        await stub.SearchTranscripts(query_pb2.SearchTranscriptsRequest(), timeout=30)
    assert edge.service.deadline is not None
    # On its way it is rounded up to a tenth of a second.
    assert edge.service.deadline < 31


async def test_grpc_errors_keep_their_details(edge: Edge) -> None:
    async with edge.channel() as channel:
        stub = query_pb2_grpc.QueryServiceStub(channel)
        with pytest.raises(grpc.aio.AioRpcError) as caught:
            await stub.SearchTranscripts(query_pb2.SearchTranscriptsRequest(query="refuse"), timeout=60)
    status = rpc_status.from_call(caught.value)
    info = error_details_pb2.ErrorInfo()
    assert status is not None
    assert status.details[0].Unpack(info)
    assert info.reason == "QUERY_INVALID"


async def test_reflection_and_health_are_served_at_the_gateway(edge: Edge) -> None:
    async with edge.channel() as channel:
        asked = reflection_pb2.ServerReflectionRequest(list_services="")
        call = reflection_pb2_grpc.ServerReflectionStub(channel).ServerReflectionInfo(iter([asked]), timeout=60)
        listed = [service.name async for answer in call for service in answer.list_services_response.service]
        health = await health_pb2_grpc.HealthStub(channel).Check(health_pb2.HealthCheckRequest(), timeout=60)
    assert "tsn.ingest.v1.IngestService" in listed
    assert health.status == health_pb2.HealthCheckResponse.SERVING
    assert (await ask(edge.port, "GET", "/healthz")).status == 200


async def test_grpc_web_bytes_are_answered(edge: Edge) -> None:
    message = query_pb2.SearchTranscriptsRequest(query="seven").SerializeToString()
    headers = {"content-type": "application/grpc-web+proto", "x-grpc-web": "1"}
    answer = await ask(edge.port, "POST", SEARCH, web_frame(message), headers)
    (data_flags, data), (trailer_flags, trailers) = web_frames(answer.body)
    assert answer.status == 200
    assert answer.headers["content-type"] == "application/grpc-web+proto"
    assert (data_flags, trailer_flags) == (0x00, 0x80)
    assert query_pb2.SearchTranscriptsResponse.FromString(data).hits[0].snippets[0].text == "seven"
    assert b"grpc-status:0" in trailers


async def test_grpc_web_text_is_answered(edge: Edge) -> None:
    message = query_pb2.SearchTranscriptsRequest(query="xray").SerializeToString()
    headers = {"content-type": "application/grpc-web-text", "accept": "application/grpc-web-text"}
    answer = await ask(edge.port, "POST", SEARCH, base64.b64encode(web_frame(message)), headers)
    # Data and trailers are encoded one by one, each with its own padding.
    chunks = [part + "==" for part in answer.body.decode().replace("=", " ").split()]
    frames = web_frames(b"".join(base64.b64decode(chunk) for chunk in chunks))
    assert query_pb2.SearchTranscriptsResponse.FromString(frames[0][1]).hits[0].snippets[0].text == "xray"


async def test_the_connect_protocol_is_answered(edge: Edge) -> None:
    message = query_pb2.SearchTranscriptsRequest(query="zulu").SerializeToString()
    headers = {"content-type": "application/proto", "connect-protocol-version": "1"}
    answer = await ask(edge.port, "POST", SEARCH, message, headers)
    assert answer.status == 200
    assert query_pb2.SearchTranscriptsResponse.FromString(answer.body).hits[0].snippets[0].text == "zulu"


async def test_a_connect_error_carries_code_and_message(edge: Edge) -> None:
    message = query_pb2.SearchTranscriptsRequest(query="refuse").SerializeToString()
    headers = {"content-type": "application/proto", "connect-protocol-version": "1"}
    answer = await ask(edge.port, "POST", SEARCH, message, headers)
    assert answer.status == 400
    assert json.loads(answer.body)["code"] == "invalid_argument"
    assert json.loads(answer.body)["message"] == "no such thing"


async def test_buf_curl_lists_the_services_with_its_defaults(edge: Edge) -> None:
    process = await asyncio.create_subprocess_exec(
        str(Path(sys.executable).with_name("buf")),
        "curl",
        "--http2-prior-knowledge",
        "--list-services",
        f"http://{edge.envoy.address}",
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    output, _ = await process.communicate()
    assert process.returncode == 0, output.decode()
    assert "tsn.ingest.v1.IngestService" in output.decode().split()


async def test_json_is_answered(edge: Edge) -> None:
    answer = await ask(edge.port, "GET", "/v1/transcripts:search?query=yankee&pageSize=3")
    content = json.loads(answer.body)
    assert answer.status == 200
    assert answer.headers["content-type"] == "application/json"
    assert content["hits"][0]["snippets"][0]["text"] == "yankee"
    assert content["hits"][0]["recording"]["name"] == "nodes/n/recordings/r"
    assert content["nextPageToken"] == ""


async def test_an_answer_of_megabytes_becomes_json(edge: Edge) -> None:
    answer = await ask(edge.port, "GET", "/v1/transcripts:search?query=big")
    assert len(json.loads(answer.body)["hits"][0]["snippets"][0]["text"]) == BIG_TEXT_CHARACTERS


async def test_a_json_error_carries_status_and_reason(edge: Edge) -> None:
    answer = await ask(edge.port, "GET", "/v1/transcripts:search?query=refuse")
    content = json.loads(answer.body)
    assert answer.status == 400
    assert content["code"] == 3
    assert content["message"] == "no such thing"
    (detail,) = content["details"]
    assert detail["@type"] == "type.googleapis.com/google.rpc.ErrorInfo"
    assert (detail["reason"], detail["domain"], detail["metadata"]) == ("QUERY_INVALID", "tsn", {"at": "3"})


async def test_an_unknown_query_parameter_is_refused_by_name(edge: Edge) -> None:
    answer = await ask(edge.port, "GET", "/v1/transcripts:search?qurey=x")
    assert answer.status == 400
    assert "qurey" in json.loads(answer.body)["message"]


async def test_a_json_feed_arrives_item_by_item(edge: Edge) -> None:
    async with asyncio.timeout(60):
        reader, writer = await asyncio.open_connection("127.0.0.1", edge.port)
        writer.write(b"GET /v1/feed:watch?facts_only=true HTTP/1.1\r\nhost: edge\r\nconnection: close\r\n\r\n")
        first = await reader.readuntil(b'"one"')
        assert b'"two"' not in first
        edge.service.next_item.set()
        rest = await reader.read()
        writer.close()
        await writer.wait_closed()
    lines = [line for line in (first + rest).split(b"\r\n\r\n", 1)[1].splitlines() if line.startswith(b"{")]
    assert [json.loads(line)["cursor"] for line in lines] == ["one", "two"]


async def test_audio_comes_as_a_file(edge: Edge) -> None:
    answer = await ask(edge.port, "GET", "/v1/nodes/n/recordings/r:audio")
    assert answer.status == 200
    assert answer.headers["content-type"] == "audio/wav"
    assert answer.body == AUDIO


async def test_query_parameters_may_have_their_proto_names(edge: Edge) -> None:
    answer = await ask(edge.port, "GET", "/v1/transcripts:search?page_size=3")
    assert answer.status == 200


@pytest.mark.parametrize("path", ["/", "/v1/nothing", "/tsn.nobody.v1.Service/Call"])
async def test_a_path_that_is_nobodys_is_not_found(edge: Edge, path: str) -> None:
    answer = await ask(edge.port, "GET", path)
    assert answer.status == 404
    assert json.loads(answer.body) == {"code": 5, "message": "no such path"}


async def test_web_pages_of_allowed_origins_may_call(edge: Edge) -> None:
    headers = {
        "origin": "http://localhost:5173",
        "access-control-request-method": "POST",
        "access-control-request-headers": "content-type,x-grpc-web",
    }
    preflight = await ask(edge.port, "OPTIONS", SEARCH, headers=headers)
    assert preflight.status == 200
    assert preflight.headers["access-control-allow-origin"] == "http://localhost:5173"
    assert "x-grpc-web" in preflight.headers["access-control-allow-headers"]
    answer = await ask(edge.port, "GET", "/v1/transcripts:search", headers={"origin": "http://localhost:5173"})
    assert answer.headers["access-control-allow-origin"] == "http://localhost:5173"
    exposed = answer.headers["access-control-expose-headers"]
    assert all(name in exposed for name in ("grpc-status", "grpc-message", "grpc-status-details-bin"))


async def test_web_pages_of_other_origins_may_not_call(edge: Edge) -> None:
    origin = {"origin": "https://localhost.evil.example", "access-control-request-method": "POST"}
    for path in (SEARCH, "/v1/transcripts:search"):
        preflight = await ask(edge.port, "OPTIONS", path, headers=origin)
        assert "access-control-allow-origin" not in preflight.headers
