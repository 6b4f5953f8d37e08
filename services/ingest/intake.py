"""Audio that came whole: looked into, made durable, ready to be committed. Uploads and fetches share it."""

import time
from pathlib import Path

from mesh.clock import Clock
from mesh.ids import new_id
from mesh.telemetry.tracing import span
from services.ingest.domain.model import AudioProperties, Recording, UploadMetadata
from services.ingest.domain.ports import Blobs, Probe
from services.ingest.domain.upload import audio_key
from services.ingest.metrics import IngestMetrics


class AudioIntake:
    """Takes audio in, up to the commit."""

    def __init__(self, *, blobs: Blobs, probe: Probe, clock: Clock, metrics: IngestMetrics) -> None:
        self._blobs = blobs
        self._probe = probe
        self._clock = clock
        self._metrics = metrics

    async def look_into(self, content: bytes | Path, *, size_bytes: int) -> AudioProperties:
        """What the file holds. Raises AudioUnreadable, AudioEmpty."""
        started = time.perf_counter()
        with span("ingest.probe"):
            audio = await self._probe(content, size_bytes=size_bytes)
        self._metrics.probe_seconds.observe(time.perf_counter() - started)
        return audio

    async def keep(
        self,
        content: bytes | Path,
        metadata: UploadMetadata,
        audio: AudioProperties,
        *,
        recording_id: str | None = None,
    ) -> Recording:
        """Store the audio; returns when it is durable, with the recording to commit. Raises BlobStoreUnavailable."""
        recording = self._recording(metadata, audio, recording_id or new_id())
        with span("ingest.store_audio"):
            await self._blobs.put(recording.audio_key, content)
        return recording

    def _recording(self, metadata: UploadMetadata, audio: AudioProperties, recording_id: str) -> Recording:
        return Recording(
            id=recording_id,
            node=metadata.node,
            channel=metadata.channel,
            captured_at=metadata.captured_at,
            duration_seconds=audio.duration_seconds,
            sha256=metadata.sha256,
            size_bytes=metadata.size_bytes,
            container=audio.container,
            codec=audio.codec,
            sample_rate_hz=audio.sample_rate_hz,
            audio_channels=audio.audio_channels,
            source_file_name=metadata.source_file_name,
            received_at=self._clock.now(),
            lane=metadata.lane,
            warnings=audio.warnings,
            request_id=metadata.request_id,
            audio_key=audio_key(metadata.sha256, new_id()),
        )
