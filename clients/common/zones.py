"""Time zones by name."""

import os
from datetime import UTC
from zoneinfo import ZoneInfo

LOCAL_ZONE = "local"


def zone_named(name: str) -> ZoneInfo:
    """The zone of that IANA name; "local" is this machine's, as TZ or /etc/localtime say. Raises ValueError."""
    if name != LOCAL_ZONE:
        return _zone(name)
    said = os.environ.get("TZ", "").removeprefix(":")
    if said:
        return _zone(said)
    linked = os.path.realpath("/etc/localtime")
    _, found, key = linked.partition("/zoneinfo/")
    # A machine without a zone runs on UTC; one whose zone is a copied file cannot be named.
    if found:
        return _zone(key.removeprefix("posix/").removeprefix("right/"))
    if not os.path.exists(linked):
        return _zone(str(UTC))
    raise ValueError("this machine's time zone has no name: give --time-zone")


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError) as error:
        raise ValueError(f"{name!r} is not an IANA time zone") from error
