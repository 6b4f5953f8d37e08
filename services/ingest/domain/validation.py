"""Rules on what a request may say. Pure; each raises its own failure."""

import re
import unicodedata
import zoneinfo
from datetime import UTC, datetime, timedelta

from services.ingest.domain.errors import (
    AudioEmpty,
    AudioTooLarge,
    CapturedAtInFuture,
    CapturedAtMissing,
    ChannelInvalid,
    DisplayNameInvalid,
    NameInvalid,
    OffsetInvalid,
    RequestIdInvalid,
    SequenceInvalid,
    Sha256Invalid,
    SizeInvalid,
    SourceNameUnsafe,
    SpoolIdInvalid,
    TimeZoneUnknown,
)
from services.ingest.domain.operator_errors import NoteInvalid
from services.ingest.domain.sequences import SpoolNumber

CHANNEL_LIMIT = 64
DISPLAY_NAME_LIMIT = 200
SOURCE_NAME_LIMIT = 255
NOTE_LIMIT = 1000
SEQUENCE_LIMIT = 10**12
"""One recording each second for 30,000 years; more is no count, and sums must not overflow."""

FUTURE_LEEWAY = timedelta(minutes=5)
"""Clocks of nodes drift; further ahead is a mistake."""
EARLIEST_CAPTURE = datetime(1970, 1, 2, tzinfo=UTC)
"""A clock that was never set stands at the epoch, shifted by a time zone at most."""
ZONE_STEP = timedelta(minutes=30)
ZONE_LARGEST = timedelta(hours=14)
ZONE_LEEWAY = timedelta(minutes=10)
"""Recording and sending take a while, and clocks drift."""

_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_SHA256 = re.compile(r"[0-9a-fA-F]{64}")


def node_id(name: str, *, field: str = "node") -> str:
    """The id in `nodes/{node}`. Raises NameInvalid."""
    collection, _, identity = name.partition("/")
    if collection != "nodes" or not _ID.fullmatch(identity):
        raise NameInvalid(name, shape="nodes/{node}, with 1 to 64 of letters, digits, - and _", field=field)
    return identity


def job_id(name: str) -> str:
    """The id in `jobs/{job}`. Raises NameInvalid."""
    collection, _, identity = name.partition("/")
    if collection != "jobs" or not _UUID.fullmatch(identity):
        raise NameInvalid(name, shape="jobs/{job}", field="name")
    return identity


def batch_id(name: str, *, field: str = "name") -> str:
    """The id in `batches/{batch}`. Raises NameInvalid."""
    collection, _, identity = name.partition("/")
    if collection != "batches" or not _UUID.fullmatch(identity):
        raise NameInvalid(name, shape="batches/{batch}", field=field)
    return identity


def note(value: str, *, least: int, field: str = "note") -> str:
    """`value` without surrounding blanks. Raises NoteInvalid."""
    trimmed = value.strip()
    if not least <= len(trimmed) <= NOTE_LIMIT:
        raise NoteInvalid(least=least, most=NOTE_LIMIT, field=field)
    return trimmed


def recording_name(name: str) -> str:
    """`name` itself, once it is known to be `nodes/{node}/recordings/{recording}`. Raises NameInvalid."""
    parts = name.split("/")
    fits = len(parts) == 4 and (parts[0], parts[2]) == ("nodes", "recordings")
    if not (fits and _ID.fullmatch(parts[1]) and _UUID.fullmatch(parts[3])):
        raise NameInvalid(name, shape="nodes/{node}/recordings/{recording}", field="recording")
    return name


def request_id(value: str) -> str:
    """`value` itself. Raises RequestIdInvalid."""
    if not _ID.fullmatch(value):
        raise RequestIdInvalid
    return value


def channel(value: str) -> str:
    """`value` without surrounding blanks. Raises ChannelInvalid."""
    trimmed = value.strip()
    if not 1 <= len(trimmed) <= CHANNEL_LIMIT or not trimmed.isprintable():
        raise ChannelInvalid
    return trimmed


def display_name(value: str) -> str:
    """`value` without surrounding blanks. Raises DisplayNameInvalid."""
    trimmed = value.strip()
    if len(trimmed) > DISPLAY_NAME_LIMIT or not trimmed.isprintable():
        raise DisplayNameInvalid
    return trimmed


def time_zone(value: str) -> str:
    """`value` itself; empty is allowed. Raises TimeZoneUnknown."""
    if not value:
        return value
    try:
        zoneinfo.ZoneInfo(value)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        raise TimeZoneUnknown(value) from None
    return value


def sha256(value: str) -> str:
    """`value` in lower case. Raises Sha256Invalid."""
    if not _SHA256.fullmatch(value):
        raise Sha256Invalid
    return value.lower()


def source_file_name(value: str) -> str:
    """`value` itself; empty is allowed. Raises SourceNameUnsafe for anything but a plain base name."""
    unsafe = "/" in value or "\\" in value or value in {".", ".."}
    control = any(unicodedata.category(character) in {"Cc", "Cs"} for character in value)
    if unsafe or control or len(value) > SOURCE_NAME_LIMIT:
        raise SourceNameUnsafe
    return value


def size_bytes(value: int, *, limit_bytes: int) -> int:
    """`value` itself. Raises SizeInvalid, AudioEmpty, AudioTooLarge."""
    if value < 0:
        raise SizeInvalid(value)
    if value == 0:
        raise AudioEmpty(0)
    if value > limit_bytes:
        raise AudioTooLarge(value, limit_bytes)
    return value


def offset(value: int, *, size_bytes: int) -> int:
    """`value` itself. Raises OffsetInvalid."""
    if not 0 <= value <= size_bytes:
        raise OffsetInvalid(value, size_bytes)
    return value


def spool_number(sequence: int, spool_id: str) -> SpoolNumber | None:
    """The number of a recording; None for 0, from a sender that does not count.

    Raises SequenceInvalid, SpoolIdInvalid.
    """
    if not 0 <= sequence <= SEQUENCE_LIMIT:
        raise SequenceInvalid(sequence, SEQUENCE_LIMIT)
    if sequence == 0:
        return None
    if not _ID.fullmatch(spool_id):
        raise SpoolIdInvalid
    return SpoolNumber(spool_id, sequence)


def captured_at(value: datetime | None, *, now: datetime) -> datetime:
    """`value` itself. Raises CapturedAtMissing, CapturedAtInFuture."""
    if value is None or value < EARLIEST_CAPTURE:
        raise CapturedAtMissing
    lead = value - now
    if lead > FUTURE_LEEWAY:
        raise CapturedAtInFuture(value, now, like_local_time=looks_like_local_time(lead))
    return value


def looks_like_local_time(lead: timedelta) -> bool:
    """True when `lead` is about the offset of a zone east of Greenwich: a whole or half hour, at most 14 h."""
    steps = round(lead / ZONE_STEP)
    return 1 <= steps <= ZONE_LARGEST / ZONE_STEP and abs(lead - steps * ZONE_STEP) <= ZONE_LEEWAY
