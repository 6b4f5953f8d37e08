"""Asks extract what is often said on a node, and never waits for it for long."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable
from typing import Protocol

import grpc
import structlog

from mesh.breaker import Breaker, CircuitOpen
from services.transcribe.domain.glossary import NO_GLOSSARY, Glossary
from services.transcribe.metrics import TranscribeMetrics
from tsn.extract.v1.glossary_pb2 import GetGlossaryRequest
from tsn.extract.v1.glossary_pb2_grpc import GlossaryServiceStub

TIMEOUT_SECONDS = 1.0
KEPT_SECONDS = 300.0
KEPT_LIMIT = 256
"""Nodes whose glossary is remembered, those asked for last."""
FAILURES_LIMIT = 2
OPEN_SECONDS = 30.0

log = structlog.get_logger(__name__)


class Glossaries(Protocol):
    """Knows the glossary of a node."""

    async def of(self, node: str) -> Glossary:
        """That of `nodes/{node}`, as well as it is known; raises nothing."""
        ...


class NoGlossaries:
    """Where no engine is to be told anything."""

    async def of(self, node: str) -> Glossary:
        """See `Glossaries.of`."""
        return NO_GLOSSARY


class ExtractGlossaries:
    """Remembers each node's glossary for five minutes, and the last one for as long as extract is away."""

    def __init__(
        self,
        channel: grpc.aio.Channel,
        *,
        metrics: TranscribeMetrics,
        timeout_seconds: float = TIMEOUT_SECONDS,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        """`channel`: to extract."""
        self._stub = GlossaryServiceStub(channel)
        self._metrics = metrics
        self._timeout_seconds = timeout_seconds
        self._monotonic = monotonic
        self._breaker = Breaker(failures_limit=FAILURES_LIMIT, open_seconds=OPEN_SECONDS, monotonic=monotonic)
        self._kept: OrderedDict[str, tuple[float, Glossary]] = OrderedDict()

    async def of(self, node: str) -> Glossary:
        """See `Glossaries.of`."""
        until, known = self._kept.get(node, (0.0, NO_GLOSSARY))
        if node in self._kept and self._monotonic() < until:
            return self._told(known, "cached")
        try:
            with self._breaker.call(grpc.aio.AioRpcError):
                answer = await self._stub.GetGlossary(GetGlossaryRequest(node=node), timeout=self._timeout_seconds)
        except CircuitOpen:
            return self._told(known, "away")
        except grpc.aio.AioRpcError as error:
            log.info("no glossary", node=node, code=error.code().name)
            return self._told(known, "away")
        told = answer.glossary
        fresh = Glossary.of(told.version, terms=(entry.term for entry in told.entries), callsigns=told.callsigns)
        self._kept[node] = (self._monotonic() + KEPT_SECONDS, fresh)
        self._kept.move_to_end(node)
        while len(self._kept) > KEPT_LIMIT:
            self._kept.popitem(last=False)
        return self._told(fresh, "asked")

    def _told(self, glossary: Glossary, source: str) -> Glossary:
        self._metrics.glossaries.labels(source=source).inc()
        return glossary
