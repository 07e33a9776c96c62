"""How far the view is: what it holds, what it has not seen yet, and what went wrong."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

from semantic_gw.contracts import StoreSize
from semantic_gw.model import Json

_RECORDS = (1, 5, 20, 100, 500, 2000, 5000)
_SECONDS = (0.05, 0.1, 0.2, 0.3, 0.5, 1.0, 2.0, 5.0, 20.0, 120.0, 3600.0)


class ViewMetrics:
    """What the view counts (Prometheus)."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self.replaced = Counter(
            "semantic_gw_view_replaced_graphs",
            "Graphs written to the store: thing, latest, vocabulary.",
            ["graph"],
            registry=registry,
        )
        self.records = Counter(
            "semantic_gw_view_records",
            "Records of the bus that the view has read: new, late (nothing in them is newer), unreadable.",
            ["outcome"],
            registry=registry,
        )
        self.window = Histogram(
            "semantic_gw_view_window_records",
            "Records that were put into the store at once.",
            buckets=_RECORDS,
            registry=registry,
        )
        self.delay = Histogram(
            "semantic_gw_view_delay_seconds",
            "From the receipt of a message until the view has it; the oldest message of each window counts.",
            buckets=_SECONDS,
            registry=registry,
        )
        self.outages = Counter("semantic_gw_view_outages", "Times that the store was away.", registry=registry)
        self.size = Gauge(
            "semantic_gw_view_size",
            "Graphs and quads in the store, and dead quads that still take memory.",
            ["what"],
            registry=registry,
        )
        self.rebuilding = Gauge(
            "semantic_gw_view_rebuilding", "1 while the view has not caught up since it began.", registry=registry
        )


@dataclass(slots=True)
class Progress:
    """What is told of the view, by `/health/ready` and by the metrics."""

    metrics: ViewMetrics
    size: StoreSize = field(default_factory=lambda: StoreSize(0, 0))
    behind: Mapping[str, int] = field(default_factory=dict)
    """Records of each topic that are not in the view yet."""
    positions: dict[str, int] = field(default_factory=dict)
    """How far each source is in the view: the next change or record to take."""
    knows_things: bool = False
    knows_messages: bool = False
    stands_by: bool = False
    """Whether another gateway keeps the store that both share."""
    outage: tuple[datetime, str] | None = None
    """Since when the store is away, and why."""

    @property
    def rebuilding(self) -> bool:
        """Whether it has not caught up yet with what there was when it began."""
        return not (self.stands_by or (self.knows_things and self.knows_messages))

    def begins(self, positions: Mapping[str, int]) -> None:
        """The view goes on at *positions*."""
        self.positions = dict(positions)
        self.knows_things = self.knows_messages = self.stands_by = False
        self.outage = None
        self.tell()

    def is_away(self, error: str) -> None:
        """The store does not answer."""
        if self.outage is None:
            self.metrics.outages.inc()
            self.outage = (datetime.now(UTC), error)
        self.knows_things = self.knows_messages = False
        self.tell()

    def tell(self) -> None:
        """Renew the gauges."""
        gauge = self.metrics.size.labels
        gauge("graphs").set(self.size.graphs)
        gauge("quads").set(self.size.quads)
        gauge("dead").set(self.size.dead)
        self.metrics.rebuilding.set(self.rebuilding)

    def told(self) -> dict[str, Json]:
        """For `/health/ready`."""
        since, error = self.outage or (None, "")
        return {
            "graphs": self.size.graphs,
            "quads": self.size.quads,
            "behind": dict(self.behind),
            "position": dict(self.positions),
            "rebuilding": self.rebuilding,
            "stands_by": self.stands_by,
            "away": since and {"since": since.isoformat(), "error": error},
        }
