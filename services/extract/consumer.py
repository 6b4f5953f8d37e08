"""The extract stage: a transcript in, mentions out."""

import asyncio
from collections.abc import Sequence

from mesh.db.database import Transaction
from mesh.pipeline.jobs import Claim, JobStore
from mesh.pipeline.worker import Outcome
from mesh.rpc.times import from_timestamp
from services.extract.convert import mention_to_wire, segments_from_wire
from services.extract.domain.model import Mention
from services.extract.domain.port import MentionExtractor
from services.extract.metrics import ExtractMetrics
from services.extract.store.repository import MentionRepository
from tsn.extract.v1.extract_pb2 import MentionsExtracted
from tsn.transcribe.v1.transcript_pb2 import TranscriptCompleted

EVENT = "tsn.extract.v1.mentions_extracted"


class ExtractStage:
    """Reads each new transcript, stores its mentions, tells the mesh, queues analysis."""

    name = "extract"

    def __init__(
        self, *, extractor: MentionExtractor, repository: MentionRepository, jobs: JobStore, metrics: ExtractMetrics
    ) -> None:
        self._extractor = extractor
        self._repository = repository
        self._jobs = jobs
        self._metrics = metrics

    async def work(self, claim: Claim) -> Outcome:
        """Find the mentions; they are stored with the end of the job."""
        completed = TranscriptCompleted.FromString(claim.input)
        texts = segments_from_wire(completed.transcript.segments)
        found = await asyncio.to_thread(self._extractor.extract, texts)

        async def store(work: Transaction) -> None:
            await self._store(work, claim, completed, found)

        return Outcome(store=store, note=f"{len(found)} mentions")

    async def _store(
        self, work: Transaction, claim: Claim, completed: TranscriptCompleted, found: Sequence[Mention]
    ) -> None:
        extractor = f"{self._extractor.name}/{self._extractor.version}"
        transcript = completed.transcript
        is_best = await self._repository.replace(
            work,
            recording=completed.recording.name,
            transcript=transcript.name,
            degraded=transcript.degraded,
            captured_at=from_timestamp(completed.recording.captured_at),
            extractor=extractor,
            found=found,
        )
        if not is_best:
            # What another transcript said is known already, and better.
            return
        event = MentionsExtracted(
            recording=completed.recording,
            transcript=transcript,
            mentions=[mention_to_wire(mention) for mention in found],
            extractor=extractor,
        )
        payload = event.SerializeToString()
        work.publish(EVENT, payload)
        # A replay is analysed once; another transcript or extractor, or the same in another batch, anew.
        key = (transcript.name, "analyze", extractor, "degraded" if transcript.degraded else "", claim.batch)
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
        for mention in found:
            self._metrics.mentions.labels(form=mention.form, role=mention.role).inc()
