"""The first step: which version of the corrections a text is read by."""

from collections.abc import Callable
from dataclasses import replace

from services.extract.domain.reading import Reading
from services.extract.domain.spelling import Spelling


class CorrectionsStep:
    """Takes the spelling that is in force now; a change of the table does not reach a reading that has begun."""

    def __init__(self, in_force: Callable[[], Spelling]) -> None:
        self._in_force = in_force

    async def read(self, reading: Reading) -> Reading:
        """Name the version."""
        return replace(reading, spelling=self._in_force())
