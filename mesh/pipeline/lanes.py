"""Which work comes next: lanes by weight, and within a lane those behind a flood of their own after the others.

Start-time fair queueing (Goyal, Vin, Cheng 1996) in two levels: every pick moves a queue's virtual time on by
1 / weight, and the queue whose time is earliest is served next. A queue that had nothing to do starts at the present,
so it is served next if it outranks the others, but saves nothing up while it is idle.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Generic, TypeVar

TICKS = 55_440
"""Virtual time that a queue of weight 1 spends on one job; divisible by 1 to 12, so that fresh shares are exact."""
AGING_SECONDS = 1800.0
"""A queue whose oldest job waits this long has come halfway from its weight to its aged weight."""


class Lane(StrEnum):
    """How urgent work is."""

    URGENT = "urgent"
    LIVE = "live"
    BATCH = "batch"


@dataclass(frozen=True)
class Queue:
    """Jobs of one lane; `crowd`: those queued behind many others of their owner."""

    lane: Lane
    crowd: bool = False


QUEUES = tuple(Queue(lane, crowd) for lane in Lane for crowd in (False, True))
"""All queues of a stage, first the one that wins a tie."""


@dataclass(frozen=True)
class Weight:
    """Share of a queue among those that have work; grows with the age of its oldest job."""

    fresh: int
    aged: int

    def cost(self, age_seconds: float) -> int:
        """Ticks that one job costs when the oldest has waited for `age_seconds`."""
        grown = (self.aged - self.fresh) * age_seconds / (age_seconds + AGING_SECONDS)
        return round(TICKS / (self.fresh + grown))


# Only the weak age, or an old backlog of live work would press batch below its tenth.
LANE_WEIGHTS: Mapping[Lane, Weight] = {
    Lane.URGENT: Weight(12, 12),
    Lane.LIVE: Weight(6, 6),
    Lane.BATCH: Weight(2, 6),
}
CROWD_WEIGHTS: Mapping[bool, Weight] = {False: Weight(3, 3), True: Weight(1, 3)}


Key = TypeVar("Key")


@dataclass
class _Share(Generic[Key]):
    """One level of the choice."""

    finished: dict[Key, int] = field(default_factory=dict)
    now: int = 0

    def first(self, candidates: Collection[Key]) -> Key:
        """The one to serve next; of equals, the one named first."""
        return min(candidates, key=self._start)

    def served(self, key: Key, cost: int) -> None:
        """One job of `key` was taken."""
        self.now = self._start(key)
        self.finished[key] = self.now + cost

    def copy(self) -> "_Share[Key]":
        return _Share(dict(self.finished), self.now)

    def _start(self, key: Key) -> int:
        return max(self.now, self.finished.get(key, self.now))


class LaneScheduler:
    """Chooses the queue to take from. Pure: it knows no jobs, only which queues have some."""

    def __init__(self) -> None:
        self._lanes: _Share[Lane] = _Share()
        self._crowds: dict[Lane, _Share[bool]] = {lane: _Share() for lane in Lane}
        self._ages: Mapping[Queue, float] = {}

    def set_ages(self, seconds: Mapping[Queue, float]) -> None:
        """How long the oldest job of each queue has waited; queues not named have none."""
        self._ages = dict(seconds)

    def pick(self, having_work: Collection[Queue]) -> Queue:
        """The queue to take from next. `having_work` may not be empty."""
        lane = self._lanes.first([lane for lane in Lane if any(queue.lane is lane for queue in having_work)])
        crowds = [crowd for crowd in (False, True) if Queue(lane, crowd) in having_work]
        return Queue(lane, self._crowds[lane].first(crowds))

    def served(self, queue: Queue) -> None:
        """A job was taken from `queue`."""
        age = max(self._ages.get(Queue(queue.lane, crowd), 0.0) for crowd in (False, True))
        self._lanes.served(queue.lane, LANE_WEIGHTS[queue.lane].cost(age))
        self._crowds[queue.lane].served(queue.crowd, CROWD_WEIGHTS[queue.crowd].cost(self._ages.get(queue, 0.0)))

    def plan(self, count: int, having_work: Collection[Queue]) -> dict[Queue, int]:
        """How many jobs to take from which queue for `count` slots, if each has enough; nothing is accounted for."""
        trial = LaneScheduler()
        trial._ages = self._ages
        trial._lanes = self._lanes.copy()
        trial._crowds = {lane: share.copy() for lane, share in self._crowds.items()}
        planned: dict[Queue, int] = {}
        for _ in range(count if having_work else 0):
            queue = trial.pick(having_work)
            trial.served(queue)
            planned[queue] = planned.get(queue, 0) + 1
        return planned
