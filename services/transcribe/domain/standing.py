"""Which of a recording's transcripts is current. The order in which they were stored has no say in it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class Standing:
    """What decides a transcript's place among others.

    Attributes:
        id: UUIDv7 of the transcript, ordered by time.
        degraded: a stand-in engine made it.
    """

    id: str
    degraded: bool

    @property
    def rank(self) -> tuple[bool, str]:
        """A stand-in's never comes before a good one; among equals the newest does."""
        return (not self.degraded, self.id)


def current(standings: Sequence[Standing]) -> Standing:
    """The one that readers see; `standings` must not be empty."""
    return max(standings, key=lambda each: each.rank)


def after_the_same_work(kept: Standing, again: Standing, all_kept: Sequence[Standing], *, asked: bool) -> Standing:
    """Where `kept` stands once the same work was done again as `again`.

    It keeps its id, so that a replay makes no new transcript. Only where a person `asked` for a run whose result was
    made before another's does it take the new id, and with it the newest place. What is good by one run stays good.
    """
    merged = replace(kept, degraded=kept.degraded and again.degraded)
    behind = any(each.rank > merged.rank for each in all_kept)
    return replace(merged, id=again.id) if asked and behind and not merged.degraded else merged
