"""What the SPARQL service counts (Prometheus exposition format)."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

_BUCKETS = (1e-3, 2.5e-3, 5e-3, 1e-2, 2.5e-2, 0.1, 0.25, 1.0, 2.5, 5.0, 10.0, 30.0)


class SparqlMetrics:
    """Queries by what became of them, and how long they took."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self.queries = Counter(
            "semantic_gw_sparql_queries",
            "Queries that ended, by outcome: answered, known (304), wrong, unsupported, unavailable, gone (the client "
            "left), failed, or the limit they met.",
            ["outcome"],
            registry=registry,
        )
        self.seconds = Histogram(
            "semantic_gw_sparql_seconds",
            "Time of a query from its arrival to the end of its answer.",
            buckets=_BUCKETS,
            registry=registry,
        )
        self.running = Gauge("semantic_gw_sparql_running", "Queries that are evaluated.", registry=registry)
        self.waiting = Gauge("semantic_gw_sparql_waiting", "Queries that wait for their turn.", registry=registry)
        self.updates = Counter(
            "semantic_gw_sparql_updates",
            "Updates and graphs put, by writer and outcome.",
            ["writer", "outcome"],
            registry=registry,
        )
