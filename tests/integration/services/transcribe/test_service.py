"""Transcribe as it is built for production: its worker and its gRPC."""

from collections.abc import AsyncIterator
from pathlib import Path

import grpc
import pytest
from google.protobuf.duration_pb2 import Duration

from mesh.rpc.errors import error_reason
from services.transcribe.audio import decode
from services.transcribe.config import TranscribeSettings
from services.transcribe.engines.select import Policy
from services.transcribe.main import build, choose_engine
from tests.integration.services.transcribe.parts import queued, stored
from tests.support.bench import Bench, serving
from tests.support.eventually import eventually
from tests.support.sample_net import sample_saying, write_script
from tsn.transcribe.v1 import transcribe_pb2 as pb
from tsn.transcribe.v1.transcribe_pb2_grpc import TranscribeServiceStub
from tsn.transcribe.v1.transcript_pb2 import PartialTranscript

SPOKEN = "whiskey mike six hotel romeo delta in and out"


@pytest.fixture
async def channel(base: Bench, tmp_path: Path) -> AsyncIterator[grpc.aio.Channel]:
    """To a running transcribe with the scripted engine and no peers."""
    settings = TranscribeSettings(
        engine=Policy.SCRIPTED,
        script=write_script(tmp_path / "script.json"),
        slots=1,
        partial_interval_seconds=0,
        extract_address="127.0.0.1:1",
        analyze_address="127.0.0.1:1",
    )
    async with serving(build(settings, base.mesh, choose_engine(settings))) as address:
        async with grpc.aio.insecure_channel(address) as opened:
            yield opened


async def test_a_queued_recording_is_transcribed_told_live_and_counted(base: Bench, channel: grpc.aio.Channel) -> None:
    sample = sample_saying(SPOKEN)
    event = await stored(base, sample.path)
    assert (await base.ended(await queued(base, event)))["state"] == "succeeded"
    stub = TranscribeServiceStub(channel)
    statistics = await stub.GetPoolStatistics(pb.GetPoolStatisticsRequest(), timeout=30)
    assert (statistics.slots, statistics.busy_slots, statistics.recordings_transcribed) == (1, 0, 1)
    assert 3900 < statistics.audio_transcribed.ToMilliseconds() < 4100
    assert statistics.engine_time != Duration()
    await eventually(lambda: base.live.of("partial", PartialTranscript))


async def test_engines_are_listed_with_what_an_operator_should_know(channel: grpc.aio.Channel) -> None:
    answer = await TranscribeServiceStub(channel).ListEngines(pb.ListEnginesRequest(), timeout=30)
    assert [(engine.engine, engine.model) for engine in answer.engines] == [("scripted", "script.json")]
    assert "scripted" in answer.notice


async def test_stored_audio_is_transcribed_on_demand_with_partials_first(
    base: Bench, channel: grpc.aio.Channel
) -> None:
    event = await stored(base, sample_saying(SPOKEN).path)
    request = pb.TranscribeRequest(sha256=event.recording.sha256.upper())
    answers = [answer async for answer in TranscribeServiceStub(channel).Transcribe(request, timeout=30)]
    kinds = [answer.WhichOneof("result") for answer in answers]
    assert kinds == ["partial"] * len(SPOKEN.split()) + ["transcript"]
    assert answers[-2].partial.stable_text == SPOKEN
    assert [segment.text for segment in answers[-1].transcript.segments] == [SPOKEN]
    assert await base.jobs_of("extract") == []


async def test_a_hash_that_names_no_audio_is_refused(base: Bench, channel: grpc.aio.Channel) -> None:
    await base.blobs.put("recordings/another", b"x")
    stub = TranscribeServiceStub(channel)
    for sha256, code, reason in (
        ("", grpc.StatusCode.INVALID_ARGUMENT, "SHA256_INVALID"),
        ("../" * 21 + "a", grpc.StatusCode.INVALID_ARGUMENT, "SHA256_INVALID"),
        ("ab" * 32, grpc.StatusCode.NOT_FOUND, "AUDIO_NOT_FOUND"),
    ):
        with pytest.raises(grpc.aio.AioRpcError) as refused:
            [answer async for answer in stub.Transcribe(pb.TranscribeRequest(sha256=sha256), timeout=30)]
        assert (refused.value.code(), error_reason(refused.value)) == (code, reason)


async def test_stored_bytes_that_are_no_audio_are_refused_with_the_reason(
    base: Bench, channel: grpc.aio.Channel
) -> None:
    event = await stored(base, b"never audio " * 50)
    request = pb.TranscribeRequest(sha256=event.recording.sha256)
    with pytest.raises(grpc.aio.AioRpcError) as refused:
        [answer async for answer in TranscribeServiceStub(channel).Transcribe(request, timeout=30)]
    assert refused.value.code() is grpc.StatusCode.INVALID_ARGUMENT
    assert error_reason(refused.value) == "AUDIO_UNDECODABLE"


async def test_live_audio_is_transcribed_over_the_wire_and_refused_without_config(channel: grpc.aio.Channel) -> None:
    samples = decode(sample_saying(SPOKEN).path, max_seconds=60).samples
    pcm = (samples * 32_767).astype("<i2").tobytes()
    audio = [pb.StreamingTranscribeRequest(audio=pcm[first : first + 6_400]) for first in range(0, len(pcm), 6_400)]
    config = pb.StreamingTranscribeRequest(config=pb.StreamingConfig(sample_rate_hz=16_000))
    stub = TranscribeServiceStub(channel)
    answers = [answer async for answer in stub.StreamingTranscribe(iter([config, *audio]), timeout=30)]
    assert answers[-1].is_final
    assert answers[-1].words
    with pytest.raises(grpc.aio.AioRpcError) as refused:
        # One message: a caller that goes on writing into a refused stream may miss the reason in its own library.
        [answer async for answer in stub.StreamingTranscribe(iter(audio[:1]), timeout=30)]
    assert refused.value.code() is grpc.StatusCode.INVALID_ARGUMENT
    assert error_reason(refused.value) == "CONFIG_MISSING"
