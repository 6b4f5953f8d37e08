"""The flow of an upload: look up, receive, verify, probe, make durable, commit, answer."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Sequence
from dataclasses import dataclass
from pathlib import Path

import structlog

from mesh.blobs import BlobMissing
from mesh.errors import Kind, TsnError, Unavailable
from mesh.ids import new_id
from mesh.telemetry.tracing import span
from services.ingest.domain.admission_errors import UploadStalled
from services.ingest.domain.clock import with_node_clock
from services.ingest.domain.errors import AlreadyStored, OffsetMismatch
from services.ingest.domain.model import (
    Known,
    Part,
    PartialUpload,
    Recording,
    Stored,
    UploadMetadata,
)
from services.ingest.domain.ports import Blobs, Numbers, Records
from services.ingest.domain.sequences import Outcome
from services.ingest.domain.upload import (
    IncomingUpload,
    check_node,
    part_key,
    resumed,
    stored_before,
)
from services.ingest.intake import AudioIntake
from services.ingest.limits import Admission
from services.ingest.metrics import IngestMetrics
from services.ingest.scratch import MemoryBudget, Spool

HANG_UP_SECONDS = 0.25
"""A stream that ends early was closed by its sender or broke. A break follows as a cancellation, at once but later."""
KEEP_SECONDS = 15.0
"""Keeping the bytes of a broken stream may take this long."""

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class UploadPolicy:
    """What the operator decides about uploads."""

    auto_register: bool
    """Take recordings of nodes that nobody registered, and register them."""
    limit_bytes: int
    """Largest file accepted."""
    memory_bytes: int
    scratch_folder: Path | None
    idle_seconds: float
    """A stream from which nothing comes for so long is ended."""


async def in_time(chunks: AsyncIterator[bytes], idle_seconds: float) -> AsyncIterator[bytes]:
    """`chunks` while they come. Raises UploadStalled when none does for so long."""
    while True:
        try:
            async with asyncio.timeout(idle_seconds):
                chunk = await anext(chunks, None)
        except TimeoutError as error:
            raise UploadStalled(idle_seconds) from error
        if chunk is None:
            return
        yield chunk


class UploadReceiver:
    """Takes uploads in. What came of a broken stream is kept, so that it can go on at any replica."""

    def __init__(
        self,
        *,
        records: Records,
        numbers: Numbers,
        blobs: Blobs,
        intake: AudioIntake,
        admission: Admission,
        memory: MemoryBudget,
        metrics: IngestMetrics,
        policy: UploadPolicy,
    ) -> None:
        self._records = records
        self._numbers = numbers
        self._blobs = blobs
        self._intake = intake
        self._admission = admission
        self._memory = memory
        self._metrics = metrics
        self._policy = policy
        self._keeping: set[asyncio.Task[None]] = set()

    async def receive(self, metadata: UploadMetadata, chunks: AsyncIterator[bytes]) -> Stored:
        """Store one recording; returns when it is durable. `chunks` begin at `metadata.offset`.

        What was stored before is answered even while nothing new is taken. Raises the failures of domain.errors,
        DatabaseUnavailable, BlobStoreUnavailable.
        """
        with self._admission.slot(metadata):
            known = await self._records.look_up(metadata)
            if before := stored_before(metadata, known):
                await self._note_duplicate(metadata)
                self._metrics.uploads.labels(outcome="deduplicated").inc()
                return Stored(before, deduplicated=True)
            check_node(metadata, known, auto_register=self._policy.auto_register)
            if metadata.batch:
                await self._records.check_batch(metadata.batch)
            await self._admission.admit(metadata)
            policy = self._policy
            spool = Spool(folder=policy.scratch_folder, memory_bytes=policy.memory_bytes, budget=self._memory)
            try:
                return await self._receive_new(metadata, chunks, known, spool)
            finally:
                spool.close()

    async def settle(self) -> None:
        """Return when nothing is being kept any more."""
        await asyncio.gather(*self._keeping, return_exceptions=True)

    async def _receive_new(
        self, metadata: UploadMetadata, chunks: AsyncIterator[bytes], known: Known, spool: Spool
    ) -> Stored:
        upload = IncomingUpload(metadata)
        base = resumed(metadata, known.partial)
        if base is not None:
            await self._load(base, upload, spool)
        await self._fill(upload, chunks, base, spool)
        content = await spool.content()
        try:
            upload.verify()
            audio = await self._intake.look_into(content, size_bytes=metadata.size_bytes)
        except TsnError as refusal:
            if refusal.kind is Kind.INVALID:
                await self._discard(await self._records.forget(metadata.node, metadata.request_id))
            raise
        recording = await self._intake.keep(content, metadata, audio)
        return await self._commit(recording, metadata, known)

    async def _load(self, base: PartialUpload, upload: IncomingUpload, spool: Spool) -> None:
        """Take up what was kept. Raises OffsetMismatch where it is gone."""
        try:
            for part in base.parts:
                async for piece in self._blobs.stream(part.key):
                    await asyncio.to_thread(upload.take, piece)
                    await spool.append(piece)
        except BlobMissing as error:
            await self._discard(await self._records.forget(base.node, base.request_id))
            raise OffsetMismatch(upload.metadata.offset, 0) from error

    async def _fill(
        self, upload: IncomingUpload, chunks: AsyncIterator[bytes], base: PartialUpload | None, spool: Spool
    ) -> None:
        """Take what comes until the stream ends; keep it where the stream breaks."""
        try:
            async for chunk in in_time(chunks, self._policy.idle_seconds):
                upload.take(chunk)
                await spool.append(chunk)
                self._metrics.received_bytes.inc(len(chunk))
            if not upload.complete:
                await asyncio.sleep(HANG_UP_SECONDS)
        except UploadStalled:
            await self._finish(self._keep(upload, base, spool))
            raise
        except TsnError:
            raise
        except (asyncio.CancelledError, Exception):
            await self._finish(self._keep(upload, base, spool))
            raise

    async def _keep(self, upload: IncomingUpload, base: PartialUpload | None, spool: Spool) -> None:
        """Store what came of a broken stream as a part, and the fact in the database."""
        metadata = upload.metadata
        if upload.received_bytes <= metadata.offset:
            return
        part = Part(part_key(metadata, new_id()), metadata.offset, upload.received_bytes - metadata.offset)
        parts = (*(base.parts if base else ()), part)
        partial = PartialUpload(metadata.node, metadata.request_id, metadata.sha256, metadata.size_bytes, parts)
        try:
            async with asyncio.timeout(KEEP_SECONDS):
                await self._blobs.put(part.key, await spool.tail(metadata.offset))
                await self._discard(await self._records.keep(partial))
        except Exception as error:
            # The sender begins at the last part that is known.
            log.warning("broken upload not kept", request_id=metadata.request_id, error=str(error))
            return
        self._metrics.uploads.labels(outcome="kept").inc()
        log.info("broken upload kept", request_id=metadata.request_id, received_bytes=upload.received_bytes)

    async def _finish(self, work: Awaitable[None]) -> None:
        """Await `work` to its end, however often this call is cancelled."""
        task = asyncio.ensure_future(work)
        self._keeping.add(task)
        task.add_done_callback(self._keeping.discard)
        while not task.done():
            try:
                await asyncio.shield(task)
            except asyncio.CancelledError:
                continue

    async def _commit(self, recording: Recording, metadata: UploadMetadata, known: Known) -> Stored:
        """Commit. The audio stays where that fails, since a commit whose answer was lost may name it; what nobody
        names is collected later.
        """
        recording = with_node_clock(recording, known.node_clock_offset_seconds)
        try:
            with span("ingest.commit", attributes={"tsn.recording": recording.name}):
                parts = await self._records.store(
                    recording,
                    register_node=not known.node_registered,
                    number=metadata.number,
                    batch=metadata.batch,
                )
        except AlreadyStored:
            return await self._stored_by_another(recording, metadata)
        await self._discard(parts)
        self._metrics.uploads.labels(outcome="stored").inc()
        self._metrics.audio_seconds.inc(recording.duration_seconds)
        log.info("recording stored", recording=recording.name, request_id=metadata.request_id)
        return Stored(recording, deduplicated=False)

    async def _stored_by_another(self, recording: Recording, metadata: UploadMetadata) -> Stored:
        """The recording that was committed first; the audio of this one is nobody's then."""
        before = stored_before(metadata, await self._records.look_up(metadata))
        if before is None:
            # A database node that has not heard of it yet.
            raise Unavailable("the recording is being stored by another upload", retry_after_seconds=1.0)
        if before.audio_key == recording.audio_key:
            return Stored(recording, deduplicated=False)
        await self._note_duplicate(metadata)
        await self._delete(recording.audio_key)
        self._metrics.uploads.labels(outcome="deduplicated").inc()
        return Stored(before, deduplicated=True)

    async def _note_duplicate(self, metadata: UploadMetadata) -> None:
        if metadata.number is not None:
            await self._numbers.note(metadata.node, metadata.number, Outcome.DUPLICATE)

    async def _discard(self, parts: Sequence[Part]) -> None:
        """Delete parts that no row names any more."""
        for part in parts:
            await self._delete(part.key)

    async def _delete(self, key: str) -> None:
        """Delete what no row names; where that fails, the collector does it later."""
        try:
            await self._blobs.delete(key)
        except TsnError as error:
            log.warning("blob not deleted", key=key, error=error.message)
