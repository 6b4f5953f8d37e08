"""A transcript while it is read: what is known of it, and what each step adds."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

from services.extract.domain.expected import NOBODY, Roster
from services.extract.domain.model import Entity, Mention, SegmentText
from services.extract.domain.spelling import BUILT_IN_SPELLING, Spelling

if TYPE_CHECKING:
    from services.extract.domain.reviews import ReviewsHeeded


@dataclass(frozen=True, slots=True)
class TimedWord:
    """A word of a segment and where it was said, in seconds inside the recording."""

    text: str
    start_seconds: float
    end_seconds: float


@dataclass(frozen=True)
class Reading:
    """One transcript of one recording, with what was found in it so far."""

    recording: str  # resource name
    node: str  # id, without "nodes/"
    channel: str
    captured_at: datetime
    transcript: str  # resource name
    segments: tuple[SegmentText, ...]
    audio_sha256: str = ""
    """Hash by which the audio is stored, in lower case; empty where it is not known."""
    words: dict[int, tuple[TimedWord, ...]] = field(default_factory=dict)
    """Timed words by segment index; none where the engine gives no times."""
    times: dict[int, tuple[float, float]] = field(default_factory=dict)
    """Where each segment begins and ends in the recording, in seconds; none where the engine does not say."""
    roster: Roster = NOBODY
    """Base calls expected here."""
    mentions: tuple[Mention, ...] = ()
    dropped: tuple[Mention, ...] = ()
    """Mentions that the votes of helpers took out, with the evidence."""
    entities: tuple[Entity, ...] = ()
    spelling: Spelling = BUILT_IN_SPELLING
    """The version of the corrections that every step reads by."""
    shortfalls: tuple[str, ...] = ()
    """Helpers that were asked and could not answer; the job then ends degraded."""
    heeded: ReviewsHeeded | None = None
    """What people said that went into it; None before that step."""

    @property
    def corrections_version(self) -> int:
        """Version of the table of corrections; 0: those that are built in."""
        return self.spelling.version

    def text_of(self, segment_index: int) -> str:
        """The text of a segment. Raises KeyError."""
        for segment in self.segments:
            if segment.index == segment_index:
                return segment.text
        raise KeyError(segment_index)


class ReadingStep(Protocol):
    """One step of the reading of a transcript.

    A step adds or settles; what it cannot do for want of a helper it leaves as it was and names in `shortfalls`.
    It raises only what makes the whole job wait and try again (the database is away).
    """

    async def read(self, reading: Reading) -> Reading:
        """`reading` with what this step found."""
        ...
