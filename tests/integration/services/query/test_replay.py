"""Whatever happened, in whatever order it is told and however often: the read tables end in the same content."""

import asyncio
import random
from collections.abc import AsyncIterator, Sequence
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

import pytest
from nats.js.errors import NotFoundError
from prometheus_client import CollectorRegistry
from sqlalchemy import select

from mesh.bus.streams import EVENTS, work_subject
from mesh.db.tables import outbox
from mesh.ids import new_id
from mesh.pipeline.tables import jobs
from mesh.telemetry.tracing import TRACEPARENT
from services.analyze.consumer import AnalyzeStage
from services.analyze.metrics import AnalyzeMetrics
from services.analyze.store.repository import AnalysisRepository
from services.analyze.store.tables import alerts, conversations, members
from services.extract.consumer import ExtractStage
from services.extract.metrics import ExtractMetrics
from services.extract.rereading import Rereading
from services.extract.resolving import Resolving
from services.extract.steps.rules import RulesStep
from services.extract.store.priors import PriorsRepository
from services.extract.store.repository import MentionRepository
from services.extract.store.reviews import ReviewRepository
from services.extract.store.tables import mentions
from services.query.config import QuerySettings
from services.query.consumer import CONSUMER
from services.query.events import STORED
from services.query.maintenance import rebuilt
from services.query.rebuild import EventsIncomplete, QueryRuns
from services.query.store.content import Content
from services.transcribe.engines.spec import ScriptedSpec
from services.transcribe.store.tables import transcripts
from tests.integration.services.query.running import an_over, running_query
from tests.integration.services.transcribe.parts import parts
from tests.support.bench import Bench, bench
from tests.support.eventually import eventually
from tests.support.sample_net import samples, write_script
from tests.support.wire import a_recording
from tsn.ingest.v1.recording_pb2 import RecordingStored

Event = tuple[str, bytes, str]
"""Subject, payload, traceparent."""
RECORDINGS = 8
STAGES = ("transcribe", "extract", "analyze")
DERIVED = (transcripts, mentions, conversations, members, alerts)


@pytest.fixture
async def base(database_url: str, nats_url: str, tmp_path: Path) -> AsyncIterator[Bench]:
    async with bench(database_url, nats_url, tmp_path) as made:
        yield made


async def arrive(base: Bench) -> list[RecordingStored]:
    """Recordings of the sample net, as ingest takes them in."""
    stored = []
    for number, sample in enumerate(samples()[:RECORDINGS]):
        key = f"recordings/{sample.sha256[:2]}/{sample.sha256}"
        await base.blobs.put(key, sample.path)
        recording = a_recording(at_seconds=50.0 * number, sha256=sample.sha256)
        stored.append(RecordingStored(recording=recording, audio_key=key))
    return stored


async def queue(base: Bench, stored: Sequence[RecordingStored], **asked: str) -> None:
    """A job of transcribe for each, as ingest or a re-run queues it."""
    for event in stored:
        again = asked.get("batch", "")
        name, payload = event.recording.name, event.SerializeToString()
        async with base.database.transaction() as work:
            if not again:
                work.publish(STORED, payload, traceparent=f"00-{new_id().replace('-', '')}-0123456789abcdef-01")
        await base.enqueue("transcribe", name, payload, again=again, **asked)


async def all_done(base: Bench) -> None:
    """Return when every stage of every job has ended."""

    async def ended() -> bool:
        rows = await base.rows(select(jobs.c.stage, jobs.c.state))
        states = {row["state"] for row in rows}
        assert not states & {"dead", "cancelled"}, rows
        counts = {stage: sum(row["stage"] == stage for row in rows) for stage in STAGES}
        return states <= {"succeeded", "degraded"} and len(set(counts.values())) == 1

    await eventually(ended)


async def say_again(base: Bench) -> None:
    """Every work message once more, in another order: as after a lost acknowledgement or a restored bus."""
    rows = list(await base.rows(select(jobs.c.id, jobs.c.stage, jobs.c.lane)))
    random.Random(3).shuffle(rows)
    for row in rows:
        await base.bus.publish(work_subject(row["stage"], row["lane"]), row["id"].encode(), new_id())


async def live_through(base: Bench, folder: Path) -> None:
    """A stand-in engine first, then the wanted one, then two re-runs as batches; messages come twice meanwhile."""
    extract = ExtractStage(
        steps=(RulesStep(),),
        extractor="rules/test",
        repository=MentionRepository(PriorsRepository()),
        reviews=ReviewRepository(),
        resolving=Resolving(repository=PriorsRepository(), rereading=Rereading(base.jobs)),
        jobs=base.jobs,
        metrics=ExtractMetrics(CollectorRegistry()),
    )
    analyze = AnalyzeStage(
        repository=AnalysisRepository(),
        idle_gap=timedelta(seconds=60),
        metrics=AnalyzeMetrics(CollectorRegistry()),
    )
    stored = await arrive(base)
    true = ScriptedSpec(await asyncio.to_thread(write_script, folder / "script.json"))
    async with base.working(extract, slots=3), base.working(analyze, slots=3):
        async with parts(base, ScriptedSpec(), fallback_note="no Whisper yet") as made, base.working(made.stage):
            await queue(base, stored)
            await all_done(base)
        async with parts(base, true) as made, base.working(made.stage):
            await queue(base, stored, batch="better", lane="batch")
            await say_again(base)
            await all_done(base)
            before = [await base.rows(select(table)) for table in DERIVED]
            await queue(base, stored[::-1], batch="again", lane="batch")
            await say_again(base)
            await all_done(base)
    assert [await base.rows(select(table)) for table in DERIVED] == before


async def published(base: Bench) -> bool:
    return await base.count(outbox) == 0


async def recorded(base: Bench) -> list[Event]:
    """All that TSN_EVENTS holds, once nothing waits in the outbox."""
    await eventually(lambda: published(base))
    info = await base.bus.jetstream.stream_info(EVENTS)
    subscription = await base.bus.jetstream.subscribe("", stream=EVENTS, ordered_consumer=True)
    messages = [await subscription.next_msg(timeout=60) for _ in range(info.state.messages)]
    await subscription.unsubscribe()
    return [(each.subject, each.data, (each.headers or {}).get(TRACEPARENT, "")) for each in messages]


async def told(base: Bench, events: Sequence[Event]) -> Content:
    """What the read tables hold once `events`, and nothing else, were projected into empty ones."""
    await base.bus.jetstream.purge_stream(EVENTS)
    for subject, payload, traceparent in events:
        await base.bus.publish(subject, payload, new_id(), traceparent)
    return await rebuilt(base.mesh, QuerySettings(window_rows=3, batch_events=7), incomplete=True)


async def test_what_the_stages_told_gives_the_same_content_in_any_order_and_twice(base: Bench, tmp_path: Path) -> None:
    await live_through(base, tmp_path)
    events = await recorded(base)
    as_it_was = await rebuilt(base.mesh, QuerySettings())
    assert (as_it_was.recordings, as_it_was.texts) == (RECORDINGS, RECORDINGS)
    assert as_it_was.mentions == len(await base.rows(select(mentions)))
    dice = random.Random(11)
    assert await told(base, events) == as_it_was
    assert await told(base, dice.sample(events, len(events))) == as_it_was
    assert await told(base, dice.sample(events * 2, 2 * len(events))) == as_it_was
    assert (await told(base, events[:-1:2])).sha256 != as_it_was.sha256


async def reads(base: Bench) -> bool:
    """Whether a replica waits for events now."""
    with suppress(NotFoundError):
        return bool((await base.bus.jetstream.consumer_info(EVENTS, CONSUMER)).num_waiting)
    return False


async def test_tables_that_a_running_replica_writes_are_not_made_anew(
    base: Bench, database_url: str, nats_url: str, tmp_path: Path
) -> None:
    async with running_query(database_url=database_url, nats_url=nats_url, folder=tmp_path):
        await eventually(lambda: reads(base))
        with pytest.raises(QueryRuns):
            await rebuilt(base.mesh, QuerySettings())


async def test_a_stream_that_has_forgotten_events_is_not_taken_for_the_whole(base: Bench) -> None:
    await base.bus.publish(STORED, b"", "1")
    await base.bus.jetstream.purge_stream(EVENTS)
    with pytest.raises(EventsIncomplete):
        await rebuilt(base.mesh, QuerySettings())


async def test_a_stream_that_was_made_anew_is_not_taken_for_the_whole(base: Bench) -> None:
    for subject, message in an_over("all stations").events:
        await base.bus.publish(subject, message.SerializeToString(), new_id())
    before = await rebuilt(base.mesh, QuerySettings())
    assert await rebuilt(base.mesh, QuerySettings()) == before
    await base.bus.jetstream.delete_stream(EVENTS)
    await base.bus.events_standing()
    with pytest.raises(EventsIncomplete):
        await rebuilt(base.mesh, QuerySettings())
    assert (await rebuilt(base.mesh, QuerySettings(), incomplete=True)).recordings == 0
