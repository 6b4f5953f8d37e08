"""Metrics of extract, each named once."""

from prometheus_client import CollectorRegistry, Counter, Gauge


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
