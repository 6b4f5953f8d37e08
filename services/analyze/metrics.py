"""Metrics of analyze, each named once."""

from prometheus_client import CollectorRegistry, Counter


class AnalyzeMetrics:
    """What analyze finds."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self.alerts = Counter(
            "tsn_analyze_alerts_total",
            "Alerts stored, by kind and whether a drill.",
            ["kind", "drill"],
            registry=registry,
        )
        self.live_alerts = Counter(
            "tsn_analyze_live_alerts_total", "Alerts found while a recording was being decoded.", registry=registry
        )
        self.conversations_merged = Counter(
            "tsn_analyze_conversations_merged_total",
            "Conversations that a late recording joined to another.",
            registry=registry,
        )
