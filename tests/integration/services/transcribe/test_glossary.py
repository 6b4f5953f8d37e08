"""A transcript names the glossary that its engine was told."""

from pathlib import Path

from sqlalchemy import select

from services.transcribe.domain.glossary import NO_GLOSSARY, Glossary
from services.transcribe.engines.spec import EngineSpec, FasterWhisperSpec, ScriptedSpec
from services.transcribe.store.tables import transcripts
from tests.integration.services.transcribe.parts import parts, queued, stored
from tests.support.bench import Bench
from tests.support.sample_net import samples
from tests.support.tiny_whisper import make_tiny_whisper
from tsn.transcribe.v1.transcript_pb2 import Transcript


class OneGlossary:
    """The same for every node, until it is changed."""

    def __init__(self) -> None:
        self.glossary = NO_GLOSSARY
        self.asked: list[str] = []

    async def of(self, node: str) -> Glossary:
        self.asked.append(node)
        return self.glossary


async def told_twice(base: Bench, spec: EngineSpec) -> tuple[OneGlossary, list[Transcript]]:
    """A recording transcribed without a glossary, and again with one."""
    glossaries = OneGlossary()
    event = await stored(base, samples()[0].path)
    async with parts(base, spec, glossaries=glossaries) as made, base.working(made.stage):
        for again in ("", "with"):
            assert (await base.ended(await queued(base, event, again=again)))["state"] == "succeeded"
            glossaries.glossary = Glossary("v7", ("Summit Net", "WR7LNE"))
    rows = await base.rows(select(transcripts).order_by(transcripts.c.created_at))
    return glossaries, [Transcript.FromString(bytes(row["body"])) for row in rows]


async def test_another_glossary_makes_another_transcript_which_names_it(base: Bench, tmp_path: Path) -> None:
    spec = FasterWhisperSpec(str(make_tiny_whisper(tmp_path / "tiny")), device="cpu", max_new_tokens=16)
    glossaries, (without, told) = await told_twice(base, spec)
    assert glossaries.asked == ["nodes/hill", "nodes/hill"]
    assert (without.engine.glossary_version, told.engine.glossary_version) == ("", "v7")
    assert without.engine.parameters_digest != told.engine.parameters_digest


async def test_an_engine_that_takes_no_hints_names_none_and_hears_the_same(base: Bench) -> None:
    _, heard = await told_twice(base, ScriptedSpec())
    assert [transcript.engine.glossary_version for transcript in heard] == [""]
