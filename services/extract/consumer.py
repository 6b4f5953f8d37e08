"""The extract stage: a transcript in, mentions out."""

from collections.abc import Sequence

from mesh.db.database import Transaction
from mesh.pipeline.jobs import Claim, JobStore
from mesh.pipeline.states import JobState
from mesh.pipeline.worker import Outcome
from services.extract.convert import entity_to_wire, mention_to_wire, reading_of
from services.extract.domain.reading import Reading, ReadingStep
from services.extract.metrics import ExtractMetrics
from services.extract.rereading import REREAD
from services.extract.resolving import Resolving
from services.extract.store.repository import MentionRepository
from services.extract.store.reviews import ReviewRepository
from tsn.extract.v1.extract_pb2 import MentionsExtracted
from tsn.transcribe.v1.transcript_pb2 import TranscriptCompleted

EVENT = "tsn.extract.v1.mentions_extracted"
_CALLS_NAMED = 5


class ExtractStage:
    """Reads each new transcript step by step, stores what it holds, tells the mesh, queues analysis."""

    name = "extract"

    def __init__(
        self,
        *,
        steps: Sequence[ReadingStep],
        extractor: str,
        repository: MentionRepository,
        reviews: ReviewRepository,
        resolving: Resolving,
        jobs: JobStore,
        metrics: ExtractMetrics,
    ) -> None:
        """`extractor`: name and version, told with every result."""
        self._steps = steps
        self._extractor = extractor
        self._repository = repository
        self._reviews = reviews
        self._resolving = resolving
        self._jobs = jobs
        self._metrics = metrics

    async def work(self, claim: Claim) -> Outcome:
        """Find the mentions; they are stored with the end of the job."""
        completed = TranscriptCompleted.FromString(claim.input)
        reading = reading_of(completed)
        for step in self._steps:
            reading = await step.read(reading)

        async def store(work: Transaction) -> None:
            await self._store(work, claim, completed, reading)

        return Outcome(
            store=store,
            state=JobState.DEGRADED if reading.shortfalls else JobState.SUCCEEDED,
            note=note_of(reading),
        )

    async def _store(self, work: Transaction, claim: Claim, completed: TranscriptCompleted, reading: Reading) -> None:
        transcript = completed.transcript
        is_best = await self._repository.replace(work, reading, degraded=transcript.degraded, extractor=self._extractor)
        if not is_best:
            # What another transcript said is known already, and better.
            return
        await self._reviews.keep(work, reading)
        await self._resolving.follow(work, reading)
        event = MentionsExtracted(
            recording=completed.recording,
            transcript=transcript,
            mentions=[mention_to_wire(mention) for mention in reading.mentions],
            extractor=self._extractor,
            corrections_version=reading.corrections_version,
            entities=[entity_to_wire(entity) for entity in reading.entities],
            shortfalls=reading.shortfalls,
        )
        payload = event.SerializeToString()
        work.publish(EVENT, payload)
        # A replay is analysed once; another transcript, extractor or table, or the same for another reason, anew.
        degraded = "degraded" if transcript.degraded else ""
        table = f"c{reading.corrections_version}" if reading.corrections_version else ""
        key = (transcript.name, "analyze", self._extractor, table, degraded, claim.batch, claim.options.get(REREAD, ""))
        await self._jobs.enqueue(
            work,
            stage="analyze",
            subject=claim.subject,
            lane=claim.lane,
            owner=claim.owner,
            batch=claim.batch,
            payload=payload,
            dedupe_key="/".join(filter(None, key)),
        )
        for mention in reading.mentions:
            self._metrics.mentions.labels(form=mention.form, role=mention.role).inc()


def note_of(reading: Reading) -> str:
    """What people see of the job."""
    parts = [f"{len(reading.mentions)} mentions"]
    if reading.dropped:
        calls = dict.fromkeys(mention.base_call for mention in reading.dropped)
        more = ", ..." if len(calls) > _CALLS_NAMED else ""
        parts.append(f"voted out: {', '.join(list(calls)[:_CALLS_NAMED])}{more}")
    if reading.shortfalls:
        parts.append(f"without {', '.join(reading.shortfalls)}")
    return ", ".join(parts)
