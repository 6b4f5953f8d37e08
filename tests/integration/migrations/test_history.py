"""The history of migrations leads to the tables as the code has them."""

import asyncio

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, inspect
from sqlalchemy.ext.asyncio import create_async_engine

from migrations.__main__ import config
from migrations.metadata import metadata


def differences(connection: Connection) -> list[object]:
    context = MigrationContext.configure(connection, opts={"compare_type": True})
    return list(compare_metadata(context, metadata))


def table_names(connection: Connection) -> set[str]:
    return set(inspect(connection).get_table_names())


async def test_an_empty_database_is_brought_to_the_tables_of_the_code(database_url: str) -> None:
    await asyncio.to_thread(command.upgrade, config(database_url), "head")
    engine = create_async_engine(database_url)
    try:
        async with engine.connect() as connection:
            assert await connection.run_sync(differences) == []
            names = await connection.run_sync(table_names)
    finally:
        await engine.dispose()
    expected = {table.name for table in metadata.sorted_tables}
    assert {"jobs", "outbox", "ingest_recordings", "query_recordings", "analyze_conversations"} <= expected <= names


async def test_upgrading_twice_changes_nothing(database_url: str) -> None:
    await asyncio.to_thread(command.upgrade, config(database_url), "head")
    await asyncio.to_thread(command.upgrade, config(database_url), "head")


async def test_the_newest_migration_can_be_undone_and_done_again(database_url: str) -> None:
    await asyncio.to_thread(command.upgrade, config(database_url), "head")
    await asyncio.to_thread(command.downgrade, config(database_url), "-1")
    await asyncio.to_thread(command.upgrade, config(database_url), "head")
