"""Counters and histograms, in a registry of their own (Prometheus exposition format)."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from semantic_gw.pipeline.result import Result

_BUCKETS = (1e-5, 2.5e-5, 5e-5, 1e-4, 2.5e-4, 5e-4, 1e-3, 2.5e-3, 1e-2, 0.1, 1.0)


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
            "Values that became no triple, by family and name.",
            ["family", "name"],
            registry=self.registry,
        )
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
        self._names: set[tuple[str, str]] = set()

    def observe(self, result: Result) -> None:
        """Count *result*."""
        family = result.family or "none"
        self._payloads.labels(family, result.outcome.value).inc()
        if result.outcome.value in ("dead-letter", "rejected"):
            self._dead_letters.labels(result.reason).inc()
        count = sum(len(judged.graph.observations) for judged in result.graphs)
        if count:
            self._observations.labels(family).inc(count)
        for pointer in result.unmapped:
            self._unmapped.labels(family, self._name(family, pointer)).inc()
        for step, seconds in result.seconds.items():
            self._seconds.labels(step).observe(seconds)

    def _name(self, family: str, pointer: str) -> str:
        """The pointer as a label, for the first thousand of them: names come from devices and must not fill memory."""
        known = (family, pointer)
        if known not in self._names:
            if len(self._names) >= 1000:
                return "(other)"
            self._names.add(known)
        return pointer

    def exposition(self) -> bytes:
        """The text that Prometheus scrapes."""
        return generate_latest(self.registry)
