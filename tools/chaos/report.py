"""The result of a run, as numbers and as a table for people."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path


@dataclass(frozen=True)
class Report:
    """One run. `lost`, `doubled`, `stuck` and `dead` name what they count."""

    seed: int
    cycles: int
    recordings: int
    faults: Mapping[str, int]
    """How often each kind of fault was done to each target: "kill ingest" and so on."""
    lost: Sequence[str]
    doubled: Sequence[str]
    stuck: Sequence[str]
    dead: Sequence[str]
    median_recovery_seconds: float
    worst_recovery_seconds: float
    worst_cycle: int
    seconds: float
    commit: str
    machine: str
    disk_mounted: bool
    """False where mounting was not allowed and a full disk was played by a missing one."""

    @property
    def good(self) -> bool:
        """True when nothing was lost, doubled, stuck or dead."""
        return not (self.lost or self.doubled or self.stuck or self.dead)

    def write(self, file: Path) -> None:
        """Save it as JSON."""
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(asdict(self), indent=2) + "\n")

    @classmethod
    def read(cls, file: Path) -> "Report":
        """What `write` has saved."""
        return cls(**json.loads(file.read_text()))

    def markdown(self) -> str:
        """Tables for docs/reliability.md."""
        rows = [
            ("cycles", f"{self.cycles:,} (seed {self.seed})"),
            ("recordings sent", f"{self.recordings:,}"),
            ("faults", f"{sum(self.faults.values()):,}"),
            ("lost", len(self.lost)),
            ("doubled", len(self.doubled)),
            ("stuck", len(self.stuck)),
            ("dead letters", len(self.dead)),
            ("recovery, median", f"{self.median_recovery_seconds:.1f} s"),
            ("recovery, worst", f"{self.worst_recovery_seconds:.1f} s (cycle {self.worst_cycle})"),
            ("duration", f"{self.seconds / 60:.1f} min"),
            ("commit", f"`{self.commit}`"),
            ("machine", self.machine),
        ]
        table = "\n".join(f"| {name} | {value} |" for name, value in rows)
        return f"| measure | value |\n|---|---|\n{table}\n\n{_fault_table(self.faults)}"


def _fault_table(faults: Mapping[str, int]) -> str:
    """Kinds down, targets across."""
    pairs = {tuple(name.split(": ")): count for name, count in faults.items()}
    kinds = sorted({kind for kind, _ in pairs})
    targets = sorted({target for _, target in pairs})
    lines = [f"| fault | {' | '.join(targets)} |", f"|---|{'---|' * len(targets)}"]
    for kind in kinds:
        cells = [str(pairs.get((kind, target), "")) for target in targets]
        lines.append(f"| {kind} | {' | '.join(cells)} |")
    return "\n".join(lines)
