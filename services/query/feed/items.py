"""What travels on a feed."""

from dataclasses import dataclass

from google.protobuf.message import DecodeError
from google.protobuf.timestamp_pb2 import Timestamp

from mesh.rpc.times import to_timestamp
from mesh.telemetry.tracing import trace_id_of
from services.query.events import FACTS, LIVE, Place, event_name, place_of
from services.query.feed.reader import StoredEvent
from tsn.query.v1.query_pb2 import WatchFeedResponse

_LIVE_FIELDS = {"partial": "partial", "mentions": "live_mentions", "alerts": "live_alerts"}


@dataclass(frozen=True)
class Item:
    """One message of a feed, the same object for all watchers; the cursor is added for each fact once."""

    place: Place
    response: WatchFeedResponse
    sequence: int | None = None
    """Position in TSN_EVENTS; None for what is not stored."""


@dataclass(frozen=True)
class Wanted:
    """What a watcher asked for; empty means all."""

    node: str = ""
    channel: str = ""
    facts_only: bool = False

    def takes(self, item: Item) -> bool:
        """True when `item` is for this watcher."""
        return (
            (not self.node or item.place.node == self.node)
            and (not self.channel or item.place.channel == self.channel)
            and not (self.facts_only and item.sequence is None)
        )


def fact_item(event: StoredEvent, cursor: str) -> Item | None:
    """A stored event as an item; None for events that are no part of the feed or cannot be read."""
    kind = FACTS.get(event.subject)
    if kind is None:
        return None
    try:
        message = kind.FromString(event.payload)
    except DecodeError:
        return None
    response = WatchFeedResponse(
        cursor=cursor,
        published_at=to_timestamp(event.published_at),
        trace_id=trace_id_of(event.traceparent),
        **{event_name(event.subject): message},  # type: ignore[arg-type]
    )
    return Item(place_of(message), response, event.sequence)


def live_item(subject: str, payload: bytes, traceparent: str, now: Timestamp) -> Item | None:
    """A live message as an item; None where it is unknown or cannot be read."""
    name = event_name(subject)
    kind = LIVE.get(name)
    if kind is None:
        return None
    try:
        message = kind.FromString(payload)
    except DecodeError:
        return None
    response = WatchFeedResponse(
        published_at=now,
        trace_id=trace_id_of(traceparent),
        **{_LIVE_FIELDS[name]: message},  # type: ignore[arg-type]
    )
    return Item(place_of(message), response)
