"""What a speech recogniser should expect on a node: its regulars' calls, and terms that people added."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from mesh.errors import InvalidInput, Kind, NotFound, TsnError

TERM_LIMIT = 64
SPOKEN_LIMIT = 128
ENTRIES_LIMIT = 200
"""Callsigns and terms together: what is hinted at is heard more often, also where nobody said it."""
TERMS_LIMIT = 100
"""Terms among them, so that regulars keep a place."""
_DIGEST_CHARACTERS = 16


class TermKind(StrEnum):
    """What a term names."""

    CLUB = "club"
    NET = "net"
    TOWN = "town"
    NAME = "name"


class TermInvalid(InvalidInput):
    """A term that no recogniser could be told."""

    reason = "GLOSSARY_TERM_INVALID"


class TermExists(TsnError):
    """The node has the term already."""

    kind = Kind.EXISTS
    reason = "GLOSSARY_TERM_EXISTS"

    def __init__(self, term: str, node: str) -> None:
        where = f"nodes/{node}" if node else "all nodes"
        super().__init__(f"{term!r} is in the glossary of {where} already", field="term.term", facts={"term": term})


class TermUnknown(NotFound):
    """No such term, or it was removed."""

    reason = "GLOSSARY_TERM_UNKNOWN"

    def __init__(self, name: str) -> None:
        super().__init__(f"there is no {name}", facts={"term": name}, field="name")


@dataclass(frozen=True, slots=True)
class NewTerm:
    """A term as it is to be added. `node`: id; empty: said on all nodes."""

    node: str
    term: str
    kind: TermKind
    spoken: str  # empty where it follows from the letters


@dataclass(frozen=True, slots=True)
class Term:
    """A term that was added."""

    id: str
    node: str
    term: str
    kind: TermKind
    spoken: str
    author: str
    created_at: datetime


@dataclass(frozen=True)
class Glossary:
    """What is often said on a node, the most useful first."""

    callsigns: tuple[str, ...]
    terms: tuple[Term, ...]

    @classmethod
    def of(cls, *, regulars: Sequence[str], terms: Sequence[Term]) -> Glossary:
        """As much of both as there is room for; `regulars` newest first, the node's own terms before the others."""
        kept = sorted(terms, key=lambda term: not term.node)[:TERMS_LIMIT]
        return cls(tuple(regulars[: ENTRIES_LIMIT - len(kept)]), tuple(kept))

    @property
    def version(self) -> str:
        """Digest of the content, whatever its order: who was heard last does not make it another glossary."""
        words = [sorted(self.callsigns), sorted((term.term, term.kind, term.spoken) for term in self.terms)]
        return hashlib.sha256(json.dumps(words).encode()).hexdigest()[:_DIGEST_CHARACTERS]


def checked_term(term: NewTerm) -> NewTerm:
    """`term` with single blanks and none around it. Raises TermInvalid."""
    return NewTerm(
        node=term.node,
        term=_words(term.term, least=1, most=TERM_LIMIT, field="term"),
        kind=term.kind,
        spoken=_words(term.spoken, least=0, most=SPOKEN_LIMIT, field="spoken"),
    )


def _words(text: str, *, least: int, most: int, field: str) -> str:
    words = " ".join(text.split())
    if not least <= len(words) <= most or not words.isprintable():
        raise TermInvalid(f"{field} takes {least} to {most} printable characters", field=f"term.{field}")
    return words
