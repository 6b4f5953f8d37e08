"""A recording's way from a node's folder to a search hit, through every real process."""

import asyncio
import hashlib
import json
import shutil
from pathlib import Path
from urllib.parse import urlencode

import grpc
import pytest

from deploy.local.services import ROOT, SERVICES
from deploy.local.stack import Stack
from tests.e2e.actions import ask, found, get_json, run_module, wait_for_hits
from tests.support.eventually import eventually
from tests.support.otlp import OtlpReceiver, ReceivedSpan
from tests.support.sample_net import sample_saying
from tsn.query.v1 import query_pb2 as pb
from tsn.query.v1.query_pb2_grpc import QueryServiceStub

pytestmark = pytest.mark.asyncio(loop_scope="session")
TOLD = {
    "recording_stored",
    "partial",
    "live_mentions",
    "transcript_completed",
    "mentions_extracted",
    "recording_indexed",
}
"""What a feed tells of a recording."""


async def send_from_node(stack: Stack, folder: Path, sample_path: Path, node: str, otlp: OtlpReceiver) -> None:
    """Let a real tsn-node pick the file up from a watched folder."""
    watched = folder / "watched"
    watched.mkdir()
    shutil.copy(sample_path, watched / sample_path.name)
    ended = await run_module(
        "clients.node",
        "run",
        "--once",
        "--watch",
        str(watched),
        "--node",
        node,
        "--channel",
        "repeater",
        "--gateway",
        stack.gateway_address,
        "--spool",
        str(folder / "spool.sqlite"),
        "--archive",
        str(folder / "archive"),
        "--time-zone",
        "UTC",
        "--stability-seconds",
        "0.2",
        env={"TSN_OTLP_ENDPOINT": otlp.endpoint},
    )
    assert ended.code == 0, ended.errors


async def test_a_file_dropped_at_a_node_is_found_by_what_was_said_in_it(
    stack: Stack, gateway: grpc.aio.Channel, otlp: OtlpReceiver, tmp_path: Path
) -> None:
    sample = sample_saying("november seven quebec uniform sierra good evening no traffic")
    watching = QueryServiceStub(gateway).WatchFeed(pb.WatchFeedRequest(node="nodes/e2e-way"), timeout=300)
    items: list[pb.WatchFeedResponse] = []

    feed = aiter(watching)
    assert (await anext(feed)).HasField("heartbeat")  # From here on it misses nothing.
    await send_from_node(stack, tmp_path, sample.path, "e2e-way", otlp)
    # What is said live goes other ways than what is stored: either may be first at the end.
    while not {item.WhichOneof("item") for item in items} >= TOLD:
        items.append(await anext(feed))
    watching.cancel()

    (hit,) = await wait_for_hits(gateway, '"uniform sierra"', 'node = "e2e-way"', 1)
    assert hit.recording.captured_at.ToJsonString() == sample.captured_at.replace(".000Z", "Z")
    assert list(hit.callsigns) == ["N7QUS"]
    (snippet,) = hit.snippets
    marked = [snippet.text[mark.start : mark.end] for mark in snippet.highlights]
    assert " ".join(marked) == "uniform sierra"
    assert not list((tmp_path / "watched").iterdir())
    (archived,) = [path for path in (tmp_path / "archive").rglob("*") if path.is_file()]
    assert hashlib.sha256(archived.read_bytes()).hexdigest() == sample.sha256

    kinds = [item.WhichOneof("item") for item in items]
    assert kinds.index("partial") < kinds.index("transcript_completed")
    live = next(item.live_mentions for item in items if item.WhichOneof("item") == "live_mentions")
    assert [mention.base_call for mention in live.mentions] == ["N7QUS"]

    await check_trace(otlp, hit.trace_id)
    for name in SERVICES:
        lines = [json.loads(line) for line in stack.log(name).read_text().splitlines() if line.startswith("{")]
        assert any(line.get("trace_id") == hit.trace_id for line in lines), f"no log line of {name} has the trace"


async def check_trace(otlp: OtlpReceiver, trace_id: str) -> None:
    """One trace, each step below the one that caused it."""
    wanted = {"node.upload", "transcribe job", "extract job", "analyze job", "query project mentions_extracted"}

    def of_trace(spans: list[ReceivedSpan]) -> list[ReceivedSpan]:
        return [span for span in spans if span.trace_id == trace_id]

    def whole(spans: list[ReceivedSpan]) -> bool:
        # The gateway sends its spans some seconds after the others.
        kept = of_trace(spans)
        return wanted <= {span.name for span in kept} and "gateway" in {span.service for span in kept}

    spans = of_trace(await otlp.wait_for(whole, 120))
    by_id = {span.span_id: span for span in spans}

    def ancestors(span: ReceivedSpan) -> list[str]:
        names = []
        while span.parent_span_id in by_id:
            span = by_id[span.parent_span_id]
            names.append(span.name)
        return names

    first = {span.name: span for span in reversed(spans)}
    assert first["node.upload"].parent_span_id == ""
    services = {span.service for span in spans}
    assert {"tsn-node", "gateway", "ingest", "transcribe", "extract", "analyze", "query"} <= services, services
    assert ancestors(first["transcribe job"])[-1] == "node.upload"
    assert "transcribe job" in ancestors(first["extract job"])
    assert "extract job" in ancestors(first["analyze job"])
    projected = first["query project mentions_extracted"]
    assert projected.service == "query"
    assert "extract job" in ancestors(projected)
    assert ancestors(projected)[-1] == "node.upload"


async def test_the_same_search_answers_as_json_with_the_audio_beside_it(
    stack: Stack, gateway: grpc.aio.Channel, otlp: OtlpReceiver, tmp_path: Path
) -> None:
    sample = sample_saying("we need an ambulance")
    await send_from_node(stack, tmp_path, sample.path, "e2e-json", otlp)
    await wait_for_hits(gateway, "ambulance", 'node = "e2e-json"', 1)
    question = urlencode({"query": "ambulance", "filter": 'node = "e2e-json"'})
    (hit,) = (await get_json(stack, f"/v1/transcripts:search?{question}"))["hits"]
    name = hit["recording"]["name"]

    async def searchable() -> bool:
        # The transcript can be found a moment before the callsigns in it: only then does the view say so.
        return (await get_json(stack, f"/v1/{name}"))["recording"]["searchable"]

    await eventually(searchable, timeout=120)
    shown = (await get_json(stack, f"/v1/{name}"))["recording"]
    assert "need an ambulance" in shown["transcript"]["segments"][0]["text"]
    audio = await ask(stack.gateway.settings.listen_port, "GET", f"/v1/{name}:audio")
    assert audio.status == 200
    assert audio.headers["content-type"].startswith("audio/")
    assert hashlib.sha256(audio.body).hexdigest() == sample.sha256

    async def alerted() -> bool:
        view = (await get_json(stack, f"/v1/{name}"))["recording"]
        return any(alert["kind"] == "ALERT_KIND_EMERGENCY" for alert in view.get("alerts", []))

    await eventually(alerted, timeout=120)


async def test_buf_curl_lists_every_service_and_searches(stack: Stack, gateway: grpc.aio.Channel) -> None:
    listed = await buf_curl(stack, "", "--list-methods")
    methods = set(listed.split())
    for service in ("ingest.v1.IngestService/UploadRecording", "ingest.v1.JobService/ListJobs",
                    "transcribe.v1.TranscribeService/Transcribe", "extract.v1.ExtractService/Extract",
                    "extract.v1.CorrectionService/ListCorrections", "analyze.v1.AnalyzeService/GetConversation",
                    "analyze.v1.NetService/ListNets", "query.v1.QueryService/SearchTranscripts"):  # fmt: skip
        assert f"tsn.{service}" in methods
    answer = await buf_curl(
        stack, "/tsn.query.v1.QueryService/SearchTranscripts", "-d", '{"query": "ambulance", "pageSize": 1}'
    )
    assert isinstance(json.loads(answer), dict)
    await found(gateway, "ambulance")


async def buf_curl(stack: Stack, path: str, *arguments: str) -> str:
    """Run buf curl against the gateway; its output."""
    process = await asyncio.create_subprocess_exec(
        str(ROOT / ".venv/bin/buf"), "curl", "--http2-prior-knowledge", "--protocol", "grpc",
        f"http://{stack.gateway_address}{path}", *arguments,
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    async with asyncio.timeout(120):
        output, errors = await process.communicate()
    assert process.returncode == 0, errors.decode()
    return output.decode()


async def test_every_service_serves_metrics_and_logs_json(stack: Stack) -> None:
    for name, service in stack.services.items():
        text = (await ask(service.metrics_port, "GET", "/metrics")).body.decode()
        assert "tsn_rpc_calls_total" in text, name
        assert "process_resident_memory_bytes" in text, name
    for name in SERVICES:
        lines = [json.loads(line) for line in stack.log(name).read_text().splitlines() if line.startswith("{")]
        assert lines, name
        assert all(line["service"] == name for line in lines if "service" in line)
