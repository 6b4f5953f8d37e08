"""A register that says what a test wants it to say."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

from services.extract.domain.licences import Licence, RegisterAnswer, current


@dataclass
class ScriptedRegister:
    """Implements `CallsignRegister`; `asked`: each question."""

    licences: Iterable[Licence] = ()
    complete: frozenset[str] = frozenset()
    shortfalls: tuple[str, ...] = ()
    asked: list[frozenset[str]] = field(default_factory=list)

    async def look_up(self, calls: Collection[str]) -> RegisterAnswer:
        """See `CallsignRegister.look_up`."""
        self.asked.append(frozenset(calls))
        known = current(licence for licence in self.licences if licence.call in calls)
        return RegisterAnswer(known, self.complete, self.shortfalls)
