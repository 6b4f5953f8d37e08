"""Between the domain's findings and the wire's."""

from mesh.rpc.times import to_timestamp
from services.analyze.domain.model import Alert, AlertKind, Conversation
from tsn.analyze.v1 import analyze_pb2 as pb

KINDS = {
    AlertKind.EMERGENCY: pb.ALERT_KIND_EMERGENCY,
    AlertKind.PRIORITY: pb.ALERT_KIND_PRIORITY,
    AlertKind.WEATHER: pb.ALERT_KIND_WEATHER,
}


def alert_to_wire(alert: Alert) -> pb.Alert:
    """An alert as it travels."""
    return pb.Alert(
        kind=KINDS[alert.kind],
        phrase=alert.phrase,
        segment_index=alert.segment_index,
        start=alert.start,
        end=alert.end,
        drill=alert.drill,
        confidence=alert.confidence,
    )


def conversation_to_wire(conversation: Conversation, node: str) -> pb.Conversation:
    """A conversation as it travels; `node` is `nodes/{node}`."""
    return pb.Conversation(
        name=conversation_name(conversation.id),
        node=node,
        channel=conversation.channel,
        started_at=to_timestamp(conversation.started_at),
        ended_at=to_timestamp(conversation.last_at),
        recording_count=conversation.recordings,
    )


def conversation_name(conversation_id: str) -> str:
    """Resource name of a conversation."""
    return f"conversations/{conversation_id}"
