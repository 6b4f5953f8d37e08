"""The field agents of the demonstration: one `tsn-node` process for each site."""

import asyncio
import sys
from pathlib import Path

from deploy.demo.sample import Site
from deploy.local.processes import Child, Command
from deploy.local.services import ROOT, python_env

STABILITY_SECONDS = 1.0


class Agents:
    """One agent a site, watching `watched`/NODE; spools and logs below `folder`."""

    def __init__(self, folder: Path, gateway: str) -> None:
        self.watched = folder / "watched"
        self._folder = folder
        self._gateway = gateway
        self.children: list[Child] = []

    def start(self, sites: tuple[Site, ...]) -> None:
        """Start them; call in the main thread."""
        for site in sites:
            (self.watched / site.node).mkdir(parents=True, exist_ok=True)
            self.children.append(Child(self._command(site)))

    async def stop(self) -> None:
        """Stop them; what they have taken in stays in their spools."""
        await asyncio.gather(*(child.stop() for child in self.children))

    def ended(self) -> list[str]:
        """Agents that run no more, which none should."""
        return [
            f"{child.command.name}, log {child.command.log}" for child in self.children if child.exit_code is not None
        ]

    def _command(self, site: Site) -> Command:
        name = f"tsn-node-{site.node}"
        argv = (
            *(sys.executable, "-m", "clients.node", "run"),
            *("--node", site.node),
            *("--channel", site.channel),
            *("--time-zone", site.time_zone),
            *("--watch", str(self.watched / site.node)),
            *("--spool", str(self._folder / "spool" / site.node)),
            *("--gateway", self._gateway),
            *("--stability-seconds", str(STABILITY_SECONDS)),
            *("--heartbeat-seconds", "5"),
        )
        log = self._folder / "logs" / f"{name}.log"
        return Command(name=name, argv=argv, log=log, env=python_env(), folder=ROOT)
