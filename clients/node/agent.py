"""The agent: sweeps, takes in, sends and beats until it is told to stop, or until all is done."""

import asyncio
import sqlite3
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

import structlog

from clients.node.disk import DiskGuard
from clients.node.heartbeat import Heart
from clients.node.intake import Intake
from clients.node.settle import Settler
from clients.node.spool import Spool
from clients.node.spool_rows import State
from clients.node.uploader import Uploader
from clients.node.watcher import Watcher

GRACE_SECONDS = 6.0
"""How long uploads on their way may take to end after a stop; what is left is resumed at the next start."""
LAST_BEAT_SECONDS = 2.0
HOUSEKEEPING_SECONDS = 600.0
FORGET_SECONDS = 30 * 86_400.0
"""How long the spool remembers what is no longer there. What lies in the archive it may have to delete some day."""

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Pace:
    """How often things happen, in seconds. `give_up`: a single run ends after so long without progress."""

    poll: float = 1.0
    heartbeat: float = 30.0
    give_up: float = 300.0


class Agent:
    """One node's work on one spool."""

    def __init__(
        self,
        *,
        spool: Spool,
        watcher: Watcher,
        intake: Intake,
        uploader: Uploader,
        settler: Settler,
        heart: Heart | None,
        guard: DiskGuard,
        pace: Pace,
        clock: Callable[[], float] = time.time,
    ) -> None:
        """`heart` is None for a node that is known by file names only. `clock`: seconds since the epoch."""
        self._spool = spool
        self._watcher = watcher
        self._intake = intake
        self._uploader = uploader
        self._settler = settler
        self._heart = heart
        self._guard = guard
        self._pace = pace
        self._clock = clock
        self._refused_before = 0
        self._housekeeping_at = 0.0

    async def run(self, stop: asyncio.Event) -> None:
        """Work until `stop` is set, then end what is on its way within a few seconds."""
        await self._work(stop, once=False)

    async def run_once(self, stop: asyncio.Event) -> bool:
        """Take and send everything that is there; True when nothing was left, refused or lost."""
        await self._work(stop, once=True)
        return await asyncio.to_thread(self._report)

    async def _work(self, stop: asyncio.Event, *, once: bool) -> None:
        await asyncio.to_thread(self._recover)
        done = asyncio.Event()
        uploads = asyncio.create_task(self._uploader.run(done))
        beats = asyncio.create_task(self._heart.run(self._pace.heartbeat)) if self._heart else None
        try:
            while not stop.is_set() and not uploads.done():
                await self._step(stop)
                if once and await self._nothing_to_do():
                    break
                await _wait(stop, self._pace.poll)
        finally:
            done.set()
            self._uploader.wake()
            if beats:
                await _cancel(beats)
            await _end(uploads, GRACE_SECONDS)
            if self._heart:
                await self._heart.beat(LAST_BEAT_SECONDS)

    async def _step(self, stop: asyncio.Event) -> None:
        try:
            await self.sweep(stop)
            await asyncio.to_thread(self._keep_house)
        except sqlite3.Error as error:
            # A full disk passes; what was not written down is found again by the next sweep.
            log.error("spool not usable", error=str(error))

    async def sweep(self, stop: asyncio.Event) -> None:
        """Look once and take in what is finished; ends early when `stop` is set, and at once on a full disk."""
        if not await asyncio.to_thread(self._guard.check):
            return
        for file in await asyncio.to_thread(self._watcher.sweep):
            if stop.is_set():
                return
            if await asyncio.to_thread(self._intake.take, file):
                self._watcher.take(file)
                self._uploader.wake()
            else:
                self._watcher.skip(file)

    async def _nothing_to_do(self) -> bool:
        counts = await asyncio.to_thread(self._spool.counts)
        if not counts.waiting_recordings and not self._watcher.growing:
            return True
        if self._uploader.tally.unwelcome:
            return True
        return time.monotonic() - self._uploader.tally.progress_at >= self._pace.give_up

    def _recover(self) -> None:
        interrupted = self._spool.recover(self._clock())
        # A node that was killed while its disk was full finds out anew.
        self._spool.set_intake_paused(False)
        finished = self._settler.finish()
        self._uploader.tally.refused += sum(row.state is State.REFUSED for row in finished)
        if interrupted or finished:
            log.info("picked up after an interruption", uploads=interrupted, moves=len(finished))

    def _keep_house(self) -> None:
        now = self._clock()
        if now < self._housekeeping_at:
            return
        self._housekeeping_at = now + HOUSEKEEPING_SECONDS
        self._spool.prune(now - FORGET_SECONDS)
        self._settler.forget_missing(now - FORGET_SECONDS)
        self._settler.finish()

    def _report(self) -> bool:
        counts, tally, stuck = self._spool.counts(), self._uploader.tally, self._watcher.stuck
        for path in stuck:
            log.error("file left where it is: empty, unreadable, or of no known node", path=str(path))
        if tally.unwelcome:
            log.error("the server refuses this node", error=tally.unwelcome)
        left = counts.waiting_recordings + counts.unsettled + len(stuck) + self._watcher.growing
        log.info(
            "done",
            sent=tally.sent,
            deduplicated=tally.deduplicated,
            refused=tally.refused,
            lost=tally.gone,
            left=left,
        )
        return not (left or tally.refused or tally.gone)


async def _wait(stop: asyncio.Event, seconds: float) -> None:
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await stop.wait()


async def _cancel(task: asyncio.Task[None]) -> None:
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task


async def _end(task: asyncio.Task[None], grace_seconds: float) -> None:
    """Wait for the task, cancel it when it takes too long; raises what it raised."""
    await asyncio.wait([task], timeout=grace_seconds)
    if not task.done():
        await _cancel(task)
        return
    await task
