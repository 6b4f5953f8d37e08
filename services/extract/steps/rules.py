"""The step that every reading has: callsigns by rules."""

import asyncio
from dataclasses import replace

from services.extract.domain.port import MentionExtractor
from services.extract.domain.reading import Reading


class RulesStep:
    """Finds the mentions, in a thread."""

    def __init__(self, extractor: MentionExtractor) -> None:
        self._extractor = extractor

    async def read(self, reading: Reading) -> Reading:
        """Add what the rules find, given the roster."""
        found = await asyncio.to_thread(self._extractor.extract, reading.segments, reading.roster)
        return replace(reading, mentions=tuple(found))
