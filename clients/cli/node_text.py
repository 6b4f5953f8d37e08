"""Nodes as people read them, and what is to be said of one."""

from datetime import UTC, datetime

from rich.text import Text

from clients.cli.names import node_id
from clients.cli.output import Cell, clean
from clients.cli.render import FAINT, ago, moment, percent, size, span
from tsn.ingest.v1.ingest_pb2 import NodeGap
from tsn.ingest.v1.recording_pb2 import Node

BEHIND_SECONDS = 300.0
"""A recording that has waited so long at its node is no longer on its way but in a backlog."""
DISK_WARNING = 0.8
"""Share of a disk in use from which a node warns."""

NODE_COLUMNS = (
    "node",
    "state",
    "last audio",
    "heartbeat",
    "waiting",
    "oldest",
    "clock",
    "missing",
    "disk",
    "recordings",
    "version",
    "name",
)
NODE_WHOLE = ("node", "last audio", "heartbeat", "oldest", "clock", "disk")
NODE_SPARE = ("version", "recordings", "name")
GAP_COLUMNS = ("first", "last", "missing", "arrived before", "arrived after", "spool")


def node_row(node: Node, now: datetime) -> tuple[Cell, ...]:
    """Cells for NODE_COLUMNS."""
    known, health = node.HasField("health"), node.health
    name = Text(node_id(clean(node.name)))
    if node.self_registered:
        name.append(" (registered itself)", style=FAINT)
    return (
        name,
        state_text(node, now),
        ago(node.last_captured_at, now),
        ago(node.last_heartbeat_at, now),
        str(health.spooled_recordings) if known else "-",
        ago(health.oldest_waiting_at, now),
        clock_text(node),
        str(node.missing_recordings),
        disk_text(node),
        str(node.recording_count),
        clean(health.version) or "-",
        clean(node.display_name),
    )


def node_troubles(node: Node, now: datetime) -> list[str]:
    """What is wrong with a node in a few words each, the worst first; empty when nothing is."""
    health, troubles = node.health, list[str]()
    if node.silent:
        troubles.append("silent")
    if health.intake_paused:
        troubles.append("disk full, takes nothing")
    if node.clock_wrong:
        troubles.append("clock wrong")
    if behind_seconds(node, now) > BEHIND_SECONDS:
        troubles.append("behind")
    if health.refused_recordings:
        troubles.append(f"{health.refused_recordings} refused")
    if not health.intake_paused and disk_share(node) >= DISK_WARNING:
        troubles.append("disk filling")
    return troubles


def state_text(node: Node, now: datetime) -> Text:
    """The troubles of a node; `ok` where there are none, `-` where it has never said how it does."""
    troubles = node_troubles(node, now)
    if troubles:
        return Text(", ".join(troubles), style="bold red" if node.silent or node.health.intake_paused else "yellow")
    return Text("ok", style="green") if node.HasField("last_heartbeat_at") else Text("-")


def behind_seconds(node: Node, now: datetime) -> float:
    """How long the oldest recording has waited at the node; 0 where none waits."""
    health = node.health
    if not health.spooled_recordings or not health.HasField("oldest_waiting_at"):
        return 0.0
    return (now - health.oldest_waiting_at.ToDatetime(UTC)).total_seconds()


def disk_share(node: Node) -> float:
    """Share of the spool's disk that is in use; 0 where the node does not say."""
    health = node.health
    return 1 - health.disk_free_bytes / health.disk_total_bytes if health.disk_total_bytes else 0.0


def disk_text(node: Node) -> str:
    """Share in use and bytes free."""
    if not node.health.disk_total_bytes:
        return "-"
    return f"{percent(disk_share(node))}, {size(node.health.disk_free_bytes)} free"


def clock_text(node: Node) -> str:
    """Server's clock minus the node's, and how fast that changes; a positive offset is a clock that is slow."""
    if not node.HasField("clock_offset"):
        return "-"
    drift = f", {node.clock_drift_ppm:+.0f} ppm" if node.HasField("clock_drift_ppm") else ""
    seconds = node.clock_offset.ToTimedelta().total_seconds()
    return f"{'-' if seconds < 0 else '+'}{span(abs(seconds))}{drift}"


def gap_row(gap: NodeGap) -> tuple[Cell, ...]:
    """Cells for GAP_COLUMNS."""
    after = moment(gap.received_after_at) if gap.HasField("received_after_at") else "nothing yet: may be on its way"
    return (
        str(gap.first_sequence),
        str(gap.last_sequence),
        str(gap.last_sequence - gap.first_sequence + 1),
        moment(gap.received_before_at),
        after,
        clean(gap.spool_id),
    )
