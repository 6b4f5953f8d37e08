"""How events change what is known of a recording. Pure, and independent of the order in which events come.

The best transcript wins, and with it the mentions and the analysis of it: one that no stand-in made, the newest by name
(whose id is ordered by time) among equals. So replaying all events, in any order, ends in the same content.
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
class Source:
    """The transcript that something comes from."""

    name: str = ""
    """Empty: from none yet."""
    degraded: bool = False
    """Made by a stand-in engine."""

    @property
    def rank(self) -> tuple[bool, bool, str]:
        """The higher one wins."""
        return (self.name != "", not self.degraded, self.name)


@dataclass(frozen=True)
class TranscriptFacts:
    """A transcript as it is stored."""

    source: Source
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

    source: Source
    blob: bytes
    """Serialized mentions and entities."""
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
    source: Source


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
class LeftOut:
    """Whether a callsign asked not to be profiled, decoded from an event; the latest word counts."""

    base_call: str
    left_out: bool
    changed_at: datetime

    @property
    def rank(self) -> tuple[datetime, bool]:
        """The higher one wins; of two words of one millisecond, the one that hides."""
        return (self.changed_at, self.left_out)


@dataclass(frozen=True)
class Known:
    """What the tables hold of a recording, as far as decisions need it, and what is to be written."""

    recording: RecordingFacts
    trace_id: str = ""
    audio_key: str = ""
    transcript: Source = Source()
    mentions_of: Source = Source()
    """Transcript whose mentions are stored."""
    mentioned_us: int = 0
    analysis_of: Source = Source()
    """Transcript whose analysis is stored."""
    analyzed_us: int = 0
    new_transcript: TranscriptFacts | None = field(default=None, repr=False)
    new_mentions: MentionFacts | None = field(default=None, repr=False)
    new_analysis: AnalysisFacts | None = field(default=None, repr=False)

    @property
    def searchable(self) -> bool:
        """True when the mentions are those of the current transcript."""
        return bool(self.transcript.name) and self.mentions_of.name == self.transcript.name

    def after(self, change: Change) -> "Known":
        """What is known once `change` is taken in."""
        known = self
        if change.audio_key is not None:
            known = replace(known, audio_key=change.audio_key, trace_id=change.trace_id or known.trace_id)
        elif not known.trace_id:
            known = replace(known, trace_id=change.trace_id)
        if change.transcript is not None and change.transcript.source.rank > known.transcript.rank:
            known = replace(known, transcript=change.transcript.source, new_transcript=change.transcript)
        # The same transcript may be read and analysed again, by newer rules.
        at = change.published_us
        found, analysis = change.mentions, change.analysis
        if found is not None and (found.source.rank, at) > (known.mentions_of.rank, known.mentioned_us):
            known = replace(known, mentions_of=found.source, mentioned_us=at, new_mentions=found)
        if analysis is not None and (analysis.source.rank, at) > (known.analysis_of.rank, known.analyzed_us):
            known = replace(known, analysis_of=analysis.source, analyzed_us=at, new_analysis=analysis)
        return known
