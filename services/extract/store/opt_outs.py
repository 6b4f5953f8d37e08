"""Callsigns whose holders asked not to be profiled."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import RowMapping, select, update
from sqlalchemy.dialects.mysql import insert

from mesh.db.database import Transaction
from mesh.ids import new_id
from services.extract.store.reviews_tables import opt_outs


@dataclass(frozen=True)
class OptOut:
    """An opt-out that holds."""

    base_call: str
    author: str
    reason: str
    created_at: datetime


class OptOutRepository:
    """Every method runs inside the caller's transaction."""

    async def of(self, work: Transaction, calls: Collection[str]) -> frozenset[str]:
        """Those of `calls` that are not to be profiled: no holder, no regular, no glossary."""
        if not calls:
            return frozenset()
        asked = select(opt_outs.c.holding).where(opt_outs.c.holding.in_(sorted(calls)))
        return frozenset((await work.execute(asked)).scalars())

    async def add(self, work: Transaction, opt_out: OptOut) -> bool:
        """False where the callsign is opted out already."""
        statement = insert(opt_outs).values(
            id=new_id(),
            base_call=opt_out.base_call,
            holding=opt_out.base_call,
            author=opt_out.author,
            reason=opt_out.reason,
            created_at=opt_out.created_at,
        )
        return (await work.execute(statement.prefix_with("IGNORE"))).rowcount == 1

    async def end(self, work: Transaction, call: str, *, author: str, at: datetime) -> bool:
        """False where the callsign was not opted out."""
        ended = update(opt_outs).where(opt_outs.c.holding == call).values(holding=None, ended_at=at, ended_by=author)
        return (await work.execute(ended)).rowcount == 1

    async def get(self, work: Transaction, call: str) -> OptOut | None:
        """The opt-out of a callsign that holds."""
        row = (await work.execute(select(opt_outs).where(opt_outs.c.holding == call))).mappings().one_or_none()
        return _opt_out(row) if row else None

    async def page(self, work: Transaction, *, after: str, limit: int) -> list[OptOut]:
        """Those that hold, in the order of their callsigns, behind `after`."""
        statement = select(opt_outs).where(opt_outs.c.holding > after).order_by(opt_outs.c.holding).limit(limit)
        return [_opt_out(row) for row in (await work.execute(statement)).mappings()]


def _opt_out(row: RowMapping) -> OptOut:
    return OptOut(row["base_call"], row["author"], row["reason"], row["created_at"])
