"""How events change what is known of a recording. Pure, and independent of the order in which events come.

Newest wins: transcripts and mentions by the transcript's name, whose id is ordered by time; analyses by the time they
were published. So replaying all events, in any order, ends in the same content.
"""

from dataclasses import dataclass, field, replace
from datetime import datetime


@dataclass(frozen=True)
class RecordingFacts:
    """The recording that every event carries."""

    name: str
    node: str
    """Id, without `nodes/`."""
    channel: str
    captured_at: datetime
    duration_ms: int
    blob: bytes
    """Serialized Recording."""


@dataclass(frozen=True)
class TranscriptFacts:
    """A transcript as it is stored."""

    name: str
    blob: bytes
    """Serialized Transcript, with words."""
    outline: bytes
    """The same without words, for lists and snippets."""
    body: str
    """Text of all segments for the index."""
    segment_count: int


@dataclass(frozen=True)
class MentionFacts:
    """The mentions found in one transcript."""

    transcript: str
    blob: bytes
    base_calls: tuple[str, ...]
    """One for each mention, in order."""


@dataclass(frozen=True)
class AnalysisFacts:
    """What a recording belongs to and what is urgent in it."""

    conversation: str
    merged_conversations: tuple[str, ...]
    blob: bytes
    """Serialized alerts."""
    alert_count: int
    """Without drills."""


@dataclass(frozen=True)
class Change:
    """One event, decoded."""

    event: str
    """Last part of its subject, e.g. "recording_stored"."""
    recording: RecordingFacts
    trace_id: str
    published_us: int
    """When the bus took it, microseconds since 1970."""
    audio_key: str | None = None
    transcript: TranscriptFacts | None = None
    mentions: MentionFacts | None = None
    analysis: AnalysisFacts | None = None


@dataclass(frozen=True)
class Known:
    """What the tables hold of a recording, as far as decisions need it, and what is to be written."""

    recording: RecordingFacts
    trace_id: str = ""
    audio_key: str = ""
    transcript_name: str = ""
    mentions_of: str = ""
    """Transcript whose mentions are stored."""
    analyzed_us: int = 0
    new_transcript: TranscriptFacts | None = field(default=None, repr=False)
    new_mentions: MentionFacts | None = field(default=None, repr=False)
    new_analysis: AnalysisFacts | None = field(default=None, repr=False)

    @property
    def searchable(self) -> bool:
        """True when the mentions are those of the current transcript."""
        return bool(self.transcript_name) and self.mentions_of == self.transcript_name

    def after(self, change: Change) -> "Known":
        """What is known once `change` is taken in."""
        known = self
        if change.audio_key is not None:
            known = replace(known, audio_key=change.audio_key, trace_id=change.trace_id or known.trace_id)
        elif not known.trace_id:
            known = replace(known, trace_id=change.trace_id)
        if change.transcript is not None and change.transcript.name > known.transcript_name:
            known = replace(known, transcript_name=change.transcript.name, new_transcript=change.transcript)
        if change.mentions is not None and change.mentions.transcript > known.mentions_of:
            known = replace(known, mentions_of=change.mentions.transcript, new_mentions=change.mentions)
        if change.analysis is not None and change.published_us > known.analyzed_us:
            known = replace(known, analyzed_us=change.published_us, new_analysis=change.analysis)
        return known
