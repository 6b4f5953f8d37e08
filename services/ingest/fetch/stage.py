"""The fetch stage: a URL in, a stored recording out, as if it had been uploaded."""

import hashlib
from collections.abc import Callable
from datetime import datetime
from pathlib import PurePosixPath
from urllib.parse import unquote

from yarl import URL

from mesh.db.database import Transaction
from mesh.pipeline.jobs import Claim
from mesh.pipeline.stage import Outcome
from mesh.rpc.times import from_timestamp
from services.ingest.domain import validation
from services.ingest.domain.errors import SourceNameUnsafe
from services.ingest.domain.model import Known, Lane, Recording, UploadMetadata
from services.ingest.domain.upload import stored_before
from services.ingest.fetch.fetcher import UrlFetcher
from services.ingest.guard import StorageGuard
from services.ingest.intake import AudioIntake
from services.ingest.metrics import IngestMetrics
from services.ingest.scratch import Spool
from services.ingest.store.repository import UploadRepository
from tsn.ingest.v1.ingest_pb2 import SubmitUrlRequest

STAGE = "fetch"


class FetchStage:
    """Fetches what was submitted, looks into it and stores it."""

    name = STAGE

    def __init__(
        self,
        *,
        fetcher: UrlFetcher,
        intake: AudioIntake,
        uploads: UploadRepository,
        guard: StorageGuard,
        new_spool: Callable[[], Spool],
        metrics: IngestMetrics,
    ) -> None:
        self._fetcher = fetcher
        self._intake = intake
        self._uploads = uploads
        self._guard = guard
        self._new_spool = new_spool
        self._metrics = metrics

    async def work(self, claim: Claim) -> Outcome:
        """Fetch, look into, make durable; the recording is committed with the end of the job."""
        await self._guard.admit(0)
        request = SubmitUrlRequest.FromString(claim.input)
        spool = self._new_spool()
        try:
            metadata, known = await self._fetch(request, claim, spool)
            if before := stored_before(metadata, known):
                return Outcome(store=_nothing, note=f"the same bytes as {before.name}")
            content = await spool.content()
            audio = await self._intake.look_into(content, size_bytes=metadata.size_bytes)
            # The name was given when the URL was submitted; people may be watching it.
            recording_id = claim.subject.rpartition("/")[2]
            recording = await self._intake.keep(content, metadata, audio, recording_id=recording_id)
        finally:
            spool.close()
        return self._stored(recording, known, claim)

    async def _fetch(self, request: SubmitUrlRequest, claim: Claim, spool: Spool) -> tuple[UploadMetadata, Known]:
        digest, size_bytes = hashlib.sha256(), 0

        async def take(chunk: bytes) -> None:
            nonlocal size_bytes
            digest.update(chunk)
            size_bytes += len(chunk)
            await spool.append(chunk)
            self._metrics.fetched_bytes.inc(len(chunk))

        url = await self._fetcher.fetch(request.url, take)
        metadata = UploadMetadata(
            node=validation.node_id(request.node),
            channel=request.channel,
            captured_at=captured_at(request),
            sha256=digest.hexdigest(),
            size_bytes=size_bytes,
            request_id=request.request_id,
            source_file_name=file_name(url),
            offset=0,
            lane=Lane(claim.lane),
        )
        return metadata, await self._uploads.look_up(metadata)

    def _stored(self, recording: Recording, known: Known, claim: Claim) -> Outcome:
        async def store(work: Transaction) -> None:
            await self._uploads.add(work, recording, register_node=not known.node_registered, batch=claim.batch)

        return Outcome(store=store, note=f"{recording.size_bytes} bytes, {recording.duration_seconds:.1f} s")


def captured_at(request: SubmitUrlRequest) -> datetime:
    """Start of the audio, as it was checked when it was submitted."""
    return from_timestamp(request.captured_at)


def file_name(url: str) -> str:
    """Base name of the file at `url`; empty where it is none that could be stored."""
    name = PurePosixPath(unquote(URL(url).raw_path)).name
    try:
        return validation.source_file_name(name)
    except SourceNameUnsafe:
        return ""


async def _nothing(work: Transaction) -> None:
    """There is nothing to store."""
