"""The step that every reading has: callsigns by rules."""

import asyncio
from dataclasses import replace

from services.extract.domain.reading import Reading


class RulesStep:
    """Finds the mentions by the reading's spelling, in a thread."""

    async def read(self, reading: Reading) -> Reading:
        """Add what the rules find, given the roster."""
        found = await asyncio.to_thread(reading.spelling.extractor.extract, reading.segments, reading.roster)
        return replace(reading, mentions=tuple(found))
