"""Metrics of extract, each named once."""

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

from mesh.telemetry.metrics import SECONDS_BUCKETS


class ExtractMetrics:
    """What extract finds."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self.mentions = Counter(
            "tsn_extract_mentions_total", "Mentions stored, by form and role.", ["form", "role"], registry=registry
        )
        self.live_mentions = Counter(
            "tsn_extract_live_mentions_total", "Mentions found while a recording was being decoded.", registry=registry
        )
        self.corrections_version = Gauge(
            "tsn_extract_corrections_version",
            "Version of the table of corrections that is in force; 0: the built-in ones.",
            registry=registry,
        )
        self.votes = Counter(
            "tsn_extract_votes_total",
            "Votes of helpers on doubtful mentions, by what they did: none, raised, lowered, swapped, dropped.",
            ["helper", "effect"],
            registry=registry,
        )
        self.helper_breaker = Gauge(
            "tsn_extract_helper_breaker",
            "Breaker before a helper: 0 it is asked, 1 it is tried with one question, 2 it is left alone.",
            ["helper"],
            registry=registry,
        )
        self.language_questions = Counter(
            "tsn_extract_language_questions_total",
            "Questions about doubtful mentions, by how they ended: answered, cached, or why there is no answer.",
            ["result"],
            registry=registry,
        )
        self.language_refused = Counter(
            "tsn_extract_language_refused_total",
            "Answers of the language engine that were not believed, by reason.",
            ["reason"],
            registry=registry,
        )
        self.language_seconds = Histogram(
            "tsn_extract_language_seconds",
            "Time the language engine took for a question, failures included.",
            buckets=SECONDS_BUCKETS,
            registry=registry,
        )
        self.listened = Counter(
            "tsn_extract_listened_total",
            "Stretches with doubtful mentions that were to be heard again, by result: heard, or why they were not.",
            ["result"],
            registry=registry,
        )
        self.qrz_questions = Counter(
            "tsn_extract_qrz_questions_total",
            "Calls that QRZ was asked for, by outcome: known, unknown, away.",
            ["outcome"],
            registry=registry,
        )
