"""Tells the server that the node lives, and how it does."""

import asyncio
import shutil
from collections.abc import Callable
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING

import grpc
import structlog

from clients.common.telemetry import trace_metadata
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
    ) -> None:
        """`disk`: a folder on the disk whose free space counts. `clock`: seconds since the epoch."""
        self._stub = stub
        self._spool = spool
        self._node = node
        self._disk = disk
        self._clock = clock
        self._heard = True

    async def run(self, interval_seconds: float) -> None:
        """Beat at once and then every `interval_seconds`; cancel to stop."""
        while True:
            await self.beat()
            await asyncio.sleep(interval_seconds)

    async def beat(self, timeout_seconds: float = CALL_SECONDS) -> bool:
        """Send one heartbeat; False when the server did not take it, which is logged once until it does again."""
        request = ingest_pb2.HeartbeatRequest(
            name=f"nodes/{self._node}",
            sent_at=datetime.fromtimestamp(self._clock(), UTC),
            health=await asyncio.to_thread(self._health),
        )
        try:
            response = await self._stub.Heartbeat(request, timeout=timeout_seconds, metadata=trace_metadata())
        except grpc.aio.AioRpcError as error:
            if self._heard:
                log.warning("heartbeat not taken", code=error.code().name, error=error.details())
            self._heard = False
            return False
        self._heard = True
        offset_seconds = response.clock_offset.ToTimedelta().total_seconds()
        if abs(offset_seconds) > CLOCK_OFFSET_SECONDS:
            log.warning("this machine's clock differs from the server's", offset_seconds=offset_seconds)
        return True

    def _health(self) -> recording_pb2.NodeHealth:
        counts = self._spool.counts()
        return recording_pb2.NodeHealth(
            version=node_version(),
            spooled_recordings=counts.waiting_recordings,
            spooled_bytes=counts.waiting_bytes,
            refused_recordings=counts.refused,
            disk_free_bytes=shutil.disk_usage(self._disk).free,
        )
