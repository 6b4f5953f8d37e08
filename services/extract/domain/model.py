"""What the extract service knows about a recording: the text it reads and the callsigns it finds there."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class MentionForm(StrEnum):
    """How the call was put into words."""

    WRITTEN = "written"  # K7ABC
    SPACED = "spaced"  # K 7 ABC, K-7-A-B-C
    PHONETIC = "phonetic"  # kilo seven alpha bravo charlie
    MIXED = "mixed"  # K7 alpha bravo charlie


class MentionRole(StrEnum):
    """What the owner of the call was doing."""

    UNSPECIFIED = "unspecified"  # no cue in the words around it
    SPEAKING = "speaking"  # "this is K7ABC"
    CALLED = "called"  # "K7ABC, this is ..."
    MENTIONED = "mentioned"  # "I worked K7ABC yesterday"
    ECHOED = "echoed"  # net control's "good evening K7ABC, thanks for checking in"


class MentionReview(StrEnum):
    """What people said of a mention."""

    NONE = ""
    CONFIRMED = "confirmed"
    REPLACED = "replaced"  # a person put this call in the place of another
    ADDED = "added"  # no rule found it


@dataclass(frozen=True, slots=True)
class Holder:
    """Whom a callsign is issued to, as a public register says."""

    name: str
    location: str
    source: str  # "fcc", "ised", "qrz"


@dataclass(frozen=True, slots=True)
class SegmentText:
    """The words of one transcript segment; `index` is its place in the transcript, from 0."""

    index: int
    text: str


@dataclass(frozen=True, slots=True)
class Mention:
    """One callsign heard in one segment.

    `start` and `end` are offsets in Unicode code points into the segment's text, end exclusive. The span
    covers the host prefix and the modifiers too: `heard == text[start:end]` is what a reader would underline.
    """

    segment_index: int
    start: int
    end: int
    heard: str
    base_call: str  # upper case, without prefix and modifiers: K7ABC
    modifiers: tuple[str, ...]  # in the order heard: "P", "M", "MM", "QRP", "4", "-1"
    host_prefix: str  # VE7 in VE7/K7ABC, else ""
    form: MentionForm
    role: MentionRole
    evidence: tuple[str, ...]  # "kind:detail" facts that led to the reading, for people to check
    confidence: float  # 0..1
    alternatives: tuple[str, ...] = ()  # other base calls that the same words could mean, best first
    holder: Holder | None = None
    review: MentionReview = MentionReview.NONE
    unaided: float = 0.0  # confidence that the words alone give, without what is known of the channel


class EntityKind(StrEnum):
    """What an entity is; its value is written as proto/tsn/extract/v1/entity.proto says."""

    GRID_SQUARE = "grid_square"
    FREQUENCY = "frequency"
    TONE = "tone"
    SIGNAL_REPORT = "signal_report"
    Q_CODE = "q_code"
    LOCATION = "location"
    NAME = "name"
    NODE_NUMBER = "node_number"


@dataclass(frozen=True, slots=True)
class Entity:
    """Something other than a callsign in one segment; offsets as in `Mention`."""

    segment_index: int
    start: int
    end: int
    heard: str
    kind: EntityKind
    value: str
    evidence: tuple[str, ...]
    confidence: float  # 0..1
