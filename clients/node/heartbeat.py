"""Tells the server that the node lives, and how it does."""

import asyncio
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING

import grpc
import structlog

from clients.common.telemetry import trace_metadata
from clients.node.disk import UsageOf, disk_usage
from clients.node.spool import Spool
from tsn.ingest.v1 import ingest_pb2, recording_pb2

if TYPE_CHECKING:
    # Exists for the type checker only.
    from tsn.ingest.v1.ingest_pb2_grpc import IngestServiceAsyncStub

CALL_SECONDS = 10.0
CLOCK_OFFSET_SECONDS = 2.0
"""A clock further off than this puts overs in the wrong order and is worth a warning."""

log = structlog.get_logger(__name__)


def node_version() -> str:
    """Version of the installed distribution; "0" where it runs from a bare checkout."""
    try:
        return version("spoken-network")
    except PackageNotFoundError:
        return "0"


class Heart:
    """Sends heartbeats of one node."""

    def __init__(
        self,
        *,
        stub: "IngestServiceAsyncStub",
        spool: Spool,
        node: str,
        disk: Path,
        clock: Callable[[], float],
        timer: Callable[[], float] = time.monotonic,
        usage: UsageOf = disk_usage,
    ) -> None:
        """`disk`: a folder on the disk that counts. `clock`: seconds since the epoch. `timer`: seconds, never jumps."""
        self._stub = stub
        self._spool = spool
        self._node = node
        self._disk = disk
        self._clock = clock
        self._timer = timer
        self._usage = usage
        self._round_trip_seconds: float | None = None
        self._heard = True

    async def run(self, interval_seconds: float) -> None:
        """Beat at once and then every `interval_seconds`; cancel to stop."""
        while True:
            await self.beat()
            await asyncio.sleep(interval_seconds)

    async def beat(self, timeout_seconds: float = CALL_SECONDS) -> bool:
        """Send one heartbeat; False when the server did not take it, which is logged once until it does again."""
        health = await asyncio.to_thread(self._health)
        request = ingest_pb2.HeartbeatRequest(name=f"nodes/{self._node}", health=health)
        if self._round_trip_seconds is not None:
            request.round_trip.FromTimedelta(timedelta(seconds=self._round_trip_seconds))
        # Last, since the server takes it for the moment of sending.
        request.sent_at.FromDatetime(datetime.fromtimestamp(self._clock(), UTC))
        began = self._timer()
        try:
            response = await self._stub.Heartbeat(request, timeout=timeout_seconds, metadata=trace_metadata())
        except grpc.aio.AioRpcError as error:
            if self._heard:
                log.warning("heartbeat not taken", code=error.code().name, error=error.details())
            self._heard = False
            return False
        self._round_trip_seconds = self._timer() - began
        self._heard = True
        offset_seconds = response.clock_offset.ToTimedelta().total_seconds()
        if abs(offset_seconds) > CLOCK_OFFSET_SECONDS:
            log.warning("this machine's clock differs from the server's", offset_seconds=offset_seconds)
        return True

    def _health(self) -> recording_pb2.NodeHealth:
        counts, usage = self._spool.counts(), self._usage(self._disk)
        oldest = self._spool.oldest_waiting_at()
        return recording_pb2.NodeHealth(
            version=node_version(),
            spooled_recordings=counts.waiting_recordings,
            spooled_bytes=counts.waiting_bytes,
            refused_recordings=counts.refused,
            disk_free_bytes=usage.free_bytes,
            disk_total_bytes=usage.total_bytes,
            intake_paused=self._spool.intake_paused(),
            oldest_waiting_at=oldest,
            spool_id=self._spool.spool_id,
            last_sequence=self._spool.last_sequence(self._node),
        )
