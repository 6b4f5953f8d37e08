"""What the query service measures."""

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

from mesh.telemetry.metrics import SECONDS_BUCKETS


class QueryMetrics:
    """Figures of projection, search and feed."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self.events = Counter(
            "tsn_query_events_projected_total",
            "Events written into the read tables, by event.",
            ["event"],
            registry=registry,
        )
        self.poison = Counter(
            "tsn_query_events_skipped_total",
            "Events that could not be read or written and were skipped.",
            registry=registry,
        )
        self.projection_lag_seconds = Gauge(
            "tsn_query_projection_lag_seconds",
            "Age of the newest event of the last batch when it was committed.",
            registry=registry,
        )
        self.projection_seconds = Histogram(
            "tsn_query_projection_seconds",
            "Time to write one batch of events.",
            buckets=SECONDS_BUCKETS,
            registry=registry,
        )
        self.search_seconds = Histogram(
            "tsn_query_search_seconds", "Time of one search.", buckets=SECONDS_BUCKETS, registry=registry
        )
        self.watchers = Gauge("tsn_query_watchers", "Feeds being watched.", registry=registry)
        self.watchers_dropped = Counter(
            "tsn_query_watchers_dropped_total", "Watchers ended because they read too slowly.", registry=registry
        )
