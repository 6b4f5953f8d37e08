"""200,000 jobs in the table: is it still counted at once, and do uploads notice?"""

import asyncio
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import cycle, islice, product
from pathlib import Path
from typing import Any

from sqlalchemy import insert

from mesh.clock import SystemClock
from mesh.db.database import Database
from mesh.ids import new_id
from mesh.pipeline.backlog import Backlog
from mesh.pipeline.lanes import Lane
from mesh.pipeline.states import JobState
from mesh.pipeline.tables import jobs
from tools.bench.measures import latency, percentile
from tools.chaos.compare import STAGES
from tools.drill.ground import CALL_SECONDS, Ground, Say, ground
from tools.drill.report import Figure, Result
from tsn.ingest.v1.job_pb2 import GetQueuesRequest
from tsn.ingest.v1.job_pb2_grpc import JobServiceStub

CALLS = 20
JOBS = 200_000
AIM_SECONDS = 1.0
AIM_SLOWER = 1.5
"""The acknowledgement of an upload may take so many times as long as in an empty table."""
_CHUNK = 2_000
_STATES = (
    *(JobState.QUEUED,) * 5,
    *(JobState.WAITING,) * 2,
    *(JobState.DEAD,) * 2,
    *(JobState.SUCCEEDED,) * 3,
)
"""Of each dozen of jobs; the worst time to ask is when most of them have not ended."""
_LEASE_SECONDS = 3600.0
"""Jobs that nobody announced are left alone for twice as long."""
_RATE, _SECONDS = 5.0, 12.0
"""Uploads for each comparison; longer than the 10 s between two counts of a worker."""


async def drill(folder: Path, say: Say, rounds: int = CALLS) -> Result:
    """Run it."""
    env = {"TSN_JOB_LEASE_SECONDS": str(_LEASE_SECONDS)}
    async with ground(folder, say, env=env) as there:
        say("uploads beside an empty table")
        await latency(there.client, per_second=_RATE, seconds=3, first=0)
        before = await latency(there.client, per_second=_RATE, seconds=_SECONDS, first=1_000)
        say(f"inserting {JOBS} jobs")
        database = Database(there.stack.mariadb.url, pool_size=1)
        try:
            await _fill(database)
            say("counting")
            answers = await _ask(there, rounds)
            counts = await _count(database)
        finally:
            await database.close()
        say("uploads beside the full one")
        after = await latency(there.client, per_second=_RATE, seconds=_SECONDS, first=2_000)
    slower = round(float(after["ack_p50"]) / float(before["ack_p50"]), 2)
    return Result(
        "queues",
        how=f"{JOBS} jobs over {len(STAGES)} stages, {len(Lane)} lanes and 4 states, put into the table directly;"
        f" {rounds} calls of GetQueues through the gateway; uploads at {_RATE:.0f}/s before and after.",
        figures=[
            Figure("GetQueues, p50", percentile(answers, 0.5), "s"),
            Figure("GetQueues, longest", max(answers), "s", most=AIM_SECONDS),
            Figure("a worker's count of its queues, longest", max(counts), "s", most=AIM_SECONDS),
            Figure("acknowledgement of an upload before, p50", float(before["ack_p50"]), "ms"),
            Figure("acknowledgement of an upload after, p50", float(after["ack_p50"]), "ms"),
            Figure("after, as a multiple of before", slower, "", most=AIM_SLOWER),
        ],
        facts={"get_queues_seconds": answers, "count_seconds": counts, "before": before, "after": after},
    )


def rows(count: int, now: datetime) -> Iterator[dict[str, Any]]:
    """Jobs of every stage, lane and state, in turns."""
    kinds = cycle(product(_STATES, Lane, STAGES))
    for number, (state, lane, stage) in enumerate(islice(kinds, count)):
        at = now - timedelta(milliseconds=count - number)
        yield {
            "id": new_id(),
            "dedupe_key": f"drill/{number}",
            "subject": f"nodes/drill-{number % 50}/recordings/{number}",
            "stage": stage,
            "lane": lane.value,
            "state": state.value,
            "max_attempts": 5,
            "input": b"\0" * 300,
            "created_at": at,
            "updated_at": at,
            "retry_at": now + timedelta(days=1) if state is JobState.WAITING else None,
            "owner": f"drill-{number % 50}",
            "crowded": number % 7 == 0,
        }


async def _fill(database: Database) -> None:
    everything = rows(JOBS, datetime.now(UTC))
    while chunk := list(islice(everything, _CHUNK)):
        async with database.transaction() as work:
            await work.execute(insert(jobs), chunk)
        await asyncio.sleep(0)


async def _ask(there: Ground, calls: int) -> list[float]:
    """Seconds of each call of GetQueues."""
    stub: Any = JobServiceStub(there.channel)
    seconds = []
    for _ in range(calls):
        began = time.perf_counter()
        await stub.GetQueues(GetQueuesRequest(), timeout=CALL_SECONDS)
        seconds.append(round(time.perf_counter() - began, 4))
    return seconds


async def _count(database: Database) -> list[float]:
    """Seconds that what a worker counts every ten seconds takes, for each stage."""
    seconds = []
    for stage in STAGES:
        backlog = Backlog(stage=stage, clock=SystemClock(), worker="drill")
        began = time.perf_counter()
        await database.run(backlog.depths)
        seconds.append(round(time.perf_counter() - began, 4))
    return seconds
