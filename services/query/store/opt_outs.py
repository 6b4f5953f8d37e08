"""Callsigns that asked not to be profiled: written from events, heeded by what is shown by callsign."""

from collections.abc import Collection, Sequence

from sqlalchemy import Select, select, update
from sqlalchemy.dialects.mysql import insert

from mesh.db.database import Transaction
from services.query.domain.projection import LeftOut
from services.query.store.tables import opt_outs


async def apply(work: Transaction, changes: Sequence[LeftOut]) -> None:
    """Take in `changes`; for each callsign the latest counts, whenever it comes. Locks in the order of callsigns."""
    latest: dict[str, LeftOut] = {}
    for change in sorted(changes, key=lambda each: each.rank):
        latest[change.base_call] = change
    for call, change in sorted(latest.items()):
        values = {"left_out": change.left_out, "changed_at": change.changed_at}
        await work.execute(insert(opt_outs).values(base_call=call, **values).prefix_with("IGNORE"))
        row = (await work.execute(select(opt_outs).where(opt_outs.c.base_call == call).with_for_update())).one()
        if change.rank > LeftOut(call, bool(row.left_out), row.changed_at).rank:
            await work.execute(update(opt_outs).where(opt_outs.c.base_call == call).values(values))


def left_out() -> Select[tuple[str]]:
    """Callsigns that are not to be shown by callsign."""
    return select(opt_outs.c.base_call).where(opt_outs.c.left_out)


async def left_out_of(work: Transaction, calls: Collection[str]) -> frozenset[str]:
    """Those of `calls` that are not to be shown."""
    if not calls:
        return frozenset()
    return frozenset((await work.execute(left_out().where(opt_outs.c.base_call.in_(sorted(calls))))).scalars())
