"""Makes the read tables anew from TSN_EVENTS: `python -m services.query rebuild`."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

import structlog
from nats.errors import Error as NatsError
from nats.js.errors import NotFoundError
from sqlalchemy import Table, delete, select, text

from mesh.bus.bus import Bus, BusUnavailable
from mesh.bus.streams import EVENTS
from mesh.db.database import Database
from mesh.errors import Kind, TsnError
from services.query.consumer import CONSUMER, EventConsumer
from services.query.events import SUBJECTS
from services.query.store.content import Content, measure
from services.query.store.tables import mentions, merged_conversations, opt_outs, recordings, windows
from services.query.store.windows import WindowKeeper, list_windows, window_table

POLL_SECONDS = 0.2

log = structlog.get_logger(__name__)


class QueryRuns(TsnError):
    """A replica reads events: it would write into tables that are being made anew."""

    kind = Kind.PRECONDITION
    reason = "QUERY_RUNS"


class EventsIncomplete(TsnError):
    """The stream no longer begins at its first event: what it forgot would be missing from the new tables."""

    kind = Kind.PRECONDITION
    reason = "EVENTS_INCOMPLETE"


class Rebuild:
    """Empties the read tables and projects every event that the stream holds."""

    def __init__(self, *, database: Database, bus: Bus, windows: WindowKeeper, consumer: EventConsumer) -> None:
        """`consumer` should announce nothing: readers know these recordings."""
        self._database = database
        self._bus = bus
        self._windows = windows
        self._consumer = consumer

    async def run(self, *, incomplete: bool = False) -> Content:
        """Returns what the tables then hold. `incomplete`: also where the stream has forgotten events.

        Raises QueryRuns, EventsIncomplete, DatabaseUnavailable, BusUnavailable.
        """
        standing = await self._standing()
        if standing.readers:
            raise QueryRuns("a replica of query reads events: stop all of them first")
        if standing.first_sequence > 1 and not incomplete:
            raise EventsIncomplete(
                f"the stream begins at event {standing.first_sequence}: what earlier ones alone told would be lost",
                facts={"first_sequence": standing.first_sequence},
            )
        if not incomplete and await self._knows_more_than(standing.made_us):
            raise EventsIncomplete("the stream was made anew after a loss: what was published before it would be lost")
        # Where the stream has forgotten events, who asked not to be profiled has to stay known.
        await self._empty(() if incomplete else (opt_outs,))
        await self._bus.remove_consumer(EVENTS, CONSUMER)
        await self._windows.prepare()
        await self._project()
        return await measure(self._database)

    async def _knows_more_than(self, made_us: int) -> bool:
        """True where a recording's newest mentions were told before the stream was made."""
        earlier = select(recordings.c.name).where(recordings.c.mentioned_us.between(1, made_us - 1)).limit(1)
        async with self._database.transaction() as work:
            return (await work.execute(earlier)).first() is not None

    async def _empty(self, also: Sequence[Table]) -> None:
        async with self._database.transaction() as work:
            old = await list_windows(work)
            for table in (recordings, mentions, merged_conversations, windows, *also):
                await work.execute(delete(table))
        # Dropping a table commits what is open, so it comes last: no window names them any more.
        async with self._database.transaction() as work:
            for window in old:
                await work.execute(text(f"DROP TABLE IF EXISTS {window_table(window.id).name}"))
        log.info("read tables emptied", windows=len(old))

    async def _project(self) -> None:
        newest = await self._newest()
        async with asyncio.TaskGroup() as group:
            projecting = group.create_task(self._consumer.run())
            try:
                while True:
                    if projecting.done() or (await self._standing()).done_to >= newest:
                        return
                    await asyncio.sleep(POLL_SECONDS)
            finally:
                self._consumer.drain()

    async def _newest(self) -> int:
        """Sequence of the newest event that is projected; 0 where there is none. Raises BusUnavailable.

        A new consumer's own count of what is pending may lag behind the stream, and say that nothing is.
        """
        newest = 0
        for subject in SUBJECTS:
            try:
                message = await self._bus.jetstream.get_last_msg(EVENTS, subject)
            except NotFoundError:
                continue
            except (NatsError, TimeoutError) as error:
                raise _silent(error) from error
            newest = max(newest, message.seq or 0)
        return newest

    async def _standing(self) -> "_Standing":
        """Raises BusUnavailable."""
        try:
            stream = await self._bus.jetstream.stream_info(EVENTS)
            state = stream.state
            made_us = round(stream.created.timestamp() * 1e6) if stream.created else 0
            try:
                info = await self._bus.jetstream.consumer_info(EVENTS, CONSUMER)
            except NotFoundError:
                return _Standing(state.first_seq, made_us, readers=0, done_to=0)
        except (NatsError, TimeoutError) as error:
            raise _silent(error) from error
        done_to = info.ack_floor.stream_seq if info.ack_floor else 0
        return _Standing(state.first_seq, made_us, readers=info.num_waiting or 0, done_to=done_to)


def _silent(error: Exception) -> BusUnavailable:
    return BusUnavailable(f"no answer from NATS: {type(error).__name__}", retry_after_seconds=1.0)


@dataclass(frozen=True)
class _Standing:
    """The stream of events and the consumer of query."""

    first_sequence: int
    """Of the oldest event that the stream still holds."""
    made_us: int
    """When the stream was made, microseconds since 1970 by the clock of NATS, as those of its events."""
    readers: int
    """Replicas that wait for events now."""
    done_to: int
    """Up to this sequence every event is projected."""
