"""What nodes said of themselves, as metrics: every replica of ingest tells the same, whichever heard the heartbeat."""

import asyncio
from datetime import timedelta

import structlog

from mesh.clock import Clock
from mesh.errors import TsnError
from services.ingest.metrics import IngestMetrics
from services.ingest.store.nodes import HeardNode, NodeRepository

COUNT_SECONDS = 5.0
FORGET_AFTER = timedelta(days=1)
"""A node that was silent for longer is gone, and so are its figures."""
NODES_LIMIT = 1000
"""Nodes that have figures of their own, those heard last first: each is a time series in the monitoring."""

log = structlog.get_logger(__name__)


class NodeFigures:
    """Reads the nodes every few seconds."""

    def __init__(
        self,
        *,
        nodes: NodeRepository,
        clock: Clock,
        metrics: IngestMetrics,
        silent_after: timedelta,
        limit: int = NODES_LIMIT,
    ) -> None:
        self._nodes = nodes
        self._clock = clock
        self._metrics = metrics
        self._silent_after = silent_after
        self._limit = limit
        self._shown: set[str] = set()

    async def run(self) -> None:
        """Count for ever; cancel to stop. While the database is away, what was read last stands."""
        while True:
            try:
                await self.count_once()
            except TsnError as error:
                log.debug("nodes not counted", error=error.message)
            await asyncio.sleep(COUNT_SECONDS)

    async def count_once(self) -> None:
        """Count now. Raises DatabaseUnavailable."""
        now = self._clock.now()
        heard = await self._nodes.heard_since(now - FORGET_AFTER, limit=self._limit)
        silent = sum(now - node.last_heartbeat_at > self._silent_after for node in heard)
        self._metrics.nodes.labels(state="silent").set(silent)
        self._metrics.nodes.labels(state="heard").set(len(heard) - silent)
        for node in heard:
            self._show(node)
        for gone in self._shown - {node.id for node in heard}:
            for gauge in self._metrics.of_a_node:
                gauge.remove(gone)
        self._shown = {node.id for node in heard}

    def _show(self, node: HeardNode) -> None:
        now, never = self._clock.now(), float("nan")
        received = node.last_received_at
        self._metrics.node_spooled.labels(node=node.id).set(node.spooled_recordings)
        self._metrics.node_heartbeat_age_seconds.labels(node=node.id).set(
            (now - node.last_heartbeat_at).total_seconds()
        )
        self._metrics.node_audio_age_seconds.labels(node=node.id).set(
            (now - received).total_seconds() if received else never
        )
