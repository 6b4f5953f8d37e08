"""What every implementation of the Listener port must do; add an implementation to BENCHES."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from typing import Any

import grpc
import pytest

from mesh.breaker import Breaker
from mesh.rpc.times import from_duration
from services.extract.acoustic.transcribe_listener import FAILURES_LIMIT, TranscribeListener
from services.extract.domain.acoustic import Heard, Listener, ListenerAway
from services.extract.domain.airtime import Airtime
from tests.support.listening import ScriptedListener
from tsn.transcribe.v1 import transcribe_pb2 as pb
from tsn.transcribe.v1 import transcribe_pb2_grpc

SHA256 = "ab" * 32
STRETCH = Airtime(1.25, 3.5)
KILO_SEVEN = Heard("K7  ", "kilo seven portable")


class FakeTranscribe(transcribe_pb2_grpc.TranscribeServiceServicer):
    """Answers as it was told to."""

    def __init__(self) -> None:
        self.asked: list[pb.ReadSpellingRequest] = []
        self.fails: grpc.StatusCode | None = None
        self.never_answers = False

    async def ReadSpelling(
        self, request: pb.ReadSpellingRequest, context: grpc.aio.ServicerContext[Any, Any]
    ) -> pb.ReadSpellingResponse:
        self.asked.append(request)
        if self.never_answers:
            await asyncio.Event().wait()
        if self.fails:
            await context.abort(self.fails, "told to fail")
        words = (("kilo", "K"), ("seven", "7"), ("portable", "/P"), ("this", ""))
        spelled = [pb.SpelledWord(word=word, symbol=symbol) for word, symbol in words]
        return pb.ReadSpellingResponse(hypotheses=[pb.SpellingHypothesis(words=spelled, symbols="K7 /P")])


@asynccontextmanager
async def fake_transcribe() -> AsyncIterator[tuple[FakeTranscribe, str]]:
    server, fake = grpc.aio.server(), FakeTranscribe()
    transcribe_pb2_grpc.add_TranscribeServiceServicer_to_server(fake, server)
    port = server.add_insecure_port("127.0.0.1:0")
    await server.start()
    try:
        yield fake, f"127.0.0.1:{port}"
    finally:
        await server.stop(None)


@dataclass
class ListenerBench:
    """A listener that hears KILO_SEVEN, and how to send its audio away."""

    listener: Listener
    goes_away: Callable[[], None]


@asynccontextmanager
async def over_grpc() -> AsyncIterator[ListenerBench]:
    async with fake_transcribe() as (fake, address):
        listener = TranscribeListener(address, timeout_seconds=60)

        def go_away() -> None:
            fake.fails = grpc.StatusCode.UNAVAILABLE

        yield ListenerBench(listener, go_away)
        await listener.close()


@asynccontextmanager
async def scripted() -> AsyncIterator[ListenerBench]:
    listener = ScriptedListener([KILO_SEVEN])

    def go_away() -> None:
        listener.away = "away"

    yield ListenerBench(listener, go_away)


BENCHES: dict[str, Callable[[], AbstractAsyncContextManager[ListenerBench]]] = {
    "transcribe": over_grpc,
    "scripted": scripted,
}


@pytest.fixture(params=sorted(BENCHES))
async def bench(request: pytest.FixtureRequest) -> AsyncIterator[ListenerBench]:
    async with BENCHES[request.param]() as made:
        yield made


async def test_it_tells_symbols_with_a_gap_for_other_words_and_the_words_that_spell(bench: ListenerBench) -> None:
    assert list(await bench.listener.listen(audio_sha256=SHA256, stretch=STRETCH)) == [KILO_SEVEN]


async def test_who_is_away_says_so_in_one_word(bench: ListenerBench) -> None:
    bench.goes_away()
    with pytest.raises(ListenerAway, match=r"^away$"):
        await bench.listener.listen(audio_sha256=SHA256, stretch=STRETCH)


async def test_closing_twice_does_nothing(bench: ListenerBench) -> None:
    await bench.listener.close()
    await bench.listener.close()


@pytest.fixture
async def fake() -> AsyncIterator[tuple[FakeTranscribe, str]]:
    async with fake_transcribe() as made:
        yield made


async def test_transcribe_is_asked_for_the_stretch(fake: tuple[FakeTranscribe, str]) -> None:
    transcribe, address = fake
    listener = TranscribeListener(address, timeout_seconds=60)
    await listener.listen(audio_sha256=SHA256, stretch=STRETCH)
    await listener.close()
    (asked,) = transcribe.asked
    assert asked.sha256 == SHA256
    assert (from_duration(asked.start_offset), from_duration(asked.end_offset)) == (1.25, 3.5)


@pytest.mark.parametrize(
    ("code", "word", "counts"),
    [
        (grpc.StatusCode.RESOURCE_EXHAUSTED, "busy", False),
        (grpc.StatusCode.NOT_FOUND, "refused", False),
        (grpc.StatusCode.UNIMPLEMENTED, "away", True),
        (grpc.StatusCode.UNAVAILABLE, "away", True),
    ],
)
async def test_only_a_peer_that_fails_is_left_alone(
    fake: tuple[FakeTranscribe, str], code: grpc.StatusCode, word: str, counts: bool
) -> None:
    transcribe, address = fake
    transcribe.fails = code
    listener = TranscribeListener(address, breaker=Breaker(failures_limit=2, open_seconds=600), timeout_seconds=60)
    for _ in range(3):
        with pytest.raises(ListenerAway, match=rf"^{word}$"):
            await listener.listen(audio_sha256=SHA256, stretch=STRETCH)
    await listener.close()
    assert len(transcribe.asked) == (2 if counts else 3)


async def test_a_peer_that_never_answers_costs_the_time_out_and_then_nothing(fake: tuple[FakeTranscribe, str]) -> None:
    transcribe, address = fake
    transcribe.never_answers = True
    listener = TranscribeListener(address, timeout_seconds=0.2)
    for _ in range(FAILURES_LIMIT + 1):
        with pytest.raises(ListenerAway):
            await listener.listen(audio_sha256=SHA256, stretch=STRETCH)
    await listener.close()
    assert len(transcribe.asked) <= FAILURES_LIMIT
