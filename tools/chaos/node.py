"""The field agent as a process of the run."""

import sys
from dataclasses import dataclass
from pathlib import Path

from deploy.local.processes import Command
from deploy.local.services import ROOT, python_env
from tools.chaos.recordings import NODE_ID


@dataclass(frozen=True)
class NodeProcess:
    """`tsn-node run` over one watched folder and one spool, killed and started again as the rest is."""

    folder: Path
    gateway: str
    name: str = "node"

    @property
    def watched(self) -> Path:
        """Where recordings appear."""
        return self.folder / "watched"

    @property
    def spool(self) -> Path:
        """Folder of its spool."""
        return self.folder / "spool"

    @property
    def archive(self) -> Path:
        """Where it puts what was acknowledged."""
        return self.folder / "archive"

    def prepare(self) -> None:
        """Make the watched folder."""
        self.watched.mkdir(parents=True, exist_ok=True)

    def command(self, log: Path) -> Command:
        """The agent in the foreground."""
        argv = (
            *(sys.executable, "-m", "clients.node", "run"),
            *("--watch", str(self.watched), "--spool", str(self.spool), "--archive", str(self.archive)),
            *("--node", NODE_ID, "--channel", "main", "--gateway", self.gateway, "--time-zone", "UTC"),
            *("--stability-seconds", "0.2", "--heartbeat-seconds", "5"),
        )
        return Command(name=self.name, argv=argv, log=log, env=python_env(), folder=ROOT)

    async def ready(self) -> bool:
        """It has no port to ask: running is all it can be."""
        return True
