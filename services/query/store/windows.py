"""Full-text tables by time: a search reads the newest first and stops early, so that common words stay cheap.

Windows share out all of time: each begins where the one before ends. When the newest is full, the next begins just
after its newest recording. Late arrivals go to the window of their own time, however late; one that they have filled
twice over is parted in the middle of its recordings, so that an archive ends in windows of its own.
"""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

import structlog
from sqlalchemy import MetaData, Table, delete, func, insert, select, text, update

from mesh.db.database import Database, DatabaseUnavailable, Transaction
from services.query.store.tables import WINDOW_TEMPLATE, recordings, window_template, windows

BEGINNING = datetime(1, 1, 1, tzinfo=UTC)
_PARTS_OF_A_WINDOW = 50
"""A window is counted each time that this part of it may have been filled."""

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
        self._unseen: dict[int, int] = {}

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

    async def keep(self, placed: Mapping[int, int]) -> None:
        """Begin a new window where the newest is full, and part those that late arrivals have filled twice over.

        `placed`: rows written since the last call, by window; counting waits until they matter.
        """
        for window_id, rows in placed.items():
            # What was written before this process began is unknown.
            self._unseen[window_id] = self._unseen.get(window_id, self._rows) + rows
        doubtful = [each for each, rows in self._unseen.items() if rows >= max(1, self._rows // _PARTS_OF_A_WINDOW)]
        while doubtful:
            window_id = doubtful.pop()
            self._unseen[window_id] = 0
            if (new_id := await self._relieve(window_id)) is not None:
                doubtful += [window_id, new_id]

    async def _relieve(self, window_id: int) -> int | None:
        """The id of the window that was made because this one is too full; None where it is not."""
        async with self._database.transaction() as work:
            all_windows = await list_windows(work)
            window = next((each for each in all_windows if each.id == window_id), None)
            if window is None:
                return None
            count = (await work.execute(select(func.count()).select_from(window_table(window_id)))).scalar_one()
        if count < self._rows * (1 if window.ends_at is None else 2):
            return None
        new_id = max(each.id for each in all_windows) + 1
        # Making a table commits whatever is open, so it comes first; a table that nobody uses yet does no harm.
        await self._make_table(new_id)
        change = _close if window.ends_at is None else _part
        done = await self._database.run(lambda work: change(work, window, new_id))
        return new_id if done else None

    async def _make_table(self, window_id: int) -> None:
        async with self._database.transaction() as work:
            name = window_table(window_id).name
            await work.execute(text(f"CREATE TABLE IF NOT EXISTS {name} LIKE {WINDOW_TEMPLATE}"))


async def _still(work: Transaction, window: Window, new_id: int) -> bool:
    """Lock all windows, waiting for every transaction that is placing rows; True where `window` is as it was.

    `new_id` must be free still: another replica may have made a window meanwhile.
    """
    rows = (await work.execute(select(windows).with_for_update())).all()
    found = [Window(row.id, row.starts_at, row.ends_at) for row in rows]
    return window in found and all(each.id < new_id for each in found)


async def _close(work: Transaction, newest: Window, new_id: int) -> bool:
    """Let window `new_id` begin where the newest now ends."""
    if not await _still(work, newest, new_id):
        return False
    last = (await work.execute(select(func.max(window_table(newest.id).c.captured_at)))).scalar_one()
    border = last + timedelta(milliseconds=1)
    await _set_border(work, newest, new_id, border)
    return True


async def _part(work: Transaction, window: Window, new_id: int) -> bool:
    """Move the later half of `window` into window `new_id`; False where all its recordings are of one moment."""
    if not await _still(work, window, new_id):
        return False
    old, new = window_table(window.id), window_table(new_id)
    extent = (await work.execute(select(func.count().label("rows"), func.min(old.c.captured_at).label("first")))).one()
    in_order = select(old.c.captured_at).order_by(old.c.captured_at)
    border = (await work.execute(in_order.limit(1).offset(extent.rows // 2))).scalar_one()
    if border == extent.first:
        border = (await work.execute(in_order.where(old.c.captured_at > extent.first).limit(1))).scalar_one_or_none()
    if border is None:
        return False
    later = old.c.captured_at >= border
    names = [column.name for column in old.columns]
    await work.execute(insert(new).from_select(names, select(old).where(later)))
    await work.execute(delete(old).where(later))
    of_window = recordings.c.window_id == window.id
    await work.execute(update(recordings).where(of_window, recordings.c.captured_at >= border).values(window_id=new_id))
    await _set_border(work, window, new_id, border)
    return True


async def _set_border(work: Transaction, window: Window, new_id: int, border: datetime) -> None:
    """`window` ends at `border`; from there to its end before, `new_id` goes on."""
    await work.execute(update(windows).where(windows.c.id == window.id).values(ends_at=border))
    await work.execute(insert(windows).values(id=new_id, starts_at=border, ends_at=window.ends_at))
    log.info("new search window", window=new_id, beside=window.id, starts_at=border.isoformat())
