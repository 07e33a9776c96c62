"""Whatever stands in a Thing Description, it is read, told of or refused, and payloads never meet a fault of ours."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from semantic_gw.errors import MappingError
from semantic_gw.lifters import warnings
from semantic_gw.lifters.thing import lifters
from semantic_gw.model import Json, ThingDescription
from tests.lifters.hand_written import BASE, LEXICON
from tests.lifters.things import document

NAMES = st.sampled_from(["temperature", "state", "battery", "value", "a/b", "Küche", "{x}", "'", "action", "level"])
TEXTS = st.sampled_from(
    ["°C", "om:percent", "number", "integer", "object", "array", "string", "boolean", "saref:Temperature", "on",
     "off", "sgw:PhenomenonTime", "mqtt://broker/x", "http://h/{x}", "x/{", "observeproperty", "readallproperties",
     "date-time", "qk:Pressure", "sgw:OnOff", "/a/0", "", "kafka://k/t", "mqtt://b/x/#"]
)  # fmt: skip
SCALARS = st.none() | st.booleans() | st.integers(-(10**20), 10**20) | st.floats(allow_nan=False) | TEXTS
MEMBERS = st.sampled_from(
    ["type", "unit", "title", "@type", "properties", "items", "enum", "oneOf", "const", "minimum", "maximum", "data",
     "sgw:pointer", "sgw:scale", "scale", "saref:hasPropertyKind", "saref:hasStateKind", "sgw:hasEventKind",
     "sgw:state", "ssn:forProperty", "writeOnly", "format", "uriVariables", "forms", "href", "op", "mqv:topic",
     "sgw:key", "@id"]
)  # fmt: skip
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(MEMBERS | NAMES, inner, max_size=5),
    max_leaves=15,
)
FORMS = st.fixed_dictionaries({"href": TEXTS}, optional={"op": TEXTS, "mqv:filter": TEXTS})
AFFORDANCES = st.dictionaries(
    NAMES,
    st.builds(
        lambda schema, forms: {**schema, "forms": forms}, st.dictionaries(MEMBERS, VALUES), st.lists(FORMS, max_size=2)
    ),
    max_size=3,
)


@given(properties=AFFORDANCES, events=AFFORDANCES, forms=st.lists(FORMS, max_size=2), base=TEXTS, payload=VALUES)
@settings(max_examples=400, deadline=None)
def test_any_description_is_read_or_refused(
    properties: dict[str, Json], events: dict[str, Json], forms: Json, base: str, payload: Json
) -> None:
    made = {"id": "urn:x", "properties": properties, "events": events, "forms": forms, "base": base}
    thing = ThingDescription("urn:x", made)
    try:
        found = lifters(thing, base_iri=BASE, lexicon=LEXICON)
    except MappingError:
        return

    assert all(pointer == "" or pointer.startswith("/") for pointer, _ in warnings(thing, LEXICON))
    for lifter in found.values():
        lifted, explained = lifter.lift(document(payload)), lifter.explain(document(payload))
        assert (lifted.graphs, lifted.unmapped) == (explained.graphs, explained.unmapped)
