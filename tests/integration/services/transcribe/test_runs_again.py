"""The same work again, other engines, stand-ins: which transcript is current, and what follows of it."""

from pathlib import Path

import pytest
from sqlalchemy import select

from services.transcribe.domain.errors import EngineRefused
from services.transcribe.engines.spec import EngineSpec, PocketSphinxSpec, ScriptedSpec
from services.transcribe.store.repository import result_key
from services.transcribe.store.tables import transcripts
from tests.integration.services.transcribe.parts import parts, queued, stored
from tests.support.bench import Bench
from tests.support.sample_net import sample_saying, write_script
from tsn.transcribe.v1.transcript_pb2 import EngineInfo, Transcript, TranscriptCompleted

EVENT = "tsn.transcribe.v1.transcript_completed"
SPOKEN = "this is november seven quebec uniform sierra good evening no traffic"
ASKED = {"engine": "scripted", "model": "true.json"}


@pytest.fixture(scope="module")
def true(tmp_path_factory: pytest.TempPathFactory) -> ScriptedSpec:
    """An engine that says what was truly said."""
    return ScriptedSpec(write_script(tmp_path_factory.mktemp("script") / "true.json"))


async def kept(base: Bench) -> list[tuple[str, bool, bool]]:
    """Model, whether degraded and whether current of every transcript, in order of their ids."""
    rows = await base.rows(select(transcripts).order_by(transcripts.c.id))
    for row in rows:
        body = Transcript.FromString(row["body"])
        assert body.name == f"{row['recording']}/transcripts/{row['id']}"
        assert body.degraded == row["degraded"]
    return [(row["model"], bool(row["degraded"]), bool(row["is_current"])) for row in rows]


async def told(base: Bench) -> list[Transcript]:
    """The transcripts of which extract has a job."""
    return [TranscriptCompleted.FromString(job["input"]).transcript for job in await base.jobs_of("extract")]


async def test_the_same_work_again_keeps_the_name_by_which_extract_knows_it(base: Bench, true: ScriptedSpec) -> None:
    event = await stored(base, sample_saying(SPOKEN).path)
    async with parts(base, true) as made, base.working(made.stage):
        await base.ended(await queued(base, event))
        before = await base.rows(select(transcripts))
        await base.ended(await queued(base, event, again="replayed"))
    assert await base.rows(select(transcripts)) == before
    first, second = await base.events(EVENT, TranscriptCompleted, at_least=2)
    assert first == second
    assert await told(base) == [first.transcript]


async def test_another_language_is_other_work_and_its_transcript_the_current_one(
    base: Bench, true: ScriptedSpec
) -> None:
    event = await stored(base, sample_saying(SPOKEN).path)
    for again, language in (("", "en"), ("german", "de"), ("replayed", "de")):
        async with parts(base, true, language=language) as made, base.working(made.stage):
            await base.ended(await queued(base, event, again=again))
    bodies = [Transcript.FromString(row["body"]) for row in await base.rows(select(transcripts))]
    assert sorted(body.language for body in bodies) == ["de", "en"]
    (current,) = [row for row in await base.rows(select(transcripts)) if row["is_current"]]
    assert Transcript.FromString(current["body"]).language == "de"


def test_the_key_of_work_without_a_language_is_that_of_earlier_versions() -> None:
    engine = EngineInfo(engine="faster_whisper", model="tiny", version="1.2", device="cpu", compute_type="int8")
    engine.parameters_digest = "0123456789abcdef"
    before = "eb80ae60814dee0a15e979a0b099655ef5497b38601d00e657d0c63bb6d15264"
    assert result_key("ab" * 32, engine) == before
    assert len({before, result_key("ab" * 32, engine, "de"), result_key("ab" * 32, engine, "en")}) == 3


async def test_a_stand_in_never_takes_the_place_of_a_good_transcript(base: Bench, true: ScriptedSpec) -> None:
    event = await stored(base, sample_saying(SPOKEN).path)
    async with parts(base, true) as made, base.working(made.stage):
        await base.ended(await queued(base, event))
    async with parts(base, ScriptedSpec(), fallback_note="Whisper is away") as made, base.working(made.stage):
        job = await base.ended(await queued(base, event, again="rerun", batch="b1", lane="batch"))
    assert job["state"] == "degraded"
    assert await kept(base) == [("true.json", False, True), ("hash", True, False)]
    assert len(await told(base)) == 1


async def test_a_good_transcript_takes_the_place_of_a_stand_ins(base: Bench, true: ScriptedSpec) -> None:
    event = await stored(base, sample_saying(SPOKEN).path)
    async with parts(base, ScriptedSpec(), fallback_note="Whisper is away") as made, base.working(made.stage):
        await base.ended(await queued(base, event))
    async with parts(base, true) as made, base.working(made.stage):
        await base.ended(await queued(base, event, again="redone"))
    assert await kept(base) == [("hash", True, False), ("true.json", False, True)]
    assert [transcript.degraded for transcript in await told(base)] == [True, False]


async def test_a_run_that_asks_for_an_engine_gets_it_and_is_not_degraded(base: Bench, true: ScriptedSpec) -> None:
    event = await stored(base, sample_saying(SPOKEN).path)

    def find(engine: str, model: str) -> EngineSpec:
        assert (engine, model) == ("scripted", "true.json")
        return true

    async with parts(base, ScriptedSpec(), fallback_note="no Whisper", find=find) as made, base.working(made.stage):
        await base.ended(await queued(base, event))
        job = await base.ended(await queued(base, event, again="asked", batch="b1", lane="batch", options=ASKED))
    assert job["state"] == "succeeded"
    assert await kept(base) == [("hash", True, False), ("true.json", False, True)]
    last = (await base.jobs_of("extract"))[-1]
    assert (last["batch"], last["lane"]) == ("b1", "batch")


async def test_each_batch_is_read_again_with_the_same_content(base: Bench, true: ScriptedSpec) -> None:
    event = await stored(base, sample_saying(SPOKEN).path)
    async with parts(base, true) as made, base.working(made.stage):
        await base.ended(await queued(base, event))
        for batch in ("b1", "b2"):
            await base.ended(await queued(base, event, again=batch, batch=batch, lane="batch"))
        await base.ended(await queued(base, event, again="b2 replayed", batch="b2", lane="batch"))
    assert [job["batch"] for job in await base.jobs_of("extract")] == ["", "b1", "b2"]
    first, *others = await told(base)
    assert others == [first, first]
    assert await kept(base) == [("true.json", False, True)]


async def test_an_older_engine_that_is_asked_for_again_is_current_again(base: Bench, true: ScriptedSpec) -> None:
    event = await stored(base, sample_saying(SPOKEN).path)
    async with parts(base, true, find=lambda *_: ScriptedSpec()) as made, base.working(made.stage):
        await base.ended(await queued(base, event))
        options = {"engine": "scripted", "model": "hash"}
        await base.ended(await queued(base, event, again="b1", batch="b1", options=options))
        assert await kept(base) == [("true.json", False, False), ("hash", False, True)]
        for again in ("b2", "b2 replayed"):
            await base.ended(await queued(base, event, again=again, batch="b2"))
            assert await kept(base) == [("hash", False, False), ("true.json", False, True)]
    names = [transcript.name for transcript in await told(base)]
    assert names == sorted(set(names))
    assert len(names) == 3


@pytest.mark.parametrize("engine", ["parrot", "faster_whisper"])
async def test_an_engine_that_cannot_be_had_ends_the_job_at_once_with_the_reason(
    base: Bench, true: ScriptedSpec, engine: str
) -> None:
    event = await stored(base, sample_saying(SPOKEN).path)

    def find(engine: str, model: str) -> EngineSpec:
        raise EngineRefused(engine, "nobody has it")

    async with parts(base, true, find=find) as made, base.working(made.stage):
        job = await base.ended(await queued(base, event, batch="b1", options={"engine": engine}))
    assert (job["state"], job["attempts"], job["error_reason"]) == ("dead", 1, "ENGINE_UNAVAILABLE")
    assert job["failure_class"] == "permanent"
    assert "nobody has it" in job["error_message"]


async def test_a_language_that_the_engine_does_not_speak_ends_the_job_at_once(base: Bench, tmp_path: Path) -> None:
    event = await stored(base, sample_saying(SPOKEN).path)
    async with parts(base, PocketSphinxSpec(), language="de-DE") as made, base.working(made.stage):
        job = await base.ended(await queued(base, event))
    assert (job["state"], job["attempts"], job["error_reason"]) == ("dead", 1, "LANGUAGE_UNSUPPORTED")
    assert job["failure_class"] == "permanent"
