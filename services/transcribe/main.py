"""Builds transcribe from its parts and serves it."""

from functools import partial

import structlog

from mesh.blobs import BlobStore
from mesh.host import ServiceHost, run_process
from mesh.leaves import Leaves
from mesh.pipeline.backlog import Backlog
from mesh.rpc.channel import open_channel
from mesh.rpc.server import RpcServer
from mesh.settings import MeshSettings
from mesh.telemetry.metrics import RpcMetrics
from services.transcribe.config import TranscribeSettings
from services.transcribe.consumer import TranscribeStage
from services.transcribe.engines.pool import EnginePool
from services.transcribe.engines.select import EngineOptions, Selection, asked_engine, select_engine
from services.transcribe.engines.shelf import EngineShelf
from services.transcribe.engines.spec import SpellingSpec
from services.transcribe.glossaries import ExtractGlossaries, NoGlossaries
from services.transcribe.handler import TranscribeHandler
from services.transcribe.live import AnalyzePeer, ExtractPeer, FeedPeer, LiveFanOut
from services.transcribe.load import PartialsPolicy
from services.transcribe.metrics import TranscribeMetrics
from services.transcribe.spelling import SpellingReader
from services.transcribe.store.repository import TranscriptRepository
from services.transcribe.stored import StoredAudio
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
    leaves = Leaves.of("transcribe", mesh)
    bus = leaves.bus
    blobs = BlobStore(mesh.blob_url)
    metrics = TranscribeMetrics(leaves.registry)
    pool = EnginePool(
        selection.spec, size=settings.slot_count(), partial_interval_seconds=settings.partial_interval_seconds
    )
    shelf = EngineShelf(pool, find=partial(asked_engine, **engine_options(settings), default_model=settings.model))
    extract, analyze = open_channel(settings.extract_address), open_channel(settings.analyze_address)
    live = LiveFanOut(peers=[FeedPeer(bus), ExtractPeer(extract, bus), AnalyzePeer(analyze, bus)], metrics=metrics)
    transcriber = Transcriber(
        engines=shelf,
        clock=leaves.clock,
        metrics=metrics,
        language=settings.language,
        max_audio_seconds=settings.max_audio_seconds,
    )
    stage = TranscribeStage(
        transcriber=transcriber,
        live=live,
        blobs=blobs,
        repository=TranscriptRepository(),
        jobs=leaves.jobs,
        metrics=metrics,
        partials=PartialsPolicy(
            database=leaves.database,
            backlog=Backlog(stage=TranscribeStage.name, clock=leaves.clock, worker=leaves.jobs.worker),
            limit=settings.shed_backlog_per_slot * pool.size,
            metrics=metrics,
        ),
        fallback_note=(selection.notice or "") if selection.fallback else "",
        glossaries=ExtractGlossaries(extract, metrics=metrics) if settings.glossary else NoGlossaries(),
    )
    audio = StoredAudio(blobs)
    spelling_slots = settings.spelling_slots
    spelling = SpellingReader(
        audio=audio,
        transcriber=transcriber,
        pool=EnginePool(SpellingSpec(), size=spelling_slots) if spelling_slots else None,
        metrics=metrics,
        timeout_seconds=settings.spelling_timeout_seconds,
    )
    handler = TranscribeHandler(
        transcriber=transcriber, pool=pool, audio=audio, spelling=spelling, notice=selection.notice or ""
    )
    server = RpcServer(
        listen=settings.grpc_listen,
        metrics=RpcMetrics(leaves.registry),
        register=lambda server: transcribe_pb2_grpc.add_TranscribeServiceServicer_to_server(handler, server),
        service_names=("tsn.transcribe.v1.TranscribeService",),
        checks={"database": leaves.database.ping, "nats": bus.ping, "blobs": blobs.ping},
    )
    host = leaves.host(server, settings, stage=stage, slots=pool.size)
    host.on_connect(pool.start)
    host.add_task("engines", shelf.run)
    host.add_task("spelling", spelling.run)
    for close in (shelf.close, pool.close, spelling.close, extract.close, analyze.close, live.close):
        host.on_close(close)
    return host


def run() -> None:
    """Serve until a signal."""
    mesh, settings = MeshSettings(), TranscribeSettings()
    run_process("transcribe", mesh, lambda: build(settings, mesh, choose_engine(settings)))
