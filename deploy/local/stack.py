"""The private local stack: MariaDB, NATS, five services, gateway; as one object."""

import asyncio
import os
import secrets
import signal
import sys
from collections.abc import Callable, Iterable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.parse import urlsplit

from deploy.local import state
from deploy.local.envoy import Envoy
from deploy.local.keeper import Keeper
from deploy.local.mariadb import MariaDb
from deploy.local.nats import Nats
from deploy.local.ports import free_port
from deploy.local.processes import Child, Command, StartFailed
from deploy.local.running import Server
from deploy.local.services import ROOT, SERVICES, Service, python_env
from gateway.envoy.settings import GatewaySettings

# A process that ends is noticed at once; a busy machine needs its time.
_READY_SECONDS = 180.0
# The first start may fetch a speech model.
_SLOW_READY_SECONDS = {"transcribe": 900.0}
_MIGRATION_SECONDS = 300.0
_LONG_LOG_BYTES = 32 * 1024 * 1024


@dataclass(frozen=True)
class StackSettings:
    """A stack. Services also see the caller's environment; `env` and `service_env` are stronger than it."""

    folder: Path
    """Data, logs and state; the data stay when the stack stops."""
    gateway_port: int | None = 8080
    """Taken if free; else, and with None, any free one."""
    env: Mapping[str, str] = field(default_factory=dict)
    """For all services, e.g. TSN_OTLP_ENDPOINT or TSN_LOG_FORMAT."""
    service_env: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """For one service, by its name."""
    detours: Mapping[str, int] = field(default_factory=dict)
    """Ports at which services find `mariadb` and `nats`, where not at their own: a proxy of the caller."""
    replicas: Mapping[str, int] = field(default_factory=dict)
    """Processes of a service, where more than one: `ingest` and `ingest-2`, both behind the gateway."""
    modules: Mapping[str, str] = field(default_factory=lambda: {name: f"services.{name}" for name in SERVICES})
    """What `python -m` starts for each service."""
    migration: tuple[str, ...] = ("migrations", "upgrade")
    """Module and arguments that bring the database to head; empty: nothing to do."""


class Stack:
    """`async with Stack(settings) as stack`, or `start()` and `stop()`. Use it in the main thread.

    Whatever dies is started again. When the process that owns the stack is killed, the kernel kills all of it.
    """

    def __init__(self, settings: StackSettings, report: Callable[[str], None] = lambda line: None) -> None:
        self.settings = settings
        folder = settings.folder.resolve()
        self.folder = folder
        self.logs = folder / "logs"
        self.mariadb = MariaDb.new(folder / "data" / "mariadb")
        self.nats = Nats.new(folder / "data" / "nats")
        self.services = self._services()
        self.gateway = self._gateway()
        self._tell = report
        self._phase = "starting"
        self._locked = ExitStack()
        self._keepers = {server.name: self._keeper(server) for server in self._servers()}

    @property
    def gateway_address(self) -> str:
        """host:port for clients (TSN_GATEWAY)."""
        return self.gateway.address

    @property
    def addresses(self) -> dict[str, str]:
        """Everything that can be connected to. The database's contains its password."""
        found = {"gateway": self.gateway.address, "database": self.mariadb.url, "nats": self.nats.url}
        found["gateway_admin"] = f"http://127.0.0.1:{self.gateway.settings.admin_port}"
        for name, service in self.services.items():
            found[name] = service.address
            found[f"{name}_metrics"] = service.metrics_url
        return found

    async def start(self) -> None:
        """Start everything and wait until all is healthy. Raises StartFailed, after which nothing runs.

        Also raises AlreadyRunning, MariaDbMissing, NatsMissing, DescriptorsMissing.
        """
        self._locked.enter_context(state.lock(self.folder))
        # What a stack that was killed may have left.
        state.forget(self.folder)
        for folder in (self.logs, self.folder / "data" / "blobs"):
            folder.mkdir(parents=True, exist_ok=True)
        _put_long_logs_aside(self.logs)
        self._write()
        try:
            await self._start_all("mariadb", "nats")
            await self._migrate()
            await self._start_all(*self.services)
            await self._start_all("gateway")
        except BaseException:
            await self.stop()
            raise
        self._phase = "ready"
        self._write()

    async def stop(self) -> None:
        """Stop everything, what others depend on last, and forget the state."""
        with self._locked:
            await self._stop_all()

    async def _stop_all(self) -> None:
        self._phase = "stopping"
        self._write()
        for group in (["gateway"], list(self.services), ["nats", "mariadb"]):
            await asyncio.gather(*(self._keepers[name].stop() for name in group))
        state.forget(self.folder)

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self.stop()

    async def restart(self, name: str) -> None:
        """Stop one process gracefully, start it, wait until it is ready."""
        await self._keepers[name].restart()

    async def halt(self, name: str) -> None:
        """Stop one process gracefully and leave it so."""
        await self._keepers[name].stop()

    async def resume(self, name: str) -> None:
        """Start a process that was halted and wait until it is ready. Raises StartFailed."""
        await self._keepers[name].start()

    async def kill(self, name: str, number: signal.Signals = signal.SIGKILL) -> None:
        """Kill one process and return when it has ended; it is started again by itself (`wait_ready`)."""
        await self._keepers[name].kill(number)

    async def wait_ready(self, name: str) -> None:
        """Wait until a process that was killed is back."""
        await self._keepers[name].wait_ready()

    def pid(self, name: str) -> int | None:
        """Process id of `mariadb`, `nats`, `gateway` or a service; None while it does not run."""
        return self._keepers[name].pid

    def restarts(self, name: str) -> int:
        """Times that a process was started again because it had died."""
        return self._keepers[name].restarts

    def log(self, name: str) -> Path:
        """Log file of a process."""
        return self.logs / f"{name}.log"

    def _services(self) -> dict[str, Service]:
        ports = {name: free_port() for name in self.settings.modules}
        return {
            name if number == 1 else f"{name}-{number}": Service(
                name=name if number == 1 else f"{name}-{number}",
                module=module,
                grpc_port=ports[name] if number == 1 else free_port(),
                metrics_port=free_port(),
                env={**self._env(ports), **self.settings.env, **self.settings.service_env.get(name, {})},
            )
            for name, module in self.settings.modules.items()
            for number in range(1, self.settings.replicas.get(name, 1) + 1)
        }

    def _env(self, ports: Mapping[str, int]) -> dict[str, str]:
        detours = self.settings.detours
        env = {
            "TSN_DATABASE_URL": replace(self.mariadb, port=detours.get("mariadb", self.mariadb.port)).url,
            "TSN_NATS_URL": replace(self.nats, port=detours.get("nats", self.nats.port)).url,
            "TSN_BLOB_URL": f"file://{self.folder / 'data' / 'blobs'}",
            "TSN_PAGE_TOKEN_SECRET": _kept_secret(self.folder / "data" / "page_token_secret"),
            "TSN_INGEST_AUTO_REGISTER": "true",
            "TSN_LOG_FORMAT": os.environ.get("TSN_LOG_FORMAT", "console"),
        }
        for peer in ("extract", "analyze"):
            if peer in ports:
                env[f"TSN_TRANSCRIBE_{peer.upper()}_ADDRESS"] = f"127.0.0.1:{ports[peer]}"
        if "transcribe" in ports:
            env["TSN_EXTRACT_TRANSCRIBE_ADDRESS"] = f"127.0.0.1:{ports['transcribe']}"
        return env

    def _gateway(self) -> Envoy:
        settings = GatewaySettings(
            upstreams={f"tsn.{name}.v1": self._at(name) for name in self.settings.modules},
            replicas={
                f"tsn.{name}.v1": tuple(self._at(f"{name}-{number}") for number in range(2, count + 1))
                for name, count in self.settings.replicas.items()
            },
            listen_port=free_port(self.settings.gateway_port),
            admin_port=free_port(),
            otlp=otlp_address({**os.environ, **self.settings.env}.get("TSN_OTLP_ENDPOINT", "")),
            access_log=str(self.logs / "access.log"),
        )
        return Envoy(self.folder / "gateway", settings)

    def _at(self, name: str) -> tuple[str, int]:
        return "127.0.0.1", self.services[name].grpc_port

    def _servers(self) -> Iterable[Server]:
        return (self.mariadb, self.nats, *self.services.values(), self.gateway)

    def _keeper(self, server: Server) -> Keeper:
        ready_seconds = _SLOW_READY_SECONDS.get(server.name, _READY_SECONDS)
        return Keeper(server=server, logs=self.logs, ready_seconds=ready_seconds, report=self._report)

    async def _start_all(self, *names: str) -> None:
        starts = [asyncio.create_task(self._keepers[name].start()) for name in names]
        try:
            await asyncio.gather(*starts)
        finally:
            for task in starts:
                task.cancel()
            await asyncio.gather(*starts, return_exceptions=True)

    async def _migrate(self) -> None:
        """Bring the database to head. Raises StartFailed."""
        if not self.settings.migration:
            return
        env = {**python_env(), "TSN_DATABASE_URL": self.mariadb.url}
        command = Command(
            name="migrations",
            argv=(sys.executable, "-m", *self.settings.migration),
            log=self.logs / "migrations.log",
            env=env,
            folder=ROOT,
        )
        child = Child(command)
        try:
            async with asyncio.timeout(_MIGRATION_SECONDS):
                code = await child.wait()
        except TimeoutError:
            raise StartFailed("migrations", f"took over {_MIGRATION_SECONDS:.0f} s", command.log) from None
        finally:
            await child.stop(grace_seconds=1.0)
        if code != 0:
            raise StartFailed("migrations", f"ended with exit code {code}", command.log)
        self._report("database is at head")

    def _report(self, line: str) -> None:
        self._tell(line)
        self._write()

    def _write(self) -> None:
        pids = {name: keeper.pid for name, keeper in self._keepers.items()}
        state.State(
            phase=self._phase,
            supervisor=state.this_process(),
            processes={name: state.process_of(pid) for name, pid in pids.items() if pid is not None},
            addresses=self.addresses,
        ).write(self.folder)


def otlp_address(endpoint: str) -> tuple[str, int] | None:
    """`http://host:4317` as a pair; None for an empty endpoint."""
    if not endpoint:
        return None
    parts = urlsplit(endpoint)
    return parts.hostname or "127.0.0.1", parts.port or 4317


def _put_long_logs_aside(folder: Path) -> None:
    """Keep one old log of each process beside the one that is written."""
    for log in folder.glob("*.log"):
        if log.stat().st_size > _LONG_LOG_BYTES:
            log.replace(log.with_name(f"{log.name}.old"))


def _kept_secret(file: Path) -> str:
    """A random secret that stays the same as long as the data do: page tokens and cursors outlive a restart."""
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True)
        file.touch(mode=0o600)
        file.write_text(secrets.token_urlsafe(32))
    return file.read_text()
