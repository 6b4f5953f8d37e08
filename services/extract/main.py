"""Builds extract from its parts and serves it."""

import grpc

from mesh.bus.bus import Bus
from mesh.clock import SystemClock
from mesh.db.database import Database
from mesh.db.outbox import OutboxRelay
from mesh.host import ServiceHost, process_name, run_process
from mesh.pipeline.jobs import JobStore
from mesh.pipeline.worker import StageWorker
from mesh.rpc.server import RpcServer
from mesh.settings import MeshSettings
from mesh.telemetry.metrics import JobMetrics, OutboxMetrics, RpcMetrics, new_registry
from services.extract.config import ExtractSettings
from services.extract.consumer import ExtractStage
from services.extract.domain.rules import RuleExtractor
from services.extract.handler import CorrectionHandler, ExtractHandler
from services.extract.metrics import ExtractMetrics
from services.extract.store.repository import MentionRepository
from tsn.extract.v1 import extract_pb2_grpc


def build(settings: ExtractSettings, mesh: MeshSettings) -> ServiceHost:
    """The service, ready to run."""
    clock = SystemClock()
    registry = new_registry()
    database = Database(
        mesh.database_url.get_secret_value(),
        pool_size=mesh.database_pool_size,
        answer_seconds=mesh.database_answer_seconds,
        clock=clock,
    )
    bus = Bus(mesh.nats_url, name="extract", replicas=mesh.stream_replicas)
    jobs = JobStore(
        clock=clock,
        worker=process_name("extract"),
        lease_seconds=mesh.job_lease_seconds,
        crowd_at=mesh.crowd_jobs,
    )
    relay = OutboxRelay(database=database, publish=bus.publish, clock=clock, metrics=OutboxMetrics(registry))
    metrics = ExtractMetrics(registry)
    extractor = RuleExtractor()
    stage = ExtractStage(extractor=extractor, repository=MentionRepository(), jobs=jobs, metrics=metrics)
    worker = StageWorker(
        stage=stage,
        jobs=jobs,
        database=database,
        bus=bus,
        metrics=JobMetrics(registry),
        slots=settings.slots,
        attempt_seconds=mesh.attempt_seconds,
    )

    def register(server: grpc.aio.Server) -> None:
        extract_pb2_grpc.add_ExtractServiceServicer_to_server(
            ExtractHandler(extractor=extractor, metrics=metrics), server
        )
        extract_pb2_grpc.add_CorrectionServiceServicer_to_server(CorrectionHandler(), server)

    server = RpcServer(
        listen=settings.grpc_listen,
        metrics=RpcMetrics(registry),
        register=register,
        service_names=("tsn.extract.v1.ExtractService", "tsn.extract.v1.CorrectionService"),
        checks={"database": database.ping, "nats": bus.ping},
    )
    host = ServiceHost(name="extract", server=server, drain_seconds=settings.drain_seconds)
    host.serve_metrics(registry, settings.metrics_listen)
    host.on_connect(bus.connect)
    host.add_task("outbox", relay.run)
    host.add_worker("extract", worker.run, worker.drain)
    host.on_close(database.close)
    host.on_close(bus.close)
    return host


def run() -> None:
    """Serve until a signal."""
    mesh, settings = MeshSettings(), ExtractSettings()
    run_process("extract", mesh, lambda: build(settings, mesh))
