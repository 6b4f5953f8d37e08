"""Ten times more than the engine can do, for a minute: what is answered, what is held, how soon is it over?"""

import asyncio
import time
import urllib.request
from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from prometheus_client.parser import text_string_to_metric_families

from tools.bench.measures import latency, percentile, resident_megabytes
from tools.drill.ground import Ground, Say, ground, short_wav
from tools.drill.report import Figure, Result
from tools.drill.senders import Answers, Senders, send_once

LOAD_SECONDS = 60.0
TIMES = 10
"""So many times the capacity is offered, in recordings that are new; those that come again are on top."""
RECOVERY_SECONDS = 60.0
FLAT = 1.1
"""Memory is flat where the second half of the load needs no more than this times the first half."""
_SLOTS, _DECODE_SECONDS = 2, 0.5
_CAPACITY = _SLOTS / (_DECODE_SECONDS + 0.05)
"""Recordings a second; a job holds its slot a little longer than its decode."""
_QUEUE_SECONDS = 40.0
"""What may wait is what the engine does in this time: less than the aim for the recovery."""
_NODES = 80
_PROBE_EVERY_SECONDS = 2.0
"""Seldom enough that the probes are no load of their own."""
_PROBES_IN_A_ROW = 4
_GIVE_UP_SECONDS = 180.0
_SETTLE_SECONDS = 120.0
_FIRST_LOAD, _FIRST_PROBE = 1_000_000, 5_000_000
_SERVICES = ("ingest", "transcribe", "extract", "analyze", "query")


@dataclass
class Probes:
    """Recordings sent one by one after the load: when each was sent, and whether it went as on a quiet day."""

    normal: dict[float, bool | None] = field(default_factory=dict)
    """None while it is on its way."""
    acknowledged: list[str] = field(default_factory=list)

    def recovered_at(self) -> float | None:
        """When the first of several normal ones in a row was sent; None as long as there are none."""
        row: list[float] = []
        for sent_at in sorted(self.normal):
            row = [*row, sent_at] if self.normal[sent_at] else []
            if len(row) == _PROBES_IN_A_ROW:
                return row[0]
        return None


async def drill(folder: Path, say: Say, rounds: int = int(LOAD_SECONDS)) -> Result:
    """Run it; `rounds` are seconds of load."""
    settings = {
        "TSN_TRANSCRIBE_SLOTS": str(_SLOTS),
        "TSN_TRANSCRIBE_SCRIPT_DELAY_SECONDS": str(_DECODE_SECONDS),
    }
    limit = int(_CAPACITY * _QUEUE_SECONDS)
    env = {"TSN_INGEST_LIVE_QUEUE_LIMIT": str(limit)}
    async with ground(folder, say, env=env, transcribe=settings) as there:
        say("a quiet time")
        quiet = float((await latency(there.client, per_second=1, seconds=12, first=0))["searchable_p50"]) / 1000
        memory: dict[str, list[float]] = defaultdict(list)
        watching = asyncio.create_task(_watch_memory(there, memory))
        say(f"{TIMES * _CAPACITY:.0f} recordings a second of {_NODES} nodes for {rounds} s")
        answers = await _load(there, seconds=rounds)
        waiting, shed = await _waiting(there), await _shed_partials(there)
        say(f"{answers.told()}; {waiting} wait")
        normal = 2 * quiet + _DECODE_SECONDS
        probes, seconds = await _recovery(there, normal_seconds=normal, say=say)
        watching.cancel()
        await asyncio.gather(watching, return_exceptions=True)
        say("until all is final")
        wrong = await there.settle([*answers.acknowledged, *probes.acknowledged], seconds=_SETTLE_SECONDS)
    return Result(
        "overload",
        how=f"{_SLOTS} slots of {_DECODE_SECONDS} s, so {_CAPACITY:.1f} recordings a second; at most {limit} may wait;"
        f" {TIMES * _CAPACITY:.0f} new ones a second of {_NODES} nodes for {rounds} s. Who is refused comes again when"
        " told, and keeps its recording where the load ends before. Normal again:"
        f" {_PROBES_IN_A_ROW} probes in a row are found within twice the quiet median and one slot, {normal:.2f} s.",
        figures=[
            *_answer_figures(answers),
            Figure("waiting when the load ended", waiting, "", most=round(1.1 * limit)),
            Figure("transcribed without partial texts meanwhile", shed, "", least=1),
            Figure("normal after the load, in", round(seconds, 1), "s", most=RECOVERY_SECONDS),
            *_memory_figures(memory, seconds_of_load=rounds),
        ],
        wrong=wrong,
        facts={
            "quiet_seconds": quiet,
            "refusals": dict(answers.reasons),
            "other_answers": dict(Counter(answers.bad)),
            "still_with_their_nodes": answers.kept,
            "acknowledgement_p50_ms": percentile(answers.ack_milliseconds, 0.5) if answers.ack_milliseconds else None,
            "resident_megabytes": {name: [each[0], max(each), each[-1]] for name, each in memory.items()},
        },
    )


async def _load(there: Ground, *, seconds: float) -> Answers:
    senders = Senders(there.client, nodes=_NODES, per_second=TIMES * _CAPACITY, first=_FIRST_LOAD)
    return await senders.run(seconds)


async def _waiting(there: Ground) -> int:
    rows = await there.ledger.rows(
        "SELECT COUNT(*) FROM jobs WHERE stage = 'transcribe' AND state IN ('queued', 'running', 'waiting')"
    )
    return int(rows[0][0])


async def _shed_partials(there: Ground) -> float:
    """Recordings for which no partial texts were made because too many waited."""
    text = await asyncio.to_thread(_read, there.stack.services["transcribe"].metrics_url)
    samples = [sample for family in text_string_to_metric_families(text) for sample in family.samples]
    return sum(
        sample.value
        for sample in samples
        if sample.name == "tsn_transcribe_partials_shed_total" and sample.labels["reason"] == "backlog"
    )


def _read(url: str) -> str:
    with urllib.request.urlopen(url, timeout=10) as answer:
        return str(answer.read(), "utf-8")


async def _recovery(there: Ground, *, normal_seconds: float, say: Callable[[str], None]) -> tuple[Probes, float]:
    """Send a probe now and then until they go as on a quiet day; the seconds until the first that did."""
    probes, ended = Probes(), time.perf_counter()
    async with asyncio.TaskGroup() as group:
        number = 0
        while probes.recovered_at() is None and time.perf_counter() - ended < _GIVE_UP_SECONDS:
            group.create_task(_probe(there, probes, number, normal_seconds))
            number += 1
            await asyncio.sleep(_PROBE_EVERY_SECONDS)
        at = probes.recovered_at()
        say(f"normal after {at - ended:.1f} s" if at else "never normal")
    return probes, (at or time.perf_counter()) - ended


async def _probe(there: Ground, probes: Probes, number: int, normal_seconds: float) -> None:
    began = time.perf_counter()
    probes.normal[began] = None
    answer = await send_once(there.client, short_wav(_FIRST_PROBE + number), node=f"drill-probe-{number % 4}")
    if answer.sent is None:
        probes.normal[began] = False
        return
    probes.acknowledged.append(answer.sent.recording)
    try:
        async with asyncio.timeout(normal_seconds):
            await asyncio.shield(answer.sent.searchable)
            probes.normal[began] = True
    except TimeoutError:
        probes.normal[began] = False


async def _watch_memory(there: Ground, memory: dict[str, list[float]]) -> None:
    """Once a second, until cancelled."""
    while True:
        for name, megabytes in resident_megabytes(there.stack).items():
            memory[name].append(float(megabytes))
        await asyncio.sleep(1.0)


def _answer_figures(answers: Answers) -> list[Figure]:
    offered = answers.offered / answers.seconds
    return [
        Figure("recordings offered a second", offered, "", least=0.9 * TIMES * _CAPACITY),
        Figure("recordings offered", answers.offered, ""),
        Figure("acknowledged", len(answers.acknowledged), ""),
        Figure("answers RESOURCE_EXHAUSTED with RetryInfo", answers.refused, ""),
        Figure("any other answer", len(answers.bad), "", most=0),
    ]


def _memory_figures(memory: dict[str, list[float]], *, seconds_of_load: float) -> list[Figure]:
    figures = []
    for name in _SERVICES:
        samples = memory[name]
        for what, value in (("first", samples[0]), ("most", max(samples)), ("last", samples[-1])):
            figures.append(Figure(f"memory of {name}, {what}", value, "MB"))
    return [
        Figure("growth of memory in the second half of the load", growth(memory, seconds_of_load), "", most=FLAT),
        *figures,
    ]


def growth(memory: dict[str, list[float]], seconds_of_load: float) -> float:
    """Of any service: the most that the second half of the load needed as a multiple of the most before."""
    half, end = int(seconds_of_load / 2), int(seconds_of_load)
    parts = [(memory[name][:half], memory[name][half:end]) for name in _SERVICES]
    return round(max((max(later) / max(before) for before, later in parts if before and later), default=1.0), 3)
