"""How much is taken in at once. What is over it is told when to come again; nothing that was taken is dropped."""

import asyncio
import random
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager

import structlog

from mesh.errors import TsnError
from services.ingest.domain.admission_errors import (
    BatchUploadsLimited,
    NodeUploadsLimited,
    QueueFull,
    UploadsLimited,
)
from services.ingest.domain.model import Lane, UploadMetadata
from services.ingest.guard import StorageGuard
from services.ingest.metrics import IngestMetrics

UPLOAD_RETRY_SECONDS = 2.0
QUEUE_RETRY_SECONDS = 30.0
"""A queue of a hundred thousand is not shorter in a moment."""
COUNT_SECONDS = 2.0
COUNT_SHARE = 20
"""Counting a long queue takes the database a while; at most a twentieth of the time is spent on it."""

log = structlog.get_logger(__name__)


def spread(seconds: float) -> float:
    """`seconds` to twice that, so that those who are sent away together do not come back together."""
    return seconds * (1 + random.random())


class UploadLimits:
    """Uploads under way, in all, of each node, and in the batch lane."""

    def __init__(self, *, total: int, per_node: int, batch: int | None = None, metrics: IngestMetrics) -> None:
        """`batch`: of `total` at most so many in the batch lane; None: as many as there are."""
        self._total = total
        self._per_node = per_node
        self._batch = total if batch is None else batch
        self._in_batch = 0
        self._metrics = metrics
        self._nodes: Counter[str] = Counter()
        self.bytes_under_way = 0
        """What the uploads under way have announced."""

    @contextmanager
    def slot(self, metadata: UploadMetadata) -> Iterator[None]:
        """Count the upload while the block runs. Raises UploadsLimited, NodeUploadsLimited, BatchUploadsLimited."""
        node, in_batch = metadata.node, metadata.lane is Lane.BATCH
        if self._nodes.total() >= self._total:
            raise UploadsLimited(self._total, retry_after_seconds=spread(UPLOAD_RETRY_SECONDS))
        if self._nodes[node] >= self._per_node:
            raise NodeUploadsLimited(node, self._per_node, retry_after_seconds=spread(UPLOAD_RETRY_SECONDS))
        if in_batch and self._in_batch >= self._batch:
            raise BatchUploadsLimited(self._batch, retry_after_seconds=spread(UPLOAD_RETRY_SECONDS))
        self._nodes[node] += 1
        self._in_batch += in_batch
        self.bytes_under_way += metadata.size_bytes
        self._metrics.uploads_under_way.inc()
        try:
            yield
        finally:
            self._metrics.uploads_under_way.dec()
            self.bytes_under_way -= metadata.size_bytes
            self._in_batch -= in_batch
            self._nodes[node] -= 1
            if not self._nodes[node]:
                del self._nodes[node]


class QueueLimits:
    """Jobs that wait in a lane: as counted last, and what was let in since."""

    def __init__(
        self, *, limits: Mapping[Lane, int], count: Callable[[Lane, int], Awaitable[int]], metrics: IngestMetrics
    ) -> None:
        """`count` tells the unfinished jobs of a lane, up to a number. Lanes without a limit are never full."""
        self._limits = limits
        self._count = count
        self._metrics = metrics
        self._counted: dict[Lane, int] = {}
        self._admitted: Counter[Lane] = Counter()
        """Since the last count began: a rush is over a limit long before it is counted."""
        self._full: set[Lane] = set()

    def admit(self, lane: Lane) -> None:
        """Count one more in. Raises QueueFull where there is no room."""
        if lane in self._counted and self._counted[lane] + self._admitted[lane] >= self._limits[lane]:
            self._metrics.queue_full.labels(lane=str(lane)).set(True)
            raise QueueFull(lane, self._limits[lane], retry_after_seconds=spread(QUEUE_RETRY_SECONDS))
        self._admitted[lane] += 1

    async def run(self) -> None:
        """Count for ever; cancel to stop. While the database is away, what was counted last stands."""
        loop = asyncio.get_running_loop()
        while True:
            started = loop.time()
            try:
                await self.count_once()
            except TsnError as error:
                log.warning("queues not counted", error=error.message)
            await asyncio.sleep(max(COUNT_SECONDS, (loop.time() - started) * COUNT_SHARE))

    async def count_once(self) -> None:
        """Count now. Raises DatabaseUnavailable."""
        for lane, limit in self._limits.items():
            before = self._admitted[lane]
            self._counted[lane] = await self._count(lane, limit)
            self._admitted[lane] -= before
            self._tell(lane, full=self._counted[lane] >= limit)

    def _tell(self, lane: Lane, *, full: bool) -> None:
        if full and lane not in self._full:
            log.warning("queue full, no more is taken", lane=str(lane), jobs=self._limits[lane])
        (self._full.add if full else self._full.discard)(lane)
        self._metrics.queue_full.labels(lane=str(lane)).set(full)


class Admission:
    """Whether an upload may begin."""

    def __init__(self, *, uploads: UploadLimits, queues: QueueLimits, storage: StorageGuard) -> None:
        self._uploads = uploads
        self._queues = queues
        self._storage = storage

    @contextmanager
    def slot(self, metadata: UploadMetadata) -> Iterator[None]:
        """Count the upload while the block runs. Raises UploadsLimited, NodeUploadsLimited, BatchUploadsLimited."""
        with self._uploads.slot(metadata):
            yield

    async def admit(self, metadata: UploadMetadata) -> None:
        """Return when an upload in its slot, of bytes that are new, may go on.

        Raises QueueFull, StorageFull, StorageLost and other Unavailable.
        """
        self._queues.admit(metadata.lane)
        await self._storage.admit(self._uploads.bytes_under_way)

    async def admit_work(self, lane: Lane) -> None:
        """Return when there is room for work that brings its bytes later. Raises as `admit`."""
        self._queues.admit(lane)
        await self._storage.admit(0)
