"""Lines of the public registers as rows: FCC's EN, HD and AM (ULS public access files), ISED's amateur list.

Positions are those of FCC's "Public Access Database Definitions" and of the heading of ISED's `amateur_delim.txt`.
"""

import re
from collections.abc import Callable
from datetime import date

from google.type.date_pb2 import Date

from tsn.extract.v1.callsign_pb2 import CallsignHolder, CallsignLicence, CallsignRow, LicenceStatus

_CALL = re.compile(r"[A-Z0-9]{3,10}")
_DAY = re.compile(r"(\d\d)/(\d\d)/(\d{4})")
_FCC_STATUSES = {
    "A": LicenceStatus.LICENCE_STATUS_ACTIVE,
    "E": LicenceStatus.LICENCE_STATUS_EXPIRED,
    "C": LicenceStatus.LICENCE_STATUS_CANCELLED,
    "T": LicenceStatus.LICENCE_STATUS_CANCELLED,
    "X": LicenceStatus.LICENCE_STATUS_CANCELLED,
    "P": LicenceStatus.LICENCE_STATUS_CANCELLED,
    "L": LicenceStatus.LICENCE_STATUS_ACTIVE,
}
"""Active, expired, cancelled, terminated, to be terminated, its parent cancelled, its legal status pending."""
_FCC_CLASSES = {
    "A": "Advanced",
    "E": "Extra",
    "G": "General",
    "N": "Novice",
    "P": "Technician Plus",
    "T": "Technician",
}
_ISED_CLASSES = ("Basic", "5 wpm", "12 wpm", "Advanced", "Basic with Honours")
_EN_FIELDS, _HD_FIELDS, _AM_FIELDS, _ISED_FIELDS = 18, 9, 6, 18


class BrokenLine(Exception):
    """A line that is none of the register's; the message says what is wrong."""


def read_en(fields: list[str]) -> CallsignRow:
    """Who holds the licence; others than the licensee are passed over. Raises BrokenLine."""
    row = _fcc_row("EN", fields, _EN_FIELDS)
    if fields[5].strip() not in ("", "L"):
        return row
    first, initial, last, suffix = (fields[place].strip() for place in (8, 9, 10, 11))
    person = " ".join(filter(None, (first, initial, last, suffix)))
    name = person if last else fields[7].strip() or person
    row.holder.CopyFrom(
        CallsignHolder(name=name, city=_town(fields[16]), region=fields[17].strip().upper(), country="US")
    )
    return row


def read_hd(fields: list[str]) -> CallsignRow:
    """How the licence stands. Raises BrokenLine."""
    row = _fcc_row("HD", fields, _HD_FIELDS)
    status = _FCC_STATUSES.get(fields[5].strip())
    if status is None:
        raise BrokenLine(f"unknown licence status {fields[5][:10]!r}")
    row.licence.CopyFrom(CallsignLicence(status=status, granted_on=_day(fields[7]), expires_on=_day(fields[8])))
    return row


def read_am(fields: list[str]) -> CallsignRow:
    """The class of the licence; a club has none. Raises BrokenLine."""
    row = _fcc_row("AM", fields, _AM_FIELDS)
    row.licence_class = _FCC_CLASSES.get(fields[5].strip(), "")
    return row


def read_ised(fields: list[str]) -> CallsignRow:
    """A line of ISED's list, which names what is in force. Raises BrokenLine."""
    if len(fields) < _ISED_FIELDS:
        raise BrokenLine(f"{len(fields)} fields, {_ISED_FIELDS} are expected")
    call = _call(fields[0])
    club = " ".join(filter(None, (fields[12].strip(), fields[13].strip())))
    name = club or " ".join(filter(None, (fields[1].strip(), fields[2].strip())))
    city, province = (fields[15], fields[16]) if club else (fields[4], fields[5])
    classes = [word for word, said in zip(_ISED_CLASSES, fields[7:12], strict=True) if said.strip()]
    return CallsignRow(
        unique_id=call,
        callsign=call,
        holder=CallsignHolder(name=name, city=_town(city), region=province.strip().upper(), country="CA"),
        licence=CallsignLicence(status=LicenceStatus.LICENCE_STATUS_ACTIVE),
        licence_class=", ".join(classes),
    )


LineReader = Callable[[list[str]], CallsignRow]


def _fcc_row(kind: str, fields: list[str], count: int) -> CallsignRow:
    if fields[0] != kind:
        raise BrokenLine(f"begins with {fields[0][:10]!r}, not {kind}")
    if len(fields) < count:
        raise BrokenLine(f"{len(fields)} fields, at least {count} are expected")
    unique_id = fields[1].strip()
    if not (unique_id.isascii() and unique_id.isdecimal()) or len(unique_id) > 18:
        raise BrokenLine(f"{unique_id[:20]!r} is no unique system identifier")
    return CallsignRow(unique_id=unique_id, callsign=_call(fields[4]))


def _call(text: str) -> str:
    call = text.strip().upper()
    if not _CALL.fullmatch(call):
        raise BrokenLine(f"{call[:20]!r} is no callsign")
    return call


def _town(text: str) -> str:
    """Registers shout: SEATTLE is Seattle."""
    town = text.strip()
    return town.title() if town.isupper() else town


def _day(text: str) -> Date | None:
    if not text.strip():
        return None
    found = _DAY.fullmatch(text.strip())
    if found is None:
        raise BrokenLine(f"{text[:20]!r} is no date")
    month, day, year = (int(part) for part in found.groups())
    try:
        date(year, month, day)
    except ValueError:
        raise BrokenLine(f"{text[:20]!r} is no date") from None
    return Date(year=year, month=month, day=day)
