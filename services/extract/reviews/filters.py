"""The `filter` of ListReviews as SQL."""

import operator
from collections.abc import Callable
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, or_

from mesh.rpc.filters import BadFilter, Condition, parse_filter, parse_moment
from services.extract.domain.reviews import ReviewAction
from services.extract.store.reviews_tables import reviews

FIELDS = ("recording", "node", "callsign", "author", "action", "undone", "created_at")
_ORDER: dict[str, Callable[[Any, datetime], ColumnElement[bool]]] = {
    "=": operator.eq,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


def clauses(text: str) -> list[ColumnElement[bool]]:
    """The conditions of `text`. Raises BadFilter."""
    return [_clause(condition) for condition in parse_filter(text, fields=FIELDS)]


def _clause(condition: Condition) -> ColumnElement[bool]:
    if condition.field == "created_at":
        if condition.op not in _ORDER:
            raise BadFilter("created_at cannot be compared with !=")
        return _ORDER[condition.op](reviews.c.created_at, parse_moment(condition))
    if condition.op not in ("=", "!="):
        raise BadFilter(f"{condition.field} can be compared with = and != only")
    meant = _equal(condition)
    return meant if condition.op == "=" else ~meant


def _equal(condition: Condition) -> ColumnElement[bool]:
    value = condition.value
    if condition.field == "author":
        return reviews.c.author == value
    if not value.isascii():
        raise BadFilter(f"{condition.field}: nothing is named {value[:50]!r}")
    match condition.field:
        case "callsign":
            return or_(reviews.c.base_call == value.upper(), reviews.c.new_call == value.upper())
        case "node":
            return reviews.c.node == value.removeprefix("nodes/")
        case "undone":
            return _undone(value)
        case "action":
            if value.lower() not in list(ReviewAction):
                raise BadFilter(f"action: {value!r} is none of {', '.join(ReviewAction)}")
            return reviews.c.action == value.lower()
        case _:
            return reviews.c.recording == value


def _undone(value: str) -> ColumnElement[bool]:
    if value not in ("true", "false"):
        raise BadFilter(f"undone: {value!r} is neither true nor false")
    # Within parentheses: it may be negated.
    return and_(reviews.c.undone_at.is_not(None) if value == "true" else reviews.c.undone_at.is_(None))
