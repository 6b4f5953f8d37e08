"""Windows share out all of time, and none outgrows its size for long, whatever the order of airtimes."""

import random

from sqlalchemy import func, select

from services.query.store.tables import recordings
from services.query.store.windows import WindowKeeper, list_windows, window_table
from tests.integration.services.query.running import Over, RunningQuery, an_over, names
from tests.support.eventually import eventually

ROWS = 10
"""As in conftest."""


async def rows_by_window(query: RunningQuery) -> list[int]:
    """Rows of each window from the oldest on, checked against what windows promise."""
    async with query.database.transaction() as work:
        found = (await list_windows(work))[::-1]
        counts = []
        for window in found:
            table = window_table(window.id)
            statement = select(func.count(), func.min(table.c.captured_at), func.max(table.c.captured_at))
            count, first, last = (await work.execute(statement)).one()
            counts.append(count)
            assert first is None or window.starts_at <= first
            assert last is None or window.ends_at is None or last < window.ends_at
            inside = select(func.count()).where(recordings.c.window_id == window.id)
            assert (await work.execute(inside)).scalar_one() == count
    assert [each.ends_at for each in found] == [*(each.starts_at for each in found[1:]), None]
    return counts


async def shared_out(query: RunningQuery) -> bool:
    return max(await rows_by_window(query)) < 2 * ROWS


async def all_found(query: RunningQuery, overs: list[Over]) -> bool:
    pages = await query.search_all("net", 7)
    newest_first = sorted(overs, key=lambda over: over.recording.captured_at.ToSeconds(), reverse=True)
    return [name for page in pages for name in page] == names(*newest_first)


async def test_an_archive_older_than_everything_ends_in_windows_of_its_own(query: RunningQuery) -> None:
    recent = [an_over("net", at_seconds=number) for number in range(12)]
    await query.tell(*recent)
    archive = [an_over("net", at_seconds=-10_000 + number) for number in range(70)]
    random.Random(5).shuffle(archive)
    await query.tell(*archive)

    await eventually(lambda: shared_out(query))
    assert sum(await rows_by_window(query)) == 82
    assert await all_found(query, [*recent, *archive])


async def test_recordings_of_one_moment_cannot_be_parted_and_stay_together(query: RunningQuery) -> None:
    moment = [an_over("net", at_seconds=-5) for _ in range(25)]
    recent = [an_over("net", at_seconds=number) for number in range(12)]
    await query.tell(*recent)
    await query.tell(*moment)
    assert len(await query.search("net", page_size=100)) == 37
    assert sum(await rows_by_window(query)) == 37


async def test_two_replicas_that_find_the_same_window_full_part_it_once(query: RunningQuery) -> None:
    keepers = [WindowKeeper(database=query.database, window_rows=ROWS) for _ in range(2)]
    await query.tell(*(an_over("net", at_seconds=number) for number in range(12)))
    overs = [an_over("net", at_seconds=-100 + number) for number in range(60)]
    await query.tell(*overs)
    for _ in range(3):
        for keeper in keepers:
            await keeper.keep(dict.fromkeys(range(1, 9), ROWS))
    # The service, which keeps windows too, may be in the middle of one.
    await eventually(lambda: shared_out(query))
    assert sum(await rows_by_window(query)) == 72
