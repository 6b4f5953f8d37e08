"""One version of the corrections and what reads by it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from services.extract.domain.alphabet import Alphabet
from services.extract.domain.corrections import Correction
from services.extract.domain.corrections_seed import SEED
from services.extract.domain.port import MentionExtractor
from services.extract.domain.rules import RuleExtractor


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
        return cls(version, kept, alphabet, RuleExtractor(alphabet))

    def trying(self, tried: Iterable[Correction]) -> Spelling:
        """What it would be with `tried`, each in the place of one for the same words."""
        by_words = {correction.heard: correction for correction in self.corrections}
        by_words |= {correction.heard: correction for correction in tried}
        return Spelling.of(self.version, by_words.values())


BUILT_IN_SPELLING = Spelling.of(0, SEED)
"""In force where there is no table, and until it was read."""
