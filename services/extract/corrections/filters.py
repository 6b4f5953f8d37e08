"""The `filter` fields of corrections and their changes to conditions."""

from sqlalchemy import ColumnElement

from mesh.rpc.filters import BadFilter, Condition, parse_filter
from services.extract.domain.correction_errors import CorrectionInvalid
from services.extract.domain.correction_rules import checked_heard
from services.extract.domain.corrections import CorrectionCategory
from services.extract.store.corrections_tables import correction_changes, corrections

_EQUALITY = ("=", "!=")


def conditions_on_corrections(text: str) -> list[ColumnElement[bool]]:
    """The conditions of a filter on corrections. Raises BadFilter."""
    return [_on_corrections(each) for each in _parsed(text, ("enabled", "category", "meant", "heard"))]


def conditions_on_changes(text: str) -> list[ColumnElement[bool]]:
    """The conditions of a filter on changes. Raises BadFilter."""
    return [_on_changes(each) for each in _parsed(text, ("heard", "author"))]


def _parsed(text: str, fields: tuple[str, ...]) -> list[Condition]:
    parsed = parse_filter(text, fields=fields)
    for condition in parsed:
        if condition.op not in _EQUALITY:
            raise BadFilter(f"{condition.field} can be compared with {' and '.join(_EQUALITY)} only")
    return parsed


def _on_corrections(condition: Condition) -> ColumnElement[bool]:
    found: ColumnElement[bool]
    match condition.field:
        case "enabled":
            found = corrections.c.enabled.is_(_truth(condition))
        case "category":
            found = corrections.c.category == _category(condition)
        case "meant":
            # Among several meanings too; each is of letters and digits only.
            found = corrections.c.meant.regexp_match(rf"(^| ){_symbols(condition)}( |$)")
        case _:
            found = corrections.c.heard == _words(condition)
    return found if condition.op == "=" else ~found


def _on_changes(condition: Condition) -> ColumnElement[bool]:
    heard = condition.field == "heard"
    found = correction_changes.c.heard == _words(condition) if heard else correction_changes.c.author == condition.value
    return found if condition.op == "=" else ~found


def _truth(condition: Condition) -> bool:
    if condition.value not in {"true", "false"}:
        raise BadFilter(f"{condition.field}: {condition.value!r} is neither true nor false")
    return condition.value == "true"


def _category(condition: Condition) -> str:
    known = tuple(map(str, CorrectionCategory))
    if condition.value not in known:
        raise BadFilter(f"{condition.field}: {condition.value!r} is none of {', '.join(known)}")
    return condition.value


def _symbols(condition: Condition) -> str:
    symbols = condition.value.upper()
    if not (symbols.isascii() and symbols.isalnum()):
        raise BadFilter(f"{condition.field}: {condition.value!r} is not of letters and digits")
    return symbols


def _words(condition: Condition) -> str:
    try:
        return checked_heard(condition.value)
    except CorrectionInvalid as error:
        raise BadFilter(error.message) from error
