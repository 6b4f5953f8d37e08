"""A recording is read again when what is known about it changed."""

import grpc
import pytest
from sqlalchemy import select

from services.extract.rereading import NeverRead, Rereading
from services.extract.store.tables import mentions
from tests.support.bench import Bench
from tests.support.wire import a_recording, completed
from tsn.extract.v1.extract_pb2 import MentionsExtracted

EVENT = "tsn.extract.v1.mentions_extracted"


async def again(base: Bench, recording: str, why: str) -> str | None:
    async with base.database.transaction() as work:
        return await Rereading(base.jobs).queue(work, recording, why=why)


async def test_a_recording_is_read_again_once_for_each_reason_and_analysed_again(
    base: Bench, channel: grpc.aio.Channel
) -> None:
    recording = a_recording()
    await base.ended(
        await base.enqueue("extract", recording.name, completed(recording, "this is K7ABC").SerializeToString())
    )
    before = await base.rows(select(mentions))
    job_id = await again(base, recording.name, "review/1")
    assert job_id is not None
    job = await base.ended(job_id)
    assert (job["state"], job["lane"], job["options"]) == ("succeeded", "urgent", {"reread": "review/1"})
    assert await again(base, recording.name, "review/1") is None
    assert await base.rows(select(mentions)) == before
    told = await base.events(EVENT, MentionsExtracted, at_least=2)
    assert [[mention.base_call for mention in each.mentions] for each in told] == [["K7ABC"], ["K7ABC"]]
    assert len(await base.jobs_of("analyze")) == 2


async def test_the_transcript_whose_mentions_count_is_read_not_the_one_that_came_last(
    base: Bench, channel: grpc.aio.Channel
) -> None:
    recording = a_recording()
    good, stand_in = completed(recording, "this is K7ABC"), completed(recording, "this is W1AW")
    stand_in.transcript.degraded = True
    await base.ended(await base.enqueue("extract", recording.name, good.SerializeToString()))
    await base.ended(await base.enqueue("extract", recording.name, stand_in.SerializeToString(), again="later"))
    job_id = await again(base, recording.name, "review/2")
    assert job_id is not None
    await base.ended(job_id)
    assert [row["base_call"] for row in await base.rows(select(mentions))] == ["K7ABC"]


async def test_what_was_never_read_cannot_be_read_again(base: Bench, channel: grpc.aio.Channel) -> None:
    with pytest.raises(NeverRead):
        await again(base, a_recording().name, "review/3")
