"""No work is taken while something that all of it needs is away."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping

import structlog

Check = Callable[[], Awaitable[None]]
"""Raises when what it asks does not answer."""

log = structlog.get_logger(__name__)


class Gate:
    """Open while every check passes. An answer is good for a second: a busy worker does not ask all the time."""

    def __init__(
        self, checks: Mapping[str, Check], *, good_for_seconds: float = 1.0, timeout_seconds: float = 5.0
    ) -> None:
        self._checks = dict(checks)
        self._good_for = good_for_seconds
        self._timeout = timeout_seconds
        self._asked: float | None = None
        self.closed_by = ""
        """Name of what is away; empty while the gate is open."""

    async def is_open(self) -> bool:
        """Whether work may be taken now."""
        now = time.monotonic()
        if self._asked is None or now - self._asked >= self._good_for:
            before, self.closed_by = self.closed_by, await self._missing()
            self._asked = time.monotonic()
            if before != self.closed_by:
                log.warning("gate", open=not self.closed_by, closed_by=self.closed_by)
        return not self.closed_by

    async def _missing(self) -> str:
        for name, check in self._checks.items():
            try:
                async with asyncio.timeout(self._timeout):
                    await check()
            except Exception as error:
                log.debug("check failed", check=name, error=str(error) or type(error).__name__)
                return name
        return ""
