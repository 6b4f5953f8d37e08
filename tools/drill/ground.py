"""What every drill stands on: a private stack, a client before it, and the word of its database."""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

import grpc

from clients.common.channel import open_channel
from deploy.local.services import SERVICES
from deploy.local.stack import Stack, StackSettings
from tools.bench.load import LoadClient, load_client, noise_wav
from tools.chaos.found import Ledger
from tools.drill.books import read_books, unfinished, wrong
from tsn.ingest.v1.recording_pb2 import LANE_LIVE, Lane

NODE = "drill"
CALL_SECONDS = 30.0
POLL_SECONDS = 0.05
_ENV = {
    "TSN_LOG_LEVEL": "warning",
    "TSN_LOG_FORMAT": "json",
    "TSN_TRANSCRIBE_ENGINE": "scripted",
    # Nothing is measured while a stack is stopped.
    **{f"TSN_{name.upper()}_DRAIN_SECONDS": "1" for name in SERVICES},
}

Say = Callable[[str], None]
Found = TypeVar("Found")


class DrillFailed(Exception):
    """The drill could not be carried out; no figure stands."""


@dataclass(frozen=True)
class Start:
    """A worker took a job. `at`: seconds since the epoch, to the millisecond, as the worker wrote them down."""

    step: int
    """Number in the history of all jobs."""
    job: str
    subject: str
    lane: str
    worker: str
    attempt: int
    at: float


@dataclass(frozen=True)
class Ground:
    """A stack that runs. Moments are seconds since the epoch: services and drills share one machine's clock."""

    stack: Stack
    client: LoadClient
    ledger: Ledger
    channel: grpc.aio.Channel
    """To the gateway."""

    async def starts(self, *, after: int = 0, stage: str = "transcribe") -> list[Start]:
        """What workers have taken since step `after`, oldest first."""
        rows = await self.ledger.rows(
            "SELECT t.id, j.id, j.subject, j.lane, t.worker, j.attempts, t.at FROM job_transitions t"
            " JOIN jobs j ON j.id = t.job_id"
            " WHERE t.id > :after AND t.to_state = 'running' AND j.stage = :stage ORDER BY t.id",
            after=after,
            stage=stage,
        )
        return [
            Start(step, job, subject, lane, worker, attempt, seconds_of(at))
            for step, job, subject, lane, worker, attempt, at in rows
        ]

    async def started(self, *, after: int = 0, subject: str = "", seconds: float = 60.0) -> Start:
        """The next job that a worker takes, of `subject` where given. Raises DrillFailed."""

        async def look() -> Start | None:
            found = await self.starts(after=after)
            return next((start for start in found if subject in ("", start.subject)), None)

        return await eventually(look, what="a worker takes a job", seconds=seconds)

    async def send_many(self, count: int, *, first: int, nodes: int = 1, lane: Lane = LANE_LIVE) -> list[str]:
        """Upload short recordings, numbered from `first`, of several nodes; their names in order."""
        at_once = asyncio.Semaphore(8)

        async def one(number: int) -> str:
            async with at_once:
                sent = await self.client.send(short_wav(number), node=f"{NODE}-{number % nodes}", lane=lane)
                return sent.recording

        return list(await asyncio.gather(*(one(first + number) for number in range(count))))

    async def settle(self, acknowledged: list[str], *, seconds: float) -> list[str]:
        """Wait until all that was acknowledged is final; sentences about what was lost or doubled."""

        async def look() -> bool | None:
            return not unfinished(acknowledged, await read_books(self.ledger)) or None

        # What is missing after that is named.
        with contextlib.suppress(DrillFailed):
            await eventually(look, what="all is final", seconds=seconds, poll_seconds=1.0)
        return wrong(acknowledged, await read_books(self.ledger))


@asynccontextmanager
async def ground(
    folder: Path,
    say: Say,
    *,
    env: Mapping[str, str] | None = None,
    transcribe: Mapping[str, str] | None = None,
) -> AsyncIterator[Ground]:
    """A stack below `folder` until the block ends. Raises StartFailed."""
    settings = StackSettings(
        folder=folder,
        gateway_port=None,
        env={**_ENV, **(env or {})},
        service_env={"transcribe": transcribe or {}},
    )
    stack = Stack(settings)
    say("starting a stack")
    async with stack, load_client(stack.gateway_address, node=NODE) as client:
        ledger = Ledger(stack.mariadb.url)
        try:
            async with open_channel(stack.gateway_address) as channel:
                yield Ground(stack, client, ledger, channel)
        finally:
            await ledger.close()


async def eventually(
    look: Callable[[], Awaitable[Found | None]], *, what: str, seconds: float, poll_seconds: float = POLL_SECONDS
) -> Found:
    """What `look` gives once it is not None. Raises DrillFailed."""
    until = time.monotonic() + seconds
    while True:
        found = await look()
        if found is not None:
            return found
        if time.monotonic() > until:
            raise DrillFailed(f"waited {seconds:.0f} s in vain: {what}")
        await asyncio.sleep(poll_seconds)


def short_wav(number: int) -> bytes:
    """Two seconds of noise that no other number gives."""
    return noise_wav(number, size_bytes=32_000, rate_hz=8_000)


def seconds_of(moment: datetime) -> float:
    """A moment of the database, which has no zone, as seconds since the epoch."""
    return moment.replace(tzinfo=UTC).timestamp()
