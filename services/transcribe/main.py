"""Builds transcribe from its parts and serves it."""

from functools import partial

import structlog

from mesh.blobs import BlobStore
from mesh.bus.bus import Bus
from mesh.clock import SystemClock
from mesh.db.database import Database
from mesh.db.outbox import OutboxRelay
from mesh.host import ServiceHost, process_name, run_process
from mesh.pipeline.jobs import JobStore
from mesh.pipeline.worker import StageWorker
from mesh.rpc.channel import open_channel
from mesh.rpc.server import RpcServer
from mesh.settings import MeshSettings
from mesh.telemetry.metrics import JobMetrics, OutboxMetrics, RpcMetrics, new_registry
from services.transcribe.config import TranscribeSettings
from services.transcribe.consumer import TranscribeStage
from services.transcribe.engines.pool import EnginePool
from services.transcribe.engines.select import EngineOptions, Selection, asked_engine, select_engine
from services.transcribe.engines.shelf import EngineShelf
from services.transcribe.handler import TranscribeHandler
from services.transcribe.live import AnalyzePeer, ExtractPeer, FeedPeer, LiveFanOut
from services.transcribe.metrics import TranscribeMetrics
from services.transcribe.store.repository import TranscriptRepository
from services.transcribe.transcriber import Transcriber
from tsn.transcribe.v1 import transcribe_pb2_grpc

log = structlog.get_logger(__name__)


def choose_engine(settings: TranscribeSettings) -> Selection:
    """The engine by policy; may take as long as fetching weights is allowed to. Raises EngineUnavailable."""
    selection = select_engine(settings.engine, model=settings.model, **engine_options(settings))
    if selection.notice:
        log.warning("engine chosen", notice=selection.notice)
    return selection


def engine_options(settings: TranscribeSettings) -> EngineOptions:
    """What all engines of this service have in common."""
    return {
        "device": settings.device,
        "compute_type": settings.compute_type,
        "script": settings.script,
        "delay_seconds": settings.script_delay_seconds,
        "fetch_timeout_seconds": settings.fetch_timeout_seconds,
    }


def build(settings: TranscribeSettings, mesh: MeshSettings, selection: Selection) -> ServiceHost:
    """The service, ready to run."""
    clock = SystemClock()
    registry = new_registry()
    database = Database(
        mesh.database_url.get_secret_value(),
        pool_size=mesh.database_pool_size,
        answer_seconds=mesh.database_answer_seconds,
        clock=clock,
    )
    bus = Bus(mesh.nats_url, name="transcribe", replicas=mesh.stream_replicas)
    blobs = BlobStore(mesh.blob_url)
    jobs = JobStore(
        clock=clock,
        worker=process_name("transcribe"),
        lease_seconds=mesh.job_lease_seconds,
        crowd_at=mesh.crowd_jobs,
    )
    relay = OutboxRelay(database=database, publish=bus.publish, clock=clock, metrics=OutboxMetrics(registry))
    metrics = TranscribeMetrics(registry)
    pool = EnginePool(selection.spec, size=settings.slot_count())
    shelf = EngineShelf(pool, find=partial(asked_engine, **engine_options(settings), default_model=settings.model))
    extract, analyze = open_channel(settings.extract_address), open_channel(settings.analyze_address)
    live = LiveFanOut(peers=[FeedPeer(bus), ExtractPeer(extract, bus), AnalyzePeer(analyze, bus)], metrics=metrics)
    transcriber = Transcriber(
        engines=shelf,
        clock=clock,
        metrics=metrics,
        language=settings.language,
        max_audio_seconds=settings.max_audio_seconds,
    )
    stage = TranscribeStage(
        transcriber=transcriber,
        live=live,
        blobs=blobs,
        repository=TranscriptRepository(),
        jobs=jobs,
        metrics=metrics,
        fallback_note=(selection.notice or "") if selection.fallback else "",
    )
    worker = StageWorker(
        stage=stage,
        jobs=jobs,
        database=database,
        bus=bus,
        metrics=JobMetrics(registry),
        slots=pool.size,
        needs={"blobs": blobs.ping},
        attempt_seconds=mesh.attempt_seconds,
    )
    handler = TranscribeHandler(transcriber=transcriber, pool=pool, blobs=blobs, notice=selection.notice or "")
    server = RpcServer(
        listen=settings.grpc_listen,
        metrics=RpcMetrics(registry),
        register=lambda server: transcribe_pb2_grpc.add_TranscribeServiceServicer_to_server(handler, server),
        service_names=("tsn.transcribe.v1.TranscribeService",),
        checks={"database": database.ping, "nats": bus.ping, "blobs": blobs.ping},
    )
    host = ServiceHost(name="transcribe", server=server, drain_seconds=settings.drain_seconds)
    host.serve_metrics(registry, settings.metrics_listen)
    host.on_connect(pool.start)
    host.on_connect(bus.connect)
    host.add_task("outbox", relay.run)
    host.add_task("engines", shelf.run)
    host.add_worker("transcribe", worker.run, worker.drain)
    for close in (database.close, bus.close, shelf.close, pool.close, extract.close, analyze.close, live.close):
        host.on_close(close)
    return host


def run() -> None:
    """Serve until a signal."""
    mesh, settings = MeshSettings(), TranscribeSettings()
    run_process("transcribe", mesh, lambda: build(settings, mesh, choose_engine(settings)))
