"""Nodes, heartbeats and gaps to messages and back."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from mesh.rpc.times import from_duration, to_duration, to_timestamp
from services.ingest.convert import moment_from_wire
from services.ingest.domain import validation
from services.ingest.domain.clock import offset_seconds
from services.ingest.domain.nodes import NewNode, Node, NodeHealth
from services.ingest.domain.sequences import Gap
from tsn.ingest.v1 import ingest_pb2 as pb
from tsn.ingest.v1 import recording_pb2


@dataclass(frozen=True)
class NodeMessages:
    """Makes messages of nodes. `silent_after`: how long operators tolerate a node that sends no heartbeat."""

    silent_after: timedelta

    def node(self, node: Node, *, now: datetime) -> recording_pb2.Node:
        """A node as it stands at `now`."""
        message = recording_pb2.Node(
            name=f"nodes/{node.id}",
            display_name=node.display_name,
            time_zone=node.time_zone,
            created_at=to_timestamp(node.created_at),
            self_registered=node.self_registered,
            recording_count=node.recording_count,
            missing_recordings=node.missing_recordings,
            silent=node.silent(now=now, after=self.silent_after),
        )
        for field in ("last_heartbeat_at", "last_captured_at", "last_received_at"):
            moment = getattr(node, field)
            if moment is not None:
                getattr(message, field).CopyFrom(to_timestamp(moment))
        if node.health is not None:
            message.health.CopyFrom(health_to_wire(node.health))
        if node.clock is not None:
            message.clock_offset.CopyFrom(to_duration(node.clock.offset_ms / 1000))
            message.clock_wrong = node.clock.wrong
            if node.clock.drift_ppm is not None:
                message.clock_drift_ppm = node.clock.drift_ppm
        return message


def new_node_from_wire(message: recording_pb2.Node) -> NewNode:
    """The node to be registered, checked. Raises the failures of domain.validation."""
    return NewNode(
        id=validation.node_id(message.name, field="node.name"),
        display_name=validation.display_name(message.display_name),
        time_zone=validation.time_zone(message.time_zone),
    )


def health_from_wire(message: recording_pb2.NodeHealth) -> NodeHealth:
    """What a node says of itself. Raises SequenceInvalid, SpoolIdInvalid."""
    counted = validation.spool_number(message.last_sequence, message.spool_id)
    waiting = message.HasField("oldest_waiting_at")
    return NodeHealth(
        version=message.version[:64],
        spooled_recordings=message.spooled_recordings,
        spooled_bytes=message.spooled_bytes,
        refused_recordings=message.refused_recordings,
        disk_free_bytes=message.disk_free_bytes,
        disk_total_bytes=message.disk_total_bytes,
        intake_paused=message.intake_paused,
        oldest_waiting_at=moment_from_wire(message.oldest_waiting_at) if waiting else None,
        spool_id=counted.spool_id if counted else "",
        last_sequence=counted.sequence if counted else 0,
    )


def health_to_wire(health: NodeHealth) -> recording_pb2.NodeHealth:
    """What a node said of itself."""
    return recording_pb2.NodeHealth(
        version=health.version,
        spooled_recordings=health.spooled_recordings,
        spooled_bytes=health.spooled_bytes,
        refused_recordings=health.refused_recordings,
        disk_free_bytes=health.disk_free_bytes,
        disk_total_bytes=health.disk_total_bytes,
        intake_paused=health.intake_paused,
        oldest_waiting_at=to_timestamp(health.oldest_waiting_at) if health.oldest_waiting_at else None,
        spool_id=health.spool_id,
        last_sequence=health.last_sequence,
    )


def clock_offset_from_wire(request: pb.HeartbeatRequest, *, received_at: datetime) -> float | None:
    """Server clock minus node clock in seconds; None where the node does not tell its time."""
    sent_at = moment_from_wire(request.sent_at) if request.HasField("sent_at") else None
    if sent_at is None:
        return None
    round_trip = from_duration(request.round_trip) if request.HasField("round_trip") else None
    return offset_seconds(sent_at=sent_at, received_at=received_at, round_trip_seconds=round_trip)


def gap_to_wire(gap: Gap) -> pb.NodeGap:
    """A gap."""
    return pb.NodeGap(
        spool_id=gap.spool_id,
        first_sequence=gap.first,
        last_sequence=gap.last,
        received_before_at=to_timestamp(gap.received_before_at) if gap.received_before_at else None,
        received_after_at=to_timestamp(gap.received_after_at) if gap.received_after_at else None,
    )
