"""Conversations are the same in whatever order, and however many at once, recordings come."""

import asyncio
import random
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from prometheus_client import CollectorRegistry
from sqlalchemy import delete, select

from services.analyze.consumer import AnalyzeStage
from services.analyze.metrics import AnalyzeMetrics
from services.analyze.store.repository import AnalysisRepository
from services.analyze.store.tables import alerts, channels, conversations, members
from tests.integration.services.analyze.overs import an_over, grouped
from tests.support.bench import Bench, bench
from tsn.analyze.v1 import analyze_pb2 as pb
from tsn.extract.v1.extract_pb2 import MentionsExtracted

EVENT = "tsn.analyze.v1.recording_analyzed"


@pytest.fixture
async def base(database_url: str, nats_url: str, tmp_path: Path) -> AsyncIterator[Bench]:
    async with bench(database_url, nats_url, tmp_path) as made:
        yield made


@pytest.fixture
def stage() -> AnalyzeStage:
    return AnalyzeStage(
        repository=AnalysisRepository(),
        idle_gap=timedelta(seconds=60),
        metrics=AnalyzeMetrics(CollectorRegistry()),
    )


async def empty(base: Bench) -> None:
    """Forget all that was concluded."""
    async with base.database.transaction() as work:
        for table in (alerts, members, conversations, channels):
            await work.execute(delete(table))


async def test_any_order_gives_the_same_conversations_under_the_same_names(base: Bench, stage: AnalyzeStage) -> None:
    overs = [an_over(at_seconds=at) for at in (0, 40, 80, 200, 230, 400)]
    overs += [an_over(at_seconds=at, channel="simplex") for at in (10, 300)]
    orders = [overs, overs[::-1], *(random.Random(seed).sample(overs, len(overs)) for seed in range(4))]
    outcomes = []
    for number, order in enumerate(orders):
        await empty(base)
        for over in order:
            again = f"order {number}"
            job_id = await base.enqueue("analyze", over.recording.name, over.SerializeToString(), again=again)
            await base.work(stage, job_id)
        outcomes.append(await grouped(base))
    assert sorted(map(len, outcomes[0].values())) == [1, 1, 1, 2, 3]
    assert all(outcome == outcomes[0] for outcome in outcomes)


async def test_a_conversation_that_ends_in_another_is_reported_as_gone(base: Bench, stage: AnalyzeStage) -> None:
    first, last, bridge = (an_over(at_seconds=at) for at in (0, 100, 50))
    for over in (first, last, bridge):
        await base.work(stage, await base.enqueue("analyze", over.recording.name, over.SerializeToString()))
    told = await base.events(EVENT, pb.RecordingAnalyzed, at_least=3)
    by_recording = {event.recording.name: event for event in told}
    joined = by_recording[bridge.recording.name]
    assert joined.conversation.recording_count == 3
    assert joined.conversation.name == by_recording[first.recording.name].conversation.name
    assert list(joined.merged_conversations) == [by_recording[last.recording.name].conversation.name]


async def test_jobs_of_one_channel_at_once_do_not_split_a_conversation(base: Bench, stage: AnalyzeStage) -> None:
    overs = [an_over(at_seconds=10 * number) for number in range(24)]
    random.Random(7).shuffle(overs)

    async def queue(over: MentionsExtracted) -> str:
        return await base.enqueue("analyze", over.recording.name, over.SerializeToString())

    async with base.working(stage, slots=8):
        ids = await asyncio.gather(*(queue(over) for over in overs))
        ended = [await base.ended(job_id) for job_id in ids]
    assert {job["state"] for job in ended} == {"succeeded"}
    assert {job["attempts"] for job in ended} == {1}
    (inside,) = (await grouped(base)).values()
    assert len(inside) == len(overs)
    assert len(await base.rows(select(channels))) == 1
