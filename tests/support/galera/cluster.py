"""A Galera cluster whose nodes can be killed and come back.

One node makes the system tables and ends; the others begin with a copy of its folder. So all share their past, and
whoever joins, at first or after a crash, only needs the transactions that it has missed.
"""

import asyncio
import re
import shutil
import signal
import subprocess
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import asyncmy

from deploy.local.mariadb import MariaDb
from deploy.local.ports import free_port
from deploy.local.processes import Child, Command
from deploy.local.running import start

SIZE = 3
_START_SECONDS = 180.0
_SAVE_SECONDS = 120.0
_ANSWER_SECONDS = 30
_PROVIDERS = (
    "/usr/lib/galera/libgalera_smm.so",
    "/usr/lib64/galera-4/libgalera_smm.so",
    "/usr/lib64/galera/libgalera_smm.so",
    "/usr/lib/galera-4/libgalera_smm.so",
)
_QUICK = ("--innodb-buffer-pool-size=64M", "--innodb-log-file-size=16M", "--innodb-flush-log-at-trx-commit=2")
_SCRIPTS = Path(__file__).parent
_NO_POSITION = "00000000-0000-0000-0000-000000000000:-1"


def provider() -> str | None:
    """Galera's library; None where it is not installed (Debian: package galera-4)."""
    return next((path for path in _PROVIDERS if Path(path).is_file()), None)


@dataclass(frozen=True)
class Node:
    """One server of the cluster. `begin`: it founds the cluster instead of joining it."""

    server: MariaDb
    options: tuple[str, ...]
    position: str = _NO_POSITION
    begin: bool = False

    @property
    def name(self) -> str:
        """Also of its log file."""
        return self.server.name

    def prepare(self) -> None:
        """Make the system tables where there are none."""
        self.server.prepare()

    def command(self, log: Path) -> Command:
        """The server in the foreground; its accounts are those of the founder."""
        beginning = ("--wsrep-new-cluster",) if self.begin else ("--init-file=",)
        whole = replace(
            self.server, options=(*self.options, *beginning, f"--wsrep-start-position={self.position}")
        ).command(log)
        path = f"{_SCRIPTS}:/usr/sbin:/usr/bin:/sbin:/bin"
        return replace(whole, env={"PATH": path, "TSN_GALERA_POSITION": self.position})

    async def ready(self) -> bool:
        """True once it has all transactions and takes new ones."""
        return await self.server.ready() and await status(self.server, "wsrep_local_state_comment") == "Synced"

    def recovered(self) -> "Node":
        """The same, knowing where its tables stand after a crash; blocking."""
        argv = replace(self.server, options=(*self.options, "--init-file=", "--wsrep-recover")).command(Path()).argv
        said = subprocess.run(argv, capture_output=True, text=True)
        found = re.search(r"Recovered position:\s*(\S+)", said.stdout + said.stderr)
        return replace(self, begin=False, position=found[1] if found else _NO_POSITION)


class GaleraCluster:
    """Nodes that can be killed and come back one by one."""

    def __init__(self, nodes: list[Node], logs: Path) -> None:
        self.nodes = nodes
        self._logs = logs
        self._children: list[Child | None] = [None] * len(nodes)

    @property
    def servers(self) -> list[MariaDb]:
        """All nodes; each has every database and takes writes."""
        return [node.server for node in self.nodes]

    async def start(self) -> None:
        """Found the cluster with the first node, join the others."""
        for index in range(len(self.nodes)):
            await self._start(index)

    async def kill(self, index: int) -> None:
        """kill -9; returns when the process has ended."""
        if (child := self._children[index]) is not None:
            child.send(signal.SIGKILL)
            await child.wait()
            self._children[index] = None

    async def rejoin(self, index: int) -> None:
        """Start a node that was killed; returns when it has what it missed."""
        if self._children[index] is None:
            self.nodes[index] = await asyncio.to_thread(self.nodes[index].recovered)
            await self._start(index)

    async def stop(self) -> None:
        """End them all; nothing needs to be saved."""
        await asyncio.gather(*(child.stop(grace_seconds=0.0) for child in self._children if child is not None))

    async def _start(self, index: int) -> None:
        self._children[index] = await start(self.nodes[index], self._logs, _START_SECONDS)


async def status(server: MariaDb, name: str) -> str:
    """A status variable of a server; empty where it does not answer."""
    try:
        connection = await asyncmy.connect(
            host="127.0.0.1", port=server.port, user="tsn", password=server.password, connect_timeout=_ANSWER_SECONDS
        )
        try:
            async with connection.cursor() as cursor:
                await cursor.execute(f"SHOW GLOBAL STATUS LIKE '{name}'")
                row = await cursor.fetchone()
        finally:
            await connection.ensure_closed()
    except (OSError, asyncmy.errors.MySQLError):
        return ""
    return str(row[1]) if row else ""


@asynccontextmanager
async def galera_cluster() -> AsyncIterator[GaleraCluster]:
    """A cluster of one's own, all nodes synced. Needs `provider()`."""
    with tempfile.TemporaryDirectory(prefix="tsn-galera-") as folder:
        cluster = GaleraCluster(await _nodes(Path(folder)), Path(folder))
        try:
            await cluster.start()
            yield cluster
        finally:
            await cluster.stop()


async def _nodes(folder: Path) -> list[Node]:
    bases = [free_port() for _ in range(SIZE)]
    members = ",".join(f"127.0.0.1:{port}" for port in bases)
    first = MariaDb.new(folder / "galera0")
    founder = Node(replace(first, name="galera0"), _options(0, bases[0], members), begin=True)
    child = await start(founder, folder, _START_SECONDS)
    # Killed, it would not have written down where it stands.
    await child.stop(_SAVE_SECONDS)
    position = _saved_position(first.data)
    nodes = [replace(founder, position=position)]
    for index in range(1, SIZE):
        home = folder / f"galera{index}"
        await asyncio.to_thread(shutil.copytree, first.data, home / "data")
        server = MariaDb(folder=home, port=free_port(), password=first.password, name=home.name)
        nodes.append(Node(server, _options(index, bases[index], members), position=position))
    return nodes


def _options(index: int, base_port: int, members: str) -> tuple[str, ...]:
    ist = f"tcp://127.0.0.1:{free_port()}"
    provider_options = {
        "base_host": "127.0.0.1",
        "base_port": str(base_port),
        "gmcast.listen_addr": f"tcp://127.0.0.1:{base_port}",
        "ist.recv_addr": ist,
        "ist.recv_bind": ist,
        "gcache.size": "64M",
        # A node that does not answer is given up after four seconds: a busy machine holds a living one up for two.
        "evs.keepalive_period": "PT0.5S",
        "evs.suspect_timeout": "PT4S",
        "evs.inactive_timeout": "PT8S",
    }
    return (
        *_QUICK,
        "--binlog-format=ROW",
        "--innodb-autoinc-lock-mode=2",
        "--wsrep-on=ON",
        f"--wsrep-provider={provider()}",
        f"--wsrep-cluster-address=gcomm://{members}",
        "--wsrep-cluster-name=tsn",
        f"--wsrep-node-name=galera{index}",
        f"--wsrep-node-address=127.0.0.1:{base_port}",
        "--wsrep-sst-method=shared_past",
        "--wsrep-slave-threads=2",
        # A worker reads the job whose message it got from wherever it was written.
        "--wsrep-sync-wait=1",
        "--wsrep-provider-options=" + ";".join(f"{name}={value}" for name, value in provider_options.items()),
    )


def _saved_position(data: Path) -> str:
    state = (data / "grastate.dat").read_text()
    uuid, seqno = re.search(r"uuid:\s*(\S+)", state), re.search(r"seqno:\s*(\S+)", state)
    assert uuid is not None
    assert seqno is not None
    return f"{uuid[1]}:{seqno[1]}"
