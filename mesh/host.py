"""The life of a service process: start in order, serve until told to stop, drain, close."""

import asyncio
import contextlib
import os
import signal
import socket
from collections.abc import Awaitable, Callable

import structlog
from prometheus_client import CollectorRegistry

from mesh.rpc.server import RpcServer
from mesh.settings import MeshSettings
from mesh.telemetry.logging import configure_logging
from mesh.telemetry.metrics import serve_metrics
from mesh.telemetry.tracing import configure_tracing

_CANCEL_AGAIN_SECONDS = 0.5

log = structlog.get_logger(__name__)


def process_name(service: str) -> str:
    """Names this process in rows and logs: service, host and process id."""
    return f"{service}@{socket.gethostname()}:{os.getpid()}"


def run_process(service: str, mesh: MeshSettings, build: Callable[[], "ServiceHost"]) -> None:
    """Configure logs and traces, then build the service inside the event loop and serve until a signal."""
    configure_logging(service=service, form=mesh.log_format, level=mesh.log_level)
    provider = configure_tracing(service=service, otlp_endpoint=mesh.otlp_endpoint)

    async def serve() -> None:
        await build().run()

    try:
        asyncio.run(serve())
    finally:
        provider.shutdown()


class ServiceHost:
    """Runs a gRPC server and background tasks until SIGTERM or SIGINT."""

    def __init__(self, *, name: str, server: RpcServer, drain_seconds: float, notice_seconds: float = 0.0) -> None:
        """`notice_seconds`: calls are taken for so long after a signal, while health says that they soon are not."""
        self._name = name
        self._server = server
        self._drain_seconds = drain_seconds
        self._notice_seconds = notice_seconds
        self._connects: list[Callable[[], Awaitable[object]]] = []
        self._tasks: list[tuple[str, Callable[[], Awaitable[None]]]] = []
        self._workers: list[tuple[str, Callable[[], Awaitable[None]]]] = []
        self._working: set[asyncio.Task[None]] = set()
        self._running: set[asyncio.Task[None]] = set()
        self._drains: list[Callable[[], None]] = []
        self._closes: list[Callable[[], Awaitable[None]]] = []
        self._metrics: tuple[CollectorRegistry, str] | None = None
        self.stopping = asyncio.Event()

    @property
    def port(self) -> int:
        """Port of the gRPC server; 0 until it listens."""
        return self._server.port

    def serve_metrics(self, registry: CollectorRegistry, listen: str) -> None:
        """Serve /metrics for the whole life."""
        self._metrics = (registry, listen)

    def on_connect(self, connect: Callable[[], Awaitable[object]]) -> None:
        """Await this before tasks start; the server listens already and says NOT_SERVING."""
        self._connects.append(connect)

    def add_task(self, name: str, run: Callable[[], Awaitable[None]]) -> None:
        """Run this for the whole life; the process ends when it raises."""
        self._tasks.append((name, run))

    def add_worker(self, name: str, run: Callable[[], Awaitable[None]], drain: Callable[[], None]) -> None:
        """Run this like a task; `drain` asks it to finish what it has, and it is waited for when the stop begins."""
        self._workers.append((name, run))
        self._drains.append(drain)

    def on_drain(self, drain: Callable[[], None]) -> None:
        """Call this when the stop begins: take no more work."""
        self._drains.append(drain)

    def on_close(self, close: Callable[[], Awaitable[None]]) -> None:
        """Await this at the end, last added first."""
        self._closes.append(close)

    async def run(self) -> None:
        """Serve until a signal; raises what a background task raised."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self.stopping.set)
        await self._server.start()
        metrics = serve_metrics(*self._metrics) if self._metrics else None
        log.info("listening", port=self._server.port, metrics_port=metrics.port if metrics else None)
        life = asyncio.ensure_future(self._live())
        stop = asyncio.ensure_future(self.stopping.wait())
        try:
            await asyncio.wait({life, stop}, return_when=asyncio.FIRST_COMPLETED)
            await self._drain(life)
        finally:
            stop.cancel()
            for close in reversed(self._closes):
                with contextlib.suppress(Exception):
                    async with asyncio.timeout(5):
                        await close()
            if metrics:
                metrics.stop()
        log.info("stopped")

    async def _live(self) -> None:
        for connect in self._connects:
            await connect()
        async with asyncio.TaskGroup() as group:
            lasting = (("health", self._server.health.run), *self._tasks)
            self._running = {group.create_task(_named(name, run), name=name) for name, run in lasting}
            self._working = {group.create_task(_named(name, run), name=name) for name, run in self._workers}
            self._running |= self._working

    async def _drain(self, life: "asyncio.Future[None]") -> None:
        log.info("draining", seconds=self._drain_seconds)
        for drain in self._drains:
            drain()
        stopping = asyncio.create_task(self._stop_server(), name="server")
        limit = self._notice_seconds + self._drain_seconds + 1
        _, late = await asyncio.wait({stopping, *self._working}, timeout=limit)
        if late:
            log.warning("given up", after_seconds=limit, unfinished=sorted(task.get_name() for task in late))
        await self._end(life)

    async def _end(self, life: "asyncio.Future[None]") -> None:
        """Cancel what still runs, until it ends: a wait_for of Python 3.11 in a library drops cancels (bpo-37658)."""
        life.cancel()
        while not life.done():
            await asyncio.wait({life}, timeout=_CANCEL_AGAIN_SECONDS)
            for task in self._running:
                task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await life

    async def _stop_server(self) -> None:
        await self._server.health.drain()
        await asyncio.sleep(self._notice_seconds)
        await self._server.stop(self._drain_seconds)


async def _named(name: str, run: Callable[[], Awaitable[None]]) -> None:
    try:
        await run()
    except asyncio.CancelledError:
        raise
    except Exception:
        log.exception("background task failed", task=name)
        raise
