"""A feed for one watcher: what was missed first, then what happens."""

import asyncio
from collections.abc import AsyncIterator

from mesh.bus.bus import Bus
from mesh.rpc.paging import BadPageToken, PageTokens
from services.query.domain.errors import CursorExpired, CursorInvalid, FeedInterrupted
from services.query.feed.hub import FeedHub
from services.query.feed.items import Item, Wanted, fact_item
from services.query.feed.reader import StreamReader, stream_extent
from tsn.query.v1.query_pb2 import FeedHeartbeat, WatchFeedResponse

BEGIN = "begin"
READY_SECONDS = 5.0
REPLAY_BATCH = 200
LATE_SECONDS = 0.1


class Cursors:
    """Positions in the stream as signed texts."""

    def __init__(self, tokens: PageTokens) -> None:
        self._tokens = tokens

    def issue(self, sequence: int) -> str:
        """The cursor of an event."""
        return self._tokens.issue([sequence], request="feed")

    def read(self, cursor: str) -> int:
        """The event's sequence. Raises CursorInvalid."""
        try:
            return int(self._tokens.read(cursor, request="feed")[0])
        except BadPageToken:
            raise CursorInvalid from None


class Feed:
    """Serves watchers."""

    def __init__(self, *, bus: Bus, hub: FeedHub, cursors: Cursors, heartbeat_seconds: float = 15.0) -> None:
        self._bus = bus
        self._hub = hub
        self._cursors = cursors
        self._heartbeat_seconds = heartbeat_seconds

    async def watch(self, cursor: str, wanted: Wanted) -> AsyncIterator[WatchFeedResponse]:
        """Items after `cursor`, for ever; a heartbeat when the past is told and in silence.

        Raises CursorInvalid, CursorExpired, TooManyWatchers, WatcherTooSlow, FeedInterrupted, BusUnavailable.
        """
        self._hub.enter()
        watcher = None
        try:
            await self._until_ready()
            after = await self._start(cursor)
            if after is not None:
                async with StreamReader(self._bus, after=after) as reader:
                    async for item in self._missed(reader):
                        if wanted.takes(item):
                            yield item.response
                    after = reader.position
                    # Nothing is awaited between the end of the past and this line: no event can slip through.
                    watcher = self._hub.join(wanted)
            else:
                watcher = self._hub.join(wanted)
            yield WatchFeedResponse(heartbeat=FeedHeartbeat())
            while True:
                try:
                    async with asyncio.timeout(self._heartbeat_seconds):
                        item = await watcher.next()
                except TimeoutError:
                    yield WatchFeedResponse(heartbeat=FeedHeartbeat())
                    continue
                if item.sequence is None or after is None or item.sequence > after:
                    yield item.response
        finally:
            self._hub.leave(watcher)

    async def _until_ready(self) -> None:
        try:
            async with asyncio.timeout(READY_SECONDS):
                await self._hub.ready()
        except TimeoutError:
            raise FeedInterrupted from None

    async def _start(self, cursor: str) -> int | None:
        """The event to begin after; None: from now on. Raises CursorInvalid, CursorExpired."""
        if not cursor:
            return None
        sequence = None if cursor == BEGIN else self._cursors.read(cursor)
        extent = await stream_extent(self._bus)
        if sequence is None:
            return extent.first - 1
        if not extent.first - 1 <= sequence <= extent.last:
            raise CursorExpired
        return sequence

    async def _missed(self, reader: StreamReader) -> AsyncIterator[Item]:
        """Events until the hub's position is reached: from there on its queue takes over."""
        covered = reader.position
        while covered < (target := self._hub.position):
            events = await reader.read(REPLAY_BATCH, wait_seconds=1.0)
            all_sent = not events and await reader.pending() == 0
            if all_sent:
                # What came when the wait had just ended is here by now.
                events = await reader.read(REPLAY_BATCH, wait_seconds=LATE_SECONDS)
            for event in events:
                item = fact_item(event, self._cursors.issue(event.sequence))
                if item is not None:
                    yield item
            covered = reader.position
            if all_sent and not events:
                # The stream no longer has the events up to there, so there is nothing to wait for.
                covered = max(covered, target)
