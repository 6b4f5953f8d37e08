"""What is often said on a node, as words for a recogniser to expect."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

TOKENS_LIMIT = 200
"""Whisper's prompt holds 224 tokens, hotwords among them."""


@dataclass(frozen=True, slots=True)
class Glossary:
    """`hints` has the most useful words first and no more than a prompt holds; `version` names their source."""

    version: str = ""
    hints: tuple[str, ...] = ()

    @classmethod
    def of(cls, version: str, *, terms: Iterable[str], callsigns: Iterable[str]) -> Glossary:
        """Terms first: of callsigns only what was heard last is worth the room."""
        hints: list[str] = []
        room = TOKENS_LIMIT
        for word in dict.fromkeys((*terms, *callsigns)):
            room -= _tokens(word)
            if room < 0:
                break
            hints.append(word)
        return cls(version, tuple(hints))


NO_GLOSSARY = Glossary()


def _tokens(word: str) -> int:
    """No fewer than a byte-pair tokenizer makes: it cuts callsigns into one or two characters, prose less often."""
    return sum(len(part) // 2 + 1 for part in word.split())
