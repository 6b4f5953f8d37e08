"""Short forms for tests: texts in, kinds and values out."""

from services.extract.domain.entities.finder import EntityFinder
from services.extract.domain.entities.gazetteer import Gazetteer
from services.extract.domain.model import Entity, EntityKind, SegmentText
from services.extract.domain.rules import RuleExtractor

EXTRACTOR = RuleExtractor()


def find(*texts: str, gazetteer: Gazetteer | None = None) -> list[Entity]:
    """Entities beside the callsigns of `texts`."""
    segments = [SegmentText(index, text) for index, text in enumerate(texts)]
    return EntityFinder(gazetteer).find(segments, EXTRACTOR.extract(segments))


def values(kind: EntityKind, *texts: str, gazetteer: Gazetteer | None = None) -> list[str]:
    """Values of one kind, in order."""
    return [entity.value for entity in find(*texts, gazetteer=gazetteer) if entity.kind is kind]
