"""The step after the rules: what else was said."""

import asyncio
from dataclasses import replace

from services.extract.domain.entities.finder import EntityFinder
from services.extract.domain.reading import Reading


class EntitiesStep:
    """Finds the entities beside the mentions that the rules found, in a thread."""

    def __init__(self, finder: EntityFinder) -> None:
        self._finder = finder

    async def read(self, reading: Reading) -> Reading:
        """Add what was found."""
        found = await asyncio.to_thread(self._finder.find, reading.segments, reading.mentions)
        return replace(reading, entities=tuple(found))
