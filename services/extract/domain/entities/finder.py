"""Finds what else was said: places, names, frequencies, tones, reports, codes, node numbers."""

from __future__ import annotations

from collections.abc import Sequence

from services.extract.domain.conversation import Conversation
from services.extract.domain.entities.frequencies import frequencies
from services.extract.domain.entities.gazetteer import Gazetteer, RegionGazetteer
from services.extract.domain.entities.grids import grids
from services.extract.domain.entities.line import CALL, EntityLine, Found
from services.extract.domain.entities.locations import locations
from services.extract.domain.entities.names import names
from services.extract.domain.entities.nodes import nodes
from services.extract.domain.entities.numbers import numbers
from services.extract.domain.entities.qcodes import q_codes
from services.extract.domain.entities.reports import reports
from services.extract.domain.entities.tones import tones
from services.extract.domain.model import Entity, Mention, SegmentText

_BY_NUMBER = (grids, frequencies, tones, reports, nodes)


class EntityFinder:
    """Reads segments as one text, like the rules for callsigns; pure, never raises on any text."""

    def __init__(self, gazetteer: Gazetteer | None = None) -> None:
        """Without a `gazetteer`, places are known by their cue and, of states and countries, by name."""
        self._gazetteer = gazetteer or RegionGazetteer()

    def find(self, segments: Sequence[SegmentText], mentions: Sequence[Mention] = ()) -> list[Entity]:
        """All entities in order, none over another or over one of `mentions`."""
        conversation = Conversation.of(segments)
        line = EntityLine.of(conversation, mentions)
        if not line.tokens:
            return []
        spoken = numbers(line)
        found = [each for rule in _BY_NUMBER for each in rule(line, spoken)]
        found += [*q_codes(line), *names(line), *locations(line, self._gazetteer)]
        return [_entity(conversation, line, each) for each in _apart(line, found) if not _over_border(line, each)]


def _apart(line: EntityLine, found: list[Found]) -> list[Found]:
    """Those that stay where some overlap: the surest, the longest among equals; in order."""
    taken: set[int] = set()
    kept = []
    for each in sorted(found, key=lambda f: (-f.confidence, f.first - f.last, f.first)):
        places = range(each.first, each.last)
        if taken.isdisjoint(places) and CALL not in line.words[each.first : each.last]:
            taken.update(places)
            kept.append(each)
    return sorted(kept, key=lambda f: f.first)


def _over_border(line: EntityLine, found: Found) -> bool:
    return "\n" in line.text[line.tokens[found.first].start : line.tokens[found.last - 1].end]


def _entity(conversation: Conversation, line: EntityLine, found: Found) -> Entity:
    segment, start, end, _ = conversation.place(line.tokens[found.first].start, line.end(found.last - 1))
    return Entity(
        segment_index=segment.index,
        start=start,
        end=end,
        heard=segment.text[start:end],
        kind=found.kind,
        value=found.value,
        evidence=found.evidence,
        confidence=found.confidence,
    )
