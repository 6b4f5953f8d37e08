"""A worker is killed in the middle of a decode: how soon does its job run again?"""

import asyncio
import random
import time
from contextlib import AsyncExitStack
from dataclasses import dataclass, field, replace
from pathlib import Path

from deploy.local.keeper import Keeper
from deploy.local.ports import free_port
from mesh.settings import MeshSettings
from tools.bench.measures import percentile
from tools.drill.ground import Ground, Say, Start, eventually, ground
from tools.drill.report import Figure, Result

ROUNDS = 4
REPLICA_ROUNDS = 1
"""Further rounds with a second process of the same service, which lives on."""
MARGIN_SECONDS = 5.0
_SLOTS = 2
_DECODE_SECONDS = 6.0
_SETTLE_SECONDS = 120.0
REPLICA = "transcribe-b"


@dataclass
class _Seen:
    """Waits in seconds; names of all that was sent."""

    alone: list[float] = field(default_factory=list)
    beside: list[float] = field(default_factory=list)
    """With a replica."""
    sent: list[str] = field(default_factory=list)


async def drill(folder: Path, say: Say, rounds: int = ROUNDS) -> Result:
    """Run it."""
    lease = float(MeshSettings.model_fields["job_lease_seconds"].default)
    settings = {
        "TSN_TRANSCRIBE_SLOTS": str(_SLOTS),
        "TSN_TRANSCRIBE_SCRIPT_DELAY_SECONDS": str(_DECODE_SECONDS),
    }
    seen = _Seen()
    env = {"TSN_JOB_LEASE_SECONDS": str(lease)}
    async with ground(folder, say, env=env, transcribe=settings) as there, AsyncExitStack() as ending:
        for _ in range(rounds):
            seen.alone += await _round(there, seen, say, sent=_SLOTS, within=lease + 60)
        replica = _replica(there)
        await replica.start()
        ending.push_async_callback(replica.stop)
        for _ in range(REPLICA_ROUNDS):
            seen.beside += await _round(there, seen, say, sent=2 * _SLOTS, within=lease + 60)
        say("until all is final")
        wrong = await there.settle(seen.sent, seconds=_SETTLE_SECONDS)
    aim = lease + MARGIN_SECONDS
    return Result(
        "kill",
        how=f"transcribe killed with SIGKILL in the middle of decodes of {_DECODE_SECONDS:.0f} s, {rounds} times alone"
        f" and {REPLICA_ROUNDS} beside a replica; {lease:.0f} s of lease. From the kill until the job runs again.",
        figures=[
            Figure("job runs again, p50", percentile(seen.alone, 0.5), "s"),
            Figure("job runs again, longest", round(max(seen.alone), 2), "s", most=aim),
            Figure("job runs again in a replica, longest", round(max(seen.beside), 2), "s", most=aim),
        ],
        wrong=wrong,
        facts={"lease_seconds": lease, "alone": seen.alone, "beside_a_replica": seen.beside},
    )


async def _round(there: Ground, seen: _Seen, say: Say, *, sent: int, within: float) -> list[float]:
    """Kill transcribe while it works on what was just sent; seconds until each of its jobs ran again."""
    names = await there.send_many(sent, first=len(seen.sent))
    seen.sent += names

    async def all_run() -> list[Start] | None:
        found = [start for start in await there.starts() if start.subject in names]
        return found if len(found) == sent else None

    running = await eventually(all_run, what=f"{sent} recordings are transcribed", seconds=within)
    await asyncio.sleep(random.uniform(0.2, _DECODE_SECONDS - 2.0))
    victim = f":{there.stack.pid('transcribe')}"
    killed = time.time()
    await there.stack.kill("transcribe")
    hit = [start for start in running if start.worker.endswith(victim)]
    waits = []
    for start in hit:
        again = await there.started(after=max(each.step for each in running), subject=start.subject, seconds=within)
        waits.append(round(again.at - killed, 3))
    say(f"killed at work on {len(hit)}; they ran again after {waits} s")
    await there.stack.wait_ready("transcribe")
    return waits


def _replica(there: Ground) -> Keeper:
    first = there.stack.services["transcribe"]
    second = replace(
        first,
        name=REPLICA,
        env={
            **first.env,
            "TSN_TRANSCRIBE_GRPC_LISTEN": f"127.0.0.1:{free_port()}",
            "TSN_TRANSCRIBE_METRICS_LISTEN": f"127.0.0.1:{free_port()}",
        },
    )
    address = second.env["TSN_TRANSCRIBE_GRPC_LISTEN"]
    second = replace(second, grpc_port=int(address.rpartition(":")[2]))
    return Keeper(server=second, logs=there.stack.logs, ready_seconds=60.0, report=lambda line: None)
