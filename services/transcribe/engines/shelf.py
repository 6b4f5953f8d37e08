"""The engine that every recording gets, and those that single runs ask for, loaded while they are in use."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

import structlog

from services.transcribe.domain.errors import EngineBusy, EngineRefused, EngineUnavailable
from services.transcribe.engines.pool import EnginePool
from services.transcribe.engines.spec import EngineSpec

ASKED_LIMIT = 2
"""Engines beside the own one that are loaded at the same time; each takes as much memory as its model."""
IDLE_SECONDS = 300.0
"""An asked engine that nobody used for this long is closed."""
REFUSED_SECONDS = 60.0
"""What could not be had is not looked for again so soon: thousands of jobs of one batch may ask for it."""

Find = Callable[[str, str], EngineSpec]
"""Engine and model to what can be started; blocking, and raises EngineRefused."""
Key = tuple[str, str]

log = structlog.get_logger(__name__)


@dataclass
class _Place:
    """An asked engine; its processes start with their first recordings."""

    pool: EnginePool
    users: int = 0
    idle_since: float = 0.0


class EngineShelf:
    """Lends pools. All have as many workers as the own one, whose slots are the service's."""

    def __init__(
        self,
        own: EnginePool,
        *,
        find: Find,
        asked_limit: int = ASKED_LIMIT,
        idle_seconds: float = IDLE_SECONDS,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self.own = own
        self._find = find
        self._asked_limit = asked_limit
        self._idle_seconds = idle_seconds
        self._monotonic = monotonic
        self._places: dict[Key, _Place] = {}
        self._refused: dict[Key, tuple[float, EngineRefused]] = {}
        self._room = asyncio.Lock()

    @asynccontextmanager
    async def lent(self, engine: str = "", model: str = "") -> AsyncIterator[EnginePool]:
        """The pool of `engine` and `model` for the block; both empty: the own one.

        Raises:
            EngineRefused: there is no such engine here, or its library, model or device is missing.
            EngineBusy: as many asked engines as may be loaded are at work.
        """
        if self._is_own(engine, model):
            yield self.own
            return
        key = (engine or self.own.info.engine, model)
        place = await self._place(key)
        place.users += 1
        try:
            yield place.pool
        except EngineUnavailable as error:
            raise self._remember(key, EngineRefused(error.engine, error.reason)) from error
        finally:
            place.users -= 1
            place.idle_since = self._monotonic()

    async def run(self) -> None:
        """Close what is idle, until cancelled."""
        while True:
            await asyncio.sleep(self._idle_seconds / 4)
            await self.close_idle()

    async def close_idle(self) -> None:
        """Close the asked engines that nobody has used for a while."""
        long_ago = self._monotonic() - self._idle_seconds
        async with self._room:
            for key in [key for key, place in self._places.items() if not place.users and place.idle_since <= long_ago]:
                await self._close(key)

    async def close(self) -> None:
        """End all processes of asked engines, whatever they are doing."""
        for key in list(self._places):
            await self._close(key)

    @property
    def asked(self) -> tuple[Key, ...]:
        """Engine and model of what is loaded beside the own engine."""
        return tuple(self._places)

    def _is_own(self, engine: str, model: str) -> bool:
        if not engine and not model:
            return True
        info = self.own.info
        return engine in ("", info.engine) and model in ("", info.model)

    async def _place(self, key: Key) -> _Place:
        if (place := self._places.get(key)) is not None:
            return place
        until, refusal = self._refused.get(key, (0.0, None))
        if refusal is not None and until > self._monotonic():
            raise EngineRefused(refusal.engine, refusal.reason)
        try:
            spec = await asyncio.to_thread(self._find, *key)
        except EngineRefused as error:
            raise self._remember(key, error) from None
        async with self._room:
            if key not in self._places:
                await self._make_room(key)
                pool = EnginePool(spec, size=self.own.size, partial_interval_seconds=self.own.partial_interval_seconds)
                self._places[key] = _Place(pool, idle_since=self._monotonic())
                log.info("engine taken on", engine=key[0], model=key[1])
            return self._places[key]

    async def _make_room(self, key: Key) -> None:
        if len(self._places) < self._asked_limit:
            return
        idle = [other for other, place in self._places.items() if not place.users]
        if not idle:
            raise EngineBusy(key[0], self._asked_limit)
        await self._close(min(idle, key=lambda other: self._places[other].idle_since))

    async def _close(self, key: Key) -> None:
        place = self._places.pop(key)
        await place.pool.close()
        log.info("engine closed", engine=key[0], model=key[1])

    def _remember(self, key: Key, refusal: EngineRefused) -> EngineRefused:
        self._refused[key] = (self._monotonic() + REFUSED_SECONDS, refusal)
        return refusal
