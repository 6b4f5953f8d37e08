"""What people said of mentions and callsigns."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from services.extract.domain.airtime import Airtime


class ReviewAction(StrEnum):
    """What a person said."""

    CONFIRM = "confirm"  # the mention is right
    REJECT = "reject"  # nobody said that call: at this place, or wherever it is read
    REPLACE = "replace"  # another call was said at this place
    ADD = "add"  # a call was said where none was read
    MERGE = "merge"  # the call is a misreading of another, wherever it is read


@dataclass(frozen=True, slots=True)
class Place:
    """Where in a recording the call was, in the words of the transcript that the person saw."""

    recording: str
    transcript: str
    segment_index: int
    start: int  # span in code points, end exclusive
    end: int
    heard: str
    airtime: Airtime | None = None  # None where nothing is timed


@dataclass(frozen=True, slots=True)
class Review:
    """One thing that one person said. Nothing in it ever changes but whether it was undone."""

    id: str  # ordered by time
    action: ReviewAction
    base_call: str  # the call it is about; empty for ADD
    new_call: str  # for REPLACE, ADD and MERGE; else empty
    place: Place | None  # None: of the callsign wherever it is read
    node: str  # id of the node it is for; empty: all
    author: str
    reason: str
    created_at: datetime
    undone_at: datetime | None = None
    undone_by: str = ""

    @property
    def says(self) -> str:
        """The call that was said, by this person's word; empty where none was."""
        return self.base_call if self.action is ReviewAction.CONFIRM else self.new_call


@dataclass(frozen=True, slots=True)
class ReviewEffect:
    """What a review did to one mention of one reading: the mention as it was before."""

    review: str
    segment_index: int
    start: int
    end: int
    heard: str
    base_call: str  # empty where there was none


@dataclass(frozen=True, slots=True)
class ReviewsHeeded:
    """What a reading took from people: so it can be told whether anything was said since."""

    calls: frozenset[str]
    """The calls for which reviews were looked up."""
    reviews: tuple[str, ...]
    """All that were found, by id in order."""
    effects: tuple[ReviewEffect, ...]
    unplaced: tuple[str, ...] = ()
    """Reviews that name a call for which this transcript has no place any more."""
