"""What the read tables say, as one number: equal exactly where the content is equal."""

import hashlib
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Table, select, tuple_

from mesh.db.database import Database
from services.query.store.tables import mentions, opt_outs, recordings
from services.query.store.windows import list_windows, window_table

PAGE_ROWS = 500
NOT_CONTENT = frozenset({"analyzed_us", "mentioned_us", "window_id"})
"""When the bus took an event is no part of what it says, nor which window holds a text."""


@dataclass(frozen=True)
class Content:
    """How much there is, and its digest."""

    recordings: int
    mentions: int
    texts: int
    sha256: str


class _Sum:
    """Adds up the digests of rows, so that neither their order nor the table of a window matters."""

    def __init__(self) -> None:
        self.total = 0

    async def add(self, kind: str, rows: AsyncIterator[Mapping[str, Any]]) -> int:
        count = 0
        async for row in rows:
            digest = hashlib.sha256(kind.encode())
            for name in sorted(row.keys() - NOT_CONTENT):
                value = _bytes_of(row[name])
                digest.update(f"\0{name}\0{len(value)}\0".encode() + value)
            self.total += int.from_bytes(digest.digest(), "big")
            count += 1
        return count


async def measure(database: Database) -> Content:
    """Read all of the read tables, page by page. Raises DatabaseUnavailable. Nothing should be written meanwhile."""
    total = _Sum()
    recording_count = await total.add("recording", _rows(database, recordings))
    mention_count = await total.add("mention", _rows(database, mentions))
    await total.add("opt-out", _rows(database, opt_outs))
    async with database.transaction() as work:
        all_windows = await list_windows(work)
    text_count = 0
    for window in all_windows:
        text_count += await total.add("text", _rows(database, window_table(window.id)))
    sha256 = (total.total % 2**256).to_bytes(32, "big").hex()
    return Content(recording_count, mention_count, text_count, sha256)


async def _rows(database: Database, table: Table) -> AsyncIterator[Mapping[str, Any]]:
    """All rows in the order of their key, each page in a transaction of its own."""
    key = list(table.primary_key.columns)
    statement = select(table).order_by(*key).limit(PAGE_ROWS)
    last: tuple[Any, ...] | None = None
    while True:
        page = statement if last is None else statement.where(tuple_(*key) > last)
        async with database.transaction() as work:
            rows = (await work.execute(page)).mappings().all()
        for row in rows:
            yield {str(name): value for name, value in row.items()}
        if len(rows) < PAGE_ROWS:
            return
        last = tuple(rows[-1][column.name] for column in key)


def _bytes_of(value: Any) -> bytes:
    """`value` in bytes that no other value of its column has."""
    if value is None:
        return b"\xff none"
    if isinstance(value, bytes):
        return value
    return (value.isoformat() if isinstance(value, datetime) else str(value)).encode()
