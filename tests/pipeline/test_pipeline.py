"""The sentence, with the real parts: codecs, families, lexicon, shapes."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from semantic_gw.app.parts import Parts, load_parts
from semantic_gw.model import DataGraph, Json, Outcome, Payload, Source, ValidationReport
from semantic_gw.pipeline.metrics import Metrics
from semantic_gw.pipeline.result import Result
from semantic_gw.pipeline.spool import payload_of_letter
from semantic_gw.settings import BusSettings, Format, Policy, PolicyRule, PolicySettings, Settings
from semantic_gw.shape_sets.policies import Policies
from semantic_gw.validators import compile_shapes

RECEIVED = datetime(2026, 11, 24, 10, 15, tzinfo=UTC)
BASE = "zigbee2mqtt"


def device(name: str = "kitchen", ieee: str = "0x00158d0003429eda", *more: Mapping[str, Json]) -> dict[str, Json]:
    exposes = [
        {"type": "numeric", "name": "temperature", "property": "temperature", "access": 1, "unit": "°C"},
        {"type": "enum", "name": "action", "property": "action", "access": 1, "values": ["single"]},
        {"type": "numeric", "name": "mystery", "property": "mystery", "access": 1},
        *more,
    ]
    return {"ieee_address": ieee, "friendly_name": name, "type": "EndDevice", "definition": {"exposes": exposes}}


def payload(address: str, value: Json, **more: Json) -> Payload:
    body = value if isinstance(value, bytes) else json.dumps(value).encode()
    return Payload(body, more.pop("content_type", "application/json"), Source("mqtt", address), RECEIVED, **more)


@pytest.fixture
def parts() -> Parts:
    parts = load_parts(Settings())
    parts.pipeline.process(payload(f"{BASE}/bridge/devices", [device()]))
    return parts


def process(parts: Parts, address: str, value: Json, **more: Json) -> Result:
    return parts.pipeline.process(payload(address, value, **more))


def test_a_state_is_published(parts: Parts) -> None:
    result = process(parts, f"{BASE}/kitchen", {"temperature": 21.4})

    assert result.outcome is Outcome.PUBLISHED
    assert result.thing == "urn:dev:mac:00158d0003429eda"
    assert result.graphs[0].report.conforms


@pytest.mark.parametrize(
    ("address", "value", "outcome", "reason"),
    [
        (f"{BASE}/kitchen", b"", Outcome.IGNORED, "an empty payload"),
        (f"{BASE}/kitchen", {}, Outcome.IGNORED, "no value"),
        (f"{BASE}/kitchen", {"temperature": None}, Outcome.IGNORED, "no value"),
        (f"{BASE}/kitchen", b"{broken", Outcome.DEAD_LETTER, "decoding"),
        (f"{BASE}/kitchen", {"mystery": 3}, Outcome.DEAD_LETTER, "nothing mapped"),
        (f"{BASE}/kitchen", [1, 2], Outcome.IGNORED, "no value"),
        (f"{BASE}/kitchen/set", {"state": "ON"}, Outcome.IGNORED, "a command"),
        (f"{BASE}/kitchen/availability", {"state": "online"}, Outcome.PUBLISHED, ""),
        (f"{BASE}/kitchen/availability", "offline", Outcome.PUBLISHED, ""),
        (f"{BASE}/bridge/logging", {"level": "info"}, Outcome.IGNORED, "a log line"),
        (f"{BASE}/bridge/devices", {"no": "list"}, Outcome.DEAD_LETTER, "describing"),
        (f"{BASE}/nobody", {"temperature": 1}, Outcome.DEAD_LETTER, "no description"),
        ("weather/station", {"temperature": 1}, Outcome.DEAD_LETTER, "no mapping"),
    ],
)
def test_every_payload_has_a_defined_outcome(
    parts: Parts, address: str, value: Json, outcome: Outcome, reason: str
) -> None:
    result = process(parts, address, value)

    assert result.outcome is outcome
    assert result.reason.startswith(reason)


def test_a_payload_without_content_type_is_sniffed(parts: Parts) -> None:
    assert process(parts, f"{BASE}/kitchen/availability", b"online", content_type="").outcome is Outcome.PUBLISHED


def test_an_unknown_media_type_names_what_there_is(parts: Parts) -> None:
    result = process(parts, f"{BASE}/kitchen", b"<a/>", content_type="text/html")

    assert "application/cbor" in result.detail


def test_a_description_that_says_nothing_new_is_ignored(parts: Parts) -> None:
    assert process(parts, f"{BASE}/bridge/devices", [device()]).outcome is Outcome.IGNORED


def test_a_renamed_device_reports_on_its_new_address(parts: Parts) -> None:
    renamed = process(parts, f"{BASE}/bridge/devices", [device("attic/window")])

    assert [thing.id for thing in renamed.changed] == ["urn:dev:mac:00158d0003429eda"]
    assert process(parts, f"{BASE}/attic/window", {"temperature": 1}).outcome is Outcome.PUBLISHED
    assert process(parts, f"{BASE}/kitchen", {"temperature": 1}).reason == "no description"


def test_a_device_that_is_gone_is_removed(parts: Parts) -> None:
    result = process(parts, f"{BASE}/bridge/devices", [device("bath", "0x00158d0003429edb")])

    assert [thing.id for thing in result.changed] == ["urn:dev:mac:00158d0003429edb"]
    assert result.removed == ("urn:dev:mac:00158d0003429eda",)


def test_a_group_repeats_its_members(parts: Parts) -> None:
    groups = [{"id": 1, "friendly_name": "all", "members": [{"ieee_address": "0x00158d0003429eda", "endpoint": 1}]}]
    process(parts, f"{BASE}/bridge/groups", groups)

    assert "repeats its members" in process(parts, f"{BASE}/all", {"temperature": 1}).reason


def test_a_bridge_elsewhere_is_known_by_its_look(parts: Parts) -> None:
    process(parts, "home/z2m/bridge/devices", [device("shed", "0x00158d0003429edc")])

    assert process(parts, "home/z2m/shed", {"temperature": 1}).outcome is Outcome.PUBLISHED


def test_a_description_beside_the_payload_is_enough() -> None:
    parts = load_parts(Settings())
    result = process(parts, "anywhere/at/all", {"temperature": 21.4}, description=device())

    assert result.outcome is Outcome.PUBLISHED
    assert len(result.described) == 1


def test_an_action_is_an_event_on_its_own_topic(parts: Parts) -> None:
    result = process(parts, f"{BASE}/kitchen", {"action": "single", "temperature": 20})

    assert [record.topic for record in parts.recorder.records(result)] == ["semantic.observations", "semantic.events"]


def test_a_dead_letter_keeps_the_bytes_and_how_to_read_them(parts: Parts) -> None:
    original = payload(f"{BASE}/kitchen", b"{broken", description={"a": 1})
    (record,) = parts.recorder.records(parts.pipeline.process(original))

    assert record.topic == "semantic.dead-letter"
    assert record.header("Dead-Letter-Reason") == "decoding"
    assert payload_of_letter(record) == original


def test_a_dead_letter_names_step_rule_path_and_mapping(parts: Parts) -> None:
    (record,) = parts.recorder.records(process(parts, f"{BASE}/kitchen", {"mystery": 3}))

    assert record.header("Dead-Letter-Step") == "lift"
    assert record.header("Dead-Letter-Path") == "/mystery"
    assert record.header("Dead-Letter-Mapping") == "zigbee2mqtt/1"


def test_a_record_is_a_cloud_event(parts: Parts) -> None:
    (record,) = parts.recorder.records(process(parts, f"{BASE}/kitchen", {"temperature": 20}))
    headers = {name: value.decode() for name, value in record.headers}

    assert record.key == headers["ce_subject"] == "urn:dev:mac:00158d0003429eda"
    assert headers["Content-Type"] == "application/ld+json"
    assert headers["ce_specversion"] == "1.0"
    assert headers["ce_time"] == "2026-11-24T10:15:00Z"


class Unitless:
    """The real shapes, shown a graph that lost its units."""

    def __init__(self, parts: Parts) -> None:
        self._shapes = parts.shapes
        self.sets = parts.shapes.sets
        self.content_hash = "unitless"

    def validate(self, graph: DataGraph) -> ValidationReport:
        kept = tuple(triple for triple in graph.triples if not triple[1].endswith("isMeasuredIn"))
        return self._shapes.validate(replace(graph, triples=kept))


def process_unitless(parts: Parts, policy: Policy, *rules: PolicyRule) -> Result:
    parts.pipeline.use(Unitless(parts), Policies(PolicySettings(policy=policy, rules=rules)))
    return process(parts, f"{BASE}/kitchen", {"temperature": 20})


@pytest.mark.parametrize(
    ("policy", "outcome", "topic"),
    [
        ("quarantine", Outcome.REJECTED, "semantic.rejected"),
        ("reject", Outcome.DEAD_LETTER, "semantic.dead-letter"),
        ("mark", Outcome.PUBLISHED, "semantic.observations"),
        ("log", Outcome.PUBLISHED, "semantic.observations"),
    ],
)
def test_a_policy_decides_on_what_does_not_conform(parts: Parts, policy: Policy, outcome: Outcome, topic: str) -> None:
    result = process_unitless(parts, policy)
    (record,) = parts.recorder.records(result)

    assert (result.outcome, record.topic) == (outcome, topic)
    assert (record.header("SHACL-Conforms") == "false") == (policy != "log")
    assert (record.header("SHACL-Results") == "Violation=1") == (policy != "log")


@pytest.mark.parametrize(
    ("rule", "outcome"),
    [
        (PolicyRule(set="profile", policy="reject"), Outcome.DEAD_LETTER),
        (PolicyRule(set="profile", policy="mark"), Outcome.PUBLISHED),
        (PolicyRule(set="saref-core", policy="reject"), Outcome.REJECTED),
        (PolicyRule(topic="events", policy="reject"), Outcome.REJECTED),
    ],
)
def test_results_may_have_a_policy_of_their_own(parts: Parts, rule: PolicyRule, outcome: Outcome) -> None:
    assert process_unitless(parts, "quarantine", rule).outcome is outcome


WARNING = """@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix saref: <https://saref.etsi.org/core/> .
<urn:warm> a sh:NodeShape ; sh:targetClass saref:Observation ; sh:severity sh:Warning ;
  sh:property [ sh:path <urn:room> ; sh:minCount 1 ; sh:severity sh:Warning ; sh:message "no room" ] ."""


def with_warning(parts: Parts, *rules: PolicyRule) -> Result:
    shapes = compile_shapes([*parts.shapes.files, WARNING], parts.shapes.background)
    parts.pipeline.use(shapes, Policies(PolicySettings(rules=rules)))
    return process(parts, f"{BASE}/kitchen", {"temperature": 20})


def test_a_warning_blocks_nothing_and_is_told_in_a_header(parts: Parts) -> None:
    result = with_warning(parts)
    (record,) = parts.recorder.records(result)

    assert result.outcome is Outcome.PUBLISHED
    assert (record.header("SHACL-Results"), record.header("SHACL-Conforms")) == ("Warning=1", None)


def test_a_warning_may_be_made_to_block(parts: Parts) -> None:
    result = with_warning(parts, PolicyRule(severity="Warning", policy="quarantine"))

    assert (result.outcome, result.reason) == (Outcome.REJECTED, "not valid")
    assert "no room" in result.detail


def test_what_policies_decide_is_counted(parts: Parts) -> None:
    metrics = Metrics()
    metrics.observe(process_unitless(parts, "mark"))
    text = metrics.exposition().decode()

    assert 'semantic_gw_judged_graphs_total{policy="mark",topic="observations"} 1.0' in text
    assert 'semantic_gw_shacl_results_total{set="profile",severity="Violation"} 1.0' in text


@pytest.mark.parametrize("value", [{"temperature": 20}, {"mystery": 3}, b"{broken"])
def test_every_record_tells_the_shapes_it_was_judged_by(parts: Parts, value: Json) -> None:
    (record,) = parts.recorder.records(process(parts, f"{BASE}/kitchen", value))

    assert record.header("SHACL-Shapes") == parts.shapes.content_hash


def test_a_rejected_record_tells_the_shapes_it_was_judged_by(parts: Parts) -> None:
    (record,) = parts.recorder.records(process_unitless(parts, "quarantine"))

    assert record.header("SHACL-Shapes") == "unitless"


def test_a_payload_under_way_keeps_the_shapes_it_began_with(parts: Parts) -> None:
    class Impatient(Unitless):
        """Is replaced while it judges."""

        def validate(self, graph: DataGraph) -> ValidationReport:
            parts.pipeline.use(parts.shapes, Policies(PolicySettings(policy="log")))
            return super().validate(graph)

    parts.pipeline.use(Impatient(parts), Policies())
    during = process(parts, f"{BASE}/kitchen", {"temperature": 20})
    after = process(parts, f"{BASE}/kitchen", {"temperature": 20})

    assert (during.outcome, during.shapes) == (Outcome.REJECTED, "unitless")
    assert (after.outcome, after.shapes) == (Outcome.PUBLISHED, parts.shapes.content_hash)


def test_an_explanation_tells_the_policy_that_decided(parts: Parts) -> None:
    parts.pipeline.use(Unitless(parts), Policies())
    told = [step.outcome for step in parts.pipeline.explain(payload(f"{BASE}/kitchen", {"temperature": 20})).steps]

    assert any("the policy is quarantine" in outcome for outcome in told)


def test_a_rejected_record_has_the_report_and_can_be_replayed(parts: Parts) -> None:
    result = process_unitless(parts, "quarantine")
    (record,) = parts.recorder.records(result)

    assert "shapes/Quantity" in json.loads(record.value or b"")["report"]["results"][0]["shape"]
    assert payload_of_letter(record) == result.payload


def test_a_fault_of_ours_is_a_dead_letter_too(parts: Parts) -> None:
    class Faulty(Unitless):
        def validate(self, graph: DataGraph) -> ValidationReport:
            raise RuntimeError("a bug")

    parts.pipeline.use(Faulty(parts), Policies())
    result = process(parts, f"{BASE}/kitchen", {"temperature": 20})

    assert result.outcome is Outcome.DEAD_LETTER
    assert result.reason == "internal error"


def test_an_explanation_changes_nothing(parts: Parts) -> None:
    before = len(parts.pipeline.things)
    result = parts.pipeline.explain(payload("x/y", {"temperature": 1}, description=device("x", "0x00158d0003429edd")))

    assert result.outcome is Outcome.PUBLISHED
    assert len(parts.pipeline.things) == before
    assert {step.step for step in result.steps} >= {"decode", "route", "describe", "lift", "validate"}


@pytest.mark.parametrize("format", ["jsonld", "nquads", "trig"])
def test_each_value_format_can_be_chosen(parts: Parts, format: Format) -> None:
    recorder = replace(parts.recorder, settings=BusSettings(format=format))
    (record,) = recorder.records(process(parts, f"{BASE}/kitchen", {"temperature": 20}))

    assert record.value
    assert record.header("Content-Type") in ("application/ld+json", "application/n-quads", "application/trig")
