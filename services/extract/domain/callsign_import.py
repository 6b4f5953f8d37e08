"""The import of a register's file: rows, how far it is, and what can be wrong with it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum

from mesh.errors import InvalidInput, Kind, NotFound, TsnError
from services.extract.domain.authors import checked_author
from services.extract.domain.licences import LicenceStatus

SOURCES = frozenset({"fcc", "ised"})
LISTS_ALL = frozenset({"ised"})
"""Registers whose every file lists all that is in force; FCC's daily files hold changes only."""
ROWS_LIMIT = 2000
CALL = re.compile(r"[A-Z0-9]{3,15}")
_UNIQUE_ID = re.compile(r"[A-Za-z0-9-]{1,32}")
_SHA256 = re.compile(r"[0-9a-f]{64}")


class ImportState(StrEnum):
    """Where an import stands."""

    RUNNING = "running"
    DONE = "done"


@dataclass(frozen=True, slots=True)
class HolderPart:
    """Who holds a licence, as one line of a register says."""

    name: str
    city: str
    region: str
    country: str


@dataclass(frozen=True, slots=True)
class LicencePart:
    """How a licence stands, as one line of a register says."""

    status: LicenceStatus
    granted: date | None
    expires: date | None


@dataclass(frozen=True, slots=True)
class RegisterRow:
    """What lines of a register say of one licence; parts that are None leave what was known."""

    unique_id: str
    call: str
    holder: HolderPart | None = None
    licence: LicencePart | None = None
    licence_class: str | None = None


@dataclass(frozen=True, slots=True)
class RegisterFile:
    """Which file is imported, by whom."""

    source: str
    sha256: str
    file_name: str
    author: str


@dataclass(frozen=True, slots=True)
class CallsignImport:
    """An import as it stands."""

    id: str
    file: RegisterFile
    state: ImportState
    rows_taken: int
    broken_lines: int
    active_licences: int | None
    started_at: datetime
    updated_at: datetime
    ended_at: datetime | None


class ImportInvalid(InvalidInput):
    """What was sent is no import."""

    reason = "CALLSIGN_IMPORT_INVALID"

    def __init__(self, field: str, problem: str) -> None:
        super().__init__(f"{field}: {problem}", field=field)


class ImportMoved(TsnError):
    """The rows do not follow on what is stored: another client imports the same file."""

    kind = Kind.PRECONDITION
    reason = "CALLSIGN_IMPORT_MOVED"

    def __init__(self, first_row: int, rows_taken: int) -> None:
        super().__init__(
            f"row {first_row} was sent, {rows_taken} is expected; does another client import the same file?",
            facts={"first_row": first_row, "rows_taken": rows_taken},
        )


class ImportStalled(TsnError):
    """Nothing came for so long that the stream is given up; the same file goes on later."""

    kind = Kind.UNAVAILABLE
    reason = "CALLSIGN_IMPORT_STALLED"

    def __init__(self, seconds: float) -> None:
        super().__init__(f"no rows came for {seconds:.0f} s", facts={"seconds": seconds})


class CallsignUnknown(NotFound):
    """No register knows the call."""

    reason = "CALLSIGN_UNKNOWN"

    def __init__(self, call: str) -> None:
        super().__init__(f"no imported register knows {call}", facts={"callsign": call})


def check_file(file: RegisterFile) -> RegisterFile:
    """`file`, in order. Raises ImportInvalid, AuthorInvalid."""
    if file.source not in SOURCES:
        raise ImportInvalid("begin.source", f"known are {', '.join(sorted(SOURCES))}")
    if not _SHA256.fullmatch(file.sha256):
        raise ImportInvalid("begin.sha256", "64 lower-case hexadecimal digits are expected")
    return replace(file, author=checked_author(file.author))


def check_rows(rows: Sequence[RegisterRow]) -> None:
    """Raise ImportInvalid where a row cannot be stored."""
    if len(rows) > ROWS_LIMIT:
        raise ImportInvalid("rows.rows", f"at most {ROWS_LIMIT} at once")
    for row in rows:
        if not CALL.fullmatch(row.call):
            raise ImportInvalid("rows.rows.callsign", f"{row.call[:32]!r} is none")
        if not _UNIQUE_ID.fullmatch(row.unique_id):
            raise ImportInvalid("rows.rows.unique_id", f"{row.unique_id[:64]!r} is none")
