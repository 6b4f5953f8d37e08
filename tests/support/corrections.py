"""The table of corrections as a migrated database has it."""

from sqlalchemy import insert

from mesh.clock import SystemClock
from mesh.db.database import Database
from services.extract.domain.corrections_seed import SEED
from services.extract.store.corrections_tables import STATE_ID, corrections, corrections_state


async def seed_corrections(database: Database) -> None:
    """Put in what migration 0004 puts in; version 1."""
    now = SystemClock().now()
    made = {"created_at": now, "created_by": "tsn", "updated_at": now, "updated_by": "tsn"}
    rows = [
        {"heard": each.heard, "meant": " ".join(each.meant), "category": each.category, "note": "", **made}
        for each in SEED
    ]
    async with database.transaction() as work:
        await work.execute(insert(corrections), rows)
        await work.execute(insert(corrections_state).values(id=STATE_ID, version=1))
