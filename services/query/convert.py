"""Rows as messages."""

from collections.abc import Sequence

from mesh.rpc.times import to_duration, to_timestamp
from services.query.domain.highlight import Span, SpokenCall, highlight
from services.query.domain.language import Query
from services.query.store.reading import Callsign, Statistics, StoredRecording
from tsn.extract.v1.extract_pb2 import Mention
from tsn.ingest.v1.recording_pb2 import Recording
from tsn.query.v1 import query_pb2 as pb
from tsn.transcribe.v1.transcript_pb2 import Segment, Transcript

SNIPPET_LIMIT = 3
CONTENT_TYPES = {
    "wav": "audio/wav",
    "mp3": "audio/mpeg",
    "flac": "audio/flac",
    "ogg": "audio/ogg",
    "opus": "audio/ogg",
    "aac": "audio/aac",
    "aiff": "audio/aiff",
    "au": "audio/basic",
    "amr": "audio/amr",
    "mp4": "audio/mp4",
    "mov": "audio/mp4",
    "m4a": "audio/mp4",
    "webm": "audio/webm",
    "matroska": "audio/x-matroska",
}


def content_type(stored: StoredRecording) -> str:
    """Media type of the recording's file."""
    container = Recording.FromString(stored.recording).container
    # ffmpeg names a family of containers by all their names: "mov,mp4,m4a".
    return CONTENT_TYPES.get(container.split(",")[0].lower(), "application/octet-stream")


def to_view(stored: StoredRecording) -> pb.RecordingView:
    """A recording with what was made of it."""
    view = pb.RecordingView(
        recording=Recording.FromString(stored.recording),
        conversation=stored.conversation,
        trace_id=stored.trace_id,
        searchable=stored.searchable,
    )
    if stored.transcript is not None:
        view.transcript.ParseFromString(stored.transcript)
    if stored.mentions is not None:
        view.MergeFromString(stored.mentions)
    if stored.alerts is not None:
        view.MergeFromString(stored.alerts)
    return view


def to_hit(stored: StoredRecording, query: Query | None) -> pb.SearchHit:
    """A recording with the segments that answer `query`; without one, how it begins."""
    transcript = Transcript.FromString(stored.transcript or b"")
    mentions = pb.RecordingView.FromString(stored.mentions or b"").mentions
    return pb.SearchHit(
        recording=Recording.FromString(stored.recording),
        snippets=_snippets(transcript, mentions, query) if query is not None else _beginning(transcript),
        callsigns=list(dict.fromkeys(mention.base_call for mention in mentions)),
        trace_id=stored.trace_id,
    )


def to_summary(callsign: Callsign) -> pb.CallsignSummary:
    """A callsign over all recordings."""
    return pb.CallsignSummary(
        base_call=callsign.base_call,
        mention_count=callsign.mention_count,
        recording_count=callsign.recording_count,
        first_heard_at=to_timestamp(callsign.first_heard_at),
        last_heard_at=to_timestamp(callsign.last_heard_at),
    )


def to_statistics(counts: Statistics) -> pb.GetStatisticsResponse:
    """Counts over all that is stored."""
    return pb.GetStatisticsResponse(
        recordings=counts.recordings,
        searchable_recordings=counts.searchable_recordings,
        airtime=to_duration(counts.airtime_ms / 1000),
        segments=counts.segments,
        mentions=counts.mentions,
        callsigns=counts.callsigns,
        alerts=counts.alerts,
    )


def _snippets(transcript: Transcript, mentions: Sequence[Mention], query: Query) -> list[pb.Snippet]:
    segments = transcript.segments
    place_of = {segment.index: place for place, segment in enumerate(segments)}
    calls = [
        SpokenCall(mention.base_call, Span(place_of[mention.segment_index], mention.start, mention.end))
        for mention in mentions
        if mention.segment_index in place_of
    ]
    spans: dict[int, list[Span]] = {}
    for span in highlight(query, [segment.text for segment in segments], calls):
        spans.setdefault(span.segment, []).append(span)
    return [
        _snippet(
            segments[place],
            [pb.Highlight(segment_index=segments[place].index, start=s.start, end=s.end) for s in found],
        )
        for place, found in sorted(spans.items())[:SNIPPET_LIMIT]
    ]


def _beginning(transcript: Transcript) -> list[pb.Snippet]:
    return [_snippet(segment) for segment in transcript.segments[:SNIPPET_LIMIT]]


def _snippet(segment: Segment, highlights: Sequence[pb.Highlight] = ()) -> pb.Snippet:
    return pb.Snippet(
        segment_index=segment.index, start_offset=segment.start_offset, text=segment.text, highlights=highlights
    )
