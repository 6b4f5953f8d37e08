"""One reader of the bus for all watchers of this replica."""

import asyncio
from collections.abc import Callable

import structlog
from nats.aio.msg import Msg

from mesh.bus.bus import Bus
from mesh.clock import Clock
from mesh.errors import TsnError
from mesh.rpc.times import to_timestamp
from mesh.telemetry.tracing import TRACEPARENT
from services.query.domain.errors import FeedInterrupted, TooManyWatchers, WatcherTooSlow
from services.query.feed.items import Item, Wanted, fact_item, live_item
from services.query.feed.reader import StreamReader, stream_extent
from services.query.metrics import QueryMetrics

SILENCE_SECONDS = 5.0
"""After so long without an event the hub makes sure that the server still knows its consumer."""
RETRY_SECONDS = 0.5

log = structlog.get_logger(__name__)


class Watcher:
    """The queue of one watcher. It never blocks the hub."""

    def __init__(self, wanted: Wanted, *, capacity: int) -> None:
        self.wanted = wanted
        self._items: asyncio.Queue[Item | None] = asyncio.Queue()
        self._capacity = capacity
        self._ended: TsnError | None = None

    def offer(self, item: Item) -> bool:
        """Queue `item`; False when the queue is full and the watcher must go.

        Live items do not count as facts do: they are left out from half full on.
        """
        waiting = self._items.qsize()
        if item.sequence is None and waiting >= self._capacity // 2:
            return True
        if waiting >= self._capacity:
            return False
        self._items.put_nowait(item)
        return True

    def end(self, error: TsnError) -> None:
        """Let `next` raise `error` once what is queued has been taken."""
        if self._ended is None:
            self._ended = error
            self._items.put_nowait(None)

    async def next(self) -> Item:
        """The next item. Raises WatcherTooSlow, FeedInterrupted."""
        item = await self._items.get()
        if item is None:
            assert self._ended is not None
            raise self._ended
        return item


class FeedHub:
    """Hands each item to every watcher that wants it. Survives a restart of the bus without losing a fact."""

    def __init__(
        self,
        *,
        bus: Bus,
        clock: Clock,
        metrics: QueryMetrics,
        cursor_of: Callable[[int], str],
        max_watchers: int = 500,
        capacity: int = 1000,
    ) -> None:
        """`cursor_of` makes the cursor of an event from its sequence; `capacity`: items queued for one watcher."""
        self._bus = bus
        self._clock = clock
        self._metrics = metrics
        self._cursor_of = cursor_of
        self._max_watchers = max_watchers
        self._capacity = capacity
        self._watchers: set[Watcher] = set()
        self._entered = 0
        self._closed = False
        self._ready = asyncio.Event()
        self.position = 0
        """Sequence of the last event handed out."""

    async def run(self) -> None:
        """Read for ever; cancel to stop."""
        await self._bus.subscribe_live(">", self._on_live)
        while True:
            try:
                await self._read()
            except TsnError as error:
                log.warning("feed waits for the bus", error=error.message)
                await asyncio.sleep(RETRY_SECONDS)

    async def ready(self) -> None:
        """Return when the hub knows its position in the stream."""
        await self._ready.wait()

    def close(self) -> None:
        """End all watchers; they resume at another replica."""
        self._closed = True
        self._end_all()

    def enter(self) -> None:
        """Count a watcher, who may still be catching up. Raises TooManyWatchers."""
        if self._closed:
            raise FeedInterrupted
        if self._entered >= self._max_watchers:
            raise TooManyWatchers(self._max_watchers)
        self._entered += 1
        self._metrics.watchers.inc()

    def leave(self, watcher: Watcher | None) -> None:
        """Forget a watcher who entered."""
        self._entered -= 1
        self._metrics.watchers.dec()
        if watcher is not None:
            self._watchers.discard(watcher)

    def join(self, wanted: Wanted) -> Watcher:
        """A queue that gets every item after `position`."""
        watcher = Watcher(wanted, capacity=self._capacity)
        self._watchers.add(watcher)
        if self._closed:
            watcher.end(FeedInterrupted())
        return watcher

    def _end_all(self) -> None:
        for watcher in self._watchers:
            watcher.end(FeedInterrupted())
        self._watchers.clear()

    async def _read(self) -> None:
        extent = await stream_extent(self._bus)
        if not self._ready.is_set() or extent.last < self.position:
            # The second case: the stream was made anew, so its sequences mean other events now.
            self._end_all()
            self.position = extent.last
        async with StreamReader(self._bus, after=self.position) as reader:
            self._ready.set()
            while True:
                events = await reader.read(100, wait_seconds=SILENCE_SECONDS)
                for event in events:
                    self.position = event.sequence
                    item = fact_item(event, self._cursor_of(event.sequence))
                    if item is not None:
                        self._hand_out(item)
                if not events:
                    await reader.pending()

    async def _on_live(self, message: Msg) -> None:
        traceparent = (message.headers or {}).get(TRACEPARENT, "")
        item = live_item(message.subject, message.data, traceparent, to_timestamp(self._clock.now()))
        if item is not None:
            self._hand_out(item)

    def _hand_out(self, item: Item) -> None:
        for watcher in tuple(self._watchers):
            if watcher.wanted.takes(item) and not watcher.offer(item):
                self._metrics.watchers_dropped.inc()
                self._watchers.discard(watcher)
                watcher.end(WatcherTooSlow())
