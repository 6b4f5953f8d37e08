"""Each migration leaves what the version before needs: both run on one database while services are replaced."""

import asyncio
from datetime import UTC, datetime
from itertools import pairwise
from typing import Any

import pytest
from alembic import command
from alembic.script import ScriptDirectory
from sqlalchemy import Column, Connection, MetaData, Table, inspect, types
from sqlalchemy.ext.asyncio import create_async_engine

from migrations.__main__ import config

VERSION_TABLE = "alembic_version"
REVISIONS = [each.revision for each in reversed(list(ScriptDirectory.from_config(config()).walk_revisions()))]
STEPS = list(pairwise(REVISIONS))
MOMENT = datetime(2026, 11, 20, 23, 30, tzinfo=UTC).replace(tzinfo=None)


def tables_of(connection: Connection) -> MetaData:
    """The tables as they are in the database."""
    found = MetaData()
    found.reflect(connection)
    if VERSION_TABLE in found.tables:
        found.remove(found.tables[VERSION_TABLE])
    return found


def unique_keys(connection: Connection, table: str) -> set[frozenset[str]]:
    """Columns that are unique together."""
    inspector = inspect(connection)
    named = inspector.get_unique_constraints(table)
    primary = inspector.get_pk_constraint(table)["constrained_columns"]
    return {frozenset(each["column_names"]) for each in named} | {frozenset(primary)}


def narrowed(before: Column[Any], after: Column[Any]) -> bool:
    """Whether `after` may refuse what `before` took, or give another kind of value."""
    if before.nullable and not after.nullable:
        return True
    if isinstance(before.type, types.Integer) and isinstance(after.type, types.BigInteger):
        return False
    if type(before.type) is not type(after.type):
        return True
    length_before, length_after = getattr(before.type, "length", None), getattr(after.type, "length", None)
    shorter = length_before is not None and length_after is not None and length_after < length_before
    other_bytes = getattr(before.type, "collation", None) != getattr(after.type, "collation", None)
    return shorter or other_bytes


def complaints(before: MetaData, after: MetaData) -> list[str]:
    """What the code that knows `before` would miss or be refused in `after`."""
    found = []
    for name, old in before.tables.items():
        new = after.tables.get(name)
        if new is None:
            found.append(f"table {name} is gone")
            continue
        for column in old.columns:
            if column.name not in new.columns:
                found.append(f"column {name}.{column.name} is gone")
            elif narrowed(column, new.columns[column.name]):
                found.append(f"column {name}.{column.name} was narrowed")
        for column in new.columns:
            told = column.nullable or column.server_default is not None or column.autoincrement is True
            if column.name not in old.columns and not told:
                found.append(f"column {name}.{column.name} is new, and the version before writes rows without it")
    return found


def a_value(column: Column[Any]) -> object:
    """Something that the column takes."""
    kind = column.type
    if isinstance(kind, types.DateTime):
        return MOMENT
    if isinstance(kind, types.Integer | types.Float | types.Numeric):
        return 1
    if kind.python_type is bytes:
        return b"x"
    # Text that is JSON too: MariaDB shows a JSON column as text that is checked.
    return "1"


async def migrated(url: str, revision: str) -> None:
    await asyncio.to_thread(command.upgrade, config(url), revision)


@pytest.mark.parametrize(("before", "after"), STEPS)
async def test_a_migration_takes_nothing_away_and_asks_for_nothing_new(
    database_url: str, before: str, after: str
) -> None:
    engine = create_async_engine(database_url)
    try:
        await migrated(database_url, before)
        async with engine.connect() as connection:
            old = await connection.run_sync(tables_of)
            keys = {name: await connection.run_sync(unique_keys, name) for name in old.tables}
        await migrated(database_url, after)
        async with engine.connect() as connection:
            assert complaints(old, await connection.run_sync(tables_of)) == []
            for name, known in keys.items():
                assert await connection.run_sync(unique_keys, name) <= known, f"{name} refuses rows that it took"
    finally:
        await engine.dispose()


@pytest.mark.parametrize("before", REVISIONS[:-1])
async def test_rows_are_written_read_and_changed_by_the_columns_that_an_older_version_knows(
    database_url: str, before: str
) -> None:
    engine = create_async_engine(database_url)
    try:
        await migrated(database_url, before)
        async with engine.connect() as connection:
            old = await connection.run_sync(tables_of)
        await migrated(database_url, "head")
        async with engine.begin() as connection:
            for table in old.sorted_tables:
                values = {column.name: a_value(column) for column in table.columns}
                await connection.execute(table.insert(), values)
                # As the version before writes them: what it leaves out has a default already.
                needed = {
                    column.name: another_value(column)
                    for column in table.columns
                    if not column.nullable and column.server_default is None
                }
                await connection.execute(table.insert(), needed)
                if changed := values_to_change(table):
                    await connection.execute(table.update().values(changed))
                rows = (await connection.execute(table.select())).all()
                assert len(rows) == 2, table.name
                await connection.execute(table.delete())
    finally:
        await engine.dispose()


def another_value(column: Column[Any]) -> object:
    """Another than `a_value`."""
    value = a_value(column)
    if isinstance(value, int):
        return 0 if isinstance(column.type, types.Boolean) else 2
    return value if isinstance(value, datetime) else {"1": "2", b"x": b"y"}[value]


def values_to_change(table: Table) -> dict[str, object]:
    """New values for all columns that identify nothing."""
    unique = {column.name for key in table.indexes if key.unique for column in key.columns}
    kept = unique | {column.name for column in table.primary_key}
    return {column.name: a_value(column) for column in table.columns if column.name not in kept}


def a_table(*columns: Column[Any]) -> MetaData:
    """One table."""
    made = MetaData()
    Table("rows", made, Column("id", types.String(36), primary_key=True), *columns)
    return made


@pytest.mark.parametrize(
    ("before", "after", "complaint"),
    [
        (Column("a", types.Integer()), None, "column rows.a is gone"),
        (Column("a", types.String(10)), Column("a", types.String(5)), "column rows.a was narrowed"),
        (Column("a", types.Integer()), Column("a", types.Integer(), nullable=False), "column rows.a was narrowed"),
        (Column("a", types.Integer()), Column("a", types.String(10)), "column rows.a was narrowed"),
        (None, Column("a", types.Integer(), nullable=False), "column rows.a is new, and the version before"),
    ],
)
def test_a_migration_that_breaks_the_version_before_is_noticed(
    before: Column[Any] | None, after: Column[Any] | None, complaint: str
) -> None:
    found = complaints(a_table(*[before] if before is not None else []), a_table(*[after] if after is not None else []))
    assert len(found) == 1
    assert found[0].startswith(complaint)


def test_columns_that_may_be_left_out_and_wider_ones_are_welcome() -> None:
    before = a_table(Column("a", types.Integer()), Column("b", types.String(5)))
    wider = Column("a", types.BigInteger()), Column("b", types.String(10))
    new = Column("c", types.Integer()), Column("d", types.Integer(), nullable=False, server_default="0")
    assert complaints(before, a_table(*wider, *new)) == []
