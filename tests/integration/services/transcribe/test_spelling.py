"""The second opinion: stretches of stored audio read with the closed grammar."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import grpc
import pytest
from prometheus_client import CollectorRegistry

from mesh.clock import SystemClock
from mesh.rpc.errors import error_reason
from mesh.rpc.times import from_duration, to_duration
from services.transcribe.config import TranscribeSettings
from services.transcribe.engines.pool import EnginePool
from services.transcribe.engines.select import Policy, asked_engine
from services.transcribe.engines.shelf import EngineShelf
from services.transcribe.engines.spec import ScriptedSpec
from services.transcribe.main import build, choose_engine
from services.transcribe.metrics import TranscribeMetrics
from services.transcribe.spelling import WAITING_PER_SLOT, SpellingBusy, SpellingReader
from services.transcribe.stored import StoredAudio
from services.transcribe.transcriber import Transcriber
from tests.integration.services.transcribe.parts import stored
from tests.support.bench import Bench, serving
from tests.support.eventually import eventually
from tests.support.sample_net import sample_saying
from tsn.transcribe.v1 import transcribe_pb2 as pb
from tsn.transcribe.v1.transcribe_pb2_grpc import TranscribeServiceStub

SPOKEN = "whiskey mike six hotel romeo delta in and out"


@pytest.fixture
async def stub(base: Bench, request: pytest.FixtureRequest) -> AsyncIterator[TranscribeServiceStub]:
    """Of a running transcribe; the parameter, if any, is its number of spelling slots."""
    settings = TranscribeSettings(
        engine=Policy.SCRIPTED,
        slots=1,
        spelling_slots=getattr(request, "param", 1),
        spelling_timeout_seconds=60,
        extract_address="127.0.0.1:1",
        analyze_address="127.0.0.1:1",
    )
    async with serving(build(settings, base.mesh, choose_engine(settings))) as address:
        async with grpc.aio.insecure_channel(address) as channel:
            yield TranscribeServiceStub(channel)


async def stretch(base: Bench, start: float, end: float, path: Path | None = None) -> pb.ReadSpellingRequest:
    event = await stored(base, path or sample_saying(SPOKEN).path)
    return pb.ReadSpellingRequest(
        sha256=event.recording.sha256.upper(), start_offset=to_duration(start), end_offset=to_duration(end)
    )


async def test_a_stretch_is_spelled_with_times_inside_the_recording(base: Bench, stub: TranscribeServiceStub) -> None:
    answer = await stub.ReadSpelling(await stretch(base, 0.1, 3.2), timeout=60)
    assert len(answer.hypotheses) == 2
    for heard in answer.hypotheses:
        assert heard.symbols.startswith("WM6HRD")
        assert [word.symbol for word in heard.words][:6] == list("WM6HRD")
        assert heard.words[0].word == "whiskey"
        assert from_duration(heard.words[0].start_offset) >= 0.1
        assert from_duration(heard.words[-1].end_offset) <= 3.2
    assert answer.real_time_factor > 0
    assert answer.engine.engine == "pocketsphinx"


async def test_what_is_no_stretch_is_refused_with_the_reason(base: Bench, stub: TranscribeServiceStub) -> None:
    for start, end in ((0.0, 15.5), (2.0, 2.0), (3.0, 1.0), (60.0, 61.0)):
        with pytest.raises(grpc.aio.AioRpcError) as refused:
            await stub.ReadSpelling(await stretch(base, start, end), timeout=60)
        assert (refused.value.code(), error_reason(refused.value)) == (
            grpc.StatusCode.INVALID_ARGUMENT,
            "STRETCH_INVALID",
        )
    unknown = pb.ReadSpellingRequest(sha256="0" * 64, end_offset=to_duration(1))
    with pytest.raises(grpc.aio.AioRpcError) as missing:
        await stub.ReadSpelling(unknown, timeout=60)
    assert missing.value.code() is grpc.StatusCode.NOT_FOUND


@pytest.mark.parametrize("stub", [0], indirect=True)
async def test_without_slots_it_is_not_served(base: Bench, stub: TranscribeServiceStub) -> None:
    with pytest.raises(grpc.aio.AioRpcError) as refused:
        await stub.ReadSpelling(await stretch(base, 0.0, 2.0), timeout=60)
    assert refused.value.code() is grpc.StatusCode.UNIMPLEMENTED


async def test_who_comes_when_as_many_wait_as_may_is_told_so_at_once(base: Bench) -> None:
    event = await stored(base, sample_saying(SPOKEN).path)
    metrics = TranscribeMetrics(CollectorRegistry())
    async with EnginePool(ScriptedSpec(delay_seconds=3_600), size=1) as pool:
        reader = SpellingReader(
            audio=StoredAudio(base.blobs),
            transcriber=Transcriber(
                engines=EngineShelf(pool, find=asked_engine),
                clock=SystemClock(),
                metrics=metrics,
                max_audio_seconds=60,
            ),
            pool=pool,
            metrics=metrics,
            timeout_seconds=600,
        )
        readings = [
            asyncio.create_task(reader.read(event.recording.sha256, 0.0, 2.0)) for _ in range(1 + WAITING_PER_SLOT)
        ]
        await eventually(lambda: pool.free_slots == 0)
        with pytest.raises(SpellingBusy):
            await reader.read(event.recording.sha256, 0.0, 2.0)
        for reading in readings:
            reading.cancel()
        await asyncio.gather(*readings, return_exceptions=True)
