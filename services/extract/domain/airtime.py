"""Where in a recording a span of text was said, and which text was said at a moment."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from services.extract.domain.reading import Reading, TimedWord

_Located = tuple[int, int, TimedWord]
"""A word with its span in the segment's text."""


@dataclass(frozen=True, slots=True)
class Airtime:
    """A stretch of a recording, in seconds from its start."""

    begins_seconds: float
    ends_seconds: float

    def shared_with(self, other: Airtime) -> float:
        """Seconds that both have; negative: what lies between them."""
        return min(self.ends_seconds, other.ends_seconds) - max(self.begins_seconds, other.begins_seconds)

    @property
    def seconds(self) -> float:
        """Its length."""
        return self.ends_seconds - self.begins_seconds


def airtime_of(reading: Reading, segment_index: int, start: int, end: int) -> Airtime | None:
    """When the characters `start` to `end` of a segment were said.

    By its timed words; where there are none, in proportion to the segment's own time. None where nothing is timed.
    """
    words = [word for first, last, word in _located(reading, segment_index) if first < end and start < last]
    if words:
        return Airtime(words[0].start_seconds, words[-1].end_seconds)
    whole = reading.times.get(segment_index)
    if whole is None:
        return None
    length = max(1, len(reading.text_of(segment_index)))
    begins, ends = whole
    share = (ends - begins) / length
    return Airtime(begins + share * start, begins + share * end)


def said_at(reading: Reading, moment: Airtime) -> tuple[int, int, int] | None:
    """Segment and span of what was said at `moment`: the words that share it, else the segment as a whole."""
    best: tuple[float, int] | None = None
    for segment in reading.segments:
        span = _words_at(reading, segment.index, moment)
        if span is not None:
            return segment.index, *span
        whole = reading.times.get(segment.index)
        shared = Airtime(*whole).shared_with(moment) if whole and segment.text else 0.0
        if shared > 0 and (best is None or shared > best[0]):
            best = (shared, segment.index)
    return None if best is None else (best[1], 0, len(reading.text_of(best[1])))


def _words_at(reading: Reading, segment_index: int, moment: Airtime) -> tuple[int, int] | None:
    spans = [
        (first, last)
        for first, last, word in _located(reading, segment_index)
        # At least half of the word: its neighbours touch the moment at their ends.
        if 2 * Airtime(word.start_seconds, word.end_seconds).shared_with(moment) > word.end_seconds - word.start_seconds
    ]
    return (spans[0][0], spans[-1][1]) if spans else None


def _located(reading: Reading, segment_index: int) -> Iterator[_Located]:
    """The timed words of a segment at their places in its text; those that the text does not hold are left out."""
    words = reading.words.get(segment_index, ())
    if not words:
        return
    text, position = reading.text_of(segment_index), 0
    for word in words:
        spoken = word.text.strip()
        first = text.find(spoken, position) if spoken else -1
        if first >= 0:
            position = first + len(spoken)
            yield first, position, word
