"""PocketSphinx through the whole pipeline against PocketSphinx alone, over the sample net."""

import asyncio
import json
import time
from pathlib import Path

from services.transcribe.audio import decode
from services.transcribe.engines.pool import EnginePool
from services.transcribe.engines.spec import PocketSphinxSpec
from tools.bench.load import LoadClient
from tools.bench.measures import Figures

SAMPLE_NET = Path(__file__).resolve().parents[2] / "tests" / "data" / "sample_net"


def sample_audio() -> list[bytes]:
    """The bytes of every recording of the sample net."""
    manifest = json.loads((SAMPLE_NET / "manifest.json").read_text())
    return [(SAMPLE_NET / item["file"]).read_bytes() for item in manifest["recordings"]]


async def engine_alone(slots: int) -> float:
    """Seconds that the engine takes for all recordings, decoded before, `slots` at a time."""
    audio = [decode(data, max_seconds=3600).samples for data in sample_audio()]
    async with EnginePool(PocketSphinxSpec(), size=slots) as pool:
        started = time.perf_counter()
        await asyncio.gather(*(pool.transcribe(samples, language=None) for samples in audio))
        return time.perf_counter() - started


async def pipeline_against_engine(client: LoadClient, *, slots: int) -> Figures:
    """Wall time from the first upload to the last searchable recording, against the engine's own."""
    alone = await engine_alone(slots)
    started = time.perf_counter()
    sent = await asyncio.gather(*(client.send(data) for data in sample_audio()))
    async with asyncio.timeout(600):
        ended = max(await asyncio.gather(*(item.searchable for item in sent)))
    pipeline = ended - started
    return {
        "recordings": len(sent),
        "slots": slots,
        "engine_seconds": round(alone, 1),
        "pipeline_seconds": round(pipeline, 1),
        "ratio": round(pipeline / alone, 3),
    }
