"""Metrics of transcribe, each named once."""

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

from mesh.telemetry.metrics import SECONDS_BUCKETS


class TranscribeMetrics:
    """What the engine does."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self.recordings = Counter(
            "tsn_transcribe_recordings_total", "Recordings transcribed, by engine.", ["engine"], registry=registry
        )
        self.audio_seconds = Counter(
            "tsn_transcribe_audio_seconds_total", "Audio transcribed, in seconds.", registry=registry
        )
        self.engine_seconds = Counter(
            "tsn_transcribe_engine_seconds_total", "Time the engine took, in seconds.", registry=registry
        )
        self.decode_seconds = Histogram(
            "tsn_transcribe_decode_seconds",
            "Time to fetch and decode the audio of a recording.",
            buckets=SECONDS_BUCKETS,
            registry=registry,
        )
        self.partials_dropped = Counter(
            "tsn_transcribe_partials_dropped_total",
            "Partial texts not sent because the peer was slow or away.",
            ["peer"],
            registry=registry,
        )
        self.partials_shed = Counter(
            "tsn_transcribe_partials_shed_total",
            "Recordings decoded without partial texts, by reason: a backlog, or nobody who waits for them (batch).",
            ["reason"],
            registry=registry,
        )
        self.partials_shedding = Gauge(
            "tsn_transcribe_partials_shedding",
            "1 while live work piles up and no partial texts are made, as this process asked last.",
            registry=registry,
        )
        self.peer_resting = Gauge(
            "tsn_transcribe_peer_resting",
            "1 while a peer that failed is left alone and gets no partial texts (its circuit breaker is open).",
            ["peer"],
            registry=registry,
        )
        self.spelling_readings = Counter(
            "tsn_transcribe_spelling_readings_total",
            "Stretches of audio read with the closed grammars, by outcome: read, busy or failed.",
            ["outcome"],
            registry=registry,
        )
        self.spelling_audio_seconds = Counter(
            "tsn_transcribe_spelling_audio_seconds_total",
            "Audio read with the closed grammars, in seconds.",
            registry=registry,
        )
        self.spelling_engine_seconds = Counter(
            "tsn_transcribe_spelling_engine_seconds_total",
            "Time that reading with the closed grammars took, in seconds.",
            registry=registry,
        )
        self.glossaries = Counter(
            "tsn_transcribe_glossaries_total",
            "Glossaries of nodes used, by source: asked, cached, or away (the last known one, or none).",
            ["source"],
            registry=registry,
        )
