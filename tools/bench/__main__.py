"""Run all measures on a private stack and print one JSON document."""

import argparse
import asyncio
import json
import os
import platform
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from deploy.local.services import ROOT
from deploy.local.stack import Stack, StackSettings
from tools.bench.load import load_client
from tools.bench.measures import gateway_overhead, latency, resident_megabytes, throughput
from tools.bench.speech import pipeline_against_engine


def machine() -> dict[str, Any]:
    """What it ran on."""
    lines = Path("/proc/cpuinfo").read_text().splitlines()
    models = [line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")]
    memory_kilobytes = int(Path("/proc/meminfo").read_text().split()[1])
    return {
        "cores": os.cpu_count(),
        "cpu": models[0] if models else platform.processor(),
        "memory_gigabytes": round(memory_kilobytes / 1024**2, 1),
        "system": platform.platform(),
        "python": platform.python_version(),
    }


def commit() -> str:
    """The commit of the tree, with `-dirty` where it is changed."""
    command = ["git", "describe", "--always", "--dirty", "--abbrev=12"]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.strip()


def _stack(folder: Path, engine: str) -> Stack:
    settings = StackSettings(
        folder=folder,
        gateway_port=None,
        # One node sends all of it, which the limit for one node would hold up.
        env={"TSN_LOG_LEVEL": "warning", "TSN_LOG_FORMAT": "json", "TSN_INGEST_NODE_UPLOADS_AT_ONCE": "64"},
        service_env={"transcribe": {"TSN_TRANSCRIBE_ENGINE": engine}},
    )
    return Stack(settings, report=_tell)


def _tell(line: str) -> None:
    print(line, file=sys.stderr)


async def _scripted(folder: Path, seconds: float) -> dict[str, Any]:
    async with _stack(folder, "scripted") as stack, load_client(stack.gateway_address, node="bench") as client:
        _tell("warming up")
        await latency(client, per_second=2, seconds=3, first=0)
        found: dict[str, Any] = {}
        _tell("latency at 5/s")
        found["latency"] = await latency(client, per_second=5, seconds=40, first=1000)
        _tell(f"throughput for {seconds:.0f} s")
        found["throughput"] = await throughput(client, seconds=seconds, in_flight=32)
        _tell("gateway")
        found["gateway"] = await gateway_overhead(stack.addresses["query"], stack.gateway_address)
        found["resident_megabytes"] = resident_megabytes(stack)
        return found


async def _speech(folder: Path) -> dict[str, Any]:
    async with _stack(folder, "pocketsphinx") as stack, load_client(stack.gateway_address, node="bench") as client:
        _tell("PocketSphinx over the sample net")
        return dict(await pipeline_against_engine(client, slots=os.cpu_count() or 1))


async def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m tools.bench", description=__doc__)
    parser.add_argument("--seconds", type=float, default=120.0, help="length of the throughput run (default: 120)")
    parser.add_argument("--skip-speech", action="store_true", help="leave out PocketSphinx")
    arguments = parser.parse_args()
    (ROOT / ".run").mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="bench-", dir=ROOT / ".run") as folder:
        document = {"machine": machine(), "commit": commit()}
        document |= await _scripted(Path(folder) / "scripted", arguments.seconds)
        if not arguments.skip_speech:
            document["pocketsphinx"] = await _speech(Path(folder) / "speech")
    print(json.dumps(document, indent=2))


if __name__ == "__main__":
    asyncio.run(main())
