"""What QRZ's XML service says, and what it means (QRZ XML Interface Specification, version 1.34)."""

from dataclasses import dataclass
from datetime import datetime
from xml.etree.ElementTree import Element, ParseError

from defusedxml import ElementTree
from defusedxml.common import DefusedXmlException

from services.extract.domain.licences import Licence, LicenceStatus

SOURCE = "qrz"
_COUNTRIES = {"United States": "US", "Canada": "CA"}


class QrzUnreadable(Exception):
    """No answer of QRZ's."""


@dataclass(frozen=True, slots=True)
class QrzAnswer:
    """One answer. `key`: the session's key; empty: the session has ended. `error`: what it complains about."""

    key: str
    error: str
    licence: Licence | None

    @property
    def not_found(self) -> bool:
        """Whether it knows no such call."""
        return self.error.lower().startswith("not found")

    @property
    def session_over(self) -> bool:
        """Whether a new login would help."""
        return self.error.lower().startswith(("session timeout", "invalid session key"))


def read_answer(content: bytes, *, now: datetime) -> QrzAnswer:
    """What `content` says. Raises QrzUnreadable."""
    try:
        root: Element = ElementTree.fromstring(content)
    except (ParseError, DefusedXmlException, ValueError, LookupError) as error:
        # LookupError: an encoding that nobody knows.
        raise QrzUnreadable(type(error).__name__) from None
    if _local(root) != "QRZDatabase":
        raise QrzUnreadable("no QRZDatabase")
    parts = {_local(part): {_local(field): (field.text or "").strip() for field in part} for part in root}
    session = parts.get("Session", {})
    found = parts.get("Callsign")
    return QrzAnswer(session.get("Key", ""), session.get("Error", ""), _licence(found, now) if found else None)


def _licence(found: dict[str, str], now: datetime) -> Licence:
    call = found.get("call", "").upper()
    country = found.get("country", "") or found.get("land", "")
    return Licence(
        call=call,
        source=SOURCE,
        unique_id=call,
        status=LicenceStatus.UNKNOWN,
        updated_at=now,
        name=" ".join(filter(None, (found.get("fname", ""), found.get("name", "")))),
        city=found.get("addr2", ""),
        region=found.get("state", ""),
        country=_COUNTRIES.get(country, country),
        grid=found.get("grid", ""),
        licence_class=found.get("class", ""),
    )


def _local(element: Element) -> str:
    """The tag without its namespace."""
    return str(element.tag).rpartition("}")[2]
