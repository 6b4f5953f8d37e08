"""Puts the second stage together, where a language engine is configured."""

from dataclasses import dataclass
from datetime import timedelta

from mesh.breaker import Breaker
from mesh.host import ServiceHost
from mesh.leaves import Leaves
from services.extract.config import ExtractSettings
from services.extract.domain.budget import MinuteBudget
from services.extract.domain.language import LanguageEngine
from services.extract.domain.reading import ReadingStep
from services.extract.domain.votes import Band
from services.extract.language.desk import LanguageDesk
from services.extract.metrics import ExtractMetrics
from services.extract.steps.language import LanguageStep
from services.extract.store.language_answers import LanguageAnswers

FAILURES_LIMIT = 5


@dataclass(frozen=True)
class SecondStage:
    """The steps (none without an engine), and what has to run and be closed with them."""

    steps: tuple[ReadingStep, ...] = ()
    engine: LanguageEngine | None = None
    cache: LanguageAnswers | None = None

    def attach(self, host: ServiceHost) -> None:
        """Let the parts live as long as the service."""
        if self.cache:
            host.add_task("language answers", self.cache.run)
        if self.engine:
            host.on_close(self.engine.close)


def second_stage(settings: ExtractSettings, leaves: Leaves, metrics: ExtractMetrics) -> SecondStage:
    """The second stage as the settings want it."""
    if not settings.language_url:
        return SecondStage()
    # Imported only here: the client takes 20 MB and over a second.
    from services.extract.language.openai import OpenAILanguageEngine

    engine = OpenAILanguageEngine(
        base_url=settings.language_url,
        model=settings.language_model,
        api_key=settings.language_api_key,
        timeout_seconds=settings.language_timeout_seconds,
        retries=settings.language_retries,
    )
    cache = LanguageAnswers(
        database=leaves.database, clock=leaves.clock, keep_for=timedelta(days=settings.language_cache_days)
    )
    desk = LanguageDesk(
        engine=engine,
        cache=cache,
        budget=MinuteBudget(settings.language_per_minute),
        breaker=Breaker(failures_limit=FAILURES_LIMIT, open_seconds=settings.language_rest_seconds),
        parallel=settings.language_parallel,
        metrics=metrics,
    )
    band = Band(settings.language_from_confidence, settings.language_to_confidence)
    return SecondStage((LanguageStep(desk=desk, band=band, metrics=metrics),), engine, cache)
