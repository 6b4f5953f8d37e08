"""Corrections are changed while the mesh runs."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

import grpc
import pytest
from sqlalchemy import select

from mesh.clock import SystemClock
from mesh.rpc.errors import error_reason
from services.extract.config import ExtractSettings
from services.extract.domain.corrections import Correction
from services.extract.domain.corrections_seed import SEED
from services.extract.main import build
from services.extract.store.corrections import CorrectionRepository
from services.extract.store.tables import readings
from tests.support.bench import Bench, serving
from tests.support.corrections import seed_corrections
from tests.support.eventually import eventually
from tests.support.wire import a_partial, a_recording, completed
from tsn.extract.v1 import correction_pb2 as pb
from tsn.extract.v1.correction_pb2_grpc import CorrectionServiceStub
from tsn.extract.v1.extract_pb2 import ExtractRequest, MentionsExtracted, StreamExtractRequest
from tsn.extract.v1.extract_pb2_grpc import ExtractServiceStub

EVENT = "tsn.extract.v1.mentions_extracted"
TEXT = "good evening this is banana seven alpha bravo charlie"
WAIT_SECONDS = 60.0


class Process:
    """One running extract."""

    def __init__(self, channel: grpc.aio.Channel) -> None:
        self.corrections = CorrectionServiceStub(channel)
        self.extract = ExtractServiceStub(channel)

    async def calls(self, text: str = TEXT) -> list[str]:
        answer = await self.extract.Extract(ExtractRequest(texts=[text]), timeout=WAIT_SECONDS)
        return [mention.base_call for mention in answer.mentions]

    async def add(self, heard: str = "banana", meant: str = "K", **more: Any) -> pb.CreateCorrectionResponse:
        correction = pb.Correction(heard=heard, meant=meant, **more)
        request = pb.CreateCorrectionRequest(correction=correction, author="W7OPS")
        return await self.corrections.CreateCorrection(request, timeout=WAIT_SECONDS)

    async def change(self, name: str, *paths: str, **values: Any) -> pb.UpdateCorrectionResponse:
        request = pb.UpdateCorrectionRequest(correction=pb.Correction(name=name, **values), author="W7OPS")
        request.update_mask.paths.extend(paths)
        return await self.corrections.UpdateCorrection(request, timeout=WAIT_SECONDS)

    async def listed(self, condition: str = "", **more: Any) -> pb.ListCorrectionsResponse:
        request = pb.ListCorrectionsRequest(filter=condition, **more)
        return await self.corrections.ListCorrections(request, timeout=WAIT_SECONDS)


@asynccontextmanager
async def running(base: Bench) -> AsyncIterator[Process]:
    async with serving(build(ExtractSettings(), base.mesh)) as address:
        async with grpc.aio.insecure_channel(address) as channel:
            yield Process(channel)


@pytest.fixture
async def one(base: Bench) -> AsyncIterator[Process]:
    await seed_corrections(base.database)
    async with running(base) as process:
        yield process


async def refusal(call: Any) -> tuple[grpc.StatusCode, str]:
    with pytest.raises(grpc.aio.AioRpcError) as refused:
        await call
    return refused.value.code(), error_reason(refused.value)


async def test_a_change_through_one_process_is_in_force_in_all_without_restart(base: Bench) -> None:
    await seed_corrections(base.database)
    async with AsyncExitStack() as stack:
        one, other = [await stack.enter_async_context(running(base)) for _ in range(2)]
        assert (await one.calls(), await other.calls()) == ([], [])

        async def reads() -> bool:
            return await other.calls() == ["K7ABC"]

        async def reads_not() -> bool:
            return await other.calls() == []

        made = await one.add()
        assert await one.calls() == ["K7ABC"]
        await eventually(reads, WAIT_SECONDS)
        await one.change(made.correction.name, "enabled", enabled=False)
        assert await one.calls() == []
        await eventually(reads_not, WAIT_SECONDS)
        await one.change(made.correction.name, "enabled", enabled=True)
        await eventually(reads, WAIT_SECONDS)
        request = pb.DeleteCorrectionRequest(name=made.correction.name, author="W7OPS")
        await one.corrections.DeleteCorrection(request, timeout=WAIT_SECONDS)
        await eventually(reads_not, WAIT_SECONDS)


async def test_a_change_whose_news_was_lost_is_in_force_all_the_same(base: Bench, one: Process) -> None:
    repository = CorrectionRepository(database=base.database, clock=SystemClock())
    await repository.create(Correction("banana", ("K",)), author="W7OPS")

    async def reads() -> bool:
        return await one.calls() == ["K7ABC"]

    await eventually(reads, WAIT_SECONDS)


async def test_what_was_read_names_the_version_that_it_was_read_by(base: Bench, one: Process) -> None:
    async def read(again: str) -> None:
        job_id = await base.enqueue("extract", recording.name, payload, again=again)
        assert (await base.ended(job_id))["state"] == "succeeded"

    recording = a_recording()
    payload = completed(recording, TEXT).SerializeToString()
    await read("before")
    added = await one.add()
    await read("after")
    before, after = await base.events(EVENT, MentionsExtracted, at_least=2)
    assert (before.corrections_version, [m.base_call for m in before.mentions]) == (1, [])
    assert (after.corrections_version, [m.base_call for m in after.mentions]) == (added.version, ["K7ABC"])
    assert added.version == 2
    (row,) = await base.rows(select(readings))
    assert row["corrections_version"] == 2
    assert len(await base.jobs_of("analyze")) == 2


async def test_live_texts_are_read_by_what_is_in_force(one: Process) -> None:
    await one.add()

    async def partials() -> AsyncIterator[StreamExtractRequest]:
        yield StreamExtractRequest(partial=a_partial(TEXT))

    answers = [answer async for answer in one.extract.StreamExtract(partials(), timeout=WAIT_SECONDS)]
    assert [mention.base_call for answer in answers for mention in answer.mentions] == ["K7ABC"]


async def test_a_restart_keeps_what_was_changed(base: Bench) -> None:
    await seed_corrections(base.database)
    async with running(base) as process:
        await process.add()
        await process.change("corrections/cielo", "enabled", enabled=False)
    async with running(base) as process:
        assert await process.calls() == ["K7ABC"]
        assert await process.calls("this is cielo seven alpha bravo charlie") == []
        assert (await process.listed()).version == 3


async def test_who_changed_what_is_kept(one: Process) -> None:
    await one.add(note="heard on the hill")
    await one.change("corrections/banana", "meant", "alternatives", meant="N", alternatives=["K"])
    await one.corrections.DeleteCorrection(
        pb.DeleteCorrectionRequest(name="corrections/banana", author="K7NET"), timeout=WAIT_SECONDS
    )
    request = pb.ListCorrectionChangesRequest(filter='heard = "banana"', page_size=2)
    newest = await one.corrections.ListCorrectionChanges(request, timeout=WAIT_SECONDS)
    request.page_token = newest.next_page_token
    oldest = await one.corrections.ListCorrectionChanges(request, timeout=WAIT_SECONDS)
    assert not oldest.next_page_token
    removed, changed, added = [*newest.changes, *oldest.changes]
    assert [(c.version, c.author) for c in (added, changed, removed)] == [(2, "W7OPS"), (3, "W7OPS"), (4, "K7NET")]
    assert (added.HasField("before"), added.after.meant, added.after.note) == (False, "K", "heard on the hill")
    assert (changed.before.meant, changed.after.meant, list(changed.after.alternatives)) == ("K", "N", ["K"])
    assert (removed.before.meant, removed.HasField("after")) == ("N", False)
    assert removed.action == pb.CORRECTION_ACTION_DELETED


async def test_a_change_that_changes_nothing_makes_no_version(one: Process) -> None:
    added = await one.add()
    same = await one.change("corrections/banana", "meant", meant="k")
    assert same.version == added.version
    assert same.correction == added.correction


async def test_without_a_mask_only_what_is_said_changes(one: Process) -> None:
    await one.add(note="why", alternatives=["N"])
    answer = await one.change("corrections/banana", meant="W")
    assert (answer.correction.meant, list(answer.correction.alternatives)) == ("W", ["N"])
    assert (answer.correction.note, answer.correction.enabled) == ("why", True)


async def test_the_table_is_listed_page_by_page_and_by_condition(one: Process) -> None:
    await one.add("bocks", "B", alternatives=["F"], category=pb.CORRECTION_CATEGORY_PHONETIC)
    await one.change("corrections/kodak", "enabled", enabled=False)
    heard: list[str] = []
    token = ""
    while True:
        page = await one.listed(page_size=30, page_token=token)
        heard += [correction.heard for correction in page.corrections]
        token = page.next_page_token
        if not token:
            break
    assert heard == sorted([*(seed.heard for seed in SEED), "bocks"])
    assert [c.heard for c in (await one.listed("enabled = false")).corrections] == ["kodak"]
    assert [c.heard for c in (await one.listed('category = "phonetic"')).corrections] == ["bocks"]
    assert [c.heard for c in (await one.listed('meant = "F" AND enabled = true')).corrections] == [
        "bocks", "box", "foxtrots", "friends",
    ]  # fmt: skip
    (pair,) = (await one.listed('heard = "key local"')).corrections
    assert (pair.name, pair.created_by) == ("corrections/key-local", "tsn")
    got = await one.corrections.GetCorrection(pb.GetCorrectionRequest(name=pair.name), timeout=WAIT_SECONDS)
    assert got.correction == pair


async def test_a_text_is_read_with_and_without_what_is_tried_and_nothing_is_stored(one: Process) -> None:
    request = pb.TestCorrectionsRequest(text=TEXT, corrections=[pb.Correction(heard="banana", meant="K")])
    answer = await one.corrections.TestCorrections(request, timeout=WAIT_SECONDS)
    assert [mention.base_call for mention in answer.before] == []
    assert [mention.base_call for mention in answer.after] == ["K7ABC"]
    assert (answer.version, await one.calls()) == (1, [])
    spelled = [(word.heard, *word.meant) for word in answer.words_after]
    assert spelled == [("banana", "K"), ("seven", "7"), ("alpha", "A"), ("bravo", "B"), ("charlie", "C")]
    assert list(answer.words_before) == list(answer.words_after)[1:]
    assert all(TEXT[word.start : word.end] == word.heard for word in answer.words_after)
    without = pb.TestCorrectionsRequest(
        text="this is cielo seven alpha bravo charlie",
        corrections=[pb.Correction(heard="cielo", enabled=False)],
    )
    answer = await one.corrections.TestCorrections(without, timeout=WAIT_SECONDS)
    assert ([m.base_call for m in answer.before], list(answer.after)) == (["K7ABC"], [])


async def test_what_cannot_be_is_refused_and_says_why(one: Process) -> None:
    invalid, missing = grpc.StatusCode.INVALID_ARGUMENT, grpc.StatusCode.NOT_FOUND
    assert await refusal(one.add("kodak")) == (grpc.StatusCode.ALREADY_EXISTS, "CORRECTION_EXISTS")
    assert await refusal(one.add("the")) == (invalid, "WORD_HOLDS_SENTENCES")
    assert await refusal(one.add("kilo")) == (invalid, "WORD_SPELLS_ALREADY")
    assert await refusal(one.add("three little words")) == (invalid, "CORRECTION_INVALID")
    assert await refusal(one.change("corrections/banana", "meant", meant="K")) == (missing, "CORRECTION_UNKNOWN")
    assert await refusal(one.change("nodes/kodak", "meant", meant="K")) == (invalid, "CORRECTION_INVALID")
    assert await refusal(one.change("corrections/kodak", "heard", heard="x")) == (invalid, "UPDATE_MASK_INVALID")
    assert await refusal(one.listed('colour = "red"')) == (invalid, "FILTER_INVALID")
    assert await refusal(one.listed("enabled = maybe")) == (invalid, "FILTER_INVALID")
    nobody = pb.CreateCorrectionRequest(correction=pb.Correction(heard="banana", meant="K"), author=" ")
    refused = one.corrections.CreateCorrection(nobody, timeout=WAIT_SECONDS)
    assert await refusal(refused) == (invalid, "AUTHOR_INVALID")
    long = one.corrections.TestCorrections(pb.TestCorrectionsRequest(text="a" * 20_001), timeout=WAIT_SECONDS)
    assert await refusal(long) == (invalid, "TEXT_TOO_LONG")
    assert (await one.listed()).version == 1


async def test_a_table_that_was_never_seeded_is_not_changed_and_the_built_in_ones_stay(base: Bench) -> None:
    async with running(base) as process:
        assert await refusal(process.add()) == (grpc.StatusCode.FAILED_PRECONDITION, "CORRECTIONS_UNSEEDED")
        assert await process.calls("this is cielo seven alpha bravo charlie") == ["K7ABC"]


async def test_those_who_change_the_table_at_the_same_time_each_make_a_version(base: Bench, one: Process) -> None:
    words = ["bananas", "apples", "pears", "plums", "cherries", "grapes"]
    answers = await asyncio.gather(*(one.add(word, "K") for word in words))
    assert sorted(answer.version for answer in answers) == [2, 3, 4, 5, 6, 7]
