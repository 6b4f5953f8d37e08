"""The calls that are expected where a text was spoken, by how they came to be known."""

from __future__ import annotations

from collections.abc import Collection
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from functools import cached_property

_NONE: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Roster:
    """Upper-case base calls. Those that are surely on the channel weigh much and settle what was clipped or misheard;
    a node's regulars are many, and only tip the scales for a call that was said in full.
    """

    given: AbstractSet[str] = _NONE
    """Named by whoever asks, or on the list of the net in progress."""
    conversation: AbstractSet[str] = _NONE
    """Said clearly on the channel a short while before or after."""
    regulars: AbstractSet[str] = _NONE
    """Often heard on the node."""

    @classmethod
    def of(cls, calls: Collection[str] | Roster) -> Roster:
        """`calls` as a roster; a set is used as it is."""
        if isinstance(calls, Roster):
            return calls
        if not calls:
            return NOBODY
        return cls(given=calls if isinstance(calls, AbstractSet) else frozenset(calls))

    @cached_property
    def present(self) -> AbstractSet[str]:
        """The calls that are surely on the channel."""
        if self.given and self.conversation:
            return frozenset(self.given | self.conversation)
        return self.given or self.conversation

    def why(self, call: str) -> str:
        """How a call that is `present` came to be known, as evidence names it."""
        return "roster" if call in self.given else "conversation"

    def __bool__(self) -> bool:
        """Whether any call is expected."""
        return bool(self.given or self.conversation or self.regulars)


NOBODY = Roster()
