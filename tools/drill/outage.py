"""Each part is away for minutes while recordings come in: how soon is everything done after its return?"""

import asyncio
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import grpc

from deploy.local.services import is_serving
from mesh.db.database import DatabaseUnavailable
from tools.drill.books import read_books, unfinished
from tools.drill.ground import Ground, Say, eventually, ground, short_wav
from tools.drill.report import Figure, Result

AWAY_SECONDS = 120.0
BLOBS = "blob store"
PARTS: tuple[tuple[str, ...], ...] = (
    ("nats",),
    ("mariadb",),
    (BLOBS,),
    ("transcribe",),
    ("extract", "analyze", "query"),
    ("gateway",),
)
"""Each is stopped for `AWAY_SECONDS`, those of one line together."""
_SETTLE_SECONDS = 300.0
_AGAIN_SECONDS = 1.0


@dataclass
class _Node:
    """Sends a recording each second; one that is not taken is tried again until it is."""

    there: Ground
    names: list[str] = field(default_factory=list)
    refused: int = 0
    _count: int = 0

    async def run(self) -> None:
        """Send for ever; cancel to stop."""
        while True:
            await self._deliver(short_wav(self._count))
            self._count += 1
            await asyncio.sleep(_AGAIN_SECONDS)

    async def _deliver(self, audio: bytes) -> None:
        while True:
            try:
                sent = await self.there.client.send(audio)
            except grpc.aio.AioRpcError:
                self.refused += 1
                await asyncio.sleep(_AGAIN_SECONDS)
            else:
                self.names.append(sent.recording)
                return


async def drill(folder: Path, say: Say, rounds: int = len(PARTS)) -> Result:
    """Run it; `rounds`: only so many parts."""
    figures: list[Figure] = []
    facts: dict[str, object] = {"away_seconds": AWAY_SECONDS}
    async with ground(folder, say, transcribe={"TSN_TRANSCRIBE_SCRIPT_DELAY_SECONDS": "0.2"}) as there:
        node = _Node(there)
        for parts in PARTS[:rounds]:
            named = ", ".join(parts)
            refused, sent = node.refused, len(node.names)
            async with _sending(node):
                await _part(there, parts, away=True)
                say(f"{named} away")
                await asyncio.sleep(AWAY_SECONDS)
                serving = await _serving(there)
                back = time.monotonic()
                await _part(there, parts, away=False)
            took = await _all_final(there, node.names, since=back)
            figures.append(Figure(f"all final after the return of {named}", round(took, 1), "s"))
            facts[named] = {
                "sent": len(node.names) - sent,
                "refused": node.refused - refused,
                "serving_meanwhile": serving,
            }
            say(f"{named}: {facts[named]}, all final {took:.1f} s after its return")
        wrong = await there.settle(node.names, seconds=_SETTLE_SECONDS)
    return Result(
        "outage",
        how=f"each part stopped for {AWAY_SECONDS:.0f} s and started again while a node sends a recording a second"
        f" ({len(node.names)} in all). From the return until all that was sent is final.",
        figures=figures,
        wrong=wrong,
        facts=facts,
    )


@asynccontextmanager
async def _sending(node: _Node) -> AsyncIterator[None]:
    """The node sends while the block runs."""
    sending = asyncio.create_task(node.run())
    try:
        yield
    finally:
        sending.cancel()
        with suppress(asyncio.CancelledError):
            await sending


async def _part(there: Ground, parts: Sequence[str], *, away: bool) -> None:
    for part in parts:
        if part == BLOBS:
            blobs = there.stack.folder / "data" / "blobs"
            gone = blobs.with_name("blobs.away")
            (blobs if away else gone).rename(gone if away else blobs)
        elif away:
            await there.stack.halt(part)
        else:
            await there.stack.resume(part)


async def _serving(there: Ground) -> list[str]:
    """Services that say that they serve."""
    return [name for name, service in there.stack.services.items() if await is_serving(service.address)]


async def _all_final(there: Ground, names: Sequence[str], *, since: float) -> float:
    """Seconds from `since` until all is final. Raises DrillFailed."""

    async def look() -> float | None:
        # The connection to a database that was away may be a dead one still.
        with suppress(DatabaseUnavailable):
            if not unfinished(names, await read_books(there.ledger)):
                return time.monotonic() - since
        return None

    return await eventually(look, what="all is final", seconds=_SETTLE_SECONDS, poll_seconds=0.5)
