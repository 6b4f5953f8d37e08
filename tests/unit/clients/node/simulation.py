"""Nodes and a server in simulated time: the nodes' own schedules and back-off, the server's own limits."""

import heapq
import itertools
from collections import Counter, defaultdict
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from random import Random

import grpc

from clients.common.backoff import Backoff
from clients.common.errors import Transient
from clients.node.schedule import Schedule, SchedulePolicy, Turn
from clients.node.spool import Spool
from clients.node.spool_rows import FileIdentity, NewRecording

START = 1_800_000_000.0
SENDERS = 2
TRIES = 3
"""Of one upload before its sender sets it aside, as UploadPolicy has it."""
TRIES_BACKOFF = Backoff(cap_seconds=10.0)
FOR_EVER = 86_400.0


class World:
    """Time, and what is to happen in it."""

    def __init__(self, seed: int) -> None:
        self.now = START
        self.random = Random(seed)
        self._events: list[tuple[float, int, Callable[[], None]]] = []
        self._order = itertools.count()

    @property
    def seconds(self) -> float:
        """Since the beginning."""
        return self.now - START

    def after(self, seconds: float, action: Callable[[], None]) -> None:
        """Let something happen later."""
        heapq.heappush(self._events, (self.now + seconds, next(self._order), action))

    def run(self, seconds: float) -> None:
        """Let everything happen up to `seconds` since the beginning."""
        while self._events and self._events[0][0] <= START + seconds:
            self.now, _, action = heapq.heappop(self._events)
            action()
        self.now = START + seconds


@dataclass
class Server:
    """Takes an upload in `service_seconds`; is away between `away` (seconds since the beginning)."""

    world: World
    away: tuple[float, float]
    service_seconds: float
    admit: Callable[[ExitStack, Turn], float | None]
    """Takes a place that the stack gives back; or says when to come again."""
    knocks: Counter[int] = field(default_factory=Counter)
    """Requests of any kind in each second."""
    busy: dict[bool, Counter[int]] = field(default_factory=lambda: defaultdict(Counter))
    """Upload-seconds by second, for backlog (True) and live."""
    arrived: list[tuple[float, str, bool, NewRecording]] = field(default_factory=list)
    """Seconds, node, whether as backlog, and the recording."""

    def request(self) -> bool:
        """Count a request; False when nobody answers."""
        self.knocks[int(self.world.seconds)] += 1
        return not self.away[0] <= self.world.seconds < self.away[1]


@dataclass
class Node:
    """A node: recorder, spool in memory, schedule, two senders."""

    name: str
    world: World
    server: Server
    share: float = 0.2
    spool: Spool = field(init=False)
    schedule: Schedule = field(init=False)
    taken: dict[int, NewRecording] = field(default_factory=dict)
    _idle: int = 0

    def __post_init__(self) -> None:
        self.spool = Spool(Path(":memory:"))
        draw = self.world.random.random
        self.schedule = Schedule(
            spool=self.spool,
            backoff=Backoff(draw=draw),
            policy=SchedulePolicy(backlog_share=self.share),
            clock=lambda: self.world.now,
            timer=lambda: self.world.seconds,
        )
        self._idle = SENDERS

    def record(self, every_seconds: float, until: float, channels: int = 1) -> None:
        """Record one file after another, channel by channel, until then."""
        numbers = itertools.count()

        def finish() -> None:
            number = next(numbers)
            moment = datetime.fromtimestamp(self.world.now, UTC)
            path = Path(f"/watch/{self.name}-{number}.wav")
            identity = FileIdentity(path, 10, round(self.world.now * 1e9))
            new = NewRecording(identity, "ab" * 32, self.name, f"channel-{number % channels}", moment)
            row = self.spool.add(new, self.world.now)
            assert row is not None
            self.taken[row.id] = new
            if self.world.seconds + every_seconds < until:
                self.world.after(every_seconds, finish)
            if self._idle:
                self._idle -= 1
                self._send()

        self.world.after(self.world.random.uniform(0, every_seconds), finish)

    def _send(self) -> None:
        turn = self.schedule.next()
        if turn is not None:
            self._try(turn, 1)
            return
        seconds = self.schedule.seconds_to_next(FOR_EVER)
        if seconds >= FOR_EVER:
            self._idle += 1
            return
        self.world.after(seconds, self._send)

    def _try(self, turn: Turn, number: int) -> None:
        asks = turn.row.attempts > 1 or number > 1
        if not self.server.request():
            error = Transient("connection refused")
            error.before_sending = asks
            self._failed(turn, number, error)
            return
        places = ExitStack()
        wish = self.server.admit(places, turn)
        if wish is not None:
            places.close()
            code = grpc.StatusCode.RESOURCE_EXHAUSTED
            self._failed(turn, TRIES, Transient("later", code=code, reason="LIMITED", retry_after_seconds=wish))
            return
        self.server.busy[turn.backlog][int(self.world.seconds)] += 1

        def stored() -> None:
            places.close()
            self.server.arrived.append((self.world.seconds, self.name, turn.backlog, self.taken.pop(turn.row.id)))
            self.schedule.answered(turn)
            self.spool.mark_sent(turn.row, recording_name="r", target=None, now=self.world.now)
            self._send()

        self.world.after(self.server.service_seconds, stored)

    def _failed(self, turn: Turn, number: int, error: Transient) -> None:
        if number < TRIES:
            wait = TRIES_BACKOFF.base_seconds * 2 ** (number - 1) * self.world.random.random()
            self.world.after(wait, lambda: self._try(turn, number + 1))
            return
        self.schedule.postpone(turn, error, "away")
        self._send()
