"""Nodes and what they say of themselves."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from services.ingest.domain.clock import NodeClock


@dataclass(frozen=True)
class NodeHealth:
    """What a node says of itself in a heartbeat."""

    version: str = ""
    spooled_recordings: int = 0
    spooled_bytes: int = 0
    refused_recordings: int = 0
    disk_free_bytes: int = 0
    disk_total_bytes: int = 0
    intake_paused: bool = False
    """The disk is full and nothing archived is left to delete."""
    oldest_waiting_at: datetime | None = None
    """Airtime of the oldest recording that waits."""
    spool_id: str = ""
    """Empty: the node does not count."""
    last_sequence: int = 0


@dataclass(frozen=True)
class NewNode:
    """A node to be registered."""

    id: str
    display_name: str = ""
    time_zone: str = ""
    """IANA name; empty: UTC."""


@dataclass(frozen=True)
class Node:
    """A registered node and what is known of it."""

    id: str
    display_name: str
    time_zone: str
    created_at: datetime
    self_registered: bool
    last_heartbeat_at: datetime | None
    last_captured_at: datetime | None
    last_received_at: datetime | None
    recording_count: int
    missing_recordings: int
    health: NodeHealth | None
    clock: NodeClock | None

    def silent(self, *, now: datetime, after: timedelta) -> bool:
        """True when a node that used to send heartbeats has sent none for longer than `after`."""
        return self.last_heartbeat_at is not None and now - self.last_heartbeat_at > after


def health_to_facts(health: NodeHealth) -> dict[str, object]:
    """The health as a mapping that JSON can hold."""
    oldest = health.oldest_waiting_at
    return asdict(health) | {"oldest_waiting_at": oldest.isoformat() if oldest else None}


def health_from_facts(facts: Mapping[str, object]) -> NodeHealth:
    """The health kept as a mapping; facts of other versions are left out, missing ones are 0 or empty."""

    def count(key: str) -> int:
        value = facts.get(key, 0)
        return value if isinstance(value, int) else 0

    oldest = facts.get("oldest_waiting_at")
    return NodeHealth(
        version=str(facts.get("version", "")),
        spooled_recordings=count("spooled_recordings"),
        spooled_bytes=count("spooled_bytes"),
        refused_recordings=count("refused_recordings"),
        disk_free_bytes=count("disk_free_bytes"),
        disk_total_bytes=count("disk_total_bytes"),
        intake_paused=facts.get("intake_paused") is True,
        oldest_waiting_at=datetime.fromisoformat(oldest) if isinstance(oldest, str) else None,
        spool_id=str(facts.get("spool_id", "")),
        last_sequence=count("last_sequence"),
    )
