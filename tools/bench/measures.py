"""The figures, one function each. All return plain JSON values; times in milliseconds unless named otherwise."""

import asyncio
import statistics
import time
from collections.abc import Sequence
from pathlib import Path

from clients.common.channel import open_channel
from deploy.local.stack import Stack
from tools.bench.load import LoadClient, noise_wav
from tsn.query.v1.query_pb2 import ListRecordingsRequest
from tsn.query.v1.query_pb2_grpc import QueryServiceStub

Figures = dict[str, float | int | str]


def percentile(values: Sequence[float], share: float) -> float:
    """Nearest-rank percentile."""
    ordered = sorted(values)
    return round(ordered[min(len(ordered) - 1, int(share * len(ordered)))], 2)


async def throughput(client: LoadClient, *, seconds: float, in_flight: int) -> Figures:
    """Recordings from upload to searchable, as many as go with `in_flight` under way, for `seconds`."""
    finished: list[float] = []
    acks: list[float] = []
    began = time.perf_counter()
    numbers = iter(range(1_000_000, 10_000_000))

    async def lane() -> None:
        while time.perf_counter() - began < seconds:
            sent = await client.send(noise_wav(next(numbers), size_bytes=32_000, rate_hz=8_000))
            acks.append(sent.ack_milliseconds)
            async with asyncio.timeout(60):
                finished.append(await sent.searchable)

    async with asyncio.TaskGroup() as group:
        for _ in range(in_flight):
            group.create_task(lane())
    inside = [moment for moment in finished if moment - began <= seconds]
    halves = (
        sum(moment - began <= seconds / 2 for moment in inside) / (seconds / 2),
        sum(moment - began > seconds / 2 for moment in inside) / (seconds / 2),
    )
    return {
        "seconds": seconds,
        "in_flight": in_flight,
        "recordings": len(inside),
        "recordings_per_second": round(len(inside) / seconds, 1),
        "first_half_per_second": round(halves[0], 1),
        "second_half_per_second": round(halves[1], 1),
        "ack_p50": percentile(acks, 0.5),
        "ack_p99": percentile(acks, 0.99),
    }


async def latency(client: LoadClient, *, per_second: float, seconds: float, first: int) -> Figures:
    """200 KB recordings at a steady rate: time to the acknowledgement, and from it to being searchable.

    They are numbered from `first`; the same number twice would be the same bytes, and stored once.
    """
    count = int(per_second * seconds)
    audio = [noise_wav(first + number, size_bytes=200_000) for number in range(count)]
    began = time.perf_counter()

    async def one(number: int) -> tuple[float, float]:
        await asyncio.sleep(max(0.0, began + number / per_second - time.perf_counter()))
        sent = await client.send(audio[number])
        async with asyncio.timeout(60):
            await sent.searchable
        return sent.ack_milliseconds, sent.search_milliseconds

    results = await asyncio.gather(*(one(number) for number in range(count)))
    acks, searches = [ack for ack, _ in results], [search for _, search in results]
    return {
        "per_second": per_second,
        "recordings": count,
        "ack_p50": percentile(acks, 0.5),
        "ack_p99": percentile(acks, 0.99),
        "searchable_p50": percentile(searches, 0.5),
        "searchable_p99": percentile(searches, 0.99),
    }


async def gateway_overhead(direct: str, through: str, *, calls: int = 1500) -> Figures:
    """A unary read straight at query and through Envoy, in turns so that both see the same machine."""
    times: dict[str, list[float]] = {direct: [], through: []}
    async with open_channel(direct) as near, open_channel(through) as far:
        stubs = {direct: QueryServiceStub(near), through: QueryServiceStub(far)}
        for number in range(calls + 50):
            for address, stub in stubs.items():
                started = time.perf_counter()
                await stub.ListRecordings(ListRecordingsRequest(page_size=1), timeout=10)
                if number >= 50:
                    times[address].append((time.perf_counter() - started) * 1000)
    return {
        "calls": calls,
        "direct_p50": percentile(times[direct], 0.5),
        "gateway_p50": percentile(times[through], 0.5),
        "added_p50": round(statistics.median(times[through]) - statistics.median(times[direct]), 2),
        "added_p99": round(percentile(times[through], 0.99) - percentile(times[direct], 0.99), 2),
    }


def resident_megabytes(stack: Stack) -> Figures:
    """Resident memory of each process of the stack, its children not counted."""
    found: Figures = {}
    for name in ("ingest", "transcribe", "extract", "analyze", "query", "gateway", "nats", "mariadb"):
        status = Path(f"/proc/{stack.pid(name)}/status").read_text()
        kilobytes = int(next(line.split()[1] for line in status.splitlines() if line.startswith("VmRSS:")))
        found[name] = round(kilobytes / 1024, 1)
    return found
