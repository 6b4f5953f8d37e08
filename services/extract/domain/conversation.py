"""Several segments read as one text, so that a call, a cue or a correction may reach over their border."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from typing import overload

from services.extract.domain.model import SegmentText
from services.extract.domain.tokens import tokenize

_BORDER = "\n"  # counts as the end of a sentence


class Conversation(Sequence[SegmentText]):
    """The segments in order of their index, joined and cut into words.

    Whoever asks several readers for the same segments makes it once and gives it to each in their place.
    """

    def __init__(self, segments: Sequence[SegmentText]) -> None:
        self.segments = tuple(sorted(segments, key=lambda segment: segment.index))
        starts, position = [], 0
        for segment in self.segments:
            starts.append(position)
            position += len(segment.text) + len(_BORDER)
        self.starts = starts
        """Where each segment begins in the text."""
        self.text = _BORDER.join([segment.text for segment in self.segments])
        self.tokens = tokenize(self.text)

    @classmethod
    def of(cls, segments: Sequence[SegmentText]) -> Conversation:
        """`segments` as a conversation; one that is one already is used as it is."""
        return segments if isinstance(segments, Conversation) else cls(segments)

    def place(self, start: int, end: int) -> tuple[SegmentText, int, int, bool]:
        """The segment in which a span of the joined text begins, the span in it, and whether it goes on in the next."""
        at = bisect_right(self.starts, start) - 1
        segment, offset = self.segments[at], self.starts[at]
        whole = end - offset
        return segment, start - offset, min(whole, len(segment.text)), whole > len(segment.text)

    @overload
    def __getitem__(self, place: int) -> SegmentText: ...

    @overload
    def __getitem__(self, place: slice) -> Sequence[SegmentText]: ...

    def __getitem__(self, place: int | slice) -> SegmentText | Sequence[SegmentText]:
        return self.segments[place]

    def __len__(self) -> int:
        return len(self.segments)
