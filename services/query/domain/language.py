"""The search language: words, "phrases", AND, OR, NOT, -word, parentheses. Words side by side mean AND; NOT binds
tightest, OR loosest. Forgiving: what makes no sense (a lone quote, parenthesis or operator) is read as if it were not
there, because people search while they type.
"""

import re
from dataclasses import dataclass
from typing import TypeAlias

from services.query.domain.errors import QueryEmptyTerms, QueryOnlyNegative, QueryTooComplex, QueryTooLong
from services.query.domain.words import indexable, tokens

LENGTH_LIMIT = 500
WORD_LIMIT = 32
DEPTH_LIMIT = 32


@dataclass(frozen=True)
class Word:
    """One word."""

    text: str


@dataclass(frozen=True)
class Phrase:
    """Words that follow each other directly; at least two."""

    words: tuple[str, ...]


@dataclass(frozen=True)
class And:
    """All of them."""

    parts: tuple["Query", ...]


@dataclass(frozen=True)
class Or:
    """At least one of them."""

    parts: tuple["Query", ...]


@dataclass(frozen=True)
class Not:
    """Not this."""

    part: "Query"


Query: TypeAlias = Word | Phrase | And | Or | Not

_LEXEME = re.compile(
    r"""
      (?P<open>\() | (?P<close>\))
    | "(?P<phrase>[^"]*)"
    | (?P<quote>")
    | (?P<minus>(?<![^\s(])-(?=[^\s]))
    | (?P<text>[^\s()"]+)
    | (?P<space>\s+)
    """,
    re.VERBOSE,
)
_TYPOGRAPHIC_QUOTES = str.maketrans(dict.fromkeys("“”„«»＂", '"'))


def parse(text: str) -> Query | None:
    """The query in `text`, in negation normal form; None where it is blank.

    Raises QueryTooLong, QueryTooComplex, QueryEmptyTerms, QueryOnlyNegative.
    """
    if len(text) > LENGTH_LIMIT:
        raise QueryTooLong(len(text), LENGTH_LIMIT)
    if not text.strip():
        return None
    query = _Parser(indexable(text).translate(_TYPOGRAPHIC_QUOTES)).parse()
    if query is None:
        raise QueryEmptyTerms
    query = _normal(query, negate=False)
    if not finds(query):
        raise QueryOnlyNegative
    return query


def finds(query: Query) -> bool:
    """True when the query says what to find; False when it holds for almost everything, as `NOT a` does."""
    match query:
        case And(parts):
            return any(finds(part) for part in parts)
        case Or(parts):
            return all(finds(part) for part in parts)
        case Not():
            return False
    return True


def negated(query: Query) -> Query:
    """The opposite of `query`, in negation normal form."""
    return _normal(query, negate=True)


def _normal(query: Query, *, negate: bool) -> Query:
    """Negations moved inwards until they stand before words and phrases only (De Morgan)."""
    match query:
        case Not(part):
            return _normal(part, negate=not negate)
        case And(parts) | Or(parts):
            is_and = isinstance(query, And) != negate
            normal = tuple(_normal(part, negate=negate) for part in parts)
            return And(normal) if is_and else Or(normal)
    return Not(query) if negate else query


class _Parser:
    """Recursive descent; each method returns None for a part in which nothing can be searched."""

    def __init__(self, text: str) -> None:
        self._lexemes = [
            (found.lastgroup or "", found[found.lastgroup or 0])
            for found in _LEXEME.finditer(text)
            if found.lastgroup not in ("space", "quote")
        ]
        self._position = 0
        self._words = 0
        self._depth = 0

    def parse(self) -> Query | None:
        parts = []
        while self._position < len(self._lexemes):
            parts.append(self._either())
            # What stopped it can only be a parenthesis that nothing opened.
            self._position += 1
        return _joined(And, parts)

    def _either(self) -> Query | None:
        parts = [self._all()]
        while self._peek() == ("text", "OR"):
            self._position += 1
            parts.append(self._all())
        return _joined(Or, parts)

    def _all(self) -> Query | None:
        parts = []
        while (lexeme := self._peek()) is not None and lexeme[0] != "close" and lexeme != ("text", "OR"):
            if lexeme == ("text", "AND"):
                self._position += 1
            else:
                parts.append(self._one())
        return _joined(And, parts)

    def _one(self) -> Query | None:
        negative = False
        while (lexeme := self._peek()) is not None and (lexeme[0] == "minus" or lexeme == ("text", "NOT")):
            negative = not negative
            self._position += 1
        if lexeme is None or lexeme[0] == "close" or lexeme in (("text", "AND"), ("text", "OR")):
            return None
        self._position += 1
        part = self._group() if lexeme[0] == "open" else self._term(lexeme[1])
        return Not(part) if part is not None and negative else part

    def _group(self) -> Query | None:
        self._depth += 1
        if self._depth > DEPTH_LIMIT:
            raise QueryTooComplex("nested parentheses", DEPTH_LIMIT)
        part = self._either()
        self._depth -= 1
        if self._peek() is not None:
            self._position += 1
        return part

    def _term(self, text: str) -> Query | None:
        words = tuple(token.text for token in tokens(text))
        self._words += len(words)
        if self._words > WORD_LIMIT:
            raise QueryTooComplex("words", WORD_LIMIT)
        if not words:
            return None
        return Word(words[0]) if len(words) == 1 else Phrase(words)

    def _peek(self) -> tuple[str, str] | None:
        return self._lexemes[self._position] if self._position < len(self._lexemes) else None


def _joined(kind: type[And] | type[Or], parts: list[Query | None]) -> Query | None:
    there = tuple(part for part in parts if part is not None)
    if len(there) < 2:
        return there[0] if there else None
    return kind(there)
