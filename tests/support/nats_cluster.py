"""Three NATS servers on loopback that replicate their streams."""

import asyncio
import signal
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import nats
from nats.errors import Error as NatsError
from nats.js import JetStreamContext
from nats.js.errors import NotFoundError

from deploy.local.nats import Nats
from deploy.local.ports import free_port
from deploy.local.processes import Child
from deploy.local.running import start
from tests.support.eventually import eventually

SIZE = 3
_AGREED_SECONDS = 120.0
_ANSWER_SECONDS = 2


@dataclass(frozen=True)
class Member(Nats):
    """One server; `routes` are the cluster ports of all, its own first."""

    routes: tuple[int, ...] = ()

    def prepare(self) -> None:
        """Write the configuration, with the way to the others."""
        super().prepare()
        routes = ", ".join(f'"nats://127.0.0.1:{port}"' for port in self.routes[1:])
        with (self.folder / "nats.conf").open("a") as config:
            config.write(f'cluster {{ name: tsn, listen: "127.0.0.1:{self.routes[0]}", routes: [{routes}] }}\n')


class NatsCluster:
    """Servers that can be killed and started one by one."""

    def __init__(self, folder: Path) -> None:
        ports = [free_port() for _ in range(SIZE)]
        self._folder = folder
        self.members = [
            Member(
                folder=folder / f"nats{index}",
                port=free_port(),
                name=f"nats{index}",
                server_name=f"nats{index}",
                routes=(ports[index], *(port for port in ports if port != ports[index])),
            )
            for index in range(SIZE)
        ]
        self._children: list[Child | None] = [None] * SIZE

    @property
    def url(self) -> str:
        """All addresses, separated by commas, as TSN_NATS_URL has them."""
        return ",".join(member.url for member in self.members)

    async def start(self, *indexes: int) -> None:
        """Start these servers, or all of them."""
        for index in indexes or range(SIZE):
            self._children[index] = await start(self.members[index], self._folder)

    async def kill(self, index: int) -> None:
        """kill -9; returns when the process has ended."""
        if (child := self._children[index]) is not None:
            child.send(signal.SIGKILL)
            await child.wait()
            self._children[index] = None

    async def stop(self) -> None:
        """End them all."""
        running = [child for child in self._children if child is not None]
        await asyncio.gather(*(child.stop(grace_seconds=3.0) for child in running))

    async def formed(self) -> None:
        """Wait until they have chosen a leader: before that no stream can be made."""

        async def answers(jetstream: JetStreamContext) -> bool:
            await jetstream.account_info()
            return True

        await self._agree(answers)

    async def leader(self, stream: str) -> int:
        """Index of the server that leads a stream, as soon as one does."""
        leaders: list[str] = []

        async def is_chosen(jetstream: JetStreamContext) -> bool:
            cluster = (await jetstream.stream_info(stream)).cluster
            leaders[:] = [cluster.leader] if cluster and cluster.leader else []
            return bool(leaders)

        await self._agree(is_chosen)
        return [member.server_name for member in self.members].index(leaders[0])

    async def in_step(self, *names: str) -> None:
        """Wait until every copy of these streams has all messages, so that another server may go."""

        async def are_current(jetstream: JetStreamContext) -> bool:
            infos = [await jetstream.stream_info(name) for name in names]
            clusters = [info.cluster for info in infos if info.cluster is not None]
            return len(clusters) == len(names) and all(
                cluster.leader
                and len(cluster.replicas or []) == SIZE - 1
                and all(r.current for r in cluster.replicas or [])
                for cluster in clusters
            )

        await self._agree(are_current)

    async def delete(self, *names: str) -> None:
        """Delete these streams; returns when they are gone."""

        async def are_gone(jetstream: JetStreamContext) -> bool:
            for name in names:
                with suppress(NotFoundError):
                    await jetstream.delete_stream(name)
            return True

        await self._agree(are_gone)

    async def _agree(self, question: Callable[[JetStreamContext], Awaitable[bool]]) -> None:
        """Ask until the answer is yes: while leaders are chosen nobody answers."""

        async def asked() -> bool:
            with suppress(NatsError, TimeoutError, OSError):
                client = await nats.connect(self._servers(), connect_timeout=_ANSWER_SECONDS, allow_reconnect=False)
                try:
                    return await question(client.jetstream(timeout=_ANSWER_SECONDS))
                finally:
                    await client.close()
            return False

        await eventually(asked, timeout=_AGREED_SECONDS)

    def _servers(self) -> list[str]:
        alive: Sequence[int] = [index for index, child in enumerate(self._children) if child is not None]
        return [self.members[index].url for index in alive]


@asynccontextmanager
async def nats_cluster() -> AsyncIterator[NatsCluster]:
    """A cluster of one's own, formed."""
    with tempfile.TemporaryDirectory(prefix="tsn-nats-cluster-") as folder:
        cluster = NatsCluster(Path(folder))
        try:
            await cluster.start()
            await cluster.formed()
            yield cluster
        finally:
            await cluster.stop()
