"""A node's parts on a real spool and a real connection, with clocks set by hand; and the node as a process."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from zoneinfo import ZoneInfo

from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from clients.common.backoff import Backoff
from clients.common.channel import open_channel
from clients.common.labels import Labels
from clients.common.upload import UploadPolicy
from clients.node.agent import Agent, Pace
from clients.node.disk import DiskGuard, DiskLimits, DiskUsage
from clients.node.heartbeat import Heart
from clients.node.intake import Intake
from clients.node.schedule import Schedule, SchedulePolicy
from clients.node.settle import Settler
from clients.node.shelf import Shelf
from clients.node.spool import Spool
from clients.node.uploader import Uploader
from clients.node.watcher import Watcher
from tsn.ingest.v1.ingest_pb2_grpc import IngestServiceStub

ROOT = Path(__file__).parents[4]
STABILITY_SECONDS = 3.0
PATIENCE_SECONDS = 120.0
"""For one call: a starved machine is slow and nothing else."""


@dataclass
class NodeBench:
    """A node whose clock stands still unless it is moved."""

    home: Path
    address: str
    keep: bool = False
    now: float = 1_800_000_000.0
    usage: DiskUsage = field(default_factory=lambda: DiskUsage(total_bytes=1000, free_bytes=500))
    spans: InMemorySpanExporter = field(default_factory=InMemorySpanExporter)
    spool: Spool = field(init=False)
    uploader: Uploader = field(init=False)
    agent: Agent = field(init=False)
    heart: Heart = field(init=False)

    @property
    def watch(self) -> Path:
        return self.home / "watch"

    def drop(self, name: str, content: bytes = b"RIFF over") -> Path:
        """A recorder's finished file."""
        path = self.watch / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        return path

    async def take_all(self) -> None:
        """Let the files stand still for long enough and take them in."""
        stop = asyncio.Event()
        await self.agent.sweep(stop)
        self.now += STABILITY_SECONDS
        await self.agent.sweep(stop)

    async def send_all(self) -> None:
        """Send what is due until nothing is."""
        while await self.uploader.send_next():
            pass


@asynccontextmanager
async def node_bench(home: Path, address: str, *, keep: bool = False) -> AsyncIterator[NodeBench]:
    """The parts of node 2560, ready; the same home later continues with the same spool."""
    bench = NodeBench(home, address, keep)
    bench.watch.mkdir(exist_ok=True, parents=True)
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(bench.spans))
    bench.spool = Spool(home / "spool" / "spool.db")
    settler = Settler(
        spool=bench.spool,
        archive=Shelf(home / "archive"),
        refused=Shelf(home / "refused"),
        keep=keep,
        clock=lambda: bench.now,
    )
    async with open_channel(address) as channel:
        stub = IngestServiceStub(channel)
        bench.uploader = Uploader(
            stub=stub,
            spool=bench.spool,
            settler=settler,
            tracer=provider.get_tracer("test"),
            concurrency=1,
            policy=UploadPolicy(attempts=1, base_seconds=PATIENCE_SECONDS, query_seconds=PATIENCE_SECONDS),
            schedule=Schedule(
                spool=bench.spool,
                backoff=Backoff(draw=lambda: 1.0),
                policy=SchedulePolicy(backlog_share=1.0),
                clock=lambda: bench.now,
                timer=lambda: bench.now,
            ),
            clock=lambda: bench.now,
        )
        bench.heart = Heart(
            stub=stub,
            spool=bench.spool,
            node="2560",
            disk=home,
            clock=lambda: bench.now,
            timer=lambda: bench.now,
            usage=lambda _: bench.usage,
        )
        bench.agent = Agent(
            spool=bench.spool,
            watcher=Watcher([bench.watch], stability_seconds=STABILITY_SECONDS, clock=lambda: bench.now),
            intake=Intake(spool=bench.spool, labels=Labels("2560", ZoneInfo("UTC")), clock=lambda: bench.now),
            uploader=bench.uploader,
            settler=settler,
            heart=bench.heart,
            guard=DiskGuard(
                spool=bench.spool,
                settler=settler,
                spool_folder=home / "spool",
                archive_folder=home / "archive",
                limits=DiskLimits(),
                usage=lambda _: bench.usage,
            ),
            pace=Pace(poll=0.01),
            clock=lambda: bench.now,
        )
        try:
            yield bench
        finally:
            bench.spool.close()


@dataclass(frozen=True)
class NodeProcess:
    """`tsn-node` as it is installed, on its own home."""

    process: asyncio.subprocess.Process

    def kill(self) -> None:
        self.process.send_signal(signal.SIGKILL)

    async def ends(self) -> tuple[int, str]:
        """Exit status and log."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            _, log = await self.process.communicate()
        return self.process.returncode or 0, log.decode()


async def start_node(
    home: Path, address: str, *options: str, module: tuple[str, ...] = ("clients.node",), stability: str = "0.05"
) -> NodeProcess:
    """Start the node in `home`; `module` is what python -m runs, with its own arguments."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("TSN_")}
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", *module, "run", "--watch", str(home / "watch"), "--node", "2560"),
        *("--gateway", address, "--spool", str(home / "spool"), "--archive", str(home / "archive")),
        *("--time-zone", "UTC", "--stability-seconds", stability, *options),
        cwd=ROOT,
        env=environment
        | {"TSN_LOG_FORMAT": "json", "PYTHONPATH": f"{ROOT}:{ROOT / 'gen'}"}
        | {"TSN_NODE_UPLOAD_BASE_SECONDS": str(PATIENCE_SECONDS)},
        stderr=asyncio.subprocess.PIPE,
    )
    return NodeProcess(process)


def files_below(folder: Path) -> dict[str, bytes]:
    """Content by path below the folder."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
