"""A cancel in the database stops a real decode in its middle; partials are the first to go when work piles up."""

import asyncio
from pathlib import Path

import numpy as np
import pytest
from sqlalchemy import update

from mesh.pipeline.jobs import JobState
from mesh.pipeline.tables import jobs
from services.transcribe.audio import decode
from services.transcribe.engines.spec import EngineSpec, FasterWhisperSpec, PocketSphinxSpec, ScriptedSpec
from services.transcribe.live import FeedPeer
from services.transcribe.load import PartialsPolicy
from services.transcribe.store.tables import transcripts
from tests.integration.services.transcribe.parts import parts, queued, stored
from tests.support.audio_files import wav_of
from tests.support.bench import Bench
from tests.support.eventually import eventually
from tests.support.sample_net import sample_saying
from tests.support.tiny_whisper import make_tiny_whisper
from tsn.transcribe.v1.transcript_pb2 import PartialTranscript

SPOKEN = "this is november seven quebec uniform sierra good evening no traffic"
ENGINES = ["pocketsphinx", "faster_whisper", "scripted"]
LONG_SECONDS = 900


def spec_of(engine: str, folder: Path) -> EngineSpec:
    if engine == "faster_whisper":
        return FasterWhisperSpec(str(make_tiny_whisper(folder / "tiny")), device="cpu", max_new_tokens=200)
    return PocketSphinxSpec() if engine == "pocketsphinx" else ScriptedSpec(delay_seconds=120)


@pytest.mark.parametrize("engine", ENGINES)
async def test_long_audio_is_told_while_it_is_decoded_until_a_cancel_stops_that_and_keeps_nothing_of_it(
    base: Bench, tmp_path: Path, engine: str
) -> None:
    over = decode(sample_saying(SPOKEN).path, max_seconds=60).samples
    event = await stored(base, wav_of(np.tile(over, round(LONG_SECONDS * 16_000 / over.size))))
    peers = [FeedPeer(base.bus)]
    async with parts(base, spec_of(engine, tmp_path), peers=peers) as made, base.working(made.stage) as worker:
        job_id = await queued(base, event)
        await eventually(lambda: made.pool.free_slots == 0)
        if engine != "faster_whisper":
            await eventually(lambda: base.live.of("partial", PartialTranscript))
        assert (await base.job(job_id))["state"] == "running"
        async with base.database.transaction() as work:
            await work.execute(update(jobs).where(jobs.c.id == job_id).values(state=JobState.CANCELLED))
        # Two seconds on a machine of one's own.
        await eventually(lambda: made.pool.free_slots == 1 and worker.busy == 0)
        assert made.transcribed() == 0
        assert (await base.job(job_id))["state"] == "cancelled"
        assert await base.count(transcripts) == 0
        assert await base.blobs.exists(event.audio_key)
        if engine == "pocketsphinx":
            short = await stored(base, sample_saying(SPOKEN).path)
            assert (await base.ended(await queued(base, short)))["state"] == "succeeded"


async def test_behind_a_backlog_recordings_are_decoded_without_partials_until_it_is_gone(base: Bench) -> None:
    events = [await stored(base, sample_saying(SPOKEN).path) for _ in range(6)]
    ids = [await queued(base, event) for event in events]
    peers = [FeedPeer(base.bus)]
    async with parts(base, ScriptedSpec(), peers=peers, shed_limit=3) as made:
        async with base.working(made.stage):
            for job_id in ids:
                assert (await base.ended(job_id))["state"] == "succeeded"
            assert made.shed("backlog") > 0
            told = len(base.live.of("partial", PartialTranscript))
            await eventually(lambda: _tells_again(base, told, made.stage._partials))
            assert made.registry.get_sample_value("tsn_transcribe_partials_shedding") == 0


async def _tells_again(base: Bench, told: int, policy: PartialsPolicy) -> bool:
    policy._asked_at = float("-inf")
    event = await stored(base, sample_saying(SPOKEN).path)
    await base.ended(await queued(base, event))
    await asyncio.sleep(0)
    return len(base.live.of("partial", PartialTranscript)) > told


async def test_what_an_archive_holds_is_not_told_live(base: Bench) -> None:
    event = await stored(base, sample_saying(SPOKEN).path)
    async with parts(base, ScriptedSpec(), peers=[FeedPeer(base.bus)]) as made, base.working(made.stage):
        job = await base.ended(await queued(base, event, lane="batch"))
    assert job["state"] == "succeeded"
    assert made.shed("batch") == 1
    assert base.live.of("partial", PartialTranscript) == []
