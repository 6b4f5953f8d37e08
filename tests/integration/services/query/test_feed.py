"""The live feed: from now on, from a cursor, from the beginning, and through a restart of the bus."""

import asyncio
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import grpc
import pytest

from deploy.local.nats import Nats
from deploy.local.running import start
from services.query.domain.errors import WatcherTooSlow
from services.query.events import STORED, Place
from services.query.feed.hub import Watcher
from services.query.feed.items import Item, Wanted
from tests.integration.services.query.running import RunningQuery, an_over, refused, running_query
from tests.support.wire import a_recording
from tsn.extract.v1.extract_pb2 import StreamExtractResponse
from tsn.ingest.v1.recording_pb2 import RecordingStored
from tsn.query.v1 import query_pb2 as pb
from tsn.transcribe.v1.transcript_pb2 import PartialTranscript


class Watching:
    """A feed as its reader sees it."""

    def __init__(self, call: Any) -> None:
        self.call = call

    async def next(self, kind: str = "") -> pb.WatchFeedResponse:
        """The next item that is no heartbeat, or the next of `kind`."""
        async with asyncio.timeout(60):
            while True:
                item: Any = await self.call.read()
                assert item is not grpc.aio.EOF
                if item.WhichOneof("item") == (kind or item.WhichOneof("item")) and (
                    kind or item.WhichOneof("item") != "heartbeat"
                ):
                    return item

    async def stored(self, count: int) -> list[str]:
        """Names of the next recordings stored."""
        return [(await self.next("recording_stored")).recording_stored.recording.name for _ in range(count)]


@asynccontextmanager
async def watching(query: RunningQuery, **request: Any) -> AsyncIterator[Watching]:
    """A feed; `next("heartbeat")` tells that the past is over."""
    call = query.stub.WatchFeed(pb.WatchFeedRequest(**request))
    try:
        yield Watching(call)
    finally:
        call.cancel()


async def store(query: RunningQuery, count: int, **fields: Any) -> list[str]:
    """Publish `count` recordings; their names."""
    made = [a_recording(**fields) for _ in range(count)]
    for recording in made:
        await query.publish(STORED, RecordingStored(recording=recording, audio_key="key"))
    return [recording.name for recording in made]


async def test_facts_and_live_messages_arrive_with_cursor_time_and_trace(query: RunningQuery) -> None:
    over = an_over("net", calls=["K7ABC"])
    async with watching(query) as feed:
        await feed.next("heartbeat")
        partial = PartialTranscript(recording=over.recording.name, channel="repeater", stable_text="ne")
        await query.bus.publish_live("partial", partial.SerializeToString(), over.traceparent)
        live = await feed.next()
        assert live.partial == partial
        assert live.cursor == ""
        assert live.trace_id == over.traceparent.split("-")[1]
        mentions = StreamExtractResponse(recording=over.recording.name, channel="repeater")
        await query.bus.publish_live("mentions", mentions.SerializeToString())
        assert (await feed.next()).live_mentions == mentions
        await query.bus.publish_live("unknown", b"\xff")
        await query.tell(over)
        kinds = set()
        while len(kinds) < 5:
            item = await feed.next()
            assert item.cursor
            assert item.published_at.seconds
            assert item.trace_id == over.traceparent.split("-")[1]
            kinds.add(item.WhichOneof("item"))
        assert kinds == {
            *("recording_stored", "transcript_completed", "mentions_extracted", "recording_analyzed"),
            "recording_indexed",
        }


async def test_a_watcher_sees_only_what_it_asked_for(query: RunningQuery) -> None:
    async with (
        watching(query, node="nodes/hill", facts_only=True) as hill,
        watching(query, channel="b") as b,
        watching(query, node="dale", channel="b") as dale,
    ):
        for feed in (hill, b, dale):
            await feed.next("heartbeat")
        partial = PartialTranscript(recording="nodes/hill/recordings/1", channel="b")
        await query.bus.publish_live("partial", partial.SerializeToString())
        assert (await b.next()).partial == partial
        (first,) = await store(query, 1, node="hill", channel="a")
        (second,) = await store(query, 1, node="dale", channel="b")
        (third,) = await store(query, 1, node="hill", channel="b")
        assert [(await hill.next()).recording_stored.recording.name for _ in range(2)] == [first, third]
        assert [(await b.next()).recording_stored.recording.name for _ in range(2)] == [second, third]
        assert (await dale.next()).recording_stored.recording.name == second


async def test_a_feed_goes_on_after_its_cursor_without_gap_or_duplicate(query: RunningQuery) -> None:
    names = await store(query, 30)
    async with watching(query, cursor="begin") as feed:
        items = [await feed.next("recording_stored") for _ in range(30)]
    assert [item.recording_stored.recording.name for item in items] == names
    # Events keep coming while the past is told and the hub takes over.
    coming = asyncio.create_task(store(query, 300))
    async with watching(query, cursor=items[9].cursor) as feed:
        found = await feed.stored(320)
        assert found == names[10:] + await coming
    async with watching(query, cursor=items[-1].cursor) as feed:
        assert await feed.stored(1) == found[20:21]


async def test_many_watchers_that_come_at_any_moment_miss_nothing(query: RunningQuery) -> None:
    coming = asyncio.create_task(store(query, 200))

    async def watch() -> list[str]:
        async with watching(query, cursor="begin", facts_only=True) as feed:
            return await feed.stored(200)

    watchers = [asyncio.create_task(watch()) for _ in range(8)]
    names = await coming
    assert all(found == names for found in await asyncio.gather(*watchers))


async def test_a_cursor_that_is_none_or_whose_events_are_gone_is_refused(query: RunningQuery) -> None:
    async def first(cursor: str) -> None:
        async with watching(query, cursor=cursor) as feed:
            await feed.next()

    assert await refused(first("nonsense")) == ("INVALID_ARGUMENT", "CURSOR_INVALID")
    await store(query, 5)
    async with watching(query, cursor="begin") as feed:
        items = [await feed.next("recording_stored") for _ in range(5)]
    await query.bus.jetstream.purge_stream("TSN_EVENTS", keep=2)
    assert await refused(first(items[0].cursor)) == ("OUT_OF_RANGE", "CURSOR_EXPIRED")
    async with watching(query, cursor=items[2].cursor) as feed:
        assert await feed.stored(2) == [item.recording_stored.recording.name for item in items[3:]]
    async with watching(query, cursor="begin") as feed:
        assert await feed.stored(2) == [item.recording_stored.recording.name for item in items[3:]]


async def test_silence_brings_heartbeats_and_one_watcher_too_many_is_refused(
    database_url: str, nats_url: str, tmp_path: Path
) -> None:
    async with running_query(
        database_url=database_url, nats_url=nats_url, folder=tmp_path, heartbeat_seconds=0.05, max_watchers=1
    ) as query:
        async with watching(query) as feed:
            for _ in range(3):
                assert (await feed.next("heartbeat")).cursor == ""
            async with watching(query) as other:
                assert await refused(other.next()) == ("RESOURCE_EXHAUSTED", "TOO_MANY_WATCHERS")


async def test_a_slow_watcher_gets_what_is_queued_and_is_then_told_to_resume() -> None:
    watcher = Watcher(Wanted(), capacity=4)
    fact = [Item(Place("n", "c"), pb.WatchFeedResponse(), number) for number in range(6)]
    live = Item(Place("n", "c"), pb.WatchFeedResponse())
    assert all(watcher.offer(item) for item in (fact[0], live, live, fact[1], fact[2]))
    assert not watcher.offer(fact[3])
    watcher.end(WatcherTooSlow())
    assert [await watcher.next() for _ in range(4)] == [fact[0], live, fact[1], fact[2]]
    with pytest.raises(WatcherTooSlow):
        await watcher.next()


async def test_a_feed_survives_a_restart_of_the_bus_without_losing_an_event(database_url: str, tmp_path: Path) -> None:
    server = Nats.new(tmp_path / "nats")
    child = await start(server, tmp_path)
    try:
        async with running_query(database_url=database_url, nats_url=server.url, folder=tmp_path) as query:
            async with watching(query) as feed:
                await feed.next("heartbeat")
                before = await store(query, 5)
                assert await feed.stored(5) == before
                child.send(signal.SIGKILL)
                await child.wait()
                child = await start(server, tmp_path)
                after: list[str] = []
                async with asyncio.timeout(60):
                    while len(after) < 5:
                        try:
                            after += await store(query, 1)
                        except Exception:
                            await asyncio.sleep(0.2)
                found = await feed.stored(5)
                while found[-1] != after[-1]:
                    # One of which nobody learned that it was stored.
                    found += await feed.stored(1)
                assert [name for name in found if name in after] == after
    finally:
        await child.stop()


async def test_the_end_of_the_service_ends_its_feeds_with_the_advice_to_resume(query: RunningQuery) -> None:
    async with watching(query) as feed:
        await feed.next("heartbeat")
        query.stop()
        assert await refused(feed.next()) == ("UNAVAILABLE", "FEED_INTERRUPTED")
