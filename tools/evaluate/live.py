"""`python -m tools.evaluate.live`: how soon a mention is told after the partial text that makes it certain.

The texts of the sample net grow word by word and go through gRPC to extract's handler in a process of its own, with a
roster as a busy node has it. Prints JSON; times in milliseconds.
"""

import asyncio
import json
import os
import random
import statistics
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import grpc
from prometheus_client import CollectorRegistry

from mesh.rpc.server import RpcServer
from mesh.telemetry.metrics import RpcMetrics
from services.extract.domain.entities.finder import EntityFinder
from services.extract.domain.expected import Roster
from services.extract.domain.spelling import BUILT_IN_SPELLING
from services.extract.handler import ExtractHandler
from services.extract.limits import TEXT_CHARACTERS_LIMIT
from services.extract.metrics import ExtractMetrics
from tsn.extract.v1 import extract_pb2_grpc
from tsn.extract.v1.extract_pb2 import StreamExtractRequest
from tsn.transcribe.v1.transcript_pb2 import PartialTranscript

ROOT = Path(__file__).parents[2]
MANIFEST = ROOT / "tests" / "data" / "sample_net" / "manifest.json"
GAP_SECONDS = 0.04
"""Between partials: recognisers send a few each second; this is faster, and slower than any answer should be."""
REGULARS, PRESENT = 500, 20


async def serve() -> None:
    """Serve extract's handler until standard input ends; prints the port."""
    drawn = random.Random(4)
    calls = [f"K{drawn.choice('ABCDEFG')}{drawn.randrange(10)}{''.join(drawn.choices('ABCDEFGHIJK', k=3))}"
             for _ in range(REGULARS)]  # fmt: skip
    roster = Roster(conversation=frozenset(calls[:PRESENT]), regulars=frozenset(calls))

    async def expected(recording: str, channel: str) -> Roster:
        return roster

    handler = ExtractHandler(
        in_force=lambda: BUILT_IN_SPELLING,
        finder=EntityFinder(),
        metrics=ExtractMetrics(CollectorRegistry()),
        expected=expected,
    )
    server = RpcServer(
        listen="127.0.0.1:0",
        metrics=RpcMetrics(CollectorRegistry()),
        register=lambda made: extract_pb2_grpc.add_ExtractServiceServicer_to_server(handler, made),
        service_names=(),
        checks={},
    )
    await server.start()
    print(server.port, flush=True)
    await asyncio.to_thread(sys.stdin.read)
    await server.stop(0)


async def overs(channel: grpc.aio.Channel, texts: list[str]) -> list[float]:
    """Milliseconds from each partial that made mentions certain to their arrival."""
    stub = extract_pb2_grpc.ExtractServiceStub(channel)
    times: list[float] = []
    for number, text in enumerate(texts):
        sent = [0.0]

        async def partials(number: int = number, text: str = text, sent: list[float] = sent) -> AsyncIterator[Any]:
            words = text.split()
            for count in range(1, len(words) + 1):
                partial = PartialTranscript(
                    recording=f"nodes/hill/recordings/{number}", stable_text=" ".join(words[:count])
                )
                sent[0] = time.perf_counter()
                yield StreamExtractRequest(partial=partial)
                await asyncio.sleep(GAP_SECONDS)

        async for _ in stub.StreamExtract(partials(), timeout=60):
            since = (time.perf_counter() - sent[0]) * 1000
            # What was held back is told when the stream ends, which is no partial's doing.
            if since < GAP_SECONDS * 1000:
                times.append(since)
    return times


async def longest(channel: grpc.aio.Channel) -> float:
    """The longest that another stream waits while texts as long as may be are read, in milliseconds."""
    stub = extract_pb2_grpc.ExtractServiceStub(channel)
    text = ("kilo seven alpha bravo charlie and so on to all of you " * 1000)[:TEXT_CHARACTERS_LIMIT]

    async def burst() -> AsyncIterator[Any]:
        for cut in range(10):
            yield StreamExtractRequest(partial=PartialTranscript(stable_text=text[: -1 - cut]))

    async def read() -> None:
        async for _ in stub.StreamExtract(burst(), timeout=120):
            pass

    reading = asyncio.create_task(read())
    waits: list[float] = []
    while not reading.done():
        since = time.perf_counter()

        async def short() -> AsyncIterator[Any]:
            yield StreamExtractRequest(partial=PartialTranscript(stable_text="this is K7ABC listening to all of you"))

        async for _ in stub.StreamExtract(short(), timeout=60):
            waits.append((time.perf_counter() - since) * 1000)
            break
    await reading
    return max(waits)


async def measure() -> dict[str, Any]:
    """All figures."""
    texts = [recording["text"] for recording in json.loads(MANIFEST.read_text("utf-8"))["recordings"]]
    command = [sys.executable, "-m", "tools.evaluate.live", "serve"]
    process = await asyncio.create_subprocess_exec(
        *command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=os.environ
    )
    assert process.stdout is not None
    assert process.stdin is not None
    port = int(await process.stdout.readline())
    try:
        async with grpc.aio.insecure_channel(f"127.0.0.1:{port}") as channel:
            await overs(channel, texts[:2])
            times = sorted(await overs(channel, texts))
            return {
                "mentions": len(times),
                "p50": round(statistics.median(times), 1),
                "p95": round(times[int(len(times) * 0.95)], 1),
                "most": round(times[-1], 1),
                "beside_long_texts": round(await longest(channel), 1),
                "load": [round(load, 1) for load in os.getloadavg()],
                "cores": os.cpu_count(),
            }
    finally:
        process.stdin.close()
        await process.wait()


if __name__ == "__main__":
    if sys.argv[1:] == ["serve"]:
        asyncio.run(serve())
    else:
        print(json.dumps(asyncio.run(measure()), indent=2))
