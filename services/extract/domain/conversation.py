"""Several segments read as one text, so that a call, a cue or a correction may reach over their border."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from services.extract.domain.model import SegmentText

_BORDER = "\n"  # counts as the end of a sentence


@dataclass(frozen=True)
class Conversation:
    """The joined text and where each segment begins in it."""

    text: str
    segments: tuple[SegmentText, ...]
    starts: tuple[int, ...]

    @classmethod
    def of(cls, segments: Sequence[SegmentText]) -> Conversation:
        """Segments in order of their index."""
        ordered = tuple(sorted(segments, key=lambda segment: segment.index))
        starts, position = [], 0
        for segment in ordered:
            starts.append(position)
            position += len(segment.text) + len(_BORDER)
        return cls(_BORDER.join(segment.text for segment in ordered), ordered, tuple(starts))

    def place(self, start: int, end: int) -> tuple[SegmentText, int, int, bool]:
        """The segment in which a span of the joined text begins, the span in it, and whether it goes on in the next."""
        at = bisect_right(self.starts, start) - 1
        segment, offset = self.segments[at], self.starts[at]
        whole = end - offset
        return segment, start - offset, min(whole, len(segment.text)), whole > len(segment.text)
