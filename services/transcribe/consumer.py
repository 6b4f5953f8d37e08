"""The transcribe stage: audio in, transcript out, partial texts on the way."""

import time
from contextlib import nullcontext

from mesh.blobs import BlobStore
from mesh.db.database import Transaction
from mesh.pipeline.jobs import Claim, JobStore
from mesh.pipeline.states import JobState
from mesh.pipeline.worker import Outcome
from mesh.telemetry.tracing import span
from services.transcribe.audio import DecodedAudio
from services.transcribe.glossaries import Glossaries, NoGlossaries
from services.transcribe.live import LiveFanOut
from services.transcribe.load import PartialsPolicy
from services.transcribe.metrics import TranscribeMetrics
from services.transcribe.store.repository import TranscriptRepository
from services.transcribe.transcriber import Transcriber
from tsn.ingest.v1.recording_pb2 import Recording, RecordingStored
from tsn.transcribe.v1.transcript_pb2 import Transcript, TranscriptCompleted

EVENT = "tsn.transcribe.v1.transcript_completed"
ENGINE, MODEL = "engine", "model"
"""Options of a run that asks for another engine than the service's own."""


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
        partials: PartialsPolicy,
        fallback_note: str,
        glossaries: Glossaries | None = None,
    ) -> None:
        """`fallback_note` says which better engine was wanted; empty where the wanted one runs."""
        self._transcriber = transcriber
        self._live = live
        self._blobs = blobs
        self._repository = repository
        self._jobs = jobs
        self._metrics = metrics
        self._partials = partials
        self._fallback_note = fallback_note
        self._glossaries = glossaries or NoGlossaries()

    async def work(self, claim: Claim) -> Outcome:
        """Fetch, decode, transcribe; the transcript is stored with the end of the job."""
        stored = RecordingStored.FromString(claim.input)
        recording = stored.recording
        started = time.perf_counter()
        with span("fetch and decode audio"):
            audio = await self._transcriber.decode(await self._blobs.get(stored.audio_key))
        self._metrics.decode_seconds.observe(time.perf_counter() - started)
        with span("transcribe audio", attributes={"tsn.audio_seconds": audio.duration_seconds}):
            transcript = await self._transcribe(claim, audio, recording)
        fallback = "" if claim.options.get(ENGINE) else self._fallback_note
        transcript.degraded = bool(fallback)

        async def store(work: Transaction) -> None:
            await self._store(work, claim, recording, transcript)

        return Outcome(
            store=store,
            state=JobState.DEGRADED if fallback else JobState.SUCCEEDED,
            note=fallback or f"{len(transcript.segments)} segments",
        )

    async def _transcribe(self, claim: Claim, audio: DecodedAudio, recording: Recording) -> Transcript:
        """With the engine that the job asks for, told live unless there is a reason not to."""
        glossary = await self._glossaries.of(node_of(recording.name))
        shed = await self._partials.reason_to_shed(claim)
        if shed:
            self._metrics.partials_shed.labels(reason=shed).inc()
        with nullcontext() if shed else self._live.session() as offer:
            return await self._transcriber.transcribe(
                audio,
                recording,
                listener=offer,
                engine=claim.options.get(ENGINE, ""),
                model=claim.options.get(MODEL, ""),
                glossary=glossary,
            )

    async def _store(self, work: Transaction, claim: Claim, recording: Recording, made: Transcript) -> None:
        asked = bool(claim.batch or claim.options)
        language = self._transcriber.language
        kept = await self._repository.save(work, recording, made, asked=asked, language=language)
        if not kept.is_current:
            # Whoever reads has the better one already.
            return
        transcript = kept.transcript
        payload = TranscriptCompleted(recording=recording, transcript=transcript).SerializeToString()
        work.publish(EVENT, payload)
        # A replay is read once; another transcript, or the same in another batch, anew.
        key = (transcript.name, "extract", "degraded" if transcript.degraded else "", claim.batch)
        await self._jobs.enqueue(
            work,
            stage="extract",
            subject=claim.subject,
            lane=claim.lane,
            owner=claim.owner,
            batch=claim.batch,
            payload=payload,
            dedupe_key="/".join(filter(None, key)),
        )


def node_of(recording: str) -> str:
    """The node of `nodes/{node}/recordings/{recording}`."""
    return "/".join(recording.split("/")[:2])
