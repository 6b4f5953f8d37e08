"""What is sent next, and when: the oldest first, the newest not starved, a server that is away not stormed.

Rules, all of them here:
- Oldest airtime first. While older recordings wait, every fourth upload is the newest live one.
- A file finished longer ago than `backlog_seconds` is backlog: the node sends one such at a time, in the batch lane,
  and rests between two so that the backlog keeps one connection busy for at most `backlog_share` of the time. Live
  recordings are not held up by that, so a node catches up whenever its line has room for what is said now.
- A server that is away holds up everything together: one knock, then a wait that doubles, with full jitter. The
  recording that knocked stays the first. One that only failed while its bytes were sent waits for itself, longer each
  time, so that a file that kills the server lets the others pass.
- A server that is short of room says when to come again, and then one knocks: it is there, and being asked costs it
  little, so the wait neither doubles nor exceeds a minute. Short of room for backlog, it holds up the backlog alone.
"""

import threading
from collections.abc import Callable
from dataclasses import dataclass, replace

import grpc

from clients.common.backoff import Backoff
from clients.common.errors import Transient, Unwelcome
from clients.node.spool import Spool
from clients.node.spool_rows import Pick, SpoolRow

ROOM_SECONDS = 60.0
"""Longest wait for a server that is short of room: within a minute of an overload's end all is to be as usual."""


@dataclass(frozen=True)
class SchedulePolicy:
    """What the operator decides. `backlog_share` 1: the backlog is sent as fast as it goes.

    `newest_every`: while a backlog waits, of so many uploads one is the newest live one.
    """

    backlog_seconds: float = 600.0
    backlog_share: float = 0.2
    newest_every: int = 4


@dataclass(frozen=True)
class Turn:
    """A recording whose turn it is; `began_at` is monotonic, in seconds."""

    row: SpoolRow
    backlog: bool
    began_at: float


class Schedule:
    """Decides over one spool. Blocks for as long as the spool does; safe to call from several threads."""

    def __init__(
        self,
        *,
        spool: Spool,
        backoff: Backoff,
        policy: SchedulePolicy,
        clock: Callable[[], float],
        timer: Callable[[], float],
    ) -> None:
        """`clock`: seconds since the epoch, for tries planned across restarts. `timer`: seconds, never jumps."""
        self._spool = spool
        self._policy = policy
        self._clock = clock
        self._timer = timer
        self._server = _Gate(backoff)
        self._backlog = _Gate(backoff)
        self._knocking: int | None = None
        """The recording that finds out whether the server is back; nothing else is sent meanwhile."""
        self._backlog_sender: int | None = None
        self._turns = 0
        self._lock = threading.Lock()
        self._backoff = backoff

    def next(self) -> Turn | None:
        """Claim the recording whose turn it is; None: nothing is to be sent at the moment."""
        with self._lock:
            now, moment = self._clock(), self._timer()
            if not self._server.open(moment) or self._knocking is not None:
                return None
            live_since = now - self._policy.backlog_seconds
            row = self._claim(now, live_since, moment)
            if row is None:
                return None
            self._turns += 1
            if self._server.knocks:
                self._knocking = row.id
            backlog = row.identity.mtime_ns < live_since * 1e9
            if backlog:
                self._backlog_sender = row.id
            return Turn(row, backlog, began_at=moment)

    def answered(self, turn: Turn) -> None:
        """The server has spoken on it."""
        with self._lock:
            self._server.opened()
            if turn.backlog:
                self._backlog.opened()
            self._leave(turn)

    def given_up(self, turn: Turn) -> None:
        """It ended without the server having spoken: the file is gone, or the node stops."""
        with self._lock:
            self._leave(turn)

    def postpone(self, turn: Turn, error: Unwelcome | Transient | OSError, why: str) -> float:
        """The try failed for the time being; how many seconds the recording waits at least."""
        with self._lock:
            now, row = self._clock(), turn.row
            wait = self._wait_seconds(turn, error, self._timer())
            self._leave(turn)
            fault = isinstance(error, Transient) and error.fault
            self._spool.postpone(row, error=why, next_try_at=now + wait, now=now, fault=fault)
            return wait

    def seconds_to_next(self, longest: float) -> float:
        """How long a sender without work may sleep, at most `longest`: new recordings wake it anyway."""
        with self._lock:
            due = self._spool.next_due()
            if due is None:
                return longest
            moment, wait = self._timer(), due - self._clock()
            if wait > 0 or not self._server.open(moment):
                return min(max(wait, self._server.closed_until - moment, 0.01), longest)
            # Something is due and was not taken: another sender is at it, or it is backlog and rests.
            if self._knocking is not None or self._backlog_sender is not None:
                return longest
            return min(max(self._backlog.closed_until - moment, 0.01), longest)

    def _claim(self, now: float, live_since: float, moment: float) -> SpoolRow | None:
        if not self._spool.has_backlog(live_since):
            return self._spool.claim(now)
        if self._rests(moment):
            return self._spool.claim(now, Pick.OLDEST_LIVE, live_since=live_since)
        if self._turns % self._policy.newest_every == self._policy.newest_every - 1:
            newest = self._spool.claim(now, Pick.NEWEST_LIVE, live_since=live_since)
            if newest is not None:
                return newest
        return self._spool.claim(now)

    def _rests(self, moment: float) -> bool:
        if not self._backlog.open(moment):
            return True
        return self._policy.backlog_share < 1 and self._backlog_sender is not None

    def _leave(self, turn: Turn) -> None:
        if self._knocking == turn.row.id:
            self._knocking = None
        if self._backlog_sender != turn.row.id:
            return
        self._backlog_sender = None
        moment, share = self._timer(), self._policy.backlog_share
        self._backlog.hold(moment + (moment - turn.began_at) * (1 / share - 1))

    def _wait_seconds(self, turn: Turn, error: Unwelcome | Transient | OSError, moment: float) -> float:
        wish = error.retry_after_seconds if isinstance(error, Transient) else None
        own = self._backoff.delay_seconds(turn.row.attempts, wish)
        if isinstance(error, Unwelcome):
            # Of several nodes in one spool another may be welcome: only this recording waits for itself.
            self._server.close(moment, wish)
            return own
        if not isinstance(error, Transient) or not error.outage:
            return own
        if error.code is grpc.StatusCode.RESOURCE_EXHAUSTED:
            return (self._backlog if turn.backlog else self._server).crowd(moment, wish)
        closed = self._server.close(moment, wish)
        # Behind the moment when the others may knock, or it would always be the one that does.
        return closed + own if _suspicious(turn.row, error) else closed


class _Gate:
    """Closed while knocking would be no use. Senders that find it closed together close it once."""

    def __init__(self, backoff: Backoff) -> None:
        self._backoff = backoff
        self.knocks = 0
        self.closed_until = 0.0

    def open(self, moment: float) -> bool:
        """True when one may knock."""
        return moment >= self.closed_until

    def close(self, moment: float, wish: float | None) -> float:
        """Nobody opened; for how many seconds it stays closed."""
        if self.open(moment):
            self.knocks += 1
            self.closed_until = moment + self._backoff.delay_seconds(self.knocks, wish)
        return self.closed_until - moment

    def crowd(self, moment: float, wish: float | None) -> float:
        """There was no room; for how many seconds it stays closed."""
        if self.open(moment):
            self.knocks += 1
            self.closed_until = moment + _room_seconds(self._backoff, self.knocks, wish)
        return self.closed_until - moment

    def hold(self, until: float) -> None:
        """Keep it closed for a while, for no failure."""
        self.closed_until = max(self.closed_until, until)

    def opened(self) -> None:
        """Somebody opened: the next failure is a first one."""
        self.knocks = 0
        self.closed_until = 0.0


def _room_seconds(backoff: Backoff, knocks: int, wish: float | None) -> float:
    """The server's wish to its double, or as often as an outage of a minute at most where it has none.

    Spread over the half of the longest wait where the wish is beyond it, or all would be back in the same moment.
    """
    if wish is None:
        return replace(backoff, cap_seconds=min(backoff.cap_seconds, ROOM_SECONDS)).delay_seconds(knocks)
    shortest = wish if wish < ROOM_SECONDS else ROOM_SECONDS / 2
    return shortest + (min(2 * shortest, ROOM_SECONDS) - shortest) * backoff.draw()


def _suspicious(row: SpoolRow, error: Transient) -> bool:
    """True when this very file may be why the server is away: it had just answered, and took the file, and went."""
    return row.attempts > 1 and not error.before_sending and not error.reason
