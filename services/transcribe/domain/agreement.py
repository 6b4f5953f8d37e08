"""Stable text out of wavering hypotheses: LocalAgreement-2 (Liu et al. 2020), word by word."""

from __future__ import annotations

from collections.abc import Sequence


def common_prefix(first: Sequence[str], second: Sequence[str]) -> int:
    """How many words both begin with."""
    count = 0
    for left, right in zip(first, second, strict=False):
        if left != right:
            break
        count += 1
    return count


class LocalAgreement:
    """Words on which two consecutive hypotheses agree are stable, and stay so for ever.

    The last word of a hypothesis is never taken: it is still being spoken ("every" of "everyone").
    A hypothesis that contradicts stable words can no longer change them; what it says beyond
    their number is shown as unstable.
    """

    def __init__(self) -> None:
        self._stable: tuple[str, ...] = ()
        self._previous: tuple[str, ...] = ()
        self._unstable: tuple[str, ...] = ()

    @property
    def stable(self) -> tuple[str, ...]:
        return self._stable

    @property
    def unstable(self) -> tuple[str, ...]:
        return self._unstable

    def update(self, hypothesis: Sequence[str]) -> bool:
        """Take in the newest hypothesis of the whole segment; True if anything shown has changed."""
        words = tuple(hypothesis)
        before = (self._stable, self._unstable)
        agreed = words[: common_prefix(self._previous, words[:-1])]
        if len(agreed) > len(self._stable) and agreed[: len(self._stable)] == self._stable:
            self._stable = agreed
        self._previous = words
        self._unstable = words[len(self._stable) :]
        return (self._stable, self._unstable) != before

    def finish(self, final: Sequence[str]) -> bool:
        """The segment's last word is spoken: all of it is stable, unless it contradicts what was shown."""
        words = tuple(final)
        before = (self._stable, self._unstable)
        if words[: len(self._stable)] == self._stable:
            self._stable = words
        self._unstable = ()
        return (self._stable, self._unstable) != before
