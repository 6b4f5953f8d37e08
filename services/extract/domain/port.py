"""The port behind which callsign extraction can be deepened without moving any wall."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Protocol

from services.extract.domain.expected import NOBODY, Roster
from services.extract.domain.model import Mention, SegmentText


class MentionExtractor(Protocol):
    """Finds callsigns in text.

    Every implementation must pass tests/contract/extract: it is pure (same input, same answer), never raises
    on any text, keeps spans inside the text they belong to, and answers in order of segment and offset
    without overlap.
    """

    @property
    def name(self) -> str:
        """Stable identifier, stored with every result."""
        ...

    @property
    def version(self) -> str:
        """Changes whenever the same text could be read differently."""
        ...

    def extract(self, segments: Sequence[SegmentText], roster: Collection[str] | Roster = NOBODY) -> list[Mention]:
        """All mentions in `segments`; `roster` holds upper-case base calls expected on this channel.

        A roster call is believed on weaker evidence; `Roster` tells how much weaker. Pass a set when it is large: it is
        then used as it is.
        """
        ...
