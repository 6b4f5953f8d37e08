"""mesh.db.database on a real MariaDB."""

import asyncio
import random
import signal
import tempfile
import time
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from sqlalchemy import Column, Integer, MetaData, Table, insert, select, text, update
from sqlalchemy.exc import DBAPIError, IntegrityError, ProgrammingError, StatementError

from deploy.local.mariadb import MariaDb
from deploy.local.ports import free_port
from deploy.local.running import start
from mesh.db.database import Database, DatabaseUnavailable, Transaction
from mesh.db.tables import TABLE_OPTIONS, UtcDateTime
from tests.support.eventually import eventually

notes_metadata = MetaData()
notes = Table(
    "tsn_test_notes",
    notes_metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("count", Integer, nullable=False, server_default="0"),
    Column("at", UtcDateTime),
    **TABLE_OPTIONS,
)


@pytest.fixture(name="database")
async def _database(database_url: str) -> AsyncIterator[Database]:
    database = Database(database_url, pool_size=4)
    async with database.engine.begin() as connection:
        await connection.run_sync(notes_metadata.create_all)
    yield database
    await database.close()


async def ids(database: Database) -> list[int]:
    async with database.transaction() as work:
        return [row.id for row in await work.execute(select(notes.c.id).order_by(notes.c.id))]


async def test_a_transaction_commits_at_the_end_of_its_block(database: Database) -> None:
    async with database.transaction() as work:
        await work.execute(insert(notes).values(id=1))
        assert await ids(database) == []
    assert await ids(database) == [1]


async def test_a_failure_in_the_block_rolls_back(database: Database) -> None:
    async def fail() -> None:
        async with database.transaction() as work:
            await work.execute(insert(notes).values(id=1))
            raise RuntimeError("no")

    with pytest.raises(RuntimeError, match="no"):
        await fail()
    assert await ids(database) == []


async def test_a_block_cancelled_in_the_middle_leaves_nothing(database: Database) -> None:
    written = asyncio.Event()

    async def stuck() -> None:
        async with database.transaction() as work:
            await work.execute(insert(notes).values(id=1))
            written.set()
            await asyncio.Event().wait()

    task = asyncio.ensure_future(stuck())
    await written.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert await ids(database) == []
    assert database.engine.pool.checkedout() == 0


async def test_two_transactions_in_a_deadlock_both_get_through(database: Database) -> None:
    async with database.transaction() as work:
        await work.execute(insert(notes), [{"id": 1}, {"id": 2}])
    both_hold_one = asyncio.Barrier(2)
    runs = 0

    async def add_to(first: int, second: int) -> None:
        meet = True

        async def body(work: Transaction) -> None:
            nonlocal meet, runs
            runs += 1
            await work.execute(update(notes).where(notes.c.id == first).values(count=notes.c.count + 1))
            if meet:
                meet = False
                await both_hold_one.wait()
            await work.execute(update(notes).where(notes.c.id == second).values(count=notes.c.count + 1))

        await database.run(body)

    async with asyncio.timeout(60):
        await asyncio.gather(add_to(1, 2), add_to(2, 1))
    assert runs == 3
    async with database.transaction() as work:
        assert [row.count for row in await work.execute(select(notes.c.count))] == [2, 2]


async def test_a_lost_deadlock_without_retry_is_unavailable_and_transient(database: Database) -> None:
    async def lose(work: Transaction) -> None:
        await work.execute(text("SIGNAL SQLSTATE '40001' SET MYSQL_ERRNO = 1213, MESSAGE_TEXT = 'Deadlock found'"))

    with pytest.raises(DatabaseUnavailable) as failed:
        await database.run(lose, attempts=2)
    assert failed.value.transient


async def test_a_fault_in_a_statement_stays_what_it_is(database: Database) -> None:
    async def wrong(work: Transaction) -> None:
        await work.execute(text("SELECT * FROM no_such_table"))

    async def twice(work: Transaction) -> None:
        await work.execute(insert(notes).values(id=1))
        await work.execute(insert(notes).values(id=1))

    with pytest.raises(ProgrammingError):
        await database.run(wrong)
    with pytest.raises(IntegrityError):
        await database.run(twice)


async def test_an_error_does_not_repeat_what_was_to_be_stored(database: Database) -> None:
    async def wrong(work: Transaction) -> None:
        await work.execute(text("SELECT no_such_column, :said"), {"said": "what somebody said"})

    with pytest.raises(DBAPIError) as failed:
        await database.run(wrong)
    assert "what somebody said" not in str(failed.value)


@pytest.mark.parametrize("error", [FileNotFoundError("a file"), TimeoutError("a peer"), ConnectionResetError("a peer")])
async def test_an_os_error_of_the_block_is_not_laid_on_the_database(database: Database, error: OSError) -> None:
    async def fail(_: Transaction) -> None:
        raise error

    with pytest.raises(type(error)) as failed:
        await database.run(fail)
    assert failed.value is error


async def test_a_database_that_is_not_there_is_told_quickly() -> None:
    database = Database(f"mysql+asyncmy://tsn:pw@127.0.0.1:{free_port()}/tsn")
    began = time.monotonic()
    with pytest.raises(DatabaseUnavailable) as failed:
        await database.ping()
    assert time.monotonic() - began < 20
    assert failed.value.retry_after_seconds
    await database.close()


async def test_a_database_that_was_killed_is_used_again_when_it_is_back() -> None:
    with tempfile.TemporaryDirectory(prefix="tsn-mariadb-") as folder:
        server = MariaDb.new(Path(folder), "--innodb-buffer-pool-size=64M")
        child = await start(server, Path(folder))
        database = Database(server.url, pool_size=2)
        try:
            async with database.engine.begin() as connection:
                await connection.run_sync(notes_metadata.create_all)

            async def killed_in_the_middle(work: Transaction) -> None:
                await work.execute(insert(notes).values(id=1))
                child.send(signal.SIGKILL)
                await child.wait()
                await work.execute(insert(notes).values(id=2))

            with pytest.raises(DatabaseUnavailable):
                await database.run(killed_in_the_middle)
            with pytest.raises(DatabaseUnavailable):
                await database.ping()
            child = await start(server, Path(folder))
            await database.ping()
            assert await ids(database) == []
        finally:
            await database.close()
            await child.stop()


async def test_a_connection_that_died_idle_costs_at_most_one_failure(database: Database) -> None:
    async with database.transaction() as work:
        number = (await work.execute(text("SELECT CONNECTION_ID()"))).scalar_one()
    other = Database(database.engine.url.render_as_string(hide_password=False), pool_size=1)
    async with other.transaction() as work:
        await work.execute(text(f"KILL {number}"))
    await other.close()

    async def answers() -> bool:
        try:
            await database.ping()
        except DatabaseUnavailable:
            return False
        return True

    first = await answers()
    assert first or await answers()


@pytest.mark.parametrize(
    ("stored", "read"),
    [
        (datetime(2026, 11, 20, 23, 30, 0, 123_000, UTC), datetime(2026, 11, 20, 23, 30, 0, 123_000, UTC)),
        (datetime(2026, 11, 20, 23, 30, 0, 999_999, UTC), datetime(2026, 11, 20, 23, 30, 0, 999_000, UTC)),
        (
            datetime(2026, 11, 20, 15, 30, tzinfo=timezone(timedelta(hours=-8))),
            datetime(2026, 11, 20, 23, 30, tzinfo=UTC),
        ),
        (None, None),
    ],
)
async def test_a_moment_comes_back_in_utc_with_milliseconds(
    database: Database, stored: datetime | None, read: datetime | None
) -> None:
    async with database.transaction() as work:
        await work.execute(insert(notes).values(id=1, at=stored))
        found = (await work.execute(select(notes.c.at))).scalar_one()
    assert found == read
    assert found is None or found.utcoffset() == timedelta(0)


async def test_a_naive_moment_is_refused(database: Database) -> None:
    async def store(work: Transaction) -> None:
        await work.execute(insert(notes).values(id=1, at=datetime(2026, 1, 1)))  # noqa: DTZ001

    with pytest.raises(StatementError, match="no time zone"):
        await database.run(store)


async def test_a_pool_that_is_used_up_waits_for_its_turn(database: Database) -> None:
    async def add(number: int) -> None:
        async with database.transaction() as work:
            await work.execute(insert(notes).values(id=number))

    await asyncio.gather(*(add(number) for number in range(40)))
    await eventually(lambda: database.engine.pool.checkedout() == 0)
    assert await ids(database) == list(range(40))


async def test_no_cancel_is_lost_on_its_way_through_the_driver(database: Database) -> None:
    async def read_for_ever() -> None:
        while True:
            async with database.transaction() as work:
                await work.execute(select(notes.c.id))

    draw = random.Random(7)
    for _ in range(60):
        tasks = [asyncio.create_task(read_for_ever()) for _ in range(6)]
        for _ in range(draw.randrange(40)):
            await asyncio.sleep(0)
        for task in tasks:
            task.cancel()
        done, lost = await asyncio.wait(tasks, timeout=60)
        for task in lost:
            task.cancel()
        assert not lost
        assert all(task.cancelled() for task in done)
