"""Extract's stage: a transcript in, mentions out."""

import grpc
from sqlalchemy import select

from services.extract.store.entity_tables import entities
from services.extract.store.tables import mentions
from tests.support.bench import Bench
from tests.support.wire import a_recording, completed
from tsn.extract.v1.extract_pb2 import MentionsExtracted

TEXTS = ("K7ABC this is kilo echo seven x-ray yankee zulu", "no callsign in here", "good evening W1AW portable")
EVENT = "tsn.extract.v1.mentions_extracted"


async def test_a_transcript_becomes_mentions_an_event_and_a_job_for_analyze(
    base: Bench, channel: grpc.aio.Channel
) -> None:
    recording = a_recording()
    event = completed(recording, *TEXTS)
    job_id = await base.enqueue("extract", recording.name, event.SerializeToString())
    job = await base.ended(job_id)
    assert (job["state"], job["attempts"]) == ("succeeded", 1)
    rows = await base.rows(select(mentions).order_by(mentions.c.ordinal))
    assert [(row["base_call"], row["segment_index"]) for row in rows] == [("K7ABC", 0), ("KE7XYZ", 0), ("W1AW", 2)]
    assert [(row["role"], row["form"]) for row in rows][:2] == [("called", "written"), ("speaking", "phonetic")]
    assert rows[2]["modifiers"] == "P"
    for row in rows:
        assert row["transcript"] == event.transcript.name
        assert TEXTS[row["segment_index"]][row["span_start"] : row["span_end"]] == row["heard"]
    (told,) = await base.events(EVENT, MentionsExtracted, at_least=1)
    assert [mention.base_call for mention in told.mentions] == ["K7ABC", "KE7XYZ", "W1AW"]
    assert (told.recording, told.transcript) == (event.recording, event.transcript)
    assert told.extractor
    (queued,) = await base.jobs_of("analyze")
    assert (queued["subject"], queued["lane"]) == (recording.name, "live")
    assert MentionsExtracted.FromString(queued["input"]) == told


async def test_the_same_transcript_twice_leaves_each_mention_once(base: Bench, channel: grpc.aio.Channel) -> None:
    recording = a_recording()
    payload = completed(recording, *TEXTS).SerializeToString()
    await base.ended(await base.enqueue("extract", recording.name, payload))
    before = await base.rows(select(mentions))
    job = await base.ended(await base.enqueue("extract", recording.name, payload, again="replayed"))
    assert job["state"] == "succeeded"
    assert await base.rows(select(mentions)) == before
    assert len(await base.jobs_of("analyze")) == 1


async def test_a_better_transcript_replaces_the_mentions_and_is_analysed_too(
    base: Bench, channel: grpc.aio.Channel
) -> None:
    recording = a_recording()
    first, second = completed(recording, "this is K7ABC"), completed(recording, "this is W1AW")
    await base.ended(await base.enqueue("extract", recording.name, first.SerializeToString()))
    await base.ended(await base.enqueue("extract", recording.name, second.SerializeToString(), again="better"))
    assert [row["base_call"] for row in await base.rows(select(mentions))] == ["W1AW"]
    assert len(await base.jobs_of("analyze")) == 2


async def test_a_worse_transcript_that_comes_late_changes_nothing(base: Bench, channel: grpc.aio.Channel) -> None:
    recording = a_recording()
    older, newer, stand_in = (completed(recording, text) for text in ("this is K7ABC", "", "this is W1AW"))
    stand_in.transcript.degraded = True
    for number, event in enumerate((newer, older, stand_in)):
        job_id = await base.enqueue("extract", recording.name, event.SerializeToString(), again=str(number))
        assert (await base.ended(job_id))["state"] == "succeeded"
    assert await base.rows(select(mentions)) == []
    (queued,) = await base.jobs_of("analyze")
    assert MentionsExtracted.FromString(queued["input"]).transcript == newer.transcript


async def test_each_batch_is_analysed_again_from_the_same_mentions(base: Bench, channel: grpc.aio.Channel) -> None:
    recording = a_recording()
    payload = completed(recording, *TEXTS).SerializeToString()
    for again, batch in (("", ""), ("one", "b1"), ("two", "b2"), ("two replayed", "b2")):
        job_id = await base.enqueue("extract", recording.name, payload, again=again, batch=batch, lane="batch")
        assert (await base.ended(job_id))["state"] == "succeeded"
    queued = await base.jobs_of("analyze")
    assert [job["batch"] for job in queued] == ["", "b1", "b2"]
    assert len({job["input"] for job in queued}) == 1


async def test_a_transcript_in_which_nobody_is_named_is_told_too(base: Bench, channel: grpc.aio.Channel) -> None:
    recording = a_recording()
    job_id = await base.enqueue("extract", recording.name, completed(recording).SerializeToString())
    assert (await base.ended(job_id))["state"] == "succeeded"
    (told,) = await base.events(EVENT, MentionsExtracted, at_least=1)
    assert (told.recording.name, list(told.mentions)) == (recording.name, [])
    assert await base.count(mentions) == 0
    assert len(await base.jobs_of("analyze")) == 1


async def test_what_else_was_said_is_stored_and_told_and_replaced_with_the_reading(
    base: Bench, channel: grpc.aio.Channel
) -> None:
    recording = a_recording()
    first = completed(recording, "this is K7ABC, Bob in Yelm", "on 146.96 minus, PL 103.5")
    await base.ended(await base.enqueue("extract", recording.name, first.SerializeToString()))
    rows = await base.rows(select(entities).order_by(entities.c.ordinal))
    assert [(row["kind"], row["value"], row["segment_index"]) for row in rows] == [
        ("name", "Bob", 0),
        ("location", "Yelm", 0),
        ("frequency", "146960000", 1),
        ("tone", "103.5", 1),
    ]
    (told,) = await base.events(EVENT, MentionsExtracted, at_least=1)
    assert [(entity.value, entity.heard) for entity in told.entities] == [(row["value"], row["heard"]) for row in rows]
    better = completed(recording, "QSL").SerializeToString()
    await base.ended(await base.enqueue("extract", recording.name, better, again="better"))
    assert [row["value"] for row in await base.rows(select(entities))] == ["QSL"]
