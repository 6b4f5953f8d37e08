"""The `filter` fields of jobs and batches to conditions."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from mesh.errors import InvalidInput
from mesh.pipeline.states import JobState
from mesh.rpc.filters import BadFilter, Condition, parse_filter, parse_moment
from services.ingest.domain import validation
from services.ingest.domain.model import FieldCondition, Lane

EQUALITY = ("=", "!=")
ORDER = ("=", "!=", "<", "<=", ">", ">=")
Value = str | bool | datetime
Reader = Callable[[Condition], Value]


def conditions_on_jobs(text: str) -> list[FieldCondition]:
    """The conditions of a filter on jobs. Raises BadFilter."""
    return _conditions(text, _JOB_FIELDS)


def conditions_on_recordings(text: str) -> list[FieldCondition]:
    """The conditions of a batch's filter on recordings. Raises BadFilter."""
    return _conditions(text, _RECORDING_FIELDS)


def _conditions(text: str, fields: Mapping[str, tuple[Sequence[str], Reader]]) -> list[FieldCondition]:
    return [_condition(parsed, *fields[parsed.field]) for parsed in parse_filter(text, fields=tuple(fields))]


def _condition(parsed: Condition, operators: Sequence[str], read: Reader) -> FieldCondition:
    if parsed.op not in operators:
        raise BadFilter(f"{parsed.field} can be compared with {' and '.join(operators)} only")
    return FieldCondition(parsed.field, parsed.op, read(parsed))


def _name(parsed: Condition) -> str:
    if not parsed.value.isascii():
        raise BadFilter(f"{parsed.field}: names hold no such characters as in {parsed.value!r}")
    return parsed.value


def _text(parsed: Condition) -> str:
    return parsed.value


def _one_of(known: Sequence[str]) -> Reader:
    def read(parsed: Condition) -> str:
        if parsed.value not in known:
            raise BadFilter(f"{parsed.field}: {parsed.value!r} is none of {', '.join(known)}")
        return parsed.value

    return read


def _truth(parsed: Condition) -> bool:
    if parsed.value not in {"true", "false"}:
        raise BadFilter(f"{parsed.field}: {parsed.value!r} is neither true nor false")
    return parsed.value == "true"


def _id_in(collection: str) -> Reader:
    """The id, from a resource name or alone."""

    def read(parsed: Condition) -> str:
        return _name(parsed).removeprefix(f"{collection}/")

    return read


def _recording_id(parsed: Condition) -> str:
    try:
        return validation.recording_name(parsed.value).rsplit("/", 1)[-1]
    except InvalidInput as error:
        raise BadFilter(error.message) from error


_JOB_FIELDS: dict[str, tuple[Sequence[str], Reader]] = {
    "state": (EQUALITY, _one_of(tuple(map(str, JobState)))),
    "stage": (EQUALITY, _name),
    "lane": (EQUALITY, _one_of(tuple(map(str, Lane)))),
    "recording": (EQUALITY, _name),
    "node": (EQUALITY, _id_in("nodes")),
    "batch": (EQUALITY, _id_in("batches")),
    "reason": (EQUALITY, _text),
    "resolved": (EQUALITY, _truth),
    "created_at": (ORDER, parse_moment),
}
_RECORDING_FIELDS: dict[str, tuple[Sequence[str], Reader]] = {
    "node": (EQUALITY, _id_in("nodes")),
    "channel": (EQUALITY, _text),
    "captured_at": (ORDER, parse_moment),
    "recording": (EQUALITY, _recording_id),
}
