"""A transcribe stage put together by hand, so that a test can reach its parts, and recordings for it."""

import asyncio
import hashlib
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from prometheus_client import CollectorRegistry

from mesh.clock import SystemClock
from mesh.pipeline.backlog import Backlog
from services.transcribe.consumer import TranscribeStage
from services.transcribe.engines.pool import EnginePool
from services.transcribe.engines.select import asked_engine
from services.transcribe.engines.shelf import EngineShelf, Find
from services.transcribe.engines.spec import EngineSpec
from services.transcribe.glossaries import Glossaries
from services.transcribe.live import LiveFanOut, Peer
from services.transcribe.load import PartialsPolicy
from services.transcribe.metrics import TranscribeMetrics
from services.transcribe.store.repository import TranscriptRepository
from services.transcribe.transcriber import Transcriber
from tests.support.bench import Bench
from tests.support.wire import a_recording
from tsn.ingest.v1.recording_pb2 import Recording, RecordingStored


@dataclass
class Parts:
    """A stage and what it is made of."""

    stage: TranscribeStage
    pool: EnginePool
    live: LiveFanOut
    registry: CollectorRegistry

    def dropped(self, peer: str) -> float:
        """Partials that `peer` never got."""
        return self.registry.get_sample_value("tsn_transcribe_partials_dropped_total", {"peer": peer}) or 0.0

    def resting(self, peer: str) -> bool:
        """Whether `peer` is left alone now."""
        return self.registry.get_sample_value("tsn_transcribe_peer_resting", {"peer": peer}) == 1

    def transcribed(self) -> float:
        """Recordings decoded to their end."""
        families = (each for each in self.registry.collect() if each.name == "tsn_transcribe_recordings")
        return sum(sample.value for each in families for sample in each.samples if sample.name.endswith("_total"))

    def shed(self, reason: str) -> float:
        """Recordings decoded without partials."""
        return self.registry.get_sample_value("tsn_transcribe_partials_shed_total", {"reason": reason}) or 0.0


@asynccontextmanager
async def parts(
    base: Bench,
    spec: EngineSpec,
    *,
    peers: Sequence[Peer] = (),
    fallback_note: str = "",
    answer_seconds: float = 10.0,
    sessions_limit: int = 64,
    language: str = "",
    find: Find = asked_engine,
    shed_limit: int = 1000,
    monotonic: Callable[[], float] = time.monotonic,
    glossaries: Glossaries | None = None,
) -> AsyncIterator[Parts]:
    """A stage with one worker of `spec`, its process started."""
    registry = CollectorRegistry()
    metrics = TranscribeMetrics(registry)
    live = LiveFanOut(
        peers=peers,
        metrics=metrics,
        answer_seconds=answer_seconds,
        sessions_limit=sessions_limit,
        monotonic=monotonic,
    )
    async with EnginePool(spec, size=1) as pool:
        shelf = EngineShelf(pool, find=find)
        backlog = Backlog(stage="transcribe", clock=SystemClock(), worker="bench")
        stage = TranscribeStage(
            transcriber=Transcriber(
                engines=shelf, clock=SystemClock(), metrics=metrics, language=language, max_audio_seconds=600
            ),
            live=live,
            blobs=base.blobs,
            repository=TranscriptRepository(),
            jobs=base.jobs,
            metrics=metrics,
            partials=PartialsPolicy(database=base.database, backlog=backlog, limit=shed_limit, metrics=metrics),
            fallback_note=fallback_note,
            glossaries=glossaries,
        )
        try:
            yield Parts(stage, pool, live, registry)
        finally:
            await live.close()
            await shelf.close()


async def stored(base: Bench, content: bytes | Path) -> RecordingStored:
    """Audio in the blob store, as ingest would have put it there."""
    data = await asyncio.to_thread(content.read_bytes) if isinstance(content, Path) else content
    sha256 = hashlib.sha256(data).hexdigest()
    key = f"recordings/{sha256[:2]}/{sha256[2:4]}/{sha256}/copy"
    await base.blobs.put(key, data)
    return RecordingStored(recording=a_recording(sha256=sha256), audio_key=key)


async def queued(base: Bench, event: RecordingStored, *, again: str = "", **asked: Any) -> str:
    """Queue the recording; the id of its job. `asked`: batch, options, lane, as of `JobStore.enqueue`."""
    return await base.enqueue("transcribe", event.recording.name, event.SerializeToString(), again=again, **asked)


def missing() -> RecordingStored:
    """A recording whose audio is gone."""
    return RecordingStored(recording=Recording(name="nodes/hill/recordings/gone"), audio_key="recordings/00/gone")
