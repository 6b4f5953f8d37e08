"""Live audio to text, with engines in their processes."""

import asyncio
import json
import os
import signal
from collections.abc import AsyncIterator, Iterable
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from mesh.errors import InvalidInput, TsnError
from services.transcribe.audio import decode
from services.transcribe.engines.pool import EnginePool
from services.transcribe.engines.spec import PocketSphinxSpec, ScriptedSpec
from services.transcribe.streaming import StreamingSession
from tests.support.eventually import eventually
from tests.support.sample_net import sample_saying
from tsn.transcribe.v1 import transcribe_pb2 as pb

RATE_HZ = 16_000
TEXT = "good evening this is a test"
Audio = NDArray[np.float32]


@pytest.fixture(scope="module")
def over() -> Audio:
    """Somebody speaks, about four seconds."""
    return decode(sample_saying("is there any emergency").path, max_seconds=60).samples


@pytest.fixture
async def pool(tmp_path: Path) -> AsyncIterator[EnginePool]:
    """An engine that hears the same text in everything."""
    script = tmp_path / "script.json"
    script.write_text(json.dumps({"*": TEXT}))
    async with EnginePool(ScriptedSpec(script), size=1) as made:
        yield made


def config(sample_rate_hz: int = RATE_HZ) -> pb.StreamingTranscribeRequest:
    return pb.StreamingTranscribeRequest(config=pb.StreamingConfig(sample_rate_hz=sample_rate_hz))


def block(samples: Audio) -> pb.StreamingTranscribeRequest:
    return pb.StreamingTranscribeRequest(audio=(np.clip(samples, -1, 1) * 32_767).astype("<i2").tobytes())


def blocks(samples: Audio, seconds: float = 0.1) -> Iterable[pb.StreamingTranscribeRequest]:
    """Audio as a sound card gives it."""
    step = round(seconds * RATE_HZ)
    return [block(samples[first : first + step]) for first in range(0, samples.size, step)]


def silence(seconds: float) -> Audio:
    return np.zeros(round(seconds * RATE_HZ), np.float32)


async def answers(
    pool: EnginePool, requests: Iterable[pb.StreamingTranscribeRequest]
) -> list[pb.StreamingTranscribeResponse]:
    """What a stream that sends all of `requests` at once is answered."""

    async def sent() -> AsyncIterator[pb.StreamingTranscribeRequest]:
        for request in requests:
            yield request

    async with asyncio.timeout(60):
        return [answer async for answer in StreamingSession(pool=pool).run(sent())]


@pytest.mark.parametrize(
    ("requests", "reason"),
    [
        ([], "CONFIG_MISSING"),
        ([block(silence(0.1))], "CONFIG_MISSING"),
        ([pb.StreamingTranscribeRequest()], "CONFIG_MISSING"),
        ([config(), config()], "CONFIG_TWICE"),
        ([config(), block(silence(0.1)), config()], "CONFIG_TWICE"),
        ([config(7_999)], "SAMPLE_RATE_UNSUPPORTED"),
        ([config(0)], "SAMPLE_RATE_UNSUPPORTED"),
        ([config(), pb.StreamingTranscribeRequest(audio=bytes(65_538))], "AUDIO_BLOCK_TOO_LARGE"),
        ([config(), pb.StreamingTranscribeRequest(audio=bytes(65_537))], "AUDIO_BLOCK_TOO_LARGE"),
        ([config(), pb.StreamingTranscribeRequest(audio=bytes(3))], "AUDIO_BLOCK_ODD"),
    ],
)
async def test_what_breaks_the_contract_is_refused_with_a_reason(
    pool: EnginePool, requests: list[pb.StreamingTranscribeRequest], reason: str
) -> None:
    with pytest.raises(InvalidInput) as refused:
        await answers(pool, requests)
    assert refused.value.reason == reason


async def test_silence_is_answered_with_nothing(pool: EnginePool) -> None:
    assert await answers(pool, [config()]) == []
    assert await answers(pool, [config(), *blocks(silence(5))]) == []


async def test_two_overs_are_two_final_texts_with_times_of_the_stream(pool: EnginePool, over: Audio) -> None:
    heard = await answers(pool, [config(), *blocks(np.concatenate((over, silence(1.5), over)))])
    finals = [answer for answer in heard if answer.is_final]
    assert [answer.text for answer in finals] == [TEXT, TEXT]
    assert [answer.stability for answer in finals] == [1.0, 1.0]
    seconds = over.size / RATE_HZ
    first, second = ([word.start_offset.ToMilliseconds() / 1000 for word in answer.words] for answer in finals)
    assert first == sorted(first)
    assert len(first) == len(TEXT.split())
    assert first[-1] < seconds < seconds + 1.1 < second[0]
    ends = [answer.audio_end_offset.ToMilliseconds() / 1000 for answer in finals]
    assert ends[0] <= seconds + 0.4
    assert seconds + 1.5 < ends[1] <= 2 * seconds + 1.5
    assert heard[-1].is_final


async def test_text_is_shown_while_somebody_speaks_and_grows_stable(pool: EnginePool, over: Audio) -> None:
    told: asyncio.Queue[pb.StreamingTranscribeResponse] = asyncio.Queue()
    seen: list[pb.StreamingTranscribeResponse] = []

    async def spoken() -> AsyncIterator[pb.StreamingTranscribeRequest]:
        yield config()
        for request in blocks(over[: round(1.4 * RATE_HZ)]):
            yield request
        seen.append(await told.get())
        for request in blocks(over[round(1.4 * RATE_HZ) : round(2.8 * RATE_HZ)]):
            yield request
        seen.append(await told.get())
        for request in blocks(silence(1.5)):
            yield request
        seen.append(await told.get())

    async with asyncio.timeout(60):
        async for answer in StreamingSession(pool=pool).run(spoken()):
            told.put_nowait(answer)
    first, second, final = seen
    words = len(TEXT.split())
    assert [answer.is_final for answer in seen] == [False, False, True]
    assert [answer.text for answer in seen] == [TEXT] * 3
    # Once heard nothing is sure; heard twice, all but the last word is.
    assert first.stability == 0.0
    assert second.stability == pytest.approx((words - 1) / words)
    assert list(second.words) == []
    assert [word.text for word in final.words] == TEXT.split()
    assert first.audio_end_offset.ToMilliseconds() < second.audio_end_offset.ToMilliseconds()


async def test_without_a_free_worker_there_is_no_interim_text_but_the_final_one(tmp_path: Path, over: Audio) -> None:
    script = tmp_path / "script.json"
    script.write_text(json.dumps({"*": TEXT}))
    async with EnginePool(ScriptedSpec(script), size=1) as pool:
        pid = pool._workers[0].pid
        assert pid is not None
        os.kill(pid, signal.SIGSTOP)
        busy = asyncio.create_task(pool.transcribe(over, language=None))
        await eventually(lambda: pool.free_slots == 0)
        hearing = asyncio.create_task(answers(pool, [config(), *blocks(over)]))
        # The final text waits for its turn: no interim one can come any more.
        await eventually(lambda: pool._slots._waiters)
        os.kill(pid, signal.SIGCONT)
        heard = await hearing
        await busy
    assert [(answer.text, answer.is_final) for answer in heard] == [(TEXT, True)]


async def test_an_engine_killed_in_the_middle_costs_no_text(tmp_path: Path, over: Audio) -> None:
    script = tmp_path / "script.json"
    script.write_text(json.dumps({"*": TEXT}))
    async with EnginePool(ScriptedSpec(script, delay_seconds=0.5), size=1) as pool:
        hearing = asyncio.create_task(answers(pool, [config(), *blocks(over)]))
        await eventually(lambda: pool.free_slots == 0)
        pid = pool._workers[0].pid
        assert pid is not None
        os.kill(pid, signal.SIGKILL)
        heard = await hearing
    assert heard[-1].text == TEXT
    assert heard[-1].is_final


async def test_an_engine_that_cannot_do_it_ends_the_stream_with_its_reason(over: Audio) -> None:
    async with EnginePool(PocketSphinxSpec(), size=1) as pool:
        german = pb.StreamingTranscribeRequest(config=pb.StreamingConfig(sample_rate_hz=RATE_HZ, language="de"))
        with pytest.raises(TsnError, match="speaks en, not de"):
            await answers(pool, [german, *blocks(over)])


async def test_a_caller_who_leaves_stops_the_work(pool: EnginePool, over: Audio) -> None:
    left = asyncio.Event()

    async def spoken() -> AsyncIterator[pb.StreamingTranscribeRequest]:
        try:
            yield config()
            for request in blocks(np.concatenate((over, silence(1.5)))):
                yield request
            await asyncio.Event().wait()
        finally:
            left.set()

    stream = StreamingSession(pool=pool).run(spoken())
    async with asyncio.timeout(60):
        await anext(stream)
        await stream.aclose()
        await left.wait()
    assert pool.free_slots == 1


async def test_a_sender_far_ahead_is_held_back(tmp_path: Path, over: Audio) -> None:
    script = tmp_path / "script.json"
    script.write_text(json.dumps({"*": TEXT}))
    sent_seconds = 0.0

    async def spoken() -> AsyncIterator[pb.StreamingTranscribeRequest]:
        nonlocal sent_seconds
        yield config()
        for request in blocks(np.concatenate((over, silence(200))), seconds=1.0):
            sent_seconds += 1.0
            yield request

    async with EnginePool(ScriptedSpec(script, delay_seconds=0.5), size=1) as pool:
        busy = asyncio.create_task(pool.transcribe(over, language=None))
        await eventually(lambda: pool.free_slots == 0)
        stream = StreamingSession(pool=pool).run(spoken())
        async with asyncio.timeout(60):
            final = await anext(stream)
            assert final.is_final
            # What waited for the engine: half a minute, and what was taken before it was known that there is a pause.
            assert sent_seconds < 100
            assert [answer async for answer in stream] == []
            await busy
    assert sent_seconds == pytest.approx(205, abs=2)


async def test_pocketsphinx_hears_a_stream_much_as_it_hears_a_file() -> None:
    samples = [
        decode(sample_saying(words).path, max_seconds=60).samples
        for words in ("is there any emergency", "break break break")
    ]
    audio = np.concatenate([part for sample in samples for part in (sample, silence(1.0))])
    async with EnginePool(PocketSphinxSpec(), size=1) as pool:
        heard = await answers(pool, [config(), *blocks(audio)])
    finals = [answer for answer in heard if answer.is_final]
    assert len(finals) == 2
    assert {"emergency", "traffic"} <= set(finals[0].text.split())
    assert {"accident", "highway", "ambulance"} <= set(finals[1].text.split())
    starts = [word.start_offset.ToMilliseconds() for answer in finals for word in answer.words]
    assert starts == sorted(starts)
    assert starts[-1] > samples[0].size / RATE_HZ * 1000
