"""Glossaries asked of extract, over gRPC."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import grpc
import pytest
from prometheus_client import CollectorRegistry

from services.transcribe import glossaries
from services.transcribe.domain.glossary import NO_GLOSSARY
from services.transcribe.glossaries import FAILURES_LIMIT, KEPT_SECONDS, ExtractGlossaries
from services.transcribe.metrics import TranscribeMetrics
from tsn.extract.v1 import glossary_pb2 as pb
from tsn.extract.v1 import glossary_pb2_grpc

NODE = "nodes/hill"


class FakeExtract(glossary_pb2_grpc.GlossaryServiceServicer):
    """Has a glossary a node."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.version = "v1"
        self.away = False
        self.never_answers = False

    async def GetGlossary(
        self, request: pb.GetGlossaryRequest, context: grpc.aio.ServicerContext[Any, Any]
    ) -> pb.GetGlossaryResponse:
        self.asked.append(request.node)
        if self.never_answers:
            await asyncio.Event().wait()
        if self.away:
            await context.abort(grpc.StatusCode.UNAVAILABLE, "away")
        entries = [pb.GlossaryEntry(term="Summit Net")]
        return pb.GetGlossaryResponse(
            glossary=pb.Glossary(node=request.node, version=self.version, callsigns=["W1AW"], entries=entries)
        )


class Bench:
    """The asker, whom it asks, and a clock."""

    def __init__(self, extract: FakeExtract, channel: grpc.aio.Channel) -> None:
        self.extract = extract
        self.channel = channel
        self.now = 1000.0
        self.asker = self.asking(60.0)

    def asking(self, timeout_seconds: float) -> ExtractGlossaries:
        return ExtractGlossaries(
            self.channel,
            metrics=TranscribeMetrics(CollectorRegistry()),
            timeout_seconds=timeout_seconds,
            monotonic=lambda: self.now,
        )


@pytest.fixture
async def bench() -> AsyncIterator[Bench]:
    server, extract = grpc.aio.server(), FakeExtract()
    glossary_pb2_grpc.add_GlossaryServiceServicer_to_server(extract, server)
    port = server.add_insecure_port("127.0.0.1:0")
    await server.start()
    async with grpc.aio.insecure_channel(f"127.0.0.1:{port}") as channel:
        yield Bench(extract, channel)
    await server.stop(None)


async def test_a_node_is_asked_for_once_in_five_minutes(bench: Bench) -> None:
    first = await bench.asker.of(NODE)
    assert (first.version, first.hints) == ("v1", ("Summit Net", "W1AW"))
    bench.extract.version = "v2"
    assert await bench.asker.of(NODE) == first
    bench.now += KEPT_SECONDS
    assert (await bench.asker.of(NODE)).version == "v2"
    assert bench.extract.asked == [NODE, NODE]


async def test_the_last_known_one_holds_while_extract_is_away(bench: Bench) -> None:
    known = await bench.asker.of(NODE)
    bench.extract.away = True
    bench.now += KEPT_SECONDS
    assert await bench.asker.of(NODE) == known
    assert await bench.asker.of("nodes/other") == NO_GLOSSARY


async def test_who_keeps_failing_is_left_alone(bench: Bench) -> None:
    bench.extract.away = True
    for _ in range(FAILURES_LIMIT + 3):
        assert await bench.asker.of(NODE) == NO_GLOSSARY
    assert len(bench.extract.asked) == FAILURES_LIMIT


async def test_an_answer_that_does_not_come_is_not_waited_for(bench: Bench) -> None:
    bench.extract.never_answers = True
    async with asyncio.timeout(60):
        assert await bench.asking(0.2).of(NODE) == NO_GLOSSARY


async def test_only_so_many_nodes_are_remembered(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(glossaries, "KEPT_LIMIT", 2)
    for node in ("nodes/a", "nodes/b", "nodes/c", "nodes/c", "nodes/a"):
        await bench.asker.of(node)
    assert bench.extract.asked == ["nodes/a", "nodes/b", "nodes/c", "nodes/a"]
