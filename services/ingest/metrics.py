"""Metrics of ingest, each named once."""

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

from mesh.telemetry.metrics import SECONDS_BUCKETS


class IngestMetrics:
    """What comes in."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self.uploads = Counter(
            "tsn_ingest_uploads_total",
            "Uploads that ended, by outcome: stored, deduplicated, refused, kept (broke, can be resumed).",
            ["outcome"],
            registry=registry,
        )
        self.refusals = Counter(
            "tsn_ingest_refusals_total", "Uploads refused, by reason.", ["reason"], registry=registry
        )
        self.received_bytes = Counter(
            "tsn_ingest_received_bytes_total", "Bytes of audio received, repeats included.", registry=registry
        )
        self.audio_seconds = Counter(
            "tsn_ingest_audio_seconds_total", "Length of the recordings stored.", registry=registry
        )
        self.probe_seconds = Histogram(
            "tsn_ingest_probe_seconds",
            "Time to look into one file.",
            buckets=SECONDS_BUCKETS,
            registry=registry,
        )
        self.heartbeats = Counter("tsn_ingest_heartbeats_total", "Heartbeats of nodes.", registry=registry)
        self.uploads_under_way = Gauge(
            "tsn_ingest_uploads_under_way", "Uploads under way in this process.", registry=registry
        )
        self.upload_memory_bytes = Gauge(
            "tsn_ingest_upload_memory_bytes",
            "Memory that uploads under way hold; the rest is on disk.",
            registry=registry,
        )
        self.storage_free_bytes = Gauge(
            "tsn_ingest_storage_free_bytes",
            "Free bytes on a disk: blobs (local stores only), scratch.",
            ["disk"],
            registry=registry,
        )
        self.intake_paused = Gauge(
            "tsn_ingest_intake_paused",
            "1 while no upload may begin, by reason: STORAGE_FULL, STORAGE_LOST, DEPENDENCY_UNAVAILABLE (other store).",
            ["reason"],
            registry=registry,
        )
        self.queue_full = Gauge(
            "tsn_ingest_queue_full", "1 while nothing more is taken for a lane.", ["lane"], registry=registry
        )
        self.orphans_removed = Counter(
            "tsn_ingest_orphans_removed_total",
            "Blobs removed because nothing names them, by kind: audio, part, half_written.",
            ["kind"],
            registry=registry,
        )
        self.fetched_bytes = Counter(
            "tsn_ingest_fetched_bytes_total", "Bytes fetched from URLs, repeats included.", registry=registry
        )
        self.nodes = Gauge(
            "tsn_ingest_nodes",
            "Nodes heard within a day, by state: heard, silent (no heartbeat for too long); a thousand at most.",
            ["state"],
            registry=registry,
        )
        self.node_spooled = Gauge(
            "tsn_ingest_node_spooled",
            "Recordings that wait in a node's spool, as its last heartbeat said; nodes heard within a day.",
            ["node"],
            registry=registry,
        )
        self.node_heartbeat_age_seconds = Gauge(
            "tsn_ingest_node_heartbeat_age_seconds",
            "Time since a node's last heartbeat; nodes heard within a day.",
            ["node"],
            registry=registry,
        )
        self.node_audio_age_seconds = Gauge(
            "tsn_ingest_node_audio_age_seconds",
            "Time since audio of a node arrived last, NaN where none ever did; nodes heard within a day.",
            ["node"],
            registry=registry,
        )
        self.of_a_node = (self.node_spooled, self.node_heartbeat_age_seconds, self.node_audio_age_seconds)
        """Removed with their node."""
