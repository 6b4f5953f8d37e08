"""Builds analyze from its parts and serves it."""

from datetime import timedelta

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
from services.analyze.config import AnalyzeSettings
from services.analyze.consumer import AnalyzeStage
from services.analyze.handler import AnalyzeHandler, NetHandler
from services.analyze.metrics import AnalyzeMetrics
from services.analyze.store.repository import AnalysisRepository
from tsn.analyze.v1 import analyze_pb2_grpc


def build(settings: AnalyzeSettings, mesh: MeshSettings) -> ServiceHost:
    """The service, ready to run."""
    clock = SystemClock()
    registry = new_registry()
    database = Database(
        mesh.database_url.get_secret_value(),
        pool_size=mesh.database_pool_size,
        answer_seconds=mesh.database_answer_seconds,
        clock=clock,
    )
    bus = Bus(mesh.nats_url, name="analyze", replicas=mesh.stream_replicas)
    jobs = JobStore(
        clock=clock,
        worker=process_name("analyze"),
        lease_seconds=mesh.job_lease_seconds,
        crowd_at=mesh.crowd_jobs,
    )
    relay = OutboxRelay(database=database, publish=bus.publish, clock=clock, metrics=OutboxMetrics(registry))
    metrics = AnalyzeMetrics(registry)
    repository = AnalysisRepository()
    idle_gap = timedelta(seconds=settings.idle_gap_seconds)
    stage = AnalyzeStage(repository=repository, idle_gap=idle_gap, metrics=metrics)
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
        analyze_pb2_grpc.add_AnalyzeServiceServicer_to_server(
            AnalyzeHandler(database=database, repository=repository, metrics=metrics), server
        )
        analyze_pb2_grpc.add_NetServiceServicer_to_server(NetHandler(), server)

    server = RpcServer(
        listen=settings.grpc_listen,
        metrics=RpcMetrics(registry),
        register=register,
        service_names=("tsn.analyze.v1.AnalyzeService", "tsn.analyze.v1.NetService"),
        checks={"database": database.ping, "nats": bus.ping},
    )
    host = ServiceHost(name="analyze", server=server, drain_seconds=settings.drain_seconds)
    host.serve_metrics(registry, settings.metrics_listen)
    host.on_connect(bus.connect)
    host.add_task("outbox", relay.run)
    host.add_worker("analyze", worker.run, worker.drain)
    host.on_close(database.close)
    host.on_close(bus.close)
    return host


def run() -> None:
    """Serve until a signal."""
    mesh, settings = MeshSettings(), AnalyzeSettings()
    run_process("analyze", mesh, lambda: build(settings, mesh))
