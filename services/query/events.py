"""Events of TSN_EVENTS, decoded: for the read tables and for the feed."""

from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

from google.protobuf.message import DecodeError

from mesh.errors import InvalidInput
from mesh.rpc.times import from_duration, from_timestamp
from services.query.domain.projection import (
    AnalysisFacts,
    Change,
    LeftOut,
    MentionFacts,
    RecordingFacts,
    Source,
    TranscriptFacts,
)
from services.query.domain.words import indexable
from tsn.analyze.v1.analyze_pb2 import RecordingAnalyzed, StreamAnalyzeResponse
from tsn.extract.v1.extract_pb2 import MentionsExtracted, StreamExtractResponse
from tsn.extract.v1.review_pb2 import OptOutChanged
from tsn.ingest.v1.recording_pb2 import Recording, RecordingStored
from tsn.query.v1.query_pb2 import RecordingIndexed, RecordingView
from tsn.transcribe.v1.transcript_pb2 import PartialTranscript, Transcript, TranscriptCompleted

STORED = "tsn.ingest.v1.recording_stored"
TRANSCRIBED = "tsn.transcribe.v1.transcript_completed"
EXTRACTED = "tsn.extract.v1.mentions_extracted"
ANALYZED = "tsn.analyze.v1.recording_analyzed"
OPT_OUT = "tsn.extract.v1.opt_out_changed"
INDEXED = "tsn.query.v1.recording_indexed"

Projected: TypeAlias = RecordingStored | TranscriptCompleted | MentionsExtracted | RecordingAnalyzed
Fact: TypeAlias = Projected | RecordingIndexed
Live: TypeAlias = PartialTranscript | StreamExtractResponse | StreamAnalyzeResponse

PROJECTED: dict[str, type[Projected]] = {
    STORED: RecordingStored,
    TRANSCRIBED: TranscriptCompleted,
    EXTRACTED: MentionsExtracted,
    ANALYZED: RecordingAnalyzed,
}
SUBJECTS = (*PROJECTED, OPT_OUT)
"""All that the read tables are made from."""
FACTS: dict[str, type[Fact]] = {**PROJECTED, INDEXED: RecordingIndexed}
LIVE: dict[str, type[Live]] = {
    "partial": PartialTranscript,
    "mentions": StreamExtractResponse,
    "alerts": StreamAnalyzeResponse,
}
"""Live messages by the last part of their subject."""

CALL_LIMIT = 32
"""Longest callsign that is stored; what is longer is none."""


class EventUnreadable(InvalidInput):
    """An event that no later attempt will make readable."""

    reason = "EVENT_UNREADABLE"


@dataclass(frozen=True)
class Place:
    """The channel that something happened on."""

    node: str
    """Id, without `nodes/`."""
    channel: str


def event_name(subject: str) -> str:
    """Last part of a subject: "recording_stored"."""
    return subject.rpartition(".")[2]


def node_of(recording: str) -> str:
    """Id of the node in a recording's name; empty where there is none."""
    parts = recording.split("/")
    return parts[1] if len(parts) == 4 and parts[0] == "nodes" and parts[2] == "recordings" else ""


def place_of(message: Fact | Live) -> Place:
    """Where it happened."""
    if isinstance(message, PartialTranscript | StreamExtractResponse | StreamAnalyzeResponse | RecordingIndexed):
        return Place(node_of(message.recording), message.channel)
    return Place(node_of(message.recording.name), message.recording.channel)


def decode_change(subject: str, payload: bytes, *, trace_id: str, published_us: int) -> Change:
    """The event as a change of the read tables. Raises EventUnreadable."""
    try:
        message = PROJECTED[subject].FromString(payload)
        recording = _recording(message.recording)
    except (KeyError, DecodeError, ValueError, OverflowError) as error:
        raise EventUnreadable(f"{subject}: {type(error).__name__}: {error}", facts={"subject": subject}) from error
    transcript = mentions = analysis = audio_key = None
    match message:
        case RecordingStored():
            audio_key = message.audio_key
        case TranscriptCompleted():
            transcript = _transcript(message.transcript)
        case MentionsExtracted():
            transcript = _transcript(message.transcript)
            mentions = _mentions(message)
        case RecordingAnalyzed():
            analysis = _analysis(message)
    return Change(
        event=event_name(subject),
        recording=recording,
        trace_id=trace_id,
        published_us=published_us,
        audio_key=audio_key,
        transcript=transcript,
        mentions=mentions,
        analysis=analysis,
    )


def decode_opt_out(payload: bytes) -> LeftOut:
    """The event as a change of what is shown. Raises EventUnreadable."""
    try:
        message = OptOutChanged.FromString(payload)
        changed_at = from_timestamp(message.changed_at)
    except (DecodeError, ValueError, OverflowError) as error:
        raise EventUnreadable(f"{OPT_OUT}: {type(error).__name__}: {error}", facts={"subject": OPT_OUT}) from error
    if not (message.base_call.isascii() and 0 < len(message.base_call) <= CALL_LIMIT):
        raise EventUnreadable(f"{OPT_OUT}: no callsign", facts={"subject": OPT_OUT})
    return LeftOut(message.base_call, message.opted_out, changed_at)


def outline(transcript: Transcript) -> Transcript:
    """`transcript` without words."""
    short = Transcript()
    short.CopyFrom(transcript)
    for segment in short.segments:
        del segment.words[:]
    return short


def _recording(recording: Recording) -> RecordingFacts:
    node = node_of(recording.name)
    if not node or not recording.HasField("captured_at"):
        raise ValueError(f"no recording with a time: {recording.name[:200]!r}")
    captured_at: datetime = from_timestamp(recording.captured_at)
    return RecordingFacts(
        name=recording.name,
        node=node,
        channel=recording.channel,
        captured_at=captured_at,
        duration_ms=round(from_duration(recording.duration) * 1000),
        blob=recording.SerializeToString(deterministic=True),
    )


def _transcript(transcript: Transcript) -> TranscriptFacts:
    return TranscriptFacts(
        source=_source(transcript),
        blob=transcript.SerializeToString(deterministic=True),
        outline=outline(transcript).SerializeToString(deterministic=True),
        body=indexable("\n".join(segment.text for segment in transcript.segments)),
        segment_count=len(transcript.segments),
    )


def _mentions(message: MentionsExtracted) -> MentionFacts:
    kept = [mention for mention in message.mentions if 0 < len(mention.base_call) <= CALL_LIMIT]
    kept = [mention for mention in kept if mention.base_call.isascii()]
    return MentionFacts(
        source=_source(message.transcript),
        blob=RecordingView(mentions=kept, entities=message.entities).SerializeToString(),
        base_calls=tuple(mention.base_call for mention in kept),
    )


def _analysis(message: RecordingAnalyzed) -> AnalysisFacts:
    return AnalysisFacts(
        conversation=message.conversation.name,
        merged_conversations=tuple(message.merged_conversations),
        blob=RecordingView(alerts=message.alerts).SerializeToString(),
        alert_count=sum(not alert.drill for alert in message.alerts),
        source=Source(message.transcript, message.degraded),
    )


def _source(transcript: Transcript) -> Source:
    return Source(transcript.name, transcript.degraded)
