"""Puts questions to the language engine: from the cache, else within the budget and behind the breaker."""

import asyncio
import time
from collections.abc import Collection
from typing import Protocol

import structlog

from mesh.breaker import Breaker, BreakerState, CircuitOpen
from services.extract.domain.budget import MinuteBudget
from services.extract.domain.language import ENGINE_FAILURES, Answer, LanguageEngine, Question
from services.extract.metrics import ExtractMetrics

QUESTIONS_LIMIT = 100
"""Questions about one recording; those beyond go without an answer."""
RECORDING_SECONDS = 30.0
"""Longest time that the questions about one recording may take together."""

log = structlog.get_logger(__name__)


class AnswerCache(Protocol):
    """Answers by the key of their question."""

    async def find(self, keys: Collection[str]) -> dict[str, Answer]:
        """Those that are known. Raises DatabaseUnavailable."""
        ...

    async def keep(self, engine: str, found: dict[str, Answer]) -> None:
        """Store answers of `engine`. Raises DatabaseUnavailable."""
        ...


class LanguageDesk:
    """One for the process: its limits hold for all recordings together."""

    def __init__(
        self,
        *,
        engine: LanguageEngine,
        cache: AnswerCache,
        budget: MinuteBudget,
        breaker: Breaker,
        parallel: int,
        metrics: ExtractMetrics,
        recording_seconds: float = RECORDING_SECONDS,
    ) -> None:
        """`parallel`: questions at the same time."""
        self._engine = engine
        self._cache = cache
        self._budget = budget
        self._breaker = breaker
        self._places = asyncio.Semaphore(parallel)
        self._metrics = metrics
        self._recording_seconds = recording_seconds
        metrics.helper_breaker.labels(helper="language").set_function(lambda: breaker.state)

    async def answers(self, questions: Collection[Question]) -> dict[Question, Answer]:
        """The answers there are; what is missing could not be asked, or the engine failed. Raises DatabaseUnavailable.

        An answer of the engine is kept as it is, whatever it says.
        """
        keys = {question: question.key(self._engine.version) for question in list(questions)[:QUESTIONS_LIMIT]}
        self._count("too_many", len(questions) - len(keys))
        known = await self._cache.find(list(keys.values()))
        self._count("cached", len(known))
        until = asyncio.get_running_loop().time() + self._recording_seconds
        async with asyncio.TaskGroup() as group:
            asking = {
                question: group.create_task(self._ask(question, until))
                for question, key in keys.items()
                if key not in known
            }
        new = {question: answer for question, task in asking.items() if (answer := task.result())}
        await self._cache.keep(self._engine.version, {keys[question]: answer for question, answer in new.items()})
        return new | {question: known[key] for question, key in keys.items() if key in known}

    async def _ask(self, question: Question, until: float) -> Answer | None:
        try:
            async with asyncio.timeout_at(until), self._places:
                return await self._answer(question)
        except TimeoutError:
            self._count("late")
        except ENGINE_FAILURES as error:
            self._count(error.reason.lower())
            log.warning("language engine failed", reason=error.reason, error=error.message)
        except CircuitOpen:
            self._count("resting")
        return None

    async def _answer(self, question: Question) -> Answer | None:
        if self._breaker.state is BreakerState.OPEN:
            raise CircuitOpen
        if not self._budget.take():
            self._count("over_budget")
            return None
        with self._breaker.call(*ENGINE_FAILURES):
            began = time.monotonic()
            try:
                answer = await self._engine.ask(question)
            finally:
                self._metrics.language_seconds.observe(time.monotonic() - began)
        self._count("answered")
        return answer

    def _count(self, result: str, number: int = 1) -> None:
        self._metrics.language_questions.labels(result=result).inc(number)
