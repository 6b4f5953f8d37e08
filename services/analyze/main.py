"""Builds analyze from its parts and serves it."""

from datetime import timedelta

import grpc

from mesh.host import ServiceHost, run_process
from mesh.leaves import Leaves
from mesh.rpc.server import RpcServer
from mesh.settings import MeshSettings
from mesh.telemetry.metrics import RpcMetrics
from services.analyze.config import AnalyzeSettings
from services.analyze.consumer import AnalyzeStage
from services.analyze.handler import AnalyzeHandler, NetHandler
from services.analyze.metrics import AnalyzeMetrics
from services.analyze.store.repository import AnalysisRepository
from tsn.analyze.v1 import analyze_pb2_grpc


def build(settings: AnalyzeSettings, mesh: MeshSettings) -> ServiceHost:
    """The service, ready to run."""
    leaves = Leaves.of("analyze", mesh)
    metrics = AnalyzeMetrics(leaves.registry)
    repository = AnalysisRepository()
    idle_gap = timedelta(seconds=settings.idle_gap_seconds)
    stage = AnalyzeStage(repository=repository, idle_gap=idle_gap, metrics=metrics)

    def register(server: grpc.aio.Server) -> None:
        analyze_pb2_grpc.add_AnalyzeServiceServicer_to_server(
            AnalyzeHandler(database=leaves.database, repository=repository, metrics=metrics), server
        )
        analyze_pb2_grpc.add_NetServiceServicer_to_server(NetHandler(), server)

    server = RpcServer(
        listen=settings.grpc_listen,
        metrics=RpcMetrics(leaves.registry),
        register=register,
        service_names=("tsn.analyze.v1.AnalyzeService", "tsn.analyze.v1.NetService"),
        checks={"database": leaves.database.ping, "nats": leaves.bus.ping},
    )
    return leaves.host(server, settings, stage=stage, slots=settings.slots)


def run() -> None:
    """Serve until a signal."""
    mesh, settings = MeshSettings(), AnalyzeSettings()
    run_process("analyze", mesh, lambda: build(settings, mesh))
