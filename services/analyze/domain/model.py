"""What the analyze service concludes about recordings."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class AlertKind(StrEnum):
    """What a person should know now; the order of urgency is the order here."""

    EMERGENCY = "emergency"
    PRIORITY = "priority"
    WEATHER = "weather"


@dataclass(frozen=True, slots=True)
class Alert:
    """An urgent phrase. `start` and `end` are code-point offsets into the text of segment `segment_index`.

    With `drill` the words belong to an exercise: they are shown, and page nobody.
    """

    kind: AlertKind
    phrase: str  # as heard: text[start:end]
    segment_index: int
    start: int
    end: int
    drill: bool
    confidence: float  # 0..1


@dataclass(frozen=True, slots=True)
class Conversation:
    """Recordings of one channel close in time; `last_at` is the end of the recording that ends last."""

    id: str
    channel: str
    started_at: datetime
    last_at: datetime
    recordings: int
