"""What happens in each cycle, drawn by a seed: the same seed gives the same plan. Pure."""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

SERVICES = ("ingest", "transcribe", "extract", "analyze", "query")
LINKS = ("gateway", "mariadb", "nats")
"""What a proxy stands before: the node's way to the gateway, the services' ways to the database and to NATS."""
NODE, ENGINE = "node", "engine"
PROCESSES = (*SERVICES, "gateway", "nats", "mariadb", NODE, ENGINE)


class Kind(StrEnum):
    """What is done to its target."""

    KILL = "kill"
    """kill -9 of a process."""
    TERMINATE = "terminate"
    """SIGTERM: it may drain."""
    FREEZE = "freeze"
    """SIGSTOP, SIGCONT after a time."""
    CUT = "cut"
    """Every connection of a link is reset."""
    REFUSE = "refuse"
    """And no new one is let through for a time."""
    STALL = "stall"
    """No byte passes for a time."""
    SLOW = "slow"
    """Each piece comes late, for a time."""
    MUTE = "mute"
    """Open connections fall silent for ever; new ones work."""
    DISK_FULL = "disk full"
    """The disk of the blobs has no room for a time."""
    DISK_LOST = "disk lost"
    """The folder of the blobs cannot be reached for a time."""
    DUPLICATE = "duplicate"
    """Messages of both streams are published again as new ones, in any order."""


WEIGHTS: Mapping[Kind, int] = {
    Kind.KILL: 10,
    Kind.TERMINATE: 3,
    Kind.FREEZE: 3,
    Kind.CUT: 3,
    Kind.REFUSE: 2,
    Kind.STALL: 2,
    Kind.SLOW: 1,
    Kind.MUTE: 1,
    Kind.DISK_FULL: 2,
    Kind.DISK_LOST: 1,
    Kind.DUPLICATE: 3,
}
_ON_PROCESSES = (Kind.KILL, Kind.TERMINATE, Kind.FREEZE)
_ON_LINKS = (Kind.CUT, Kind.REFUSE, Kind.STALL, Kind.SLOW, Kind.MUTE)
_LONGEST_SECONDS = 3.0
_WINDOW_SECONDS = 1.2
"""Faults and recordings begin within so much time after their cycle."""


@dataclass(frozen=True)
class Fault:
    """One fault: when in its cycle it begins and how long it lasts (0: it is done at once)."""

    kind: Kind
    target: str
    at_seconds: float
    lasts_seconds: float = 0.0


@dataclass(frozen=True)
class Drop:
    """A recording that appears in the watched folder. `number` counts from 0 through the whole run."""

    number: int
    at_seconds: float
    audio_seconds: float


@dataclass(frozen=True)
class Cycle:
    """Faults and recordings of one cycle."""

    number: int
    faults: Sequence[Fault]
    drops: Sequence[Drop]


def draw(seed: int, cycles: int) -> list[Cycle]:
    """The plan of a run. A longer run with the same seed begins with the shorter one's cycles."""
    chance = random.Random(seed)
    plan: list[Cycle] = []
    recordings = 0
    for number in range(cycles):
        faults = [_fault(chance) for _ in range(chance.choice((1, 1, 2, 2, 3)))]
        drops = [
            Drop(recordings + index, chance.uniform(0, _WINDOW_SECONDS), _audio_seconds(chance))
            for index in range(chance.randint(2, 4))
        ]
        recordings += len(drops)
        plan.append(Cycle(number, faults, drops))
    return plan


def _fault(chance: random.Random) -> Fault:
    kind = chance.choices(tuple(WEIGHTS), tuple(WEIGHTS.values()))[0]
    at = chance.uniform(0, _WINDOW_SECONDS)
    lasts = chance.uniform(0.2, _LONGEST_SECONDS)
    if kind in _ON_PROCESSES:
        return Fault(kind, chance.choice(PROCESSES), at, lasts if kind is Kind.FREEZE else 0.0)
    if kind in _ON_LINKS:
        return Fault(kind, chance.choice(LINKS), at, 0.0 if kind in (Kind.CUT, Kind.MUTE) else lasts)
    if kind is Kind.DUPLICATE:
        return Fault(kind, "nats", at)
    return Fault(kind, "blobs", at, lasts)


def _audio_seconds(chance: random.Random) -> float:
    """Most are short; some are uploads of several pieces."""
    return chance.choice((0.3, 0.5, 0.8, 5.0))
