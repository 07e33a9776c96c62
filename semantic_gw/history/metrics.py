"""What the history counts (Prometheus)."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

_SECONDS = (0.005, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 20.0)


class HistoryMetrics:
    """What came in, what went, and how large it is."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self.observations = Counter(
            "semantic_gw_history_observations",
            "Observations that were read from the bus: kept, or not (no rule keeps them).",
            ["outcome"],
            registry=registry,
        )
        self.unreadable = Counter(
            "semantic_gw_history_unreadable_records", "Records that nothing could be read from.", registry=registry
        )
        self.forgotten = Counter(
            "semantic_gw_history_forgotten_observations",
            "Observations that went: old (their time was over), early (the history was too large).",
            ["reason"],
            registry=registry,
        )
        self.outages = Counter("semantic_gw_history_outages", "Times that its database was away.", registry=registry)
        self.bytes = Gauge("semantic_gw_history_bytes", "Size of the history in bytes.", registry=registry)
        self.too_large = Gauge(
            "semantic_gw_history_too_large", "1 while it is larger than history.max_bytes.", registry=registry
        )
        self.seconds = Histogram(
            "semantic_gw_history_answer_seconds", "Time to find an answer.", buckets=_SECONDS, registry=registry
        )
