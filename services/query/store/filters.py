"""The `filter` field as SQL."""

import operator
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Column, ColumnElement, Table, and_, or_, select

from mesh.rpc.filters import BadFilter, parse_filter, parse_moment
from services.query.store.opt_outs import left_out
from services.query.store.tables import mentions
from services.query.store.windows import Window

FIELDS = ("node", "channel", "callsign", "captured_at")
_COMPARISONS: dict[str, Callable[[Any, Any], Any]] = {
    "=": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


@dataclass(frozen=True)
class Position:
    """The last recording of a page; the next page begins after it."""

    captured_at: datetime
    name: str


@dataclass(frozen=True)
class Filter:
    """Conditions that all must hold, as (field, operator, value)."""

    conditions: tuple[tuple[str, str, Any], ...]

    @classmethod
    def parse(cls, text: str) -> "Filter":
        """The filter in `text`. Raises BadFilter."""
        conditions: list[tuple[str, str, Any]] = []
        for condition in parse_filter(text, fields=FIELDS):
            value: Any = condition.value
            if condition.field == "captured_at":
                value = parse_moment(condition)
            elif condition.op not in ("=", "!="):
                raise BadFilter(f"{condition.field} can be compared with = and != only")
            elif condition.field == "callsign":
                value = condition.value.upper()
            elif condition.field == "node":
                value = condition.value.removeprefix("nodes/")
            conditions.append((condition.field, condition.op, value))
        return cls(tuple(conditions))

    def clauses(self, table: Table, name: Column[str]) -> list[ColumnElement[bool]]:
        """The conditions over `table`, whose recordings are named by its column `name`."""
        found: list[ColumnElement[bool]] = []
        for field, op, value in self.conditions:
            if field == "callsign":
                shown = mentions.c.base_call == _ascii(value), mentions.c.base_call.not_in(left_out())
                named = name.in_(select(mentions.c.recording).where(*shown))
                found.append(named if op == "=" else ~named)
            else:
                found.append(_COMPARISONS[op](table.c[field], _ascii(value) if field == "node" else value))
        return found

    def touches(self, window: Window) -> bool:
        """False where no recording of `window` can pass."""
        for field, op, value in self.conditions:
            if field != "captured_at":
                continue
            if op in ("<", "<=", "=") and window.starts_at > value:
                return False
            if op in (">", ">=", "=") and window.ends_at is not None and window.ends_at <= value:
                return False
        return True


def after(position: Position | None, table: Table, name: Column[str]) -> list[ColumnElement[bool]]:
    """What comes after `position`, newest first."""
    if position is None:
        return []
    moment = table.c.captured_at
    # The first condition says nothing new, but it lets the index begin at the right place.
    return [
        and_(
            moment <= position.captured_at,
            or_(moment < position.captured_at, name < position.name),
        )
    ]


def newest_first(table: Table, name: Column[str]) -> Sequence[ColumnElement[Any]]:
    """The order of all lists of recordings."""
    return table.c.captured_at.desc(), name.desc()


def _ascii(value: str) -> str:
    """Columns of ids hold ASCII only: anything else equals nothing, and must not reach the column's collation."""
    return value if value.isascii() else "\x7f"
