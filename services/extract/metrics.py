"""Metrics of extract, each named once."""

from prometheus_client import CollectorRegistry, Counter


class ExtractMetrics:
    """What extract finds."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self.mentions = Counter(
            "tsn_extract_mentions_total", "Mentions stored, by form and role.", ["form", "role"], registry=registry
        )
        self.live_mentions = Counter(
            "tsn_extract_live_mentions_total", "Mentions found while a recording was being decoded.", registry=registry
        )
