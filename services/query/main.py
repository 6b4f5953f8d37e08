"""Builds query from its parts and serves it."""

from functools import partial

import grpc

from mesh.blobs import BlobStore
from mesh.bus.bus import Bus
from mesh.clock import SystemClock
from mesh.db.database import Database
from mesh.db.schema import wait_for_schema
from mesh.host import ServiceHost, run_process
from mesh.rpc.paging import PageTokens
from mesh.rpc.server import RpcServer
from mesh.settings import MeshSettings
from mesh.telemetry.metrics import RpcMetrics, new_registry
from services.query.config import QuerySettings
from services.query.consumer import EventConsumer
from services.query.feed.feed import Cursors, Feed
from services.query.feed.hub import FeedHub
from services.query.handler import QueryHandler
from services.query.metrics import QueryMetrics
from services.query.projector import Projector
from services.query.search import Reader
from services.query.store.reading import ReadStore
from services.query.store.windows import WindowKeeper
from tsn.analyze.v1 import analyze_pb2
from tsn.extract.v1 import callsign_pb2, correction_pb2, extract_pb2, review_pb2
from tsn.ingest.v1 import batch_pb2, ingest_pb2, job_pb2
from tsn.query.v1 import query_pb2, query_pb2_grpc
from tsn.transcribe.v1 import transcribe_pb2

CONTRACTS = (
    *(ingest_pb2, job_pb2, batch_pb2),
    transcribe_pb2,
    *(extract_pb2, correction_pb2, callsign_pb2, review_pb2),
    analyze_pb2,
    query_pb2,
)
"""Reflection describes all of them: the gateway asks here for the whole mesh."""


def all_service_names() -> tuple[str, ...]:
    """Full names of every service of the mesh."""
    return tuple(
        service.full_name for contract in CONTRACTS for service in contract.DESCRIPTOR.services_by_name.values()
    )


def build(settings: QuerySettings, mesh: MeshSettings) -> ServiceHost:
    """The service, ready to run."""
    clock = SystemClock()
    registry = new_registry()
    metrics = QueryMetrics(registry)
    database = Database(
        mesh.database_url.get_secret_value(),
        pool_size=mesh.database_pool_size,
        answer_seconds=mesh.database_answer_seconds,
        clock=clock,
    )
    bus = Bus(mesh.nats_url, name="query", replicas=mesh.stream_replicas)
    blobs = BlobStore(mesh.blob_url)
    tokens = PageTokens(mesh.page_token_secret.get_secret_value())
    store = ReadStore(database=database)
    windows = WindowKeeper(database=database, window_rows=settings.window_rows)
    projector = Projector(database=database, windows=windows, bus=bus, clock=clock, metrics=metrics)
    consumer = EventConsumer(
        bus=bus,
        projector=projector,
        metrics=metrics,
        batch=settings.batch_events,
        ack_wait_seconds=settings.ack_wait_seconds,
    )
    cursors = Cursors(tokens)
    hub = FeedHub(
        bus=bus,
        clock=clock,
        metrics=metrics,
        cursor_of=cursors.issue,
        max_watchers=settings.max_watchers,
        capacity=settings.watcher_queue,
    )
    handler = QueryHandler(
        reader=Reader(store=store, tokens=tokens, metrics=metrics),
        store=store,
        blobs=blobs,
        feed=Feed(bus=bus, hub=hub, cursors=cursors, heartbeat_seconds=settings.heartbeat_seconds),
    )

    def register(server: grpc.aio.Server) -> None:
        query_pb2_grpc.add_QueryServiceServicer_to_server(handler, server)

    server = RpcServer(
        listen=settings.grpc_listen,
        metrics=RpcMetrics(registry),
        register=register,
        service_names=("tsn.query.v1.QueryService",),
        reflected_names=all_service_names(),
        checks={"database": database.ping, "nats": bus.ping, "blobs": blobs.ping},
    )
    host = ServiceHost(
        name="query", server=server, drain_seconds=settings.drain_seconds, notice_seconds=settings.notice_seconds
    )
    host.serve_metrics(registry, settings.metrics_listen)
    host.on_connect(partial(wait_for_schema, database))
    host.on_connect(bus.connect)
    host.on_connect(windows.wait_until_prepared)
    host.add_task("feed", hub.run)
    host.add_worker("projection", consumer.run, consumer.drain)
    host.on_drain(hub.close)
    host.on_close(database.close)
    host.on_close(bus.close)
    return host


def run() -> None:
    """Serve until a signal."""
    mesh, settings = MeshSettings(), QuerySettings()
    run_process("query", mesh, lambda: build(settings, mesh))
