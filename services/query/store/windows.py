"""Full-text tables by time: a search reads the newest first and stops early, so that common words stay cheap.

Windows share out all of time: each begins where the one before ends. Only the newest grows for ever; when it is full,
the next begins just after its newest recording. Late arrivals go to the window of their own time.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

import structlog
from sqlalchemy import MetaData, Table, func, insert, select, text, update

from mesh.db.database import Database, DatabaseUnavailable, Transaction
from services.query.store.tables import WINDOW_TEMPLATE, window_template, windows

BEGINNING = datetime(1, 1, 1, tzinfo=UTC)
_PARTS_OF_A_WINDOW = 50
"""The newest window is counted each time that this part of it may have been filled."""

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Window:
    """Recordings from `starts_at` until `ends_at` (exclusive; None: without end)."""

    id: int
    starts_at: datetime
    ends_at: datetime | None


@cache
def window_table(window_id: int) -> Table:
    """The table of one window."""
    return window_template.to_metadata(MetaData(), name=f"query_window_{window_id:d}")


async def list_windows(work: Transaction, *, lock: bool = False) -> list[Window]:
    """All windows, newest first. `lock`: none can be closed until this transaction ends."""
    statement = select(windows).order_by(windows.c.starts_at.desc())
    if lock:
        statement = statement.with_for_update(read=True)
    rows = (await work.execute(statement)).all()
    return [Window(row.id, row.starts_at, row.ends_at) for row in rows]


def covering(all_windows: Sequence[Window], moment: datetime) -> Window:
    """The one of `all_windows` (newest first) that `moment` belongs to."""
    return next(window for window in all_windows if window.starts_at <= moment)


class WindowKeeper:
    """Makes windows."""

    def __init__(self, *, database: Database, window_rows: int) -> None:
        """`window_rows`: recordings that fill a window."""
        self._database = database
        self._rows = window_rows
        self._unseen = window_rows

    async def prepare(self) -> None:
        """Make the first window where there is none. Raises DatabaseUnavailable."""
        async with self._database.transaction() as work:
            if await list_windows(work):
                return
        await self._make_table(1)
        async with self._database.transaction() as work:
            values = {"id": 1, "starts_at": BEGINNING, "ends_at": None}
            await work.execute(insert(windows).prefix_with("IGNORE"), values)

    async def wait_until_prepared(self) -> None:
        """`prepare` and `check_server`, as soon as the database answers."""
        while True:
            try:
                await self.prepare()
                await self.check_server()
                return
            except DatabaseUnavailable as error:
                log.warning("waiting for the database", error=error.message)
                await asyncio.sleep(1.0)

    async def check_server(self) -> None:
        """Warn where the server is set so that short or common words cannot be found."""
        async with self._database.transaction() as work:
            rows: Sequence[Any] = (await work.execute(text("SHOW VARIABLES LIKE 'innodb_ft_%'"))).all()
        have = {str(row[0]): str(row[1]).upper() for row in rows}
        for name, wanted in (("innodb_ft_min_token_size", {"1"}), ("innodb_ft_enable_stopword", {"OFF", "0"})):
            if have.get(name) not in wanted:
                log.warning("search will miss words", variable=name, value=have.get(name), wanted=sorted(wanted)[0])

    async def close_full_window(self, placed: int) -> bool:
        """Begin a new window where the newest is full; True when it did.

        `placed`: rows written since the last call; counting waits until they matter.
        """
        self._unseen += placed
        if self._unseen < max(1, self._rows // _PARTS_OF_A_WINDOW):
            return False
        self._unseen = 0
        async with self._database.transaction() as work:
            newest = (await list_windows(work))[0]
            count = (await work.execute(select(func.count()).select_from(window_table(newest.id)))).scalar_one()
        if count < self._rows:
            return False
        # Making a table commits whatever is open, so it comes first; a table that nobody uses yet does no harm.
        await self._make_table(newest.id + 1)
        return await self._database.run(lambda work: self._close(work, newest))

    async def _close(self, work: Transaction, newest: Window) -> bool:
        """Under a lock that waits for every transaction that is placing rows."""
        locked = select(windows).where(windows.c.id == newest.id, windows.c.ends_at.is_(None)).with_for_update()
        if (await work.execute(locked)).one_or_none() is None:
            return False
        last = (await work.execute(select(func.max(window_table(newest.id).c.captured_at)))).scalar_one()
        border = last + timedelta(milliseconds=1)
        await work.execute(update(windows).where(windows.c.id == newest.id).values(ends_at=border))
        await work.execute(insert(windows).values(id=newest.id + 1, starts_at=border, ends_at=None))
        log.info("new search window", window=newest.id + 1, starts_at=border.isoformat())
        return True

    async def _make_table(self, window_id: int) -> None:
        async with self._database.transaction() as work:
            name = window_table(window_id).name
            await work.execute(text(f"CREATE TABLE IF NOT EXISTS {name} LIKE {WINDOW_TEMPLATE}"))
