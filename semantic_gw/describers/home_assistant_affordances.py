"""The affordances of entities (WoT TD 1.1, 5.3.1): where a value stands, what it means, and how it is set."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from fractions import Fraction
from typing import Final
from urllib.parse import quote

from semantic_gw.describers.home_assistant_config import Entity, as_text
from semantic_gw.describers.home_assistant_tables import Row
from semantic_gw.describers.template_meaning import Extract, extract, is_nothing, spellings
from semantic_gw.describers.template_tokens import TemplateError
from semantic_gw.describers.template_values import text_of
from semantic_gw.json_pointer import Tokens, format_pointer
from semantic_gw.lexicon import Meaning, Unknown
from semantic_gw.model import IRI, Json
from semantic_gw.rdf.namespaces import SGW

MAX_TOPIC: Final = 1_000
"""Characters of the longest topic that a form is made for."""

MAX_NAME: Final = 200
"""Characters of the longest name of an affordance."""

MAX_TITLE: Final = 200
_CONNECTIVITY: Final = SGW + "Connectivity"
_ONLINE, _OFFLINE = SGW + "Connected", SGW + "Disconnected"
_DEVICE_ACTION: Final = SGW + "DeviceAction"


def property_of(entity: Entity, row: Row, found: Extract, meaning: Meaning | Unknown) -> dict[str, Json]:
    """The property that *entity* reports by *row*, at the place that *found* tells. Raises TemplateError."""
    if isinstance(meaning, Unknown):
        schema: dict[str, Json] = {"description": f"Not mapped: {meaning.reason}."}
    elif meaning.is_state:
        schema = _state(found, meaning)
    else:
        schema = _number(entity, row, found, meaning)
    return {
        "title": _title(entity, row),
        **schema,
        "sgw:pointer": _pointer(found.pointers),
        **_access(entity, row, found),
    }


def unread(entity: Entity, row: Row, why: str) -> dict[str, Json]:
    """The property of an entity whose template is not read: nothing is known of its values."""
    told = f"Its template is not read, for {why}."
    return {"title": _title(entity, row), "description": told, **_access(entity, row)}


def is_event(meaning: Meaning | Unknown) -> bool:
    """Whether *meaning* tells what happened, not what is the case."""
    return isinstance(meaning, Meaning) and not meaning.is_state and meaning.unit is None


def event(entity: Entity, row: Row, place: Tokens, meaning: Meaning | Unknown) -> tuple[str, dict[str, Json]]:
    """The name and the affordance of the events that *entity* tells of; those of all triggers of a topic are one."""
    is_trigger = row.event and not row.words_of
    kind = meaning.kind if isinstance(meaning, Meaning) else _DEVICE_ACTION
    known = meaning.states if isinstance(meaning, Meaning) else {}
    options = []
    for text in _words(entity, row, known):
        iri = known.get(text) or (_trigger(entity, known) if is_trigger else None)
        options.append({"const": text, **({"sgw:eventKind": {"@id": iri}} if iri else {})})
    made = {
        "title": "Action" if is_trigger else _title(entity, row),
        "data": {"type": "string", **({"oneOf": options} if options else {})},
        "sgw:hasEventKind": {"@id": kind},
        "sgw:pointer": format_pointer(place),
        "forms": [form("subscribeevent", row.topic_of(entity))],
    }
    return ("action" if is_trigger else entity.name), made


def _words(entity: Entity, row: Row, known: Mapping[str, IRI]) -> list[str]:
    """The texts that come with events: those that the config lists, else all that are known."""
    listed = entity.texts(row.words_of or "options") or tuple(filter(None, [entity.text("payload")]))
    return list(dict.fromkeys(listed or (() if row.event else sorted(known))))


def _trigger(entity: Entity, known: Mapping[str, IRI]) -> IRI | None:
    """What the names of a trigger say: `button_short_press`, `button_1`."""
    return known.get(entity.text("type")) or known.get(entity.text("subtype"))


def availability(
    entity: Entity, device: Mapping[str, Json], topics: Sequence[str]
) -> Iterator[tuple[str, dict[str, Json]]]:
    """Whether the device can be reached, for each topic that tells it of this device.

    Behind another device (`via_device`), a topic that is not below one of the entity's own tells of that one. A topic
    on which the entity reports tells whether it did.
    """
    behind = bool(as_text(device.get("via_device")))
    number = 0
    for item in _availabilities(entity):
        topic = item["topic"]
        if topic_fault(topic) or topic in topics or (behind and not any(topic.startswith(f"{own}/") for own in topics)):
            continue
        number += 1
        with suppress(TemplateError):
            yield "availability" if number == 1 else f"availability_{number}", _availability(item)


def _availability(item: Mapping[str, str]) -> dict[str, Json]:
    states = {item["on"]: _ONLINE, item["off"]: _OFFLINE}
    found = extract(item["template"], tuple(states))
    return {
        "title": "Availability",
        **_state(found, Meaning(_CONNECTIVITY, states=states, is_state=True)),
        "sgw:pointer": _pointer(found.pointers),
        "readOnly": True,
        "observable": True,
        "forms": [form("observeproperty", item["topic"])],
    }


def _availabilities(entity: Entity) -> Iterator[dict[str, str]]:
    on, off = entity.text("payload_available") or "online", entity.text("payload_not_available") or "offline"
    if topic := entity.text("availability_topic"):
        yield {"topic": topic, "template": entity.text("availability_template"), "on": on, "off": off}
    listed = entity.config.get("availability")
    for item in listed if isinstance(listed, list) else []:
        yield {
            "topic": as_text(item.get("topic")),
            "template": as_text(item.get("value_template")),
            "on": as_text(item.get("payload_available")) or "online",
            "off": as_text(item.get("payload_not_available")) or "offline",
        }


# ── data schemas ────────────────────────────────────────────────────────────────────────────────────────────────────


def _number(entity: Entity, row: Row, found: Extract, meaning: Meaning) -> dict[str, Json]:
    """A number, which may stand in a text as everything in MQTT does for Home Assistant."""
    low, factor = _ends(entity, row)
    scale, offset = found.scale * factor, (found.offset - low) * factor
    Extract(found.pointers, scale, offset, found.passes).require_number()
    found.require_number()
    schema: dict[str, Json] = {"type": "number", "unit": meaning.unit}
    if text := entity.text("unit_of_measurement"):
        schema["sgw:unitText"] = text[:MAX_TITLE]
    if scale != 1 or offset != 0:
        schema |= {"sgw:scale": _plain(scale), "sgw:offset": _plain(offset)}
    elif row.setting:
        schema |= _bounds(entity)
    kind = {"saref:hasPropertyKind": {"@id": meaning.kind}}
    return {**schema, "sgw:numberInText": True, **kind}


def _ends(entity: Entity, row: Row) -> tuple[Fraction, Fraction]:
    """What stands for 0 %, and how many percent a step above it is. Raises TemplateError where the ends are one."""
    if row.range is None:
        return Fraction(0), Fraction(1)
    low_name, low, high_name, high = row.range
    ends = [_numeric(entity, low_name, low), _numeric(entity, high_name, high)]
    if row.steps:
        ends[0] -= 1
    if ends[0] == ends[1]:
        raise TemplateError(f"{low_name} and {high_name} that are one")
    return ends[0], 100 / (ends[1] - ends[0])


def _numeric(entity: Entity, member: str, default: float) -> Fraction:
    given = entity.config.get(member, default)
    number = next((value for value in spellings(as_text(given)) if type(value) in (int, float)), default)
    return Fraction(str(number))


def _bounds(entity: Entity) -> dict[str, Json]:
    """The bounds of a setting, where its config names them both."""
    low, high = entity.config.get("min"), entity.config.get("max")
    if not isinstance(low, int | float) or not isinstance(high, int | float) or low > high:
        return {}
    return {"minimum": float(low), "maximum": float(high)}


def _plain(number: Fraction) -> int | float:
    return int(number) if number.denominator == 1 else float(number)


def _state(found: Extract, meaning: Meaning) -> dict[str, Json]:
    """The values that name a state, as they may stand in the payload. Raises TemplateError where none can."""
    found.require_text()
    known = [(raw, _state_of(result, meaning.states)) for raw, result in found.cases]
    other = meaning.states.get(found.otherwise) if found.otherwise is not None else None
    if any(iri is None for _, iri in known):
        other = None  # some values mean nothing, and which others do is not known
    options: list[Json] = [
        {"const": raw, "sgw:state": {"@id": iri}} for raw, iri in known if iri is not None and iri != other
    ]
    if other is not None:
        listed = [option["const"] for option in options]
        options.append({"not": {"enum": listed}, "sgw:state": {"@id": other}})
    if not options:
        raise TemplateError("none of its values being a known one")
    return {"oneOf": options, "saref:hasStateKind": {"@id": meaning.kind}}


def _state_of(result: Json, states: Mapping[str, IRI]) -> IRI | None:
    if is_nothing(result):
        return None
    text = text_of(result)
    return states.get(text) or (states.get(text.lower()) if isinstance(result, bool) else None)


# ── forms ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def topic_fault(topic: str) -> str:
    """What is wrong with *topic*; empty where it is one."""
    if topic and len(topic) <= MAX_TOPIC and "\0" not in topic:
        return ""
    return f"a topic of 1 to {MAX_TOPIC} characters is wanted"


def name_fault(name: str) -> str:
    """What is wrong with *name* as that of an affordance; empty where it is one."""
    return "" if 0 < len(name) <= MAX_NAME else f"a name of 1 to {MAX_NAME} characters is wanted"


def form(operation: str, topic: str) -> dict[str, Json]:
    """The form for *operation* on *topic*, which may be a filter with wildcards (MQTT 5.0, 4.7)."""
    wildcards = any(level in ("+", "#") for level in topic.split("/"))
    return {
        "op": [operation],
        "href": quote(topic, safe="/", errors="replace"),
        "contentType": "application/json",
        "mqv:controlPacket": "publish" if operation == "writeproperty" else "subscribe",
        "mqv:filter" if wildcards else "mqv:topic": topic,
    }


def _access(entity: Entity, row: Row, found: Extract | None = None) -> dict[str, Json]:
    """What can be done with a value, which *found* tells; a command that is not spelled as it is has no form."""
    command = entity.text(row.command) if row.command else ""
    told: dict[str, Json] = {"observable": True} if command else {"observable": True, "readOnly": True}
    forms = [form("observeproperty", row.topic_of(entity))]
    if not topic_fault(command) and _sends_what_it_reports(entity, row, found):
        forms.append(form("writeproperty", command))
    return {**told, "forms": forms}


def _sends_what_it_reports(entity: Entity, row: Row, found: Extract | None) -> bool:
    """Whether commands are spelled as what comes in."""
    if entity.text(row.command_template) or found is None or not found.passes or found.scale != 1 or found.offset != 0:
        return False
    return all(_sends(entity, members, default) for members, default, _ in row.when)


def _sends(entity: Entity, members: Sequence[str], default: str) -> bool:
    """Whether what commands a state is what reports it, which *members* name (`state_on`, else `payload_on`)."""
    reported = next((text for member in members if (text := entity.text(member))), default)
    commands = [entity.text(member) or default for member in members if member.startswith("payload_")]
    return commands == [reported]


def _title(entity: Entity, row: Row) -> str:
    name = entity.text("name") or entity.name.replace("_", " ").capitalize()
    return f"{name} {row.name.replace('_', ' ')}".strip()[:MAX_TITLE]


def _pointer(pointers: Sequence[Tokens]) -> Json:
    texts = [format_pointer(tokens) for tokens in pointers]
    return texts[0] if len(texts) == 1 else texts
