"""Transcribe's stage: audio in, transcript out, and each way it can go wrong."""

import os
import signal
from itertools import pairwise
from pathlib import Path

import pytest
from sqlalchemy import select

from mesh.blobs import BlobStore, BlobStoreUnavailable
from services.transcribe.engines.pool import EnginePool
from services.transcribe.engines.select import Policy, Selection, WeightsMissing, select_engine
from services.transcribe.engines.spec import PocketSphinxSpec, ScriptedSpec
from services.transcribe.live import FeedPeer
from services.transcribe.store.tables import transcripts
from tests.integration.services.transcribe.parts import missing, parts, queued, stored
from tests.support.audio_files import wav_file
from tests.support.bench import Bench
from tests.support.eventually import eventually
from tests.support.mounts import folder_of, mount, unmount
from tests.support.sample_net import sample_saying, write_script
from tsn.transcribe.v1 import transcript_pb2 as pb

EVENT = "tsn.transcribe.v1.transcript_completed"
SPOKEN = "this is november seven quebec uniform sierra good evening no traffic"


@pytest.fixture(scope="module")
def script(tmp_path_factory: pytest.TempPathFactory) -> ScriptedSpec:
    """An engine that says what was truly said."""
    return ScriptedSpec(write_script(tmp_path_factory.mktemp("script") / "script.json"))


async def test_a_recording_becomes_a_transcript_an_event_and_a_job_for_extract(
    base: Bench, script: ScriptedSpec
) -> None:
    event = await stored(base, sample_saying(SPOKEN).path)
    async with parts(base, script) as made, base.working(made.stage):
        job_id = await queued(base, event)
        assert (await base.ended(job_id))["state"] == "succeeded"
    (row,) = await base.rows(select(transcripts))
    transcript = pb.Transcript.FromString(row["body"])
    assert (row["recording"], row["is_current"], row["engine"]) == (event.recording.name, True, "scripted")
    assert transcript.name == f"{event.recording.name}/transcripts/{row['id']}"
    assert [segment.text for segment in transcript.segments] == [SPOKEN]
    assert transcript.engine.engine == "scripted"
    assert list(transcript.quality_flags) == []
    (told,) = await base.events(EVENT, pb.TranscriptCompleted, at_least=1)
    assert told == pb.TranscriptCompleted(recording=event.recording, transcript=transcript)
    (job,) = await base.jobs_of("extract")
    assert (job["subject"], job["lane"], job["state"]) == (event.recording.name, "live", "queued")
    assert pb.TranscriptCompleted.FromString(job["input"]) == told


async def test_pocketsphinx_tells_partials_and_retracts_no_stable_word(base: Bench) -> None:
    event = await stored(base, sample_saying("is there any emergency or priority traffic").path)
    async with parts(base, PocketSphinxSpec(), peers=[FeedPeer(base.bus)]) as made, base.working(made.stage):
        job_id = await queued(base, event)
        await eventually(lambda: len(base.live.of("partial", pb.PartialTranscript)) >= 3)
        await base.ended(job_id)
        (row,) = await base.rows(select(transcripts))
        transcript = pb.Transcript.FromString(row["body"])
    partials = base.live.of("partial", pb.PartialTranscript)
    assert [partial.sequence for partial in partials] == list(range(1, len(partials) + 1))
    assert {(partial.recording, partial.channel) for partial in partials} == {(event.recording.name, "repeater")}
    for before, after in pairwise(partials):
        if before.segment_index == after.segment_index:
            assert after.stable_text.split()[: len(before.stable_text.split())] == before.stable_text.split()
    heard = set(" ".join(segment.text for segment in transcript.segments).split())
    assert {"emergency", "traffic"} <= heard


async def test_what_is_no_audio_is_dead_at_once(base: Bench, script: ScriptedSpec) -> None:
    event = await stored(base, b"this was never audio " * 100)
    async with parts(base, script) as made, base.working(made.stage):
        job = await base.ended(await queued(base, event))
    assert (job["state"], job["attempts"], job["error_reason"]) == ("dead", 1, "AUDIO_UNDECODABLE")
    assert "audio cannot be decoded" in job["error_message"]
    assert await base.count(transcripts) == 0


async def test_a_recording_waits_while_the_volume_of_the_audio_is_not_mounted(
    base: Bench, script: ScriptedSpec
) -> None:
    event, folder = await stored(base, wav_file(1.0)), folder_of(base.mesh.blob_url)
    unmount(folder)
    async with parts(base, script) as made, base.working(made.stage):
        job_id = await queued(base, event)

        seen: list[tuple[int, str]] = []

        async def waits() -> bool:
            job = await base.job(job_id)
            # Between two attempts: it is tried again and again.
            if job["state"] == "waiting":
                seen.append((job["attempts"], job["error_reason"]))
            return bool(seen)

        await eventually(waits)
        assert seen == [(0, "STORAGE_LOST")]
        mount(folder)
        assert (await base.ended(job_id))["state"] == "succeeded"


async def test_a_recording_whose_audio_is_gone_is_dead_at_once(base: Bench, script: ScriptedSpec) -> None:
    await base.blobs.put("recordings/another", b"x")
    async with parts(base, script) as made, base.working(made.stage):
        job = await base.ended(await queued(base, missing()))
    assert (job["state"], job["attempts"], job["error_reason"]) == ("dead", 1, "BLOB_MISSING")


class AwayOnce(BlobStore):
    """Does not answer the first time."""

    asked = 0

    async def get(self, key: str) -> bytes:
        self.asked += 1
        if self.asked == 1:
            raise BlobStoreUnavailable("the blob store is away")
        return await super().get(key)


async def test_a_blob_store_that_does_not_answer_is_asked_again(base: Bench, script: ScriptedSpec) -> None:
    event = await stored(base, sample_saying(SPOKEN).path)
    base.blobs = AwayOnce(base.mesh.blob_url)
    async with parts(base, script) as made, base.working(made.stage):
        job_id = await queued(base, event)
        job = await base.ended(job_id)
    assert (job["state"], job["attempts"], job["deferrals"]) == ("succeeded", 1, 1)
    assert await base.history(job_id) == ["queued", "running", "waiting", "queued", "running", "succeeded"]


async def test_silence_is_a_transcript_without_segments_and_says_so(base: Bench, script: ScriptedSpec) -> None:
    event = await stored(base, wav_file(2.0, silent=True))
    async with parts(base, script) as made, base.working(made.stage):
        assert (await base.ended(await queued(base, event)))["state"] == "succeeded"
    (row,) = await base.rows(select(transcripts))
    transcript = pb.Transcript.FromString(row["body"])
    assert list(transcript.segments) == []
    assert list(transcript.quality_flags) == [pb.QUALITY_FLAG_NO_SPEECH]
    assert len(await base.jobs_of("extract")) == 1


async def test_the_same_work_twice_is_one_transcript_and_one_job_for_extract(base: Bench, script: ScriptedSpec) -> None:
    event = await stored(base, sample_saying(SPOKEN).path)
    async with parts(base, script) as made, base.working(made.stage):
        await base.ended(await queued(base, event))
        assert (await base.ended(await queued(base, event, again="replayed")))["state"] == "succeeded"
    (row,) = await base.rows(select(transcripts))
    assert row["is_current"]
    assert len(await base.jobs_of("extract")) == 1


async def test_another_engine_makes_another_transcript_which_is_then_current_and_read_too(
    base: Bench, script: ScriptedSpec
) -> None:
    event = await stored(base, sample_saying(SPOKEN).path)
    async with parts(base, ScriptedSpec()) as made, base.working(made.stage):
        await base.ended(await queued(base, event))
    async with parts(base, script) as made, base.working(made.stage):
        await base.ended(await queued(base, event, again="better"))
    rows = await base.rows(select(transcripts).order_by(transcripts.c.id))
    assert [row["is_current"] for row in rows] == [False, True]
    assert pb.Transcript.FromString(rows[1]["body"]).segments[0].text == SPOKEN
    assert len(await base.jobs_of("extract")) == 2


async def test_a_job_done_by_a_stand_in_engine_is_degraded_and_says_why(base: Bench, script: ScriptedSpec) -> None:
    def locate(model: str, timeout_seconds: float) -> Path:
        raise WeightsMissing("the hub is far away")

    selection: Selection = select_engine(Policy.AUTO, locate=locate)
    assert selection.fallback
    event = await stored(base, sample_saying(SPOKEN).path)
    async with parts(base, script, fallback_note=selection.notice or "") as made, base.working(made.stage):
        job_id = await queued(base, event)
        assert (await base.ended(job_id))["state"] == "degraded"
    assert await base.history(job_id) == ["queued", "running", "degraded"]
    assert len(await base.jobs_of("extract")) == 1


async def test_work_whose_engine_is_killed_is_done_again(base: Bench) -> None:
    event = await stored(base, sample_saying(SPOKEN).path)
    async with parts(base, ScriptedSpec()) as made, base.working(made.stage):
        # Held, so that it is killed in the middle of the work on any machine.
        os.kill(engine_pid(made.pool), signal.SIGSTOP)
        job_id = await queued(base, event)
        await eventually(lambda: made.pool.free_slots == 0)
        os.kill(engine_pid(made.pool), signal.SIGKILL)
        job = await base.ended(job_id)
    assert (job["state"], job["attempts"]) == ("succeeded", 2)
    assert await base.history(job_id) == ["queued", "running", "waiting", "queued", "running", "succeeded"]
    assert await base.count(transcripts) == 1


def engine_pid(pool: EnginePool) -> int:
    """The process of the pool's one engine."""
    (worker,) = pool._workers
    assert worker.pid is not None
    return worker.pid
