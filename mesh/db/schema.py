"""Whether the database has what this version of the code needs. Migrating it is another's business."""

import asyncio

import structlog
from sqlalchemy import MetaData, bindparam, text

from mesh.db.database import Database, DatabaseUnavailable
from mesh.db.tables import metadata
from mesh.errors import Kind, TsnError

WAIT_SECONDS = 1.0
NAMED_LIMIT = 5
"""Missing tables or columns named in a message."""
_COLUMNS = text(
    "SELECT table_name AS name, column_name AS part FROM information_schema.columns "
    "WHERE table_schema = DATABASE() AND table_name IN :tables"
).bindparams(bindparam("tables", expanding=True))

log = structlog.get_logger(__name__)


class SchemaOutdated(TsnError):
    """The database was not brought to the schema of this version yet."""

    kind = Kind.PRECONDITION
    reason = "SCHEMA_OUTDATED"

    def __init__(self, missing: list[str]) -> None:
        named = ", ".join(missing[:NAMED_LIMIT]) + (", ..." if len(missing) > NAMED_LIMIT else "")
        super().__init__(f"the database lacks {named}: run `python -m migrations upgrade`")


async def check_schema(database: Database, wanted: MetaData = metadata) -> None:
    """Return when every table and column of `wanted` is there; what is there beside them is of a later version.

    Raises SchemaOutdated, DatabaseUnavailable.
    """
    tables = dict(wanted.tables)
    async with database.transaction() as work:
        rows = (await work.execute(_COLUMNS, {"tables": list(tables)})).all()
    there = {(str(row.name), str(row.part)) for row in rows}
    known = {name for name, _ in there}
    missing = [name for name in tables if name not in known]
    missing += [
        f"{name}.{column.name}"
        for name, table in tables.items()
        for column in table.columns
        if name in known and (name, column.name) not in there
    ]
    if missing:
        raise SchemaOutdated(sorted(missing))


async def wait_for_schema(database: Database) -> None:
    """Return when the database answers and was migrated; until then the service says NOT_SERVING, and its log why."""
    while True:
        try:
            await check_schema(database)
            return
        except (SchemaOutdated, DatabaseUnavailable) as error:
            log.warning("waiting for the database", error=error.message)
            await asyncio.sleep(WAIT_SECONDS)
