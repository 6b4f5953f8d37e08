"""An engine in its own process: results, partials, cancels, time limits, crashes and orphans."""

import asyncio
import os
import select
import signal
import sys
import textwrap
from collections.abc import AsyncIterator
from pathlib import Path

import numpy as np
import pytest

from services.transcribe.domain.errors import (
    AudioEmpty,
    EngineCrashed,
    EngineTimedOut,
    EngineUnavailable,
)
from services.transcribe.domain.model import Partial
from services.transcribe.engines.pool import EnginePool
from services.transcribe.engines.scripted import ScriptedEngine
from services.transcribe.engines.spec import FasterWhisperSpec, ScriptedSpec
from services.transcribe.engines.worker import ProcessEngine

AUDIO = np.full(32_000, 0.25, np.float32)
# Far longer than any test waits: whoever sees it end has ended it.
FOR_EVER_SECONDS = 3_600.0
PATIENCE_SECONDS = 60.0


@pytest.fixture
async def quick() -> AsyncIterator[ProcessEngine]:
    async with ProcessEngine(ScriptedSpec()) as engine:
        yield engine


def alive(pid: int) -> bool:
    """Whether the process runs; one that is dead but not yet reaped does not."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


async def gone(pid: int) -> bool:
    """Whether the process ended while we waited."""
    try:
        handle = os.pidfd_open(pid)
    except ProcessLookupError:
        return True
    try:
        ended, _, _ = await asyncio.to_thread(select.select, [handle], [], [], PATIENCE_SECONDS)
        return bool(ended)
    finally:
        os.close(handle)


async def test_it_answers_as_the_engine_itself_would(quick: ProcessEngine) -> None:
    partials: list[Partial] = []
    expected: list[Partial] = []
    result = await quick.transcribe(AUDIO, language="en", on_partial=partials.append)
    assert result == ScriptedEngine().transcribe(AUDIO, language="en", on_partial=expected.append)
    assert partials == expected
    assert quick.info == result.engine


async def test_the_model_is_loaded_once_for_many_recordings(quick: ProcessEngine) -> None:
    pid = quick.pid
    for _ in range(3):
        await quick.transcribe(AUDIO, language=None)
    assert quick.pid == pid


async def test_callers_at_the_same_time_get_their_own_answers(quick: ProcessEngine) -> None:
    audios = [AUDIO * np.float32(level) for level in (0.2, 0.4, 0.6, 0.8)]
    results = await asyncio.gather(*(quick.transcribe(audio, language=None) for audio in audios))
    assert results == [ScriptedEngine().transcribe(audio, language=None) for audio in audios]


async def test_a_typed_error_comes_back_typed(quick: ProcessEngine) -> None:
    with pytest.raises(AudioEmpty):
        await quick.transcribe(AUDIO[:0], language=None)


async def test_an_engine_that_cannot_start_is_unavailable_with_its_reason(tmp_path: Path) -> None:
    engine = ProcessEngine(ScriptedSpec(tmp_path / "gone.json"))
    with pytest.raises(EngineUnavailable, match=r"gone\.json"):
        await engine.start()
    assert engine.pid is None


async def test_a_model_that_is_no_model_is_unavailable(tmp_path: Path) -> None:
    (tmp_path / "model.bin").write_bytes(b"not a model")
    with pytest.raises(EngineUnavailable, match="faster_whisper"):
        await ProcessEngine(FasterWhisperSpec(str(tmp_path), device="cpu")).start()


async def test_an_engine_that_takes_too_long_is_killed_and_the_next_call_has_a_new_one() -> None:
    spec = ScriptedSpec(delay_seconds=FOR_EVER_SECONDS)
    engine = ProcessEngine(spec, base_timeout_seconds=0.05, timeout_per_audio_second=0.0)
    async with engine:
        pid = engine.pid
        assert pid is not None
        with pytest.raises(EngineTimedOut, match=r"0\.05 s"):
            await engine.transcribe(AUDIO, language=None)
        assert not alive(pid)
        with pytest.raises(EngineTimedOut):
            await engine.transcribe(AUDIO, language=None)


async def test_a_crash_under_the_work_is_reported_and_the_next_call_has_a_new_process(
    quick: ProcessEngine,
) -> None:
    first = quick.pid
    assert first is not None
    os.kill(first, signal.SIGSTOP)
    work = asyncio.create_task(quick.transcribe(AUDIO, language=None))
    await asyncio.sleep(0)
    os.kill(first, signal.SIGKILL)
    with pytest.raises(EngineCrashed, match="-9"):
        await work
    assert (await quick.transcribe(AUDIO, language=None)).segments
    assert quick.pid != first


async def test_a_cancelled_task_stops_a_deaf_engine_by_force() -> None:
    async with ProcessEngine(ScriptedSpec(), cancel_grace_seconds=0.05) as engine:
        pid = engine.pid
        assert pid is not None
        os.kill(pid, signal.SIGSTOP)
        work = asyncio.create_task(engine.transcribe(AUDIO, language=None))
        await asyncio.sleep(0)
        work.cancel()
        with pytest.raises(asyncio.CancelledError):
            await work
        assert not alive(pid)


async def test_a_cancelled_task_stops_a_listening_engine_which_stays() -> None:
    # A word a second: the cancel is seen before the next one.
    spec = ScriptedSpec(delay_seconds=4.0)
    async with ProcessEngine(spec, cancel_grace_seconds=PATIENCE_SECONDS) as engine:
        pid = engine.pid
        begun = asyncio.Event()
        work = asyncio.create_task(engine.transcribe(AUDIO, language=None, on_partial=lambda _: begun.set()))
        await begun.wait()
        work.cancel()
        with pytest.raises(asyncio.CancelledError):
            await work
        assert engine.pid == pid


async def test_closing_ends_the_process_in_the_middle_of_its_work() -> None:
    async with ProcessEngine(ScriptedSpec(delay_seconds=FOR_EVER_SECONDS)) as engine:
        pid = engine.pid
        assert pid is not None
        work = asyncio.create_task(engine.transcribe(AUDIO, language=None))
        await asyncio.sleep(0)
        await engine.close()
        assert not alive(pid)
        with pytest.raises(EngineCrashed):
            await work


async def test_no_process_outlives_a_parent_that_is_killed() -> None:
    program = """
        import asyncio
        from services.transcribe.engines.spec import ScriptedSpec
        from services.transcribe.engines.worker import ProcessEngine
        async def main():
            engine = ProcessEngine(ScriptedSpec())
            await engine.start()
            print(engine.pid, flush=True)
            await asyncio.Event().wait()
        asyncio.run(main())
    """
    parent = await asyncio.create_subprocess_exec(
        sys.executable,
        "-c",
        textwrap.dedent(program),
        stdout=asyncio.subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(part for part in sys.path if part)},
    )
    assert parent.stdout is not None
    child = int(await parent.stdout.readline())
    assert alive(child)
    parent.kill()
    await parent.wait()
    assert await gone(child)


async def test_a_pool_works_on_as_many_recordings_as_it_has_workers() -> None:
    async with EnginePool(ScriptedSpec(), size=2) as pool:
        assert (pool.size, pool.free_slots) == (2, 2)
        results = await asyncio.gather(*(pool.transcribe(AUDIO, language=None) for _ in range(5)))
        assert {result.text for result in results} == {results[0].text}
        assert pool.free_slots == 2
        assert pool.info == results[0].engine


async def test_a_pool_that_cannot_start_leaves_nothing_running(tmp_path: Path) -> None:
    pool = EnginePool(ScriptedSpec(tmp_path / "gone.json"), size=2)
    with pytest.raises(EngineUnavailable):
        await pool.start()
