"""Builds ingest from its parts and serves it."""

from dataclasses import dataclass
from datetime import timedelta
from functools import partial

import grpc
from prometheus_client import CollectorRegistry

from mesh.blobs import BlobStore
from mesh.bus.bus import Bus
from mesh.clock import Clock, SystemClock
from mesh.db.database import Database
from mesh.db.outbox import OutboxRelay
from mesh.db.schema import wait_for_schema
from mesh.db.sent import SentKeeper
from mesh.host import ServiceHost, process_name, run_process
from mesh.pipeline.jobs import JobStore
from mesh.rpc.paging import PageTokens
from mesh.rpc.server import RpcServer
from mesh.settings import MeshSettings
from mesh.telemetry.metrics import JobMetrics, OutboxMetrics, RpcMetrics, new_registry
from services.ingest.config import IngestSettings
from services.ingest.handler import IngestHandler
from services.ingest.metrics import IngestMetrics
from services.ingest.node_figures import NodeFigures
from services.ingest.nodes_convert import NodeMessages
from services.ingest.operators import build_operators
from services.ingest.receiving import Leaves, build_receiving, upload_policy
from services.ingest.store.bounded import BoundedDatabase
from services.ingest.store.nodes import NodeRepository
from services.ingest.store.repository import UploadRepository
from services.ingest.store.sequences import SequenceRepository
from tsn.ingest.v1 import batch_pb2_grpc, ingest_pb2_grpc, job_pb2_grpc

SERVICE_NAMES = ("tsn.ingest.v1.IngestService", "tsn.ingest.v1.JobService", "tsn.ingest.v1.BatchService")
UPLOADS = "tsn.ingest.v1.uploads"
"""Health name that says whether uploads are taken."""


@dataclass(frozen=True)
class Ingest:
    """The service, ready to run."""

    host: ServiceHost
    server: RpcServer
    registry: CollectorRegistry
    """What /metrics serves."""


def build(settings: IngestSettings, mesh: MeshSettings, *, clock: Clock | None = None) -> Ingest:
    """The service, ready to run."""
    clock = clock or SystemClock()
    registry = new_registry()
    metrics = IngestMetrics(registry)
    database = Database(
        mesh.database_url.get_secret_value(),
        pool_size=mesh.database_pool_size,
        answer_seconds=mesh.database_answer_seconds,
        clock=clock,
    )
    bounded = BoundedDatabase(database, timeout_seconds=settings.database_timeout_seconds)
    bus = Bus(mesh.nats_url, name="ingest", replicas=mesh.stream_replicas)
    blobs = BlobStore(mesh.blob_url)
    outbox = OutboxMetrics(registry)
    relay = OutboxRelay(database=database, publish=bus.publish, clock=clock, metrics=outbox)
    sent = SentKeeper(database=database, standing=bus.events_standing, metrics=outbox)
    jobs = JobStore(
        clock=clock,
        worker=process_name("ingest"),
        lease_seconds=mesh.job_lease_seconds,
        crowd_at=mesh.crowd_jobs,
    )
    uploads = UploadRepository(database=bounded, jobs=jobs, clock=clock)
    sequences = SequenceRepository(database=bounded, clock=clock)
    nodes = NodeRepository(database=bounded, clock=clock)
    leaves = Leaves(database, bounded, bus, blobs, jobs, clock, metrics, JobMetrics(registry))
    receiving = build_receiving(settings, leaves, uploads=uploads, sequences=sequences, nodes=nodes)
    pages = PageTokens(mesh.page_token_secret.get_secret_value())
    ingest_handler = IngestHandler(
        receiver=receiving.receiver,
        uploads=uploads,
        urls=receiving.urls,
        nodes=nodes,
        sequences=sequences,
        messages=NodeMessages(silent_after=timedelta(seconds=settings.node_silent_seconds)),
        pages=pages,
        clock=clock,
        metrics=metrics,
        policy=upload_policy(settings),
    )
    figures = NodeFigures(
        nodes=nodes, clock=clock, metrics=metrics, silent_after=timedelta(seconds=settings.node_silent_seconds)
    )
    operators = build_operators(settings, database=database, jobs=jobs, pages=pages, clock=clock)

    def register(server: grpc.aio.Server) -> None:
        ingest_pb2_grpc.add_IngestServiceServicer_to_server(ingest_handler, server)
        job_pb2_grpc.add_JobServiceServicer_to_server(operators.jobs, server)
        batch_pb2_grpc.add_BatchServiceServicer_to_server(operators.batches, server)

    server = RpcServer(
        listen=settings.grpc_listen,
        metrics=RpcMetrics(registry),
        register=register,
        service_names=SERVICE_NAMES,
        checks={"database": database.ping, "nats": bus.ping},
        # Without room for audio the rest goes on: what is stored can be read, and jobs can be steered.
        details={UPLOADS: receiving.guard.check},
    )
    host = ServiceHost(
        name="ingest", server=server, drain_seconds=settings.drain_seconds, notice_seconds=settings.notice_seconds
    )
    host.serve_metrics(registry, settings.metrics_listen)
    host.on_connect(receiving.probe.warm_up)
    host.on_connect(partial(wait_for_schema, database))
    host.on_connect(bus.connect)
    host.add_task("outbox", relay.run)
    host.add_task("sent events", sent.run)
    host.add_task("storage guard", receiving.guard.run)
    host.add_task("queue limits", receiving.queues.run)
    host.add_task("node figures", figures.run)
    host.add_task("batches", operators.keeper.run)
    host.add_task("stale uploads", receiving.stale.run)
    host.add_task("orphans", receiving.orphans.run)
    host.add_worker("fetch", receiving.fetching.run, receiving.fetching.drain)
    host.on_close(database.close)
    host.on_close(bus.close)
    host.on_close(receiving.receiver.settle)
    return Ingest(host=host, server=server, registry=registry)


def run() -> None:
    """Serve until a signal."""
    mesh, settings = MeshSettings(), IngestSettings()
    run_process("ingest", mesh, lambda: build(settings, mesh).host)
