"""Counters and histograms, in a registry of their own (Prometheus exposition format)."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from semantic_gw.pipeline.mappings import Catalogue
from semantic_gw.pipeline.result import Judged, Result
from semantic_gw.pipeline.unknown import UnknownNames

_BUCKETS = (1e-5, 2.5e-5, 5e-5, 1e-4, 2.5e-4, 5e-4, 1e-3, 2.5e-3, 1e-2, 0.1, 1.0)


class ShapesGauges:
    """Which shapes this process judges by."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._info = Gauge(
            "semantic_gw_shapes_info",
            "1 for the shapes and policies that this process judges by, by their hashes.",
            ["shapes", "policies"],
            registry=registry,
        )
        self._version = Gauge(
            "semantic_gw_shapes_version",
            "The change to shape sets and policies that this process judges by; 0 where there was none.",
            registry=registry,
        )
        self.failing = Gauge(
            "semantic_gw_shapes_failing",
            "1 while a newer version of the shapes is stored that this process cannot use.",
            registry=registry,
        )

    def use(self, shapes: str, policies: str, version: int) -> None:
        """Tell the hashes of *shapes* and *policies*, and their *version*."""
        self._info.clear()
        self._info.labels(shapes, policies).set(1)
        self._version.set(version)


class MappingGauges:
    """Which mappings are in use, and which files are not."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._info = Gauge(
            "semantic_gw_mapping_info",
            "1 for each mapping in use: its family, its version and its hash.",
            ["family", "version", "hash"],
            registry=registry,
        )
        self._failing = Gauge(
            "semantic_gw_mapping_failing",
            "1 for each file of a mapping that cannot be used.",
            ["file"],
            registry=registry,
        )

    def use(self, catalogue: Catalogue) -> None:
        """Tell what is in use now."""
        self._info.clear()
        self._failing.clear()
        for one in catalogue.known:
            self._info.labels(one.family.id, one.family.version, one.family.hash).set(1)
        for fault in catalogue.faults:
            self._failing.labels(str(fault.path)).set(1)


class Metrics:
    """What the gateway counts."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._payloads = Counter(
            "semantic_gw_payloads",
            "Payloads that ended, by family and outcome.",
            ["family", "outcome"],
            registry=self.registry,
        )
        self._dead_letters = Counter(
            "semantic_gw_dead_letters",
            "Dead letters and rejected graphs, by reason.",
            ["reason"],
            registry=self.registry,
        )
        self._observations = Counter(
            "semantic_gw_observations", "Observations lifted, by family.", ["family"], registry=self.registry
        )
        self._unmapped = Counter(
            "semantic_gw_unmapped_values",
            "Values without a known meaning, by family; GET /mappings/unknown tells their names.",
            ["family"],
            registry=self.registry,
        )
        self._judged = Counter(
            "semantic_gw_judged_graphs",
            "Graphs that shapes had something to say of, by topic and by the policy that decided.",
            ["topic", "policy"],
            registry=self.registry,
        )
        self._results = Counter(
            "semantic_gw_shacl_results",
            "Results of validation, by shape set and severity.",
            ["set", "severity"],
            registry=self.registry,
        )
        self.shapes = ShapesGauges(self.registry)
        self.mappings = MappingGauges(self.registry)
        self._seconds = Histogram(
            "semantic_gw_step_seconds",
            "Time of a step; one payload in sixteen is timed.",
            ["step"],
            buckets=_BUCKETS,
            registry=self.registry,
        )
        self.lag = Gauge(
            "semantic_gw_lag_records",
            "Records that wait, by topic and consumer group.",
            ["topic", "group"],
            registry=self.registry,
        )
        self.things = Gauge("semantic_gw_things", "Things registered, by family.", ["family"], registry=self.registry)
        self.mqtt = Gauge(
            "semantic_gw_mqtt_messages",
            "MQTT messages since the start: received, taken, acknowledged, redelivered, refused; and connects.",
            ["event"],
            registry=self.registry,
        )
        self.polling = Gauge(
            "semantic_gw_polling_readings",
            "Readings of polled devices since the start: read, failed, taken, refused.",
            ["event"],
            registry=self.registry,
        )
        self.streams = Gauge("semantic_gw_event_streams", "Event streams that are open.", registry=self.registry)
        self.up = Gauge("semantic_gw_peer_up", "1 while a peer answers, else 0.", ["peer"], registry=self.registry)
        self.unknown = UnknownNames()
        """The names of values without a known meaning."""

    def observe(self, result: Result) -> None:
        """Count *result*."""
        family = result.family or "none"
        self._payloads.labels(family, result.outcome.value).inc()
        if result.outcome.value in ("dead-letter", "rejected"):
            self._dead_letters.labels(result.reason).inc()
        count = sum(len(judged.graph.observations) for judged in result.graphs)
        if count:
            self._observations.labels(family).inc(count)
        for judged in result.graphs:
            if judged.verdict.policy is not None:
                self._count_verdict(judged)
        if result.unknown:
            self._unmapped.labels(family).inc(len(result.unknown))
            self.unknown.add(family, result.unknown, result.payload.source.address, result.payload.received_at)
        for step, seconds in result.seconds.items():
            self._seconds.labels(step).observe(seconds)

    def _count_verdict(self, judged: Judged) -> None:
        self._judged.labels(judged.graph.kind.value, judged.verdict.policy).inc()
        for (set_, severity), count in judged.verdict.counts:
            self._results.labels(set_, severity).inc(count)

    def exposition(self) -> bytes:
        """The text that Prometheus scrapes."""
        return generate_latest(self.registry)
