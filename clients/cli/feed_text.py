"""Items of the live feed as lines."""

from datetime import UTC

from google.protobuf.timestamp_pb2 import Timestamp
from rich.text import Text

from clients.cli.findings_text import entities_in_brief
from clients.cli.output import clean
from clients.cli.render import CALLSIGN, FAINT, alert_text, distinct_calls, length, place, spoken, where
from tsn.query.v1.query_pb2 import WatchFeedResponse
from tsn.transcribe.v1.transcript_pb2 import PartialTranscript


def feed_line(item: WatchFeedResponse) -> Text | None:
    """One line for a fact; None for what has no line: partial texts, heartbeats, empty findings."""
    kind = item.WhichOneof("item")
    if kind == "recording_stored":
        stored = item.recording_stored.recording
        return _line(
            item, "recording", where(stored), Text(f"{length(stored.duration)}, {clean(stored.source_file_name)}")
        )
    if kind == "transcript_completed":
        done = item.transcript_completed
        return _line(
            item, "heard", where(done.recording), Text(spoken(done.transcript) or "(nobody speaks)", style="bold")
        )
    if kind == "mentions_extracted":
        found = item.mentions_extracted
        calls, others = " ".join(distinct_calls(found.mentions)), entities_in_brief(found.entities)
        if not calls:
            return _line(item, "found", where(found.recording), Text(others, style=FAINT)) if others else None
        text = Text.assemble((calls, CALLSIGN), (f"  {others}".rstrip(), FAINT))
        return _line(item, "callsigns", where(found.recording), text)
    if kind == "recording_analyzed":
        analyzed = item.recording_analyzed
        alerts = Text(", ").join(alert_text(alert) for alert in analyzed.alerts)
        return _line(item, "alert", where(analyzed.recording), alerts) if analyzed.alerts else None
    if kind == "recording_indexed":
        indexed = item.recording_indexed
        return _line(
            item, "searchable", place(indexed.recording, indexed.channel), Text(indexed.recording, style=FAINT)
        )
    return _live_line(item)


def partial_line(partial: PartialTranscript) -> Text:
    """Text of a recording while it is decoded: what stays, then what may change."""
    line = Text.assemble((f"… {place(partial.recording, partial.channel)}  ", FAINT), clean(partial.stable_text))
    return line.append(f" {clean(partial.unstable_text)}".rstrip(), style="italic")


def _live_line(item: WatchFeedResponse) -> Text | None:
    kind = item.WhichOneof("item")
    if kind == "live_mentions" and item.live_mentions.mentions:
        live = item.live_mentions
        calls = Text(" ".join(distinct_calls(live.mentions)), style=CALLSIGN)
        return _line(item, "live call", place(live.recording, live.channel), calls)
    if kind == "live_alerts" and item.live_alerts.alerts:
        live_alerts = item.live_alerts
        alerts = Text(", ").join(alert_text(alert) for alert in live_alerts.alerts)
        return _line(item, "live alert", place(live_alerts.recording, live_alerts.channel), alerts)
    return None


def _line(item: WatchFeedResponse, what: str, place_name: str, text: Text) -> Text:
    return Text.assemble((f"{_clock(item.published_at)}  ", FAINT), f"{what:<10}  {place_name}  ", text)


def _clock(at: Timestamp) -> str:
    return at.ToDatetime(UTC).strftime("%H:%M:%SZ") if at.seconds else " " * 9
