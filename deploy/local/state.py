"""What is known of a stack from outside: `.run/stack.json` and `.run/lock`.

The lock keeps a second stack out of the folder; the kernel lets go of it when the supervisor dies, however it dies.
The file tells which processes there are, and with their start times whether they still are.
"""

import fcntl
import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path

from deploy.local.processes import kill_group


class AlreadyRunning(Exception):
    """Another supervisor has the folder."""

    def __init__(self, folder: Path) -> None:
        super().__init__(f"a stack is running in {folder} already")


@dataclass(frozen=True)
class Process:
    """A process; the start time (clock ticks since boot) tells it from a later one with the same id."""

    pid: int
    started_ticks: int

    @property
    def alive(self) -> bool:
        """True while exactly this process runs."""
        return started_ticks(self.pid) == self.started_ticks


@dataclass(frozen=True)
class State:
    """One stack. `addresses` is for people and tests: gateway, database, nats, each service and its metrics."""

    phase: str
    """`starting`, `ready` or `stopping`."""
    supervisor: Process
    processes: Mapping[str, Process] = field(default_factory=dict)
    addresses: Mapping[str, str] = field(default_factory=dict)

    def write(self, folder: Path) -> None:
        """Put it into `stack.json`, readable by its owner only: the database's password is in it."""
        unfinished = folder / "stack.json.new"
        unfinished.touch(mode=0o600)
        unfinished.write_text(json.dumps(asdict(self), indent=2) + "\n")
        unfinished.rename(folder / "stack.json")


def read(folder: Path) -> State | None:
    """The state as last written; None where there is none."""
    try:
        content = json.loads((folder / "stack.json").read_text())
    except FileNotFoundError:
        return None
    return State(
        phase=content["phase"],
        supervisor=Process(**content["supervisor"]),
        processes={name: Process(**process) for name, process in content["processes"].items()},
        addresses=content["addresses"],
    )


def forget(folder: Path) -> None:
    """Remove what a stack has left that is no more, processes first."""
    if (state := read(folder)) is not None:
        for process in state.processes.values():
            if process.alive:
                kill_group(process.pid)
        (folder / "stack.json").unlink()


def started_ticks(pid: int) -> int | None:
    """When a process was started; None where there is no such process or it has ended."""
    try:
        # The name in parentheses may hold spaces: count fields after it. Third is the state, 22nd the start time.
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return None
    return None if fields[0] in "ZX" else int(fields[19])


def this_process() -> Process:
    """The process that asks."""
    return process_of(os.getpid())


def process_of(pid: int) -> Process:
    """A running process by its id."""
    return Process(pid=pid, started_ticks=started_ticks(pid) or 0)


@contextmanager
def lock(folder: Path) -> Iterator[None]:
    """Be the one supervisor of a folder. Raises AlreadyRunning."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise AlreadyRunning(folder) from None
        yield


def running(folder: Path) -> State | None:
    """The state of the stack that runs in a folder; None where none does, whatever a dead one has left."""
    known = read(folder)
    return known if known is not None and known.supervisor.alive else None
