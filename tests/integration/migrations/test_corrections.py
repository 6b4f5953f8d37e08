"""A migrated database holds the corrections that are built in."""

import asyncio

from alembic import command

from mesh.clock import SystemClock
from mesh.db.database import Database
from migrations.__main__ import config
from services.extract.domain.corrections_seed import SEED
from services.extract.store.corrections import CorrectionRepository


async def test_a_migrated_database_starts_with_what_is_built_in(database_url: str) -> None:
    await asyncio.to_thread(command.upgrade, config(database_url), "head")
    database = Database(database_url)
    try:
        version, found = await CorrectionRepository(database=database, clock=SystemClock()).in_force()
    finally:
        await database.close()
    assert version >= 1
    assert found == sorted(SEED, key=lambda correction: correction.heard)
