"""Connections that a network has forgotten: nothing comes any more, and nobody is told."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress

import pytest
from nats.errors import Error as NatsError
from sqlalchemy import make_url, text

from deploy.local.mariadb import MariaDb
from deploy.local.ports import free_port
from mesh.bus.bus import Bus
from mesh.bus.streams import EVENTS
from mesh.db.database import Database, DatabaseUnavailable
from tests.support.eventually import eventually
from tools.chaos.proxy import FaultProxy


@pytest.fixture
async def proxy(mariadb: MariaDb) -> AsyncIterator[FaultProxy]:
    """Before the database."""
    async with FaultProxy(free_port(), mariadb.port) as made:
        yield made


@pytest.fixture
async def database(database_url: str, proxy: FaultProxy) -> AsyncIterator[Database]:
    """Reached through the proxy; a statement may take three seconds, of which a busy machine needs one."""
    url = make_url(database_url).set(port=proxy.listen_port).render_as_string(hide_password=False)
    made = Database(url, pool_size=3, answer_seconds=3.0)
    yield made
    await made.close()


async def test_a_statement_on_a_forgotten_connection_fails_in_time_and_the_next_one_gets_another(
    database: Database, proxy: FaultProxy
) -> None:
    await database.ping()
    proxy.mute()
    async with asyncio.timeout(60):
        with pytest.raises(DatabaseUnavailable):
            await database.ping()
        await database.ping()


async def test_a_commit_on_a_forgotten_connection_fails_in_time(database: Database, proxy: FaultProxy) -> None:

    async def forgotten_before_the_commit() -> None:
        async with database.transaction() as work:
            await work.execute(text("SELECT 1"))
            proxy.mute()

    async with asyncio.timeout(60):
        with pytest.raises(DatabaseUnavailable):
            await forgotten_before_the_commit()
        await database.ping()


async def test_no_connection_of_a_full_pool_stays_forgotten(database: Database, proxy: FaultProxy) -> None:
    await asyncio.gather(*(database.run(lambda work: work.execute(text("SELECT SLEEP(0.2)"))) for _ in range(3)))
    proxy.mute()
    async with asyncio.timeout(60):
        failed = await asyncio.gather(*(database.ping() for _ in range(3)), return_exceptions=True)
        assert all(isinstance(each, DatabaseUnavailable) for each in failed)
        await asyncio.gather(*(database.ping() for _ in range(3)))


async def test_the_locks_of_a_forgotten_transaction_are_let_go(database: Database, proxy: FaultProxy) -> None:
    async with database.engine.begin() as connection:
        await connection.execute(text("CREATE TABLE counted (id INT PRIMARY KEY, n INT)"))
        await connection.execute(text("INSERT INTO counted VALUES (1, 0)"))
    add_one = text("UPDATE counted SET n = n + 1 WHERE id = 1")
    forgotten = await database.engine.connect()
    await forgotten.execute(add_one)
    proxy.mute()

    async def added() -> bool:
        try:
            await database.run(lambda work: work.execute(add_one))
        except DatabaseUnavailable:
            return False
        return True

    await eventually(added)
    async with database.transaction() as work:
        assert (await work.execute(text("SELECT n FROM counted"))).scalar_one() == 1
    await forgotten.invalidate()
    await forgotten.close()


async def test_a_forgotten_connection_to_nats_is_replaced(nats_url: str) -> None:
    async with FaultProxy(free_port(), int(nats_url.rpartition(":")[2])) as proxy:
        bus = Bus(f"nats://127.0.0.1:{proxy.listen_port}", name="test", ping_seconds=0.5)
        await bus.connect()
        proxy.mute()

        async def published() -> bool:
            try:
                await bus.publish("tsn.ingest.v1.recording_stored", b"x", message_id="one")
            except Exception:
                return False
            return True

        await eventually(published, timeout=120)

        async def stored_once() -> bool:
            # A busy machine may be late with its pings: then this connection is given up as well.
            with suppress(NatsError, TimeoutError):
                return (await bus.jetstream.stream_info(EVENTS)).state.messages == 1
            return False

        await eventually(stored_once)
        await bus.close()
