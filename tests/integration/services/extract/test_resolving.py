"""A clear call settles what was ambiguous in the same conversation, before it and after, and comes to an end."""

import grpc
from sqlalchemy import select

from mesh.pipeline.states import ENDED
from services.extract.resolving import RECORDINGS_LIMIT
from services.extract.store.tables import mentions
from tests.support.bench import Bench
from tests.support.eventually import eventually
from tests.support.wire import a_recording, completed
from tsn.extract.v1.extract_pb2 import MentionsExtracted
from tsn.ingest.v1.recording_pb2 import Recording

AMBIGUOUS, CLEAR = "juliet kilo seven alpha bravo charlie", "this is K7ABC, good evening"
EVENT = "tsn.extract.v1.mentions_extracted"


async def read(base: Bench, recording: Recording, text: str, again: str = "") -> None:
    payload = completed(recording, text).SerializeToString()
    await base.ended(await base.enqueue("extract", recording.name, payload, again=again))


async def calls(base: Bench, recording: Recording) -> list[str]:
    rows = await base.rows(select(mentions).where(mentions.c.recording == recording.name))
    return [row["base_call"] for row in rows]


async def at_rest(base: Bench) -> list[str]:
    """Why recordings were read again, once nothing more is to be read."""
    jobs: list[dict[str, object]] = []

    async def ended() -> bool:
        jobs[:] = await base.jobs_of("extract")
        return all(job["state"] in ENDED for job in jobs)

    await eventually(ended)
    # Who follows is queued in the transaction that ends a job: where all have ended, nothing more comes.
    options = [job["options"] for job in jobs]
    return [option["reread"] for option in options if isinstance(option, dict) and "reread" in option]


async def test_a_later_clear_call_settles_an_ambiguous_one_and_says_why(base: Bench, channel: grpc.aio.Channel) -> None:
    doubtful = a_recording()
    await read(base, doubtful, AMBIGUOUS)
    assert await calls(base, doubtful) == ["JK7ABC"]
    await read(base, a_recording(at_seconds=300), CLEAR)
    assert await at_rest(base) == ["resolved/K7ABC"]
    (row,) = await base.rows(select(mentions).where(mentions.c.recording == doubtful.name))
    assert row["base_call"] == "K7ABC"
    assert "conversation" in row["evidence"].splitlines()
    assert "JK7ABC" in row["alternatives"].split()
    told = await base.events(EVENT, MentionsExtracted, at_least=3)
    assert [[mention.base_call for mention in each.mentions] for each in told] == [["JK7ABC"], ["K7ABC"], ["K7ABC"]]


async def test_an_earlier_clear_call_needs_no_second_reading(base: Bench, channel: grpc.aio.Channel) -> None:
    doubtful = a_recording(at_seconds=300)
    await read(base, a_recording(), CLEAR)
    await read(base, doubtful, AMBIGUOUS)
    assert await calls(base, doubtful) == ["K7ABC"]
    assert await at_rest(base) == []


async def test_each_recording_is_read_again_once_for_a_call_however_often_it_is_said(
    base: Bench, channel: grpc.aio.Channel
) -> None:
    for at_seconds in (0, 10):
        await read(base, a_recording(at_seconds=at_seconds), AMBIGUOUS)
    for at_seconds in (20, 30, 40):
        clear = a_recording(at_seconds=at_seconds)
        await read(base, clear, CLEAR)
        await read(base, clear, CLEAR, again="better")
    assert await at_rest(base) == ["resolved/K7ABC"] * 2


async def test_what_was_said_elsewhere_or_long_ago_is_left_alone(base: Bench, channel: grpc.aio.Channel) -> None:
    for other in (a_recording(node="valley"), a_recording(channel="link"), a_recording(at_seconds=-1801)):
        await read(base, other, AMBIGUOUS)
    await read(base, a_recording(), CLEAR)
    assert await at_rest(base) == []


async def test_one_reading_has_no_more_than_the_nearest_read_again(base: Bench, channel: grpc.aio.Channel) -> None:
    recordings = [a_recording(at_seconds=10 * number) for number in range(RECORDINGS_LIMIT + 2)]
    for recording in recordings:
        await read(base, recording, AMBIGUOUS)
    await read(base, a_recording(at_seconds=10 * len(recordings)), CLEAR)
    assert len(await at_rest(base)) == RECORDINGS_LIMIT
    assert [await calls(base, recording) for recording in recordings[:2]] == [["JK7ABC"], ["JK7ABC"]]
