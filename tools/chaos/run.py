"""Goes through the cycles of a plan and compares what was sent with what is there."""

import asyncio
import contextlib
import json
import statistics
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from mesh.errors import TsnError
from tools.chaos.compare import Findings, compare
from tools.chaos.found import Ledger, look
from tools.chaos.inflict import inflict
from tools.chaos.plan import Cycle, Drop, draw
from tools.chaos.recordings import Airtime, Expected, audio_of, put, script_of
from tools.chaos.world import World, world

STUCK_SECONDS = 120.0
"""A recording that is not final so long after the last fault is stuck, and the run ends."""
_POLL_SECONDS = 0.15


@dataclass
class Run:
    """What has happened so far."""

    seed: int
    manifest: list[Expected] = field(default_factory=list)
    faults: Counter[str] = field(default_factory=Counter)
    recoveries: list[float] = field(default_factory=list)
    """Seconds from the end of a cycle's last fault until its recordings were final."""
    stuck: list[str] = field(default_factory=list)
    disk_mounted: bool = False


async def run_cycles(folder: Path, *, cycles: int, seed: int, say: Callable[[str], None]) -> tuple[Run, Findings]:
    """Run in `folder`, an empty one. Raises StartFailed where the stack does not come up."""
    plan = draw(seed, cycles)
    run = Run(seed)
    script = folder / "script.json"
    script.write_text(json.dumps(script_of(seed, [drop for cycle in plan for drop in cycle.drops])))
    log = (folder / "chaos.log").open("a", buffering=1)

    def note(line: str) -> None:
        log.write(f"{datetime.now(UTC).isoformat(timespec='milliseconds')} {line}\n")

    async with world(folder, script, note) as there:
        run.disk_mounted = there.disk.mounted
        ledger = Ledger(there.stack.mariadb.url)
        airtime = Airtime(datetime.now(UTC))
        try:
            for cycle in plan:
                seconds = await _cycle(run, there, ledger, cycle, airtime, note)
                faults = ", ".join(f"{fault.kind} {fault.target}" for fault in cycle.faults)
                say(f"{cycle.number + 1:>4}/{cycles}  recovered in {seconds:4.1f} s  {faults}")
                if run.stuck:
                    break
            findings = await _judge(run, there, ledger)
        finally:
            await ledger.close()
            log.close()
    return run, findings


async def _cycle(
    run: Run, there: World, ledger: Ledger, cycle: Cycle, airtime: Airtime, note: Callable[[str], None]
) -> float:
    """Faults and recordings side by side, then until all is final. Returns the seconds of recovery."""
    times = airtime.of_cycle(cycle.drops)
    note(f"cycle {cycle.number}: {cycle.faults}")
    async with asyncio.TaskGroup() as group:
        for fault in cycle.faults:
            group.create_task(inflict(there, fault))
            run.faults[f"{fault.kind}: {fault.target}"] += 1
        for drop, captured_at in zip(cycle.drops, times, strict=True):
            group.create_task(_drop(run, there, cycle, drop, captured_at))
    began = time.monotonic()
    left = await _until_final(ledger, [expected.sha256 for expected in run.manifest[-len(cycle.drops) :]])
    seconds = time.monotonic() - began
    run.recoveries.append(seconds)
    note(f"cycle {cycle.number}: recovered in {seconds:.2f} s")
    for sha256 in left:
        name = next(expected.file_name for expected in run.manifest if expected.sha256 == sha256)
        run.stuck.append(f"{name} after {seconds:.0f} s: {await ledger.story(sha256)}")
    return seconds


async def _drop(run: Run, there: World, cycle: Cycle, drop: Drop, captured_at: datetime) -> None:
    audio = await asyncio.to_thread(audio_of, run.seed, drop)
    await asyncio.sleep(drop.at_seconds)
    run.manifest.append(put(there.node.watched, audio=audio, drop=drop, cycle=cycle.number, captured_at=captured_at))


async def _until_final(ledger: Ledger, hashes: Sequence[str]) -> list[str]:
    """Wait until all are final; those that are not when the time is over."""
    left = list(hashes)
    try:
        async with asyncio.timeout(STUCK_SECONDS):
            while left:
                # The database is one of those that are killed.
                with contextlib.suppress(TsnError):
                    left = await ledger.unfinished(left)
                if left:
                    await asyncio.sleep(_POLL_SECONDS)
    except TimeoutError:
        pass
    return left


async def _judge(run: Run, there: World, ledger: Ledger) -> Findings:
    """Let everything come to rest, then compare."""
    try:
        async with asyncio.timeout(STUCK_SECONDS):
            await there.wait_ready()
            await _at_rest(there, ledger)
    except TimeoutError:
        run.stuck.append(f"no rest within {STUCK_SECONDS:.0f} s")
    found = await look(ledger, blobs=there.disk.folder, node=there.node, gateway=there.stack.gateway_address)
    findings = compare(run.manifest, found)
    return Findings(findings.lost, findings.doubled, [*run.stuck, *findings.stuck], findings.dead)


async def _at_rest(there: World, ledger: Ledger) -> None:
    """Wait until no job and no message waits and the node has archived everything."""
    while True:
        files = await asyncio.to_thread(lambda: [path for path in there.node.watched.iterdir() if path.is_file()])
        if not files and not await ledger.waiting():
            return
        await asyncio.sleep(_POLL_SECONDS)


def median(values: Sequence[float]) -> float:
    """0 for none."""
    return statistics.median(values) if values else 0.0
