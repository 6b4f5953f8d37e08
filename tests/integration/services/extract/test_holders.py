"""Mentions tell whom a call is issued to, and doubtful readings heed the registers."""

from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from pydantic import SecretStr

from clients.cli.gateway import Gateway
from mesh.clock import SystemClock
from services.extract.callsigns.imported import ImportedRegister
from services.extract.config import ExtractSettings
from services.extract.domain.callsign_import import HolderPart, LicencePart, RegisterFile, RegisterRow
from services.extract.domain.licences import Licence, LicenceStatus
from services.extract.domain.model import Holder, Mention, SegmentText
from services.extract.domain.reading import Reading
from services.extract.domain.rules import RuleExtractor
from services.extract.main import build
from services.extract.steps.holders import HoldersStep
from services.extract.steps.licences import LicencesStep
from services.extract.store.callsigns import CallsignRepository, ImportRepository
from services.extract.store.opt_outs import OptOut, OptOutRepository
from tests.support.bench import Bench, serving
from tests.support.qrz import PASSWORD, USER, Qrz, qrz_server
from tests.support.scripted_register import ScriptedRegister
from tests.support.wire import a_recording, completed
from tsn.extract.v1.callsign_pb2 import GetCallsignRecordRequest
from tsn.extract.v1.extract_pb2 import MentionsExtracted

EVENT = "tsn.extract.v1.mentions_extracted"
NOW = datetime(2026, 11, 24, tzinfo=UTC)
ALICE = Licence("K7ABC", "fcc", "1", LicenceStatus.ACTIVE, NOW, name="Alice Adams", city="Seattle", region="WA")
ALICE_ROW = RegisterRow(
    "1",
    "K7ABC",
    HolderPart("Alice Adams", "Seattle", "WA", "US"),
    LicencePart(LicenceStatus.ACTIVE, None, None),
)


def reading(text: str) -> Reading:
    segments = (SegmentText(0, text),)
    mentions = tuple(RuleExtractor().extract(segments))
    return Reading("nodes/a/recordings/1", "a", "main", NOW, "t", segments, mentions=mentions)


async def store(base: Bench, *rows: RegisterRow) -> None:
    async with base.database.transaction() as work:
        await CallsignRepository().write(work, "fcc", rows, import_id="1", clock=SystemClock())


@asynccontextmanager
async def asking(base: Bench, service: Qrz) -> AsyncIterator[None]:
    """An extract that asks `service`."""
    settings = ExtractSettings(
        qrz_user=USER, qrz_password=SecretStr(PASSWORD), qrz_url=service.url, qrz_timeout_seconds=60
    )
    async with serving(build(settings, base.mesh)):
        yield


async def told(base: Bench, text: str, *, state: str = "succeeded") -> MentionsExtracted:
    recording = a_recording()
    job = await base.ended(
        await base.enqueue("extract", recording.name, completed(recording, text).SerializeToString())
    )
    assert job["state"] == state, job
    (event,) = await base.events(EVENT, MentionsExtracted, at_least=1)
    return event


async def test_the_holder_travels_with_the_mention(base: Bench) -> None:
    await store(base, ALICE_ROW)
    async with serving(build(ExtractSettings(), base.mesh)):
        event = await told(base, "this is K7ABC portable, and W1AW")
    known, unknown = event.mentions
    assert (known.holder.name, known.holder.location, known.holder.source) == ("Alice Adams", "Seattle, WA, US", "fcc")
    assert "licensed:fcc" in known.evidence
    assert not unknown.HasField("holder")


async def test_a_service_is_asked_only_for_calls_that_no_imported_register_knows(base: Bench) -> None:
    await store(base, ALICE_ROW)
    known = Qrz({"F5ABC": {"fname": "Hugo", "name": "Dupont", "addr2": "Paris", "country": "France"}})
    async with qrz_server(known) as service, asking(base, service):
        event = await told(base, "K7ABC this is F5ABC, F5ABC")
    assert [mention.holder.name for mention in event.mentions] == ["Alice Adams", "Hugo Dupont", "Hugo Dupont"]
    assert service.asked == ["F5ABC"]
    assert list(event.shortfalls) == []


async def test_a_service_that_is_away_degrades_the_job_and_changes_nothing(base: Bench) -> None:
    await store(base, ALICE_ROW)
    async with qrz_server(Qrz(password="another")) as service, asking(base, service):
        event = await told(base, "K7ABC this is F5ABC", state="degraded")
    assert [(mention.base_call, mention.holder.name) for mention in event.mentions] == [
        ("K7ABC", "Alice Adams"),
        ("F5ABC", ""),
    ]
    assert list(event.shortfalls) == ["qrz"]


async def nobody(calls: Collection[str]) -> frozenset[str]:
    return frozenset()


async def test_whoever_asked_not_to_be_profiled_is_not_named_and_not_asked_for() -> None:
    async def opted_out(calls: Collection[str]) -> frozenset[str]:
        return frozenset({"K7ABC"})

    register, service = ScriptedRegister([ALICE]), ScriptedRegister()
    step = HoldersStep(registers=(register, service), opt_outs=opted_out)
    before = reading("K7ABC this is W1AW")
    held = tuple(replace(mention, holder=Holder("Alice", "", "fcc")) for mention in before.mentions)
    after = await step.read(replace(before, mentions=held))
    assert [mention.holder for mention in after.mentions] == [None, None]
    assert service.asked == [frozenset({"W1AW"})]


async def test_an_opt_out_that_is_kept_hides_the_holder_in_mentions_and_records(base: Bench) -> None:
    await store(base, ALICE_ROW)
    async with base.database.transaction() as work:
        await OptOutRepository().add(work, OptOut("K7ABC", "K7ABC", "", NOW))
    async with serving(build(ExtractSettings(), base.mesh)) as address, Gateway(address, 30) as gateway:
        event = await told(base, "this is K7ABC")
        request = GetCallsignRecordRequest(name="callsignRecords/K7ABC")
        record = (await gateway.ask(gateway.callsign_data.GetCallsignRecord, request)).record
    assert not event.mentions[0].HasField("holder")
    assert (record.holder_name, record.city, record.country) == ("", "", "US")


async def test_a_reading_without_calls_asks_nobody() -> None:
    register = ScriptedRegister()
    nothing = reading("nothing here")
    assert await LicencesStep(register).read(nothing) == nothing
    assert await HoldersStep(registers=(register,), opt_outs=nobody).read(nothing) == nothing
    assert register.asked == []


async def test_a_doubtful_reading_gives_way_to_the_one_licensed_alternative() -> None:
    before = reading("this is K7ABC")
    doubtful: Mention = replace(before.mentions[0], base_call="KE7ABD", confidence=0.5, alternatives=("K7ABC",))
    register = ScriptedRegister([ALICE], complete=frozenset({"fcc"}))
    (after,) = (await LicencesStep(register).read(replace(before, mentions=(doubtful,)))).mentions
    assert (after.base_call, after.alternatives) == ("K7ABC", ("KE7ABD",))
    assert register.asked == [frozenset({"KE7ABD", "K7ABC"})]


@pytest.mark.parametrize(("whole_from", "whole"), [(1, {"fcc"}), (2, set())])
async def test_a_register_is_whole_once_so_many_licences_are_in_force(
    base: Bench, whole_from: int, whole: set[str]
) -> None:
    imports = ImportRepository(clock=SystemClock())
    async with base.database.transaction() as work:
        begun = await imports.begin(work, RegisterFile("fcc", "0" * 64, "x", "K7ABC"), again=False)
        await CallsignRepository().write(work, "fcc", [ALICE_ROW], import_id=begun.id, clock=SystemClock())
    register = ImportedRegister(
        database=base.database, callsigns=CallsignRepository(), imports=imports, whole_from={"fcc": whole_from}
    )
    # While it runs nothing can be said of what is not there yet.
    assert (await register.look_up({"W1AW"})).complete == set()
    async with base.database.transaction() as work:
        await imports.finish(work, begun)
    assert (await register.look_up({"W1AW"})).complete == whole
