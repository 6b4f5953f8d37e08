"""The database, answering in time or failing in time."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

from mesh.db.database import Database, DatabaseUnavailable, Transaction

Result = TypeVar("Result")


class BoundedDatabase:
    """Runs units of work with a time limit, so that a database that hangs does not hang every caller."""

    def __init__(self, database: Database, *, timeout_seconds: float) -> None:
        self._database = database
        self._timeout_seconds = timeout_seconds

    async def run(self, work: Callable[[Transaction], Awaitable[Result]]) -> Result:
        """`work` in a transaction, again where it lost a deadlock. Raises DatabaseUnavailable."""
        try:
            async with asyncio.timeout(self._timeout_seconds):
                return await self._database.run(work)
        except TimeoutError as error:
            raise DatabaseUnavailable("the database does not answer in time", retry_after_seconds=1.0) from error
