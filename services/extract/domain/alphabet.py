"""Every word that may spell: the fixed spoken alphabets and the corrections that are in force."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from services.extract.domain.corrections import KINDS, Correction
from services.extract.domain.corrections_seed import SEED
from services.extract.domain.phonetics import REPEATED, SPOKEN_PAIRS, SPOKEN_WORDS, Symbol


@dataclass(frozen=True, slots=True)
class Alphabet:
    """What the words of a text may stand for; it never changes, so that one text is read by one table."""

    words: Mapping[str, Symbol]
    pairs: Mapping[tuple[str, str], Symbol]
    """Two spoken words for one letter."""
    pair_starts: frozenset[str]
    """First words of pairs, and those that repeat a letter ("double")."""

    @classmethod
    def of(cls, corrections: Iterable[Correction]) -> Alphabet:
        """The fixed alphabets with `corrections`; what the fixed ones know already they keep."""
        words: dict[str, Symbol] = {}
        pairs: dict[tuple[str, str], Symbol] = {}
        for correction in corrections:
            symbol = Symbol(correction.meant, KINDS[correction.category])
            first, _, second = correction.heard.partition(" ")
            if second:
                pairs[first, second] = symbol
            else:
                words[first] = symbol
        pairs |= SPOKEN_PAIRS
        return cls(
            words=MappingProxyType(words | SPOKEN_WORDS),
            pairs=MappingProxyType(pairs),
            pair_starts=frozenset(first for first, _ in pairs) | frozenset(REPEATED),
        )


BUILT_IN = Alphabet.of(SEED)
"""In force where there is no table: offline, and until it was read."""
