"""The `filter` field of list requests: the part of AIP-160 that TSN needs.

`field op value` joined by AND; op is one of = != < <= > >=; a value is "quoted" (backslash escapes) or a bare word.
"""

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime

from mesh.errors import InvalidInput

FILTER_LIMIT = 1000
_CONDITION = re.compile(
    r"\s*(?P<field>[a-z_][a-z0-9_]*)\s*(?P<op><=|>=|!=|=|<|>)\s*"
    r"(?:\"(?P<quoted>(?:[^\"\\]|\\.)*)\"|(?P<bare>[^\s\"()=<>!]+))"
)
_AND = re.compile(r"\s+AND\s+(?=\S)|\s*$")


class BadFilter(InvalidInput):
    """The filter cannot be read; the message says where."""

    reason = "FILTER_INVALID"

    def __init__(self, problem: str) -> None:
        super().__init__(f"filter: {problem}", field="filter")


@dataclass(frozen=True)
class Condition:
    """One comparison."""

    field: str
    op: str
    value: str


def parse_filter(text: str, *, fields: Collection[str]) -> list[Condition]:
    """The conditions of `text`; empty for an empty one. Raises BadFilter."""
    if len(text) > FILTER_LIMIT:
        raise BadFilter(f"longer than {FILTER_LIMIT} characters")
    conditions: list[Condition] = []
    position = 0
    while text[position:].strip():
        found = _CONDITION.match(text, position)
        if found is None:
            raise BadFilter(f'expected `field = "value"` at character {position + 1}')
        if found["field"] not in fields:
            raise BadFilter(f"unknown field {found['field']!r}; known are {', '.join(sorted(fields))}")
        value = found["bare"] if found["quoted"] is None else re.sub(r"\\(.)", r"\1", found["quoted"])
        conditions.append(Condition(found["field"], found["op"], value))
        joined = _AND.match(text, found.end())
        if joined is None:
            raise BadFilter(f"expected AND at character {found.end() + 1}")
        position = joined.end()
    return conditions


def parse_moment(condition: Condition) -> datetime:
    """The condition's value as UTC. Raises BadFilter for anything but RFC 3339 with a zone."""
    try:
        moment = datetime.fromisoformat(condition.value)
        if moment.tzinfo is not None:
            return moment.astimezone(UTC)
    except (ValueError, OverflowError):
        raise BadFilter(f"{condition.field}: {condition.value!r} is not an RFC 3339 time") from None
    raise BadFilter(f"{condition.field}: {condition.value!r} has no time zone; add Z or an offset")
