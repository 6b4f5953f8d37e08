"""Metrics that every service has, and the endpoint that serves them."""

from dataclasses import dataclass
from socketserver import BaseServer

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, start_http_server
from prometheus_client.gc_collector import GCCollector
from prometheus_client.platform_collector import PlatformCollector
from prometheus_client.process_collector import ProcessCollector

from mesh.settings import split_listen

SECONDS_BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300)


def new_registry() -> CollectorRegistry:
    """A registry with the process's own figures (memory, CPU, garbage collection)."""
    registry = CollectorRegistry()
    ProcessCollector(registry=registry)
    PlatformCollector(registry=registry)
    GCCollector(registry=registry)
    return registry


class RpcMetrics:
    """Calls answered by a gRPC server."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self.calls = Counter(
            "tsn_rpc_calls_total",
            "Calls answered, by method and status code.",
            ["method", "code"],
            registry=registry,
        )
        self.seconds = Histogram(
            "tsn_rpc_seconds",
            "Time from request to answer or end of stream.",
            ["method"],
            buckets=SECONDS_BUCKETS,
            registry=registry,
        )
        self.dependency_away = Gauge(
            "tsn_dependency_away",
            "1 while something that health asks for does not answer: database, nats, blobs.",
            ["dependency"],
            registry=registry,
        )


class OutboxMetrics:
    """Messages on their way from the database to the bus."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self.published = Counter("tsn_outbox_published_total", "Messages published from the outbox.", registry=registry)
        self.failures = Counter("tsn_outbox_failures_total", "Rounds of publishing that failed.", registry=registry)
        self.refused = Counter(
            "tsn_outbox_refused_total",
            "Messages that the bus will never take; they stay in the outbox.",
            registry=registry,
        )
        self.republished = Counter(
            "tsn_outbox_republished_total",
            "Events published again because the bus lost its disk before all readers had them.",
            registry=registry,
        )
        self.lag_seconds = Gauge(
            "tsn_outbox_lag_seconds",
            "Age of the oldest message that waited when the last round began; 0 when none did.",
            registry=registry,
        )
        self.pending = Gauge("tsn_outbox_pending", "Messages that wait in the outbox, at least.", registry=registry)


class JobMetrics:
    """Work of a stage."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self.finished = Counter(
            "tsn_jobs_finished_total",
            "Attempts that ended, by stage and state.",
            ["stage", "state"],
            registry=registry,
        )
        self.seconds = Histogram(
            "tsn_job_seconds", "Time of one attempt.", ["stage"], buckets=SECONDS_BUCKETS, registry=registry
        )
        self.running = Gauge("tsn_jobs_running", "Attempts under way.", ["stage"], registry=registry)
        self.attempts = Counter("tsn_job_attempts_total", "Attempts begun.", ["stage"], registry=registry)
        self.retries = Counter(
            "tsn_job_retries_total",
            "Attempts that failed and will be made again, by class of failure.",
            ["stage", "failure"],
            registry=registry,
        )
        self.deferrals = Counter(
            "tsn_job_deferrals_total",
            "Times a job was put off because something it needs was away; no attempt was used up.",
            ["stage", "reason"],
            registry=registry,
        )
        self.dead = Counter(
            "tsn_jobs_dead_total",
            "Jobs that gave up, by class of failure and reason.",
            ["stage", "failure", "reason"],
            registry=registry,
        )
        self.leases_lost = Counter(
            "tsn_job_leases_lost_total",
            "Results discarded because the lease was lost.",
            ["stage"],
            registry=registry,
        )
        self.cancels_seen = Counter(
            "tsn_job_cancels_seen_total",
            "Attempts ended in the middle because the job was cancelled.",
            ["stage"],
            registry=registry,
        )
        self.gate_closed = Gauge(
            "tsn_job_gate_closed",
            "1 while no work is taken because something all work needs is away.",
            ["stage"],
            registry=registry,
        )
        self.queue_depth = Gauge(
            "tsn_queue_depth",
            "Jobs that wait, in the whole mesh, as this process counted them last.",
            ["stage", "lane", "crowd", "state"],
            registry=registry,
        )
        self.queue_oldest_seconds = Gauge(
            "tsn_queue_oldest_seconds",
            "How long the oldest queued job has waited, in the whole mesh.",
            ["stage", "lane", "crowd"],
            registry=registry,
        )
        self.announced = Counter(
            "tsn_job_announced_total",
            "Messages published anew, for jobs whose wait is over or whose message was lost.",
            ["stage", "why"],
            registry=registry,
        )


@dataclass(frozen=True)
class MetricsEndpoint:
    """A running /metrics endpoint."""

    port: int
    _server: BaseServer

    def stop(self) -> None:
        """Stop serving and free the port."""
        self._server.shutdown()
        self._server.server_close()


def serve_metrics(registry: CollectorRegistry, listen: str) -> MetricsEndpoint:
    """Serve `registry` at http://`listen`/metrics from a thread of its own."""
    host, port = split_listen(listen)
    server, _ = start_http_server(port, host, registry)
    return MetricsEndpoint(port=server.server_port, _server=server)
