"""Live recordings arrive behind a backlog of 10,000: when do they start? And what is left for the backlog?"""

import asyncio
import random
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tools.bench.measures import percentile
from tools.drill.ground import CALL_SECONDS, NODE, Ground, Say, Start, eventually, ground, seconds_of, short_wav
from tools.drill.report import Figure, Result
from tsn.ingest.v1.batch_pb2 import BATCH_KIND_RERUN, Batch, CreateBatchRequest
from tsn.ingest.v1.batch_pb2_grpc import BatchServiceStub
from tsn.ingest.v1.recording_pb2 import LANE_BATCH

ROUNDS = 30
BACKLOG = 10_000
BATCH_SHARE = 0.10
_SLOTS = 2
_DECODE_SECONDS = 0.5
_RECORDINGS, _NODES = 200, 20
_LIVE_AT_ONCE = 100
"""Live recordings that keep every slot busy for as long as the shares are counted."""
_FIRST_LIVE, _FIRST_FLOOD = 100_000, 200_000
_SETTLE_SECONDS = 120.0


async def drill(folder: Path, say: Say, rounds: int = ROUNDS) -> Result:
    """Run it."""
    settings = {
        "TSN_TRANSCRIBE_SLOTS": str(_SLOTS),
        "TSN_TRANSCRIBE_SCRIPT_DELAY_SECONDS": str(_DECODE_SECONDS),
    }
    async with ground(folder, say, transcribe=settings) as there:
        backlog = await _make_backlog(there, say)
        say(f"{backlog} jobs wait in lane batch; {rounds} live recordings, one after the other")
        sent, waits = await _lone_ones(there, rounds)
        say(f"{_LIVE_AT_ONCE} live recordings at once")
        flood, starts = await _endless_live(there)
        slot_seconds = await _slot_seconds(there)
        say("until all live ones are final")
        wrong = await there.settle(sent + flood, seconds=_SETTLE_SECONDS)
    batch = sum(start.lane == "batch" for start in starts)
    slot = percentile(slot_seconds, 0.5)
    return Result(
        "backlog",
        how=f"{backlog} jobs in lane batch, made by BatchService re-runs over {_RECORDINGS} recordings of {_NODES}"
        f" nodes; {_SLOTS} slots, all busy. From a live recording's acknowledgement until it is at work; then"
        f" {_LIVE_AT_ONCE} live ones at once, and what was started while any of them waited.",
        figures=[
            Figure("time that one job holds a slot, p50", slot, "s"),
            Figure("live recording at work, p50", percentile(waits, 0.5), "s"),
            Figure("live recording at work, longest", round(max(waits), 3), "s", most=slot),
            Figure("of the slots for batch, beside endless live", _share(batch, starts), "", least=BATCH_SHARE),
        ],
        wrong=wrong,
        facts={"backlog": backlog, "waits": waits, "starts_counted": len(starts), "batch_starts": batch},
    )


async def _make_backlog(there: Ground, say: Say) -> int:
    """Queue the jobs as an operator would; how many wait."""
    stub: Any = BatchServiceStub(there.channel)
    await there.send_many(_RECORDINGS, first=0, nodes=_NODES, lane=LANE_BATCH)
    # Some are done before the last is queued.
    batches = BACKLOG // _RECORDINGS + 2
    say(f"{batches} re-runs over {_RECORDINGS} recordings")
    for number in range(batches):
        batch = Batch(kind=BATCH_KIND_RERUN, stage="transcribe", note=f"drill {number}")
        await stub.CreateBatch(CreateBatchRequest(batch=batch), timeout=CALL_SECONDS)

    async def ready() -> int | None:
        (row,) = await there.ledger.rows(
            "SELECT (SELECT COUNT(*) FROM jobs WHERE stage = 'transcribe' AND state = 'queued' AND lane = 'batch'),"
            " (SELECT COUNT(*) FROM outbox), (SELECT COUNT(*) FROM ingest_batches WHERE state = 'expanding')"
        )
        return int(row[0]) if row[0] >= BACKLOG and row[1:] == (0, 0) else None

    return await eventually(ready, what=f"{BACKLOG} jobs wait", seconds=240, poll_seconds=1.0)


async def _lone_ones(there: Ground, rounds: int) -> tuple[list[str], list[float]]:
    """Live recordings that find the backlog at work; their names and the seconds until each was at work."""
    names, waits = [], []
    for number in range(rounds):
        # At any moment of a slot's time.
        await asyncio.sleep(random.uniform(0, 2 * _DECODE_SECONDS))
        sent = await there.client.send(short_wav(_FIRST_LIVE + number), node=f"{NODE}-live-{number % 5}")
        acknowledged = time.time()
        start = await there.started(subject=sent.recording)
        names.append(sent.recording)
        waits.append(round(max(0.0, start.at - acknowledged), 3))
    return names, waits


async def _endless_live(there: Ground) -> tuple[list[str], Sequence[Start]]:
    """More live recordings than there are slots; their names, and what was started while any of them waited."""
    names = await there.send_many(_LIVE_AT_ONCE, first=_FIRST_FLOOD, nodes=10)
    before = max((start.step for start in await there.starts()), default=0)

    async def all_started() -> list[Start] | None:
        starts = await there.starts(after=before)
        (row,) = await there.ledger.rows(
            "SELECT COUNT(*) FROM jobs WHERE stage = 'transcribe' AND lane = 'live' AND state = 'queued'"
        )
        return starts if row[0] == 0 else None

    starts = await eventually(all_started, what="all live ones are at work", seconds=180, poll_seconds=0.5)
    last = max(index for index, start in enumerate(starts) if start.lane == "live")
    return names, starts[: last + 1]


async def _slot_seconds(there: Ground) -> list[float]:
    """How long jobs of the backlog held their slot."""
    rows = await there.ledger.rows(
        "SELECT a.at, b.at FROM job_transitions a JOIN job_transitions b ON b.job_id = a.job_id"
        " JOIN jobs j ON j.id = a.job_id WHERE j.stage = 'transcribe' AND j.lane = 'batch'"
        " AND a.to_state = 'running' AND b.to_state = 'succeeded'"
    )
    return [seconds_of(ended) - seconds_of(began) for began, ended in rows]


def _share(part: int, starts: Sequence[Start]) -> float:
    return round(part / len(starts), 3) if starts else 0.0
