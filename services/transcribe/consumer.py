"""The transcribe stage: audio in, transcript out, partial texts on the way."""

import time

from mesh.blobs import BlobStore
from mesh.db.database import Transaction
from mesh.pipeline.jobs import Claim, JobStore
from mesh.pipeline.states import JobState
from mesh.pipeline.worker import Outcome
from mesh.rpc.times import from_timestamp
from mesh.telemetry.tracing import span
from services.transcribe.live import LiveFanOut
from services.transcribe.metrics import TranscribeMetrics
from services.transcribe.store.repository import TranscriptRepository, result_key
from services.transcribe.transcriber import Transcriber
from tsn.ingest.v1.recording_pb2 import Recording, RecordingStored
from tsn.transcribe.v1.transcript_pb2 import Transcript, TranscriptCompleted

EVENT = "tsn.transcribe.v1.transcript_completed"


class TranscribeStage:
    """Transcribes each new recording, stores the transcript, tells the mesh, queues extraction."""

    name = "transcribe"

    def __init__(
        self,
        *,
        transcriber: Transcriber,
        live: LiveFanOut,
        blobs: BlobStore,
        repository: TranscriptRepository,
        jobs: JobStore,
        metrics: TranscribeMetrics,
        fallback_note: str,
    ) -> None:
        """`fallback_note` says which better engine was wanted; empty where the wanted one runs."""
        self._transcriber = transcriber
        self._live = live
        self._blobs = blobs
        self._repository = repository
        self._jobs = jobs
        self._metrics = metrics
        self._fallback_note = fallback_note

    async def work(self, claim: Claim) -> Outcome:
        """Fetch, decode, transcribe; the transcript is stored with the end of the job."""
        stored = RecordingStored.FromString(claim.input)
        recording = stored.recording
        started = time.perf_counter()
        with span("fetch and decode audio"):
            audio = await self._transcriber.decode(await self._blobs.get(stored.audio_key))
        self._metrics.decode_seconds.observe(time.perf_counter() - started)
        with span("transcribe audio", attributes={"tsn.audio_seconds": audio.duration_seconds}):
            with self._live.session() as offer:
                transcript = await self._transcriber.transcribe(audio, recording, listener=offer)

        async def store(work: Transaction) -> None:
            await self._store(work, claim, recording, transcript)

        return Outcome(
            store=store,
            state=JobState.DEGRADED if self._fallback_note else JobState.SUCCEEDED,
            note=self._fallback_note or f"{len(transcript.segments)} segments",
        )

    async def _store(self, work: Transaction, claim: Claim, recording: Recording, transcript: Transcript) -> None:
        await self._repository.save_current(
            work,
            transcript_id=transcript.name.rsplit("/", 1)[-1],
            recording=recording.name,
            audio_sha256=recording.sha256,
            engine=transcript.engine,
            body=transcript.SerializeToString(),
            created_at=from_timestamp(transcript.created_at),
        )
        payload = TranscriptCompleted(recording=recording, transcript=transcript).SerializeToString()
        work.publish(EVENT, payload)
        await self._jobs.enqueue(
            work,
            stage="extract",
            subject=claim.subject,
            lane=claim.lane,
            owner=claim.owner,
            batch=claim.batch,
            payload=payload,
            # A replay is read once; what another engine made of the recording, anew.
            dedupe_key=f"{claim.subject}/extract/{result_key(recording.sha256, transcript.engine)}",
        )
