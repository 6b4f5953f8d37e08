"""How the tests of the extractor ask it."""

from services.extract.domain.model import Mention, SegmentText
from services.extract.domain.rules import RuleExtractor

EXTRACTOR = RuleExtractor()


def read(*texts: str, roster: str = "") -> list[Mention]:
    """Mentions in the segments `texts`; `roster` is a list of calls with blanks between."""
    return EXTRACTOR.extract([SegmentText(i, text) for i, text in enumerate(texts)], frozenset(roster.split()))


def calls(*texts: str, roster: str = "") -> list[str]:
    """The distinct base calls in order."""
    return list(dict.fromkeys(mention.base_call for mention in read(*texts, roster=roster)))
