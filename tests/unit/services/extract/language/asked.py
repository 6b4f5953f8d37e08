"""A desk put together by hand: a scripted engine, a cache in memory, a clock that the test moves."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from prometheus_client import CollectorRegistry

from mesh.breaker import Breaker
from services.extract.domain.budget import MinuteBudget
from services.extract.domain.language import Answer, LanguageEngine, Question, Verdict
from services.extract.language.desk import LanguageDesk
from services.extract.language.scripted import Script, ScriptedLanguageEngine
from services.extract.metrics import ExtractMetrics

REST_SECONDS = 30.0


def agree(question: Question) -> Answer:
    """Confirm the candidate."""
    return Answer(Verdict.CALLSIGN, question.base_call, question.heard, "heard so")


class MemoryCache:
    """Implements `AnswerCache`."""

    def __init__(self) -> None:
        self.rows: dict[str, Answer] = {}

    async def find(self, keys: Collection[str]) -> dict[str, Answer]:
        return {key: self.rows[key] for key in keys if key in self.rows}

    async def keep(self, engine: str, found: Mapping[str, Answer]) -> None:
        self.rows |= found


@dataclass
class Asked:
    """A desk and what is behind it."""

    engine: LanguageEngine
    desk: LanguageDesk
    cache: MemoryCache
    metrics: ExtractMetrics
    registry: CollectorRegistry
    clock: list[float] = field(default_factory=lambda: [0.0])

    def counted(self, result: str) -> float:
        """Questions that ended so."""
        found = self.registry.get_sample_value("tsn_extract_language_questions_total", {"result": result})
        return found or 0.0


def asked_at(
    script: Script = agree,
    *,
    engine: LanguageEngine | None = None,
    per_minute: int = 60,
    failures: int = 3,
    parallel: int = 4,
    recording_seconds: float = 30.0,
) -> Asked:
    """A desk whose engine answers by `script`."""
    registry, cache, clock = CollectorRegistry(), MemoryCache(), [0.0]
    metrics = ExtractMetrics(registry)
    used = engine or ScriptedLanguageEngine(script)

    def monotonic() -> float:
        return clock[0]

    desk = LanguageDesk(
        engine=used,
        cache=cache,
        budget=MinuteBudget(per_minute, monotonic=monotonic),
        breaker=Breaker(failures_limit=failures, open_seconds=REST_SECONDS, monotonic=monotonic),
        parallel=parallel,
        metrics=metrics,
        recording_seconds=recording_seconds,
    )
    return Asked(used, desk, cache, metrics, registry, clock)
