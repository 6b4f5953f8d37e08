"""Events become read tables: in any order, any number of times, none of them in the way of the others."""

import random
from pathlib import Path

from sqlalchemy import select

from services.query.domain.projection import Change
from services.query.events import ANALYZED, EXTRACTED, STORED, TRANSCRIBED, decode_change
from services.query.store import projection
from services.query.store.tables import recordings
from tests.integration.services.query.running import Event, Over, RunningQuery, an_over, names, running_query
from tests.support.eventually import eventually
from tests.support.spans import recorded_spans
from tests.support.wire import a_recording, a_transcript, completed
from tsn.analyze.v1.analyze_pb2 import Alert, Conversation, RecordingAnalyzed
from tsn.extract.v1.extract_pb2 import Mention, MentionsExtracted
from tsn.query.v1 import query_pb2 as pb


def changes(overs: list[Over]) -> list[Change]:
    """The events of `overs` in their order, as if published one microsecond after the other."""
    decoded = []
    for over in overs:
        for number, (subject, message) in enumerate(over.events):
            decoded.append(
                decode_change(
                    subject,
                    message.SerializeToString(),
                    trace_id=over.traceparent.split("-")[1],
                    published_us=1_000_000 + number,
                )
            )
    return decoded


async def apply(query: RunningQuery, batch: list[Change]) -> None:
    """One transaction."""
    await query.database.run(lambda work: projection.apply(work, batch))


async def test_any_order_any_batches_and_repetition_give_the_same_content(query: RunningQuery) -> None:
    overs = [
        an_over("one", "net", calls=["K7ABC", "W7XYZ"], alerts=[Alert(phrase="fire")], at_seconds=1),
        an_over("two", at_seconds=2),
        an_over("three", calls=["K7ABC"], alerts=[Alert(phrase="fire", drill=True)], at_seconds=3),
    ]
    again = a_transcript(overs[0].recording, "another engine heard this")
    recording, call = overs[0].recording, Mention(base_call="N0CALL", start=0, end=1)
    overs[0].events.append((EXTRACTED, MentionsExtracted(recording=recording, transcript=again, mentions=[call])))
    events = changes(overs)
    await apply(query, events)
    expected = await query.content()
    assert len(expected["texts"]) == len(expected["recordings"]) == 3
    assert expected["texts"][recording.name]["body"] == "another engine heard this"
    assert expected["texts"][recording.name]["callsigns"] == "N0CALL"
    await apply(query, events)
    assert await query.content() == expected
    dice = random.Random(3)
    for size in (1, 4, 7):
        await query.forget()
        shuffled = events * 2
        dice.shuffle(shuffled)
        for start in range(0, len(shuffled), size):
            await apply(query, shuffled[start : start + size])
        assert await query.content() == expected


async def test_the_stream_replayed_into_empty_tables_gives_the_same_content(
    query: RunningQuery,
) -> None:
    overs = [an_over("net", calls=["K7ABC"], at_seconds=number) for number in range(12)]
    await query.tell(*overs)
    before = await query.content()
    await query.forget()
    await query.bus.jetstream.delete_consumer("TSN_EVENTS", "query")
    await query.projected(overs)
    assert await query.content() == before


async def test_a_merged_conversation_takes_its_recordings_along_whichever_event_comes_first(
    query: RunningQuery,
) -> None:
    def analyzed(into: str, *merged: str) -> Event:
        event = RecordingAnalyzed(
            recording=a_recording(),
            conversation=Conversation(name=f"conversations/{into}"),
            merged_conversations=[f"conversations/{name}" for name in merged],
        )
        return ANALYZED, event

    events = [analyzed("a"), analyzed("b", "a"), analyzed("c", "b"), analyzed("a")]
    for order in (events, events[::-1], [events[2], events[0], events[1], events[3]]):
        await query.forget()
        for event in order:
            await apply(query, changes([Over(a_recording(), [event])]))
        async with query.database.transaction() as work:
            found = set((await work.execute(select(recordings.c.conversation))).scalars())
        assert found == {"conversations/c"}


async def test_poison_is_skipped_and_what_follows_is_projected(query: RunningQuery) -> None:
    await query.publish(STORED, b"\xff\xff\xff no protobuf")
    await query.publish(TRANSCRIBED, completed(a_recording(node=""), "nameless"))
    too_long = a_recording(channel="x" * 200)
    await query.publish(TRANSCRIBED, completed(too_long, "the channel does not fit its column"))
    over = an_over("net")
    await query.tell(over)
    assert await query.search("") == names(over)

    async def nothing_left() -> bool:
        info = await query.bus.jetstream.consumer_info("TSN_EVENTS", "query")
        return info.num_pending == 0 and info.num_ack_pending == 0

    await eventually(nothing_left)


async def test_a_searchable_recording_is_announced_once_in_its_own_trace(query: RunningQuery) -> None:
    over = an_over("net", calls=["K7ABC"])
    with recorded_spans() as spans:
        await query.tell(over)
        await query.publish(*over.events[2], over.traceparent)
        await query.tell(an_over("another"))
        feed = query.stub.WatchFeed(pb.WatchFeedRequest(cursor="begin", facts_only=True))
        announced = []
        async for item in feed:
            if item.WhichOneof("item") == "recording_indexed":
                announced.append(item)
            if len(announced) == 2:
                break
        feed.cancel()
        assert announced[0].recording_indexed == pb.RecordingIndexed(
            recording=over.recording.name, channel=over.recording.channel
        )
        assert announced[1].recording_indexed.recording != over.recording.name
        trace_id, parent = over.traceparent.split("-")[1:3]
        assert announced[0].trace_id == trace_id
        ours = [span for span in spans.get_finished_spans() if format(span.context.trace_id, "032x") == trace_id]
        wanted = {f"query project {name.rpartition('.')[2]}" for name, _ in over.events}
        assert {span.name for span in ours if span.name.startswith("query project")} == wanted
        assert all(span.parent is not None and format(span.parent.span_id, "016x") == parent for span in ours)


async def test_mentions_alone_bring_the_transcript_and_later_events_complete_the_recording(
    query: RunningQuery,
) -> None:
    over = an_over("net", calls=["K7ABC"])
    await query.publish(*over.events[2])
    await eventually(lambda: query.search("net"))
    request = pb.GetRecordingRequest(name=over.recording.name)
    view = (await query.stub.GetRecording(request, timeout=30)).recording
    assert view.searchable
    assert view.conversation == ""
    await query.tell(over)
    view = (await query.stub.GetRecording(request, timeout=30)).recording
    assert view.conversation != ""


async def test_two_replicas_share_the_work_and_write_the_same(
    query: RunningQuery, database_url: str, nats_url: str, tmp_path: Path
) -> None:
    async with running_query(
        database_url=database_url, nats_url=nats_url, folder=tmp_path, window_rows=10, batch_events=5
    ):
        overs = [an_over("net", calls=["K7ABC"], at_seconds=number) for number in range(40)]
        for number in range(4):
            for over in overs:
                subject, message = over.events[number]
                await query.publish(subject, message, over.traceparent)
        await query.projected(overs)
        pages = await query.search_all("net", 7)
    assert [name for page in pages for name in page] == names(*overs)[::-1]
    content = await query.content()
    assert len(content["texts"]) == len(content["mentions"]) == 40
