"""What was heard before and after tells how a recording is read."""

import asyncio
from collections.abc import AsyncIterator
from functools import partial

import grpc
import pytest
from sqlalchemy import select

from mesh.clock import SystemClock
from services.extract.domain.expected import NOBODY, Roster
from services.extract.expecting import LivePriors
from services.extract.glossary import parts
from services.extract.priors import Priors
from services.extract.store.opt_outs import OptOutRepository
from services.extract.store.priors import Heard, PriorsRepository
from services.extract.store.priors_tables import heard_days
from services.extract.store.reviews import ReviewRepository
from services.extract.store.tables import mentions
from tests.support.bench import Bench
from tests.support.wire import a_partial, a_recording, completed
from tsn.extract.v1 import extract_pb2 as pb
from tsn.extract.v1.extract_pb2_grpc import ExtractServiceStub
from tsn.ingest.v1.recording_pb2 import Recording

CLEAR, IN_NEED = "this is ON4ABC, good evening", "on 4 a b c with us tonight"
DAY = 24 * 3600.0


async def read(base: Bench, recording: Recording, *texts: str, again: str = "") -> list[tuple[str, str]]:
    """Have a recording read; the calls found in it with their evidence."""
    job = await base.ended(
        await base.enqueue("extract", recording.name, completed(recording, *texts).SerializeToString(), again=again)
    )
    assert job["state"] == "succeeded"
    rows = await base.rows(select(mentions).where(mentions.c.recording == recording.name))
    return [(row["base_call"], row["evidence"]) for row in rows]


async def test_a_call_that_was_clear_in_the_conversation_is_believed_on_weaker_evidence(
    base: Bench, channel: grpc.aio.Channel
) -> None:
    assert await read(base, a_recording(), IN_NEED) == []
    await read(base, a_recording(at_seconds=600), CLEAR)
    ((call, evidence),) = await read(base, a_recording(at_seconds=0), IN_NEED)
    assert call == "ON4ABC"
    assert "conversation" in evidence.split()


async def test_another_channel_another_node_or_another_hour_says_nothing(
    base: Bench, channel: grpc.aio.Channel
) -> None:
    await read(base, a_recording(), CLEAR)
    for elsewhere in (
        a_recording(node="valley"),
        a_recording(channel="link"),
        a_recording(at_seconds=1801),
        a_recording(at_seconds=-1801),
    ):
        assert await read(base, elsewhere, IN_NEED) == []


async def test_a_call_that_only_the_roster_made_likely_tells_nothing_of_others(
    base: Bench, channel: grpc.aio.Channel
) -> None:
    await read(base, a_recording(at_seconds=0), CLEAR)
    assert await read(base, a_recording(at_seconds=1500), IN_NEED)
    # Within half an hour of the second only: it was read by the roster alone, and proves nothing.
    assert await read(base, a_recording(at_seconds=3000), IN_NEED) == []


async def test_who_comes_back_is_a_regular_on_any_channel_of_the_node(base: Bench, channel: grpc.aio.Channel) -> None:
    for at_days in (0, 1, 2):
        await read(base, a_recording(at_seconds=at_days * DAY), CLEAR)
    ((_, evidence),) = await read(base, a_recording(channel="link", at_seconds=3 * DAY), IN_NEED)
    assert "regular" in evidence.split()
    assert await read(base, a_recording(node="valley", at_seconds=3 * DAY), IN_NEED) == []


async def test_what_was_read_on_one_day_only_never_makes_a_regular(base: Bench, channel: grpc.aio.Channel) -> None:
    for at_seconds in range(0, 8 * 1800, 1800):
        await read(base, a_recording(at_seconds=at_seconds - 13 * 3600), CLEAR)
    assert await read(base, a_recording(channel="link", at_seconds=DAY), IN_NEED) == []


async def test_a_false_reading_seen_once_does_not_feed_itself(base: Bench, channel: grpc.aio.Channel) -> None:
    """It is read wherever it is suspected near by, day after day, and still never counts."""
    await read(base, a_recording(at_seconds=0), CLEAR)
    for at_seconds in range(60, 1200, 120):
        assert await read(base, a_recording(at_seconds=at_seconds), IN_NEED)
    for at_days in range(1, 6):
        assert await read(base, a_recording(at_seconds=at_days * DAY), IN_NEED) == []
    (row,) = await base.rows(select(heard_days))
    assert (row["base_call"], row["recordings"]) == ("ON4ABC", 1)


async def test_a_recording_read_anew_counts_once_and_what_it_no_longer_says_not_at_all(
    base: Bench, channel: grpc.aio.Channel
) -> None:
    recording = a_recording()
    await read(base, recording, "this is K7ABC, K7ABC listening")
    await read(base, recording, "this is K7ABC and W7XYZ", again="better")
    await read(base, recording, "this is W7XYZ", again="best")
    counted = {row["base_call"]: row["recordings"] for row in await base.rows(select(heard_days))}
    assert counted == {"K7ABC": 0, "W7XYZ": 1}


@pytest.fixture
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let live texts wait for their roster as long as a busy database needs."""
    monkeypatch.setattr(parts, "LivePriors", partial(LivePriors, answer_seconds=30.0))


@pytest.mark.usefixtures("patient")
async def test_what_is_said_now_is_read_by_what_was_clear_a_moment_ago(base: Bench, channel: grpc.aio.Channel) -> None:
    before, now = a_recording(), a_recording()
    before.captured_at.GetCurrentTime()
    await read(base, before, CLEAR)

    async def partials() -> AsyncIterator[pb.StreamExtractRequest]:
        yield pb.StreamExtractRequest(partial=a_partial("on 4 a b c with", recording=now.name))
        yield pb.StreamExtractRequest(partial=a_partial(f"{IN_NEED} and more", recording=now.name))

    stream = ExtractServiceStub(channel).StreamExtract(partials(), timeout=30)
    (told,) = [mention async for answer in stream for mention in answer.mentions]
    assert told.base_call == "ON4ABC"
    assert "conversation" in told.evidence


async def test_live_mentions_go_on_without_a_roster_where_the_database_does_not_answer(base: Bench) -> None:
    async def never(heard: Heard, *, but: str = "") -> Roster:
        await asyncio.Event().wait()
        raise AssertionError

    priors = Priors(
        database=base.database, repository=PriorsRepository(), reviews=ReviewRepository(), opt_outs=OptOutRepository()
    )
    priors.roster = never
    live = LivePriors(priors=priors, clock=SystemClock(), answer_seconds=0.01)
    assert await live.roster("nodes/hill/recordings/1", "repeater") == NOBODY
