"""NATS loses its disk: what the database published and query had not taken in is published again."""

import asyncio
import shutil
import signal
import tempfile
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from prometheus_client import CollectorRegistry
from sqlalchemy import func, select

from deploy.local.nats import Nats
from deploy.local.processes import Child
from deploy.local.running import start
from mesh.bus.bus import Bus, BusUnavailable
from mesh.bus.streams import EVENTS
from mesh.clock import SystemClock
from mesh.db.database import Database
from mesh.db.outbox import OutboxRelay
from mesh.db.sent import SentKeeper
from mesh.db.tables import metadata, outbox, outbox_sent
from mesh.telemetry.metrics import OutboxMetrics
from tests.integration.services.query.running import Over, an_over, names, running_query
from tests.support.eventually import eventually


@dataclass
class Publisher:
    """A service that commits events, with its relay, on a NATS whose disk can be lost."""

    database: Database
    bus: Bus
    server: Nats
    child: Child
    folder: Path
    keeper: SentKeeper

    async def commit(self, overs: Sequence[Over]) -> None:
        """Everything that happens to `overs`, into the outbox."""
        async with self.database.transaction() as work:
            for over in overs:
                for subject, message in over.events:
                    work.publish(subject, message.SerializeToString(), traceparent=over.traceparent)

    async def published(self) -> None:
        """Return when nothing waits in the outbox."""
        await eventually(lambda: self._empty(outbox.c.id))

    async def nothing_kept(self) -> None:
        """Return when nothing is kept for another loss."""
        await eventually(lambda: self._empty(outbox_sent.c.id))

    async def kept(self) -> int:
        async with self.database.transaction() as work:
            return int((await work.execute(select(func.count(outbox_sent.c.id)))).scalar_one())

    async def lose_the_disk(self) -> None:
        """Kill the server and start it on an empty folder."""
        self.child.send(signal.SIGKILL)
        await self.child.wait()
        await asyncio.to_thread(shutil.rmtree, self.server.folder)
        self.child = await start(self.server, self.folder)

    async def settles(self) -> bool:
        """True once the bus answers again and what was published was compared with it."""
        try:
            await self.keeper.settle()
        except BusUnavailable:
            return False
        return True

    async def stored(self) -> int:
        """Events in the stream."""
        return int((await self.bus.jetstream.stream_info(EVENTS)).state.messages)

    async def _empty(self, column: object) -> bool:
        async with self.database.transaction() as work:
            return (await work.execute(select(column).limit(1))).first() is None


@asynccontextmanager
async def publishing(database_url: str, folder: Path) -> AsyncIterator[Publisher]:
    server = Nats.new(folder / "server")
    child = await start(server, folder)
    database, bus = Database(database_url, pool_size=4), Bus(server.url, name="publisher", timeout_seconds=3)
    async with database.engine.begin() as connection:
        await connection.run_sync(metadata.create_all)
    await bus.connect()
    metrics = OutboxMetrics(CollectorRegistry())
    relay = OutboxRelay(
        database=database,
        publish=bus.publish,
        clock=SystemClock(),
        metrics=metrics,
        poll_seconds=0.05,
        backoff_cap_seconds=0.2,
    )
    keeper = SentKeeper(database=database, standing=bus.events_standing, metrics=metrics, sweep_seconds=0.1)
    tasks = [asyncio.create_task(relay.run()), asyncio.create_task(keeper.run())]
    publisher = Publisher(database, bus, server, child, folder, keeper)
    try:
        yield publisher
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await bus.close()
        await database.close()
        await publisher.child.stop()


@pytest.fixture(name="publisher")
async def _publisher(database_url: str) -> AsyncIterator[Publisher]:
    with tempfile.TemporaryDirectory(prefix="tsn-nats-") as folder:
        async with publishing(database_url, Path(folder)) as made:
            yield made


async def test_events_that_search_had_not_taken_in_are_found_after_the_bus_lost_its_disk(
    publisher: Publisher, database_url: str, tmp_path: Path
) -> None:
    overs = [an_over(f"this is over number {number}", at_seconds=10.0 * number) for number in range(6)]
    place = {"database_url": database_url, "nats_url": publisher.server.url, "folder": tmp_path}
    async with running_query(**place) as query:
        await publisher.commit(overs[:2])
        await query.projected(overs[:2])
    # Nobody reads now: these lie in the stream only.
    await publisher.commit(overs[2:4])
    await publisher.published()
    await publisher.lose_the_disk()
    await publisher.commit(overs[4:])
    async with running_query(**place) as query:
        await query.projected(overs)
        assert sorted(await query.search("over")) == sorted(names(*overs))
        await publisher.nothing_kept()


async def test_events_are_published_again_while_search_runs_on(
    publisher: Publisher, database_url: str, tmp_path: Path
) -> None:
    overs = [an_over(f"this is over number {number}", at_seconds=10.0 * number) for number in range(4)]
    async with running_query(database_url=database_url, nats_url=publisher.server.url, folder=tmp_path) as query:
        await publisher.commit(overs[:2])
        await query.projected(overs[:2])
        await publisher.lose_the_disk()
        await publisher.commit(overs[2:])
        await query.projected(overs)
        await publisher.nothing_kept()


async def test_a_stream_that_was_only_restarted_gets_nothing_twice(publisher: Publisher) -> None:
    overs = [an_over("all stations", at_seconds=10.0 * number) for number in range(3)]
    await publisher.commit(overs)
    await publisher.published()
    publisher.child.send(signal.SIGKILL)
    await publisher.child.wait()
    publisher.child = await start(publisher.server, publisher.folder)
    await eventually(publisher.settles)
    await publisher.published()
    assert (await publisher.stored(), await publisher.kept()) == (12, 12)


async def test_nothing_is_kept_of_what_every_reader_has(
    publisher: Publisher, database_url: str, tmp_path: Path
) -> None:
    async with running_query(database_url=database_url, nats_url=publisher.server.url, folder=tmp_path) as query:
        over = an_over("all stations")
        await publisher.commit([over])
        await query.projected([over])
        await publisher.nothing_kept()
        assert await publisher.stored() >= len(over.events)
