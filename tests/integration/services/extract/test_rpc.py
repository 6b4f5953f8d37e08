"""Extract's gRPC."""

from collections.abc import AsyncIterator

import grpc
import pytest
from prometheus_client import CollectorRegistry

from mesh.rpc.errors import error_reason
from services.extract.domain.entities.finder import EntityFinder
from services.extract.domain.spelling import BUILT_IN_SPELLING
from services.extract.handler import ExtractHandler
from services.extract.metrics import ExtractMetrics
from tests.support.bench import calling
from tests.support.wire import a_partial
from tsn.extract.v1 import extract_pb2 as pb
from tsn.extract.v1.entity_pb2 import ENTITY_KIND_LOCATION, ENTITY_KIND_SIGNAL_REPORT
from tsn.extract.v1.extract_pb2_grpc import ExtractServiceStub, add_ExtractServiceServicer_to_server


@pytest.fixture
async def channel() -> AsyncIterator[grpc.aio.Channel]:
    """To the handlers alone; nothing here needs a database."""

    def register(server: grpc.aio.Server) -> None:
        handler = ExtractHandler(
            in_force=lambda: BUILT_IN_SPELLING, finder=EntityFinder(), metrics=ExtractMetrics(CollectorRegistry())
        )
        add_ExtractServiceServicer_to_server(handler, server)

    async with calling(register) as opened:
        yield opened


async def test_extract_finds_the_mentions_in_given_texts(channel: grpc.aio.Channel) -> None:
    request = pb.ExtractRequest(texts=["nothing", "this is november seven quebec uniform sierra"])
    answer = await ExtractServiceStub(channel).Extract(request, timeout=30)
    (mention,) = answer.mentions
    assert (mention.base_call, mention.segment_index) == ("N7QUS", 1)
    assert (mention.form, mention.role) == (pb.MENTION_FORM_PHONETIC, pb.MENTION_ROLE_SPEAKING)
    assert request.texts[1][mention.start : mention.end] == mention.heard


@pytest.mark.parametrize(
    ("request_", "reason"),
    [
        (pb.ExtractRequest(texts=["a"] * 1001), "TOO_MANY_TEXTS"),
        (pb.ExtractRequest(texts=["a"], roster=["K7ABC"] * 1001), "TOO_MANY_TEXTS"),
        (pb.ExtractRequest(texts=["a" * 20_001]), "TEXT_TOO_LONG"),
    ],
)
async def test_more_than_a_call_may_carry_is_refused(
    channel: grpc.aio.Channel, request_: pb.ExtractRequest, reason: str
) -> None:
    with pytest.raises(grpc.aio.AioRpcError) as refused:
        await ExtractServiceStub(channel).Extract(request_, timeout=30)
    assert refused.value.code() is grpc.StatusCode.INVALID_ARGUMENT
    assert error_reason(refused.value) == reason


async def test_a_live_call_is_told_once_and_a_trailing_one_when_the_stream_ends(channel: grpc.aio.Channel) -> None:
    text = "K7ABC good evening to you and all this is kilo echo seven x-ray yankee zulu"
    words = text.split()
    asked: list[str] = []

    async def partials() -> AsyncIterator[pb.StreamExtractRequest]:
        for count in range(1, len(words) + 1):
            asked.append(words[count - 1])
            yield pb.StreamExtractRequest(partial=a_partial(" ".join(words[:count])))

    answers = [answer async for answer in ExtractServiceStub(channel).StreamExtract(partials(), timeout=30)]
    calls = [mention.base_call for answer in answers for mention in answer.mentions]
    assert calls == ["K7ABC", "KE7XYZ"]
    assert {(answer.recording, answer.channel) for answer in answers} == {("nodes/hill/recordings/1", "repeater")}


async def test_a_live_call_at_the_end_of_a_segment_is_told_when_the_next_begins(channel: grpc.aio.Channel) -> None:
    async def partials() -> AsyncIterator[pb.StreamExtractRequest]:
        yield pb.StreamExtractRequest(partial=a_partial("good evening this is K7ABC"))
        yield pb.StreamExtractRequest(partial=a_partial("and", segment_index=1))

    answers = [answer async for answer in ExtractServiceStub(channel).StreamExtract(partials(), timeout=30)]
    assert [(m.base_call, m.segment_index) for answer in answers for m in answer.mentions] == [("K7ABC", 0)]


async def test_extract_finds_what_else_was_said(channel: grpc.aio.Channel) -> None:
    request = pb.ExtractRequest(texts=["W7XYZ here", "you're five nine in Yelm"])
    answer = await ExtractServiceStub(channel).Extract(request, timeout=30)
    report, place = answer.entities
    assert (report.kind, report.value, report.segment_index) == (ENTITY_KIND_SIGNAL_REPORT, "59", 1)
    assert (place.kind, place.value) == (ENTITY_KIND_LOCATION, "Yelm")
    assert request.texts[1][place.start : place.end] == place.heard
