"""A language engine that says what it was told to: for tests and demonstrations."""

from __future__ import annotations

from collections.abc import Callable

from services.extract.domain.language import Answer, Question

Script = Callable[[Question], Answer]


class ScriptedLanguageEngine:
    """Implements `LanguageEngine` by a function, which may raise as an engine does."""

    def __init__(self, script: Script, *, name: str = "scripted") -> None:
        self._script = script
        self._name = name
        self.asked: list[Question] = []

    @property
    def version(self) -> str:
        """See `LanguageEngine.version`."""
        return self._name

    async def ask(self, question: Question) -> Answer:
        """See `LanguageEngine.ask`."""
        self.asked.append(question)
        return self._script(question)

    async def close(self) -> None:
        """See `LanguageEngine.close`."""
