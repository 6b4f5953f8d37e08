"""grpc.health.v1 that tells the truth: SERVING only while what the service needs answers."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping

import structlog
from grpc_health.v1 import health
from grpc_health.v1.health_pb2 import HealthCheckResponse
from prometheus_client import Gauge

Check = Callable[[], Awaitable[None]]
"""Returns when the dependency answers; raises when it does not."""

SERVING, NOT_SERVING = HealthCheckResponse.SERVING, HealthCheckResponse.NOT_SERVING

log = structlog.get_logger(__name__)


class HealthMonitor:
    """Asks each dependency in turn and sets the status of every service name."""

    def __init__(
        self,
        *,
        servicer: health.aio.HealthServicer,
        service_names: tuple[str, ...],
        checks: Mapping[str, Check],
        details: Mapping[str, Check] | None = None,
        away: Gauge | None = None,
        interval_seconds: float = 2.0,
        check_timeout_seconds: float = 3.0,
    ) -> None:
        """`details` are parts of the service under health names of their own: what fails there fails nothing else.

        `away` becomes 1, labelled `dependency`, while a check fails.
        """
        self._servicer = servicer
        self._names = ("", *service_names)
        self._checks = checks
        self._details = details or {}
        self._away = away
        self._interval = interval_seconds
        self._timeout = check_timeout_seconds
        self.failing: dict[str, str] = {}
        self._known: bool | None = None

    async def run(self) -> None:
        """Check for ever; cancel to stop."""
        while True:
            await self.check_once()
            await asyncio.sleep(self._interval)

    async def check_once(self) -> bool:
        """Check all dependencies now; True when all answer."""
        results = await asyncio.gather(*(self._ask(name, check) for name, check in self._checks.items()))
        self.failing = {name: problem for name, problem in results if problem}
        if self._away is not None:
            for name, problem in results:
                self._away.labels(dependency=name).set(bool(problem))
        healthy = not self.failing
        if healthy != self._known:
            self._known = healthy
            if healthy:
                log.info("serving")
            else:
                log.warning("not serving", failing=self.failing)
        await self._set(healthy)
        for name, problem in await asyncio.gather(*(self._ask(*detail) for detail in self._details.items())):
            await self._servicer.set(name, NOT_SERVING if problem else SERVING)
        return healthy

    async def begin(self) -> None:
        """Say NOT_SERVING until the first check."""
        await self._set(False)

    async def drain(self) -> None:
        """Say NOT_SERVING from now on."""
        await self._servicer.enter_graceful_shutdown()

    async def _ask(self, name: str, check: Check) -> tuple[str, str]:
        try:
            async with asyncio.timeout(self._timeout):
                await check()
        except Exception as error:
            return name, str(error) or type(error).__name__
        return name, ""

    async def _set(self, healthy: bool) -> None:
        for name in self._names:
            await self._servicer.set(name, SERVING if healthy else NOT_SERVING)
