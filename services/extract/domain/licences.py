"""Whom callsigns are issued to, as public registers say."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Protocol

from services.extract.domain.model import Holder


class LicenceStatus(StrEnum):
    """How a licence stands."""

    UNKNOWN = ""
    ACTIVE = "active"
    EXPIRED = "expired"
    CANCELLED = "cancelled"
    GONE = "gone"  # no longer in the register's list


@dataclass(frozen=True, slots=True)
class Licence:
    """One licence of one register. Empty texts where the register says nothing."""

    call: str
    source: str  # "fcc", "ised", "qrz"
    unique_id: str
    status: LicenceStatus
    updated_at: datetime
    name: str = ""
    city: str = ""
    region: str = ""
    country: str = ""
    grid: str = ""
    licence_class: str = ""
    granted: date | None = None
    expires: date | None = None

    @property
    def active(self) -> bool:
        """Whether it is in force."""
        return self.status is LicenceStatus.ACTIVE

    @property
    def holder(self) -> Holder | None:
        """The holder as mentions carry it; None where no name is known, or the licence is another's by now."""
        if not self.name or self.status in (LicenceStatus.CANCELLED, LicenceStatus.GONE):
            return None
        return Holder(self.name, ", ".join(filter(None, (self.city, self.region, self.country))), self.source)


@dataclass(frozen=True)
class RegisterAnswer:
    """What a register knows of the calls that it was asked for."""

    licences: Mapping[str, Licence] = field(default_factory=dict)
    """By call; calls that it does not know are left out."""
    complete: frozenset[str] = frozenset()
    """Sources that list every call they issued: what they do not know was never issued by them."""
    shortfalls: tuple[str, ...] = ()
    """Helpers that could not be asked."""


@dataclass(frozen=True, slots=True)
class ServiceAnswer:
    """What a callsign service said of a call; `licence` is None where it knows none. Asked again once expired."""

    call: str
    licence: Licence | None
    expires_at: datetime


class CallsignRegister(Protocol):
    """Knows whom callsigns are issued to. Every implementation passes tests/contract/extract."""

    async def look_up(self, calls: Collection[str]) -> RegisterAnswer:
        """What is known of `calls` (base calls, upper case), of each its licence in force, else its latest.

        Never raises for a helper that is away: it says so in `shortfalls`. Raises DatabaseUnavailable.
        """
        ...


OptOuts = Callable[[Collection[str]], Awaitable[frozenset[str]]]
"""Of these calls, those whose holders asked not to be profiled. Raises DatabaseUnavailable."""


def current(licences: Iterable[Licence]) -> dict[str, Licence]:
    """The licence that counts for each call: the one in force, else the one granted last.

    A call that was given up and issued anew has several.
    """
    chosen: dict[str, Licence] = {}
    for licence in licences:
        known = chosen.get(licence.call)
        if known is None or _rank(licence) > _rank(known):
            chosen[licence.call] = licence
    return chosen


def _rank(licence: Licence) -> tuple[bool, date, date, str]:
    return (licence.active, licence.granted or date.min, licence.expires or date.min, licence.unique_id)
