"""One version of the corrections and what reads by it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import chain

from services.extract.domain.alphabet import Alphabet
from services.extract.domain.corrections import Correction
from services.extract.domain.corrections_seed import SEED
from services.extract.domain.informed import InformedExtractor
from services.extract.domain.port import MentionExtractor
from services.extract.domain.rules import RuleExtractor
from services.extract.domain.runs import runs
from services.extract.domain.tokens import tokenize


@dataclass(frozen=True, slots=True)
class SpelledWord:
    """A word that may spell; `start` and `end` are offsets in Unicode code points, end exclusive."""

    start: int
    end: int
    heard: str
    meant: tuple[str, ...]  # best first
    kind: str


@dataclass(frozen=True)
class Spelling:
    """How words are read as letters; it never changes, so that one reading goes by one version throughout."""

    version: int  # of the table; 0: the corrections that are built in
    corrections: tuple[Correction, ...]
    alphabet: Alphabet
    extractor: MentionExtractor

    @classmethod
    def of(cls, version: int, corrections: Iterable[Correction]) -> Spelling:
        """The spelling by those of `corrections` that are enabled."""
        kept = tuple(correction for correction in corrections if correction.enabled)
        alphabet = Alphabet.of(kept)
        return cls(version, kept, alphabet, InformedExtractor(RuleExtractor(alphabet)))

    def trying(self, tried: Iterable[Correction]) -> Spelling:
        """What it would be with `tried`, each in the place of one for the same words."""
        by_words = {correction.heard: correction for correction in self.corrections}
        by_words |= {correction.heard: correction for correction in tried}
        return Spelling.of(self.version, by_words.values())

    def words(self, text: str) -> list[SpelledWord]:
        """The words of `text` that may spell, in order."""
        tokens = tokenize(text)
        found = []
        for element in chain.from_iterable(runs(text, tokens, self.alphabet)):
            start, end = tokens[element.first].start, tokens[element.last - 1].end
            found.append(SpelledWord(start, end, text[start:end], element.options, element.kind.value))
        return found


BUILT_IN_SPELLING = Spelling.of(0, SEED)
"""In force where there is no table, and until it was read."""
