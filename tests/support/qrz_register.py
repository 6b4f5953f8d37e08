"""The register behind a callsign service, as production builds it, with a test's patience."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from prometheus_client import CollectorRegistry
from pydantic import SecretStr

from mesh.breaker import Breaker
from mesh.clock import Clock, SystemClock
from mesh.db.database import Database
from services.extract.callsigns.qrz import QrzPolicy, QrzRegister
from services.extract.callsigns.qrz_client import QrzClient
from services.extract.domain.budget import MinuteBudget
from services.extract.metrics import ExtractMetrics
from services.extract.store.register_answers import AnswerRepository
from tests.support.qrz import PASSWORD, USER, Qrz

POLICY = QrzPolicy(known_days=30, unknown_days=7, per_reading=5)


@asynccontextmanager
async def qrz_register(
    service: Qrz,
    database: Database,
    *,
    policy: QrzPolicy = POLICY,
    per_minute: int = 100,
    clock: Clock | None = None,
    monotonic: Callable[[], float] = lambda: 0.0,
    timeout_seconds: float = 60.0,
) -> AsyncIterator[QrzRegister]:
    """A register that asks `service`; its breaker opens after two failures, for a minute."""
    now = clock or SystemClock()
    client = QrzClient(
        url=service.url,
        user=USER,
        password=SecretStr(PASSWORD),
        agent="tests",
        timeout_seconds=timeout_seconds,
        clock=now,
    )
    async with client:
        yield QrzRegister(
            client=client,
            breaker=Breaker(failures_limit=2, open_seconds=60, monotonic=monotonic),
            database=database,
            answers=AnswerRepository(),
            policy=policy,
            clock=now,
            budget=MinuteBudget(per_minute, monotonic=monotonic),
            questions=ExtractMetrics(CollectorRegistry()).qrz_questions,
        )
