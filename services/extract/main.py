"""Builds extract from its parts and serves it."""

import grpc

from mesh.host import ServiceHost, run_process
from mesh.leaves import Leaves
from mesh.rpc.paging import PageTokens
from mesh.rpc.server import RpcServer
from mesh.settings import MeshSettings
from mesh.telemetry.metrics import RpcMetrics
from services.extract.acoustic.second_opinion import second_opinion
from services.extract.callsigns.parts import CallsignParts
from services.extract.config import ExtractSettings
from services.extract.consumer import ExtractStage
from services.extract.corrections.parts import CorrectionParts
from services.extract.domain.entities.finder import EntityFinder
from services.extract.domain.rules import RuleExtractor
from services.extract.gazetteers import gazetteer_of
from services.extract.glossary.parts import GlossaryParts
from services.extract.handler import ExtractHandler
from services.extract.language.second_stage import second_stage
from services.extract.metrics import ExtractMetrics
from services.extract.rereading import Rereading
from services.extract.resolving import Resolving
from services.extract.reviews.parts import ReviewParts
from services.extract.steps.entities import EntitiesStep
from services.extract.steps.priors import PriorsStep
from services.extract.steps.rules import RulesStep
from services.extract.store.priors import PriorsRepository
from services.extract.store.repository import MentionRepository
from tsn.extract.v1 import callsign_pb2_grpc, correction_pb2_grpc, extract_pb2_grpc, glossary_pb2_grpc, review_pb2_grpc


def build(settings: ExtractSettings, mesh: MeshSettings) -> ServiceHost:
    """The service, ready to run."""
    leaves = Leaves.of("extract", mesh)
    metrics = ExtractMetrics(leaves.registry)
    pages = PageTokens(mesh.page_token_secret.get_secret_value())
    corrections = CorrectionParts.of(leaves, metrics=metrics, pages=pages)
    callsigns = CallsignParts.of(leaves, settings, pages=pages, metrics=metrics)
    heard = PriorsRepository()
    glossary = GlossaryParts.of(leaves, heard, pages=pages)
    mentions = MentionRepository(heard)
    reviews = ReviewParts.of(leaves, settings, mentions=mentions, pages=pages)
    finder = EntityFinder(gazetteer_of(settings.gazetteer))
    acoustic = second_opinion(settings, metrics)
    language = second_stage(settings, leaves, metrics)
    stage = ExtractStage(
        steps=(
            corrections.step,
            PriorsStep(glossary.priors),
            RulesStep(),
            callsigns.licences,
            *acoustic.steps,
            *language.steps,
            # Behind the helpers: what people speak of is what those made of it.
            reviews.step,
            EntitiesStep(finder),
            callsigns.holders,
        ),
        extractor=f"{RuleExtractor.name}/{RuleExtractor.version}",
        repository=mentions,
        reviews=reviews.repository,
        resolving=Resolving(repository=heard, rereading=Rereading(leaves.jobs)),
        jobs=leaves.jobs,
        metrics=metrics,
    )

    def register(server: grpc.aio.Server) -> None:
        extract_pb2_grpc.add_ExtractServiceServicer_to_server(
            ExtractHandler(
                in_force=corrections.in_force.spelling, finder=finder, metrics=metrics, expected=glossary.live.roster
            ),
            server,
        )
        correction_pb2_grpc.add_CorrectionServiceServicer_to_server(corrections.handler, server)
        callsign_pb2_grpc.add_CallsignDataServiceServicer_to_server(callsigns.handler, server)
        review_pb2_grpc.add_ReviewServiceServicer_to_server(reviews.handler, server)
        glossary_pb2_grpc.add_GlossaryServiceServicer_to_server(glossary.handler, server)

    server = RpcServer(
        listen=settings.grpc_listen,
        metrics=RpcMetrics(leaves.registry),
        register=register,
        service_names=(
            "tsn.extract.v1.ExtractService",
            "tsn.extract.v1.CorrectionService",
            "tsn.extract.v1.CallsignDataService",
            "tsn.extract.v1.ReviewService",
            "tsn.extract.v1.GlossaryService",
        ),
        checks={"database": leaves.database.ping, "nats": leaves.bus.ping},
    )
    host = leaves.host(server, settings, stage=stage, slots=settings.slots)
    host.on_connect(corrections.in_force.connect)
    host.add_task("corrections", corrections.in_force.run)
    host.add_task("reviews", reviews.finding.run)
    acoustic.attach(host)
    language.attach(host)
    host.on_close(callsigns.close)
    return host


def run() -> None:
    """Serve until a signal."""
    mesh, settings = MeshSettings(), ExtractSettings()
    run_process("extract", mesh, lambda: build(settings, mesh))
