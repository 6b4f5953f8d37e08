"""Builds what recordings come in by: uploads, fetches, and what guards and cleans up behind them."""

import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from mesh.blobs import BlobStore
from mesh.bus.bus import Bus
from mesh.clock import Clock
from mesh.db.database import Database
from mesh.pipeline.jobs import JobStore
from mesh.pipeline.worker import StageWorker
from mesh.telemetry.metrics import JobMetrics
from services.ingest.collector import OrphanCollector
from services.ingest.config import IngestSettings
from services.ingest.domain.model import Lane
from services.ingest.fetch.addresses import AddressPolicy, parse_networks
from services.ingest.fetch.fetcher import FetchLimits, UrlFetcher
from services.ingest.fetch.stage import FetchStage
from services.ingest.fetch.submit import UrlSubmissions
from services.ingest.fetch.targets import UrlPolicy, parse_rules
from services.ingest.guard import StorageGuard
from services.ingest.intake import AudioIntake
from services.ingest.limits import Admission, QueueLimits, UploadLimits
from services.ingest.metrics import IngestMetrics
from services.ingest.probe import AudioProbe
from services.ingest.scratch import MemoryBudget, Spool
from services.ingest.stale import StaleUploads
from services.ingest.store.backlog import BacklogReader
from services.ingest.store.bounded import BoundedDatabase
from services.ingest.store.named_keys import NamedKeyReader
from services.ingest.store.nodes import NodeRepository
from services.ingest.store.repository import UploadRepository
from services.ingest.store.sequences import SequenceRepository
from services.ingest.uploads import UploadPolicy, UploadReceiver


@dataclass(frozen=True)
class Leaves:
    """What everything stands on."""

    database: Database
    bounded: BoundedDatabase
    bus: Bus
    blobs: BlobStore
    jobs: JobStore
    clock: Clock
    metrics: IngestMetrics
    job_metrics: JobMetrics


@dataclass(frozen=True)
class Receiving:
    """Ways in, guards, cleaners."""

    receiver: UploadReceiver
    urls: UrlSubmissions
    fetching: StageWorker
    probe: AudioProbe
    guard: StorageGuard
    queues: QueueLimits
    stale: StaleUploads
    orphans: OrphanCollector


def build_receiving(
    settings: IngestSettings,
    leaves: Leaves,
    *,
    uploads: UploadRepository,
    sequences: SequenceRepository,
    nodes: NodeRepository,
) -> Receiving:
    """All of it."""
    metrics, clock, bounded, blobs = leaves.metrics, leaves.clock, leaves.bounded, leaves.blobs
    probe = AudioProbe(timeout_seconds=settings.probe_timeout_seconds)
    intake = AudioIntake(blobs=blobs, probe=probe, clock=clock, metrics=metrics)
    guard, queues = _guards(settings, leaves)
    limits = UploadLimits(
        total=settings.uploads_at_once,
        per_node=settings.node_uploads_at_once,
        batch=settings.batch_uploads_at_once,
        metrics=metrics,
    )
    admission = Admission(uploads=limits, queues=queues, storage=guard)
    memory = MemoryBudget(settings.upload_memory_total_bytes, gauge=metrics.upload_memory_bytes)
    urls = UrlPolicy(parse_rules(settings.url_allow), AddressPolicy(parse_networks(settings.url_private_networks)))
    stage = FetchStage(
        fetcher=UrlFetcher(policy=urls, limits=_fetch_limits(settings)),
        intake=intake,
        uploads=uploads,
        guard=guard,
        new_spool=_spools(settings, memory),
        metrics=metrics,
    )
    return Receiving(
        receiver=UploadReceiver(
            records=uploads,
            numbers=sequences,
            blobs=blobs,
            intake=intake,
            admission=admission,
            memory=memory,
            metrics=metrics,
            policy=upload_policy(settings),
        ),
        urls=UrlSubmissions(
            policy=urls,
            admission=admission,
            database=bounded,
            nodes=nodes,
            jobs=leaves.jobs,
            clock=clock,
            auto_register=settings.auto_register,
        ),
        fetching=_fetch_worker(settings, leaves, stage, guard),
        probe=probe,
        guard=guard,
        queues=queues,
        stale=StaleUploads(uploads=uploads, blobs=blobs, keep_for=timedelta(days=settings.unfinished_upload_days)),
        orphans=OrphanCollector(
            blobs=blobs,
            rows=NamedKeyReader(database=bounded),
            clock=clock,
            metrics=metrics,
            grace=timedelta(hours=settings.orphan_grace_hours),
        ),
    )


def upload_policy(settings: IngestSettings) -> UploadPolicy:
    """What the operator decided about uploads."""
    return UploadPolicy(
        auto_register=settings.auto_register,
        limit_bytes=settings.max_recording_bytes,
        memory_bytes=settings.upload_memory_bytes,
        scratch_folder=settings.scratch_folder,
        idle_seconds=settings.upload_idle_seconds,
    )


def _guards(settings: IngestSettings, leaves: Leaves) -> tuple[StorageGuard, QueueLimits]:
    """What pauses intake by itself."""
    backlog = BacklogReader(database=leaves.bounded)
    guard = StorageGuard(
        blobs=leaves.blobs,
        scratch_folder=settings.scratch_folder or Path(tempfile.gettempdir()),
        min_free_bytes=settings.min_free_bytes,
        has_recordings=backlog.has_recordings,
        metrics=leaves.metrics,
        retry_seconds=settings.storage_retry_seconds,
    )
    limits = {Lane.LIVE: settings.live_queue_limit, Lane.BATCH: settings.batch_queue_limit}
    return guard, QueueLimits(limits=limits, count=backlog.unfinished, metrics=leaves.metrics)


def _fetch_worker(settings: IngestSettings, leaves: Leaves, stage: FetchStage, guard: StorageGuard) -> StageWorker:
    """Works off what was submitted. Without room for audio nothing is taken, and no attempt used up."""
    return StageWorker(
        stage=stage,
        jobs=leaves.jobs,
        database=leaves.database,
        bus=leaves.bus,
        metrics=leaves.job_metrics,
        slots=settings.fetch_slots,
        needs={"storage": guard.check},
    )


def _fetch_limits(settings: IngestSettings) -> FetchLimits:
    return FetchLimits(size_bytes=settings.max_recording_bytes, total_seconds=settings.fetch_timeout_seconds)


def _spools(settings: IngestSettings, memory: MemoryBudget) -> Callable[[], Spool]:
    """Room for the bytes of one recording, each time it is called."""
    return lambda: Spool(folder=settings.scratch_folder, memory_bytes=settings.upload_memory_bytes, budget=memory)
