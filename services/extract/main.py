"""Builds extract from its parts and serves it."""

import grpc

from mesh.host import ServiceHost, run_process
from mesh.leaves import Leaves
from mesh.rpc.server import RpcServer
from mesh.settings import MeshSettings
from mesh.telemetry.metrics import RpcMetrics
from services.extract.config import ExtractSettings
from services.extract.consumer import ExtractStage
from services.extract.domain.rules import RuleExtractor
from services.extract.handler import CorrectionHandler, ExtractHandler
from services.extract.metrics import ExtractMetrics
from services.extract.steps.rules import RulesStep
from services.extract.store.repository import MentionRepository
from tsn.extract.v1 import extract_pb2_grpc


def build(settings: ExtractSettings, mesh: MeshSettings) -> ServiceHost:
    """The service, ready to run."""
    leaves = Leaves.of("extract", mesh)
    metrics = ExtractMetrics(leaves.registry)
    extractor = RuleExtractor()
    stage = ExtractStage(
        steps=(RulesStep(extractor),),
        extractor=f"{extractor.name}/{extractor.version}",
        repository=MentionRepository(),
        jobs=leaves.jobs,
        metrics=metrics,
    )

    def register(server: grpc.aio.Server) -> None:
        extract_pb2_grpc.add_ExtractServiceServicer_to_server(
            ExtractHandler(extractor=extractor, metrics=metrics), server
        )
        extract_pb2_grpc.add_CorrectionServiceServicer_to_server(CorrectionHandler(), server)

    server = RpcServer(
        listen=settings.grpc_listen,
        metrics=RpcMetrics(leaves.registry),
        register=register,
        service_names=("tsn.extract.v1.ExtractService", "tsn.extract.v1.CorrectionService"),
        checks={"database": leaves.database.ping, "nats": leaves.bus.ping},
    )
    return leaves.host(server, settings, stage=stage, slots=settings.slots)


def run() -> None:
    """Serve until a signal."""
    mesh, settings = MeshSettings(), ExtractSettings()
    run_process("extract", mesh, lambda: build(settings, mesh))
