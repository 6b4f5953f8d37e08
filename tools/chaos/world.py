"""Everything of a run: the stack behind proxies, the node before it, the disk below it."""

import os
import signal
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from deploy.local.keeper import Keeper
from deploy.local.ports import free_port
from deploy.local.stack import Stack, StackSettings
from tools.chaos.disk import BlobDisk
from tools.chaos.echo import Echo
from tools.chaos.node import NodeProcess
from tools.chaos.plan import ENGINE, LINKS, NODE
from tools.chaos.proxy import FaultProxy
from tools.chaos.recordings import IDLE_GAP_SECONDS

DISK_BYTES = 256 * 1024 * 1024
_ENV = {
    "TSN_JOB_LEASE_SECONDS": "3",
    "TSN_DATABASE_ANSWER_SECONDS": "6",
    "TSN_LOG_FORMAT": "json",
    "TSN_INGEST_STORAGE_RETRY_SECONDS": "2",
    "TSN_INGEST_DRAIN_SECONDS": "3",
    "TSN_TRANSCRIBE_DRAIN_SECONDS": "3",
    "TSN_EXTRACT_DRAIN_SECONDS": "3",
    "TSN_ANALYZE_DRAIN_SECONDS": "3",
    "TSN_QUERY_DRAIN_SECONDS": "3",
    "TSN_ANALYZE_IDLE_GAP_SECONDS": str(IDLE_GAP_SECONDS),
    "TSN_QUERY_ACK_WAIT_SECONDS": "3",
    "TSN_TRANSCRIBE_ENGINE": "scripted",
    "TSN_TRANSCRIBE_SLOTS": "2",
    "TSN_TRANSCRIBE_SCRIPT_DELAY_SECONDS": "0.2",
}
"""What is waited for in seconds is waited for in few, or a cycle would take a minute."""


@dataclass(frozen=True)
class World:
    """What faults are done to. Process names are those of the plan."""

    stack: Stack
    node: NodeProcess
    keeper: Keeper
    proxies: Mapping[str, FaultProxy]
    disk: BlobDisk
    echo: Echo

    def pid(self, name: str) -> int | None:
        """Process id; None while it does not run."""
        if name == NODE:
            return self.keeper.pid
        if name == ENGINE:
            return next(iter(_children(self.stack.pid("transcribe"))), None)
        return self.stack.pid(name)

    async def end(self, name: str, number: signal.Signals) -> None:
        """Send a deadly signal; returns when the process has ended. It is started again by whoever keeps it."""
        if name == NODE:
            await self.keeper.kill(number)
        elif name == ENGINE:
            send(self.pid(ENGINE), number)
        else:
            await self.stack.kill(name, number)

    async def wait_ready(self) -> None:
        """Wait until every process serves."""
        for name in ("mariadb", "nats", *self.stack.services, "gateway"):
            await self.stack.wait_ready(name)


def send(pid: int | None, number: signal.Signals) -> None:
    """Send a signal, if the process is still there."""
    if pid is not None:
        try:
            os.kill(pid, number)
        except ProcessLookupError:
            return


def _children(pid: int | None) -> list[int]:
    try:
        text = Path(f"/proc/{pid}/task/{pid}/children").read_text() if pid is not None else ""
    except (FileNotFoundError, ProcessLookupError):
        return []
    return [int(child) for child in text.split()]


@asynccontextmanager
async def world(folder: Path, script: Path, report: Callable[[str], None]) -> AsyncIterator[World]:
    """The running world below `folder`, which stays when it ends. Raises StartFailed."""
    ports = {name: free_port() for name in LINKS}
    settings = StackSettings(
        folder=folder,
        gateway_port=None,
        env={**_ENV, "TSN_TRANSCRIBE_SCRIPT": str(script)},
        detours=ports,
    )
    stack = Stack(settings, report=report)
    targets = {
        "gateway": stack.gateway.settings.listen_port,
        "mariadb": stack.mariadb.port,
        "nats": stack.nats.port,
    }
    disk = BlobDisk(folder / "data" / "blobs", size_bytes=DISK_BYTES)
    node = NodeProcess(folder / "node", gateway=f"127.0.0.1:{ports['gateway']}")
    keeper = Keeper(server=node, logs=stack.logs, ready_seconds=120.0, report=report)
    echo = Echo(stack.nats.url)
    async with AsyncExitStack() as ending:
        disk.attach()
        ending.callback(disk.detach)
        proxies = {name: await ending.enter_async_context(FaultProxy(ports[name], targets[name])) for name in LINKS}
        await ending.enter_async_context(stack)
        await echo.connect()
        ending.push_async_callback(echo.close)
        await keeper.start()
        ending.push_async_callback(keeper.stop)
        yield World(stack, node, keeper, proxies, disk, echo)
