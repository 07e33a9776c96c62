"""Thing Descriptions that are almost right: real ones, changed at random in the ways that JSON-LD cares about."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping, Sequence
from random import Random
from typing import Any, Final

from semantic_gw.model import Json
from semantic_gw.rdf.contexts import DISCOVERY

_EX: Final = "http://example.org/"

MEMBERS: Final = (
    "@id", "@type", "@value", "@language", "@set", "@list", "@index", "id", "type", "name", "title", "titles",
    "description", "descriptions", "properties", "actions", "events", "forms", "links", "security",
    "securityDefinitions", "schemaDefinitions", "uriVariables", "unit", "const", "default", "enum", "oneOf",
    "allOf", "items", "required", "minimum", "readOnly", "href", "op", "rel", "anchor", "response",
    "additionalResponses", "schema", "scopes", "input", "output", "data", "version", "instance", "model", "base",
    "profile", "support", "created", "registration", "scheme", "in", "tag", "geo", "term", "typed", "lang", "none",
    "td:title", "td:name", "td:hasForm", "hctl:hasTarget", "xsd:x", "saref:hasPropertyKind", "saref:hasStateKind",
    "sgw:pointer", "ex:p", "ex:q", "ex:", "_:b", "nobody:knows", "nameInMap", "propertyName",
    "http://example.com/p", "a%b",
)  # fmt: skip
WORDS: Final = (
    "x", "kitchen", "a%b", "ex:thing", "saref:Sensor", "http://example.com/a", "urn:a:b", "#frag", "rel/path",
    "_:b0", "@foo", "@type", "@json", "nosec_sc", "readproperty", "string", "number", "object", "unit:DEG_C", "%",
    "°C", "term", "typed", "forms", "properties", "Thing", "2026-01-01", "en",
    "https://www.w3.org/2019/wot/td#Thing", "https://www.w3.org/2019/wot/td#foo",
)  # fmt: skip
TEXTS: Final = (*WORDS, "", "a b", "x:y\n")
SCALARS: Final = (*TEXTS, 0, 1, 1.5, -2, 1e300, 100.0, True, False, None)
CONTEXTS: Final[Sequence[Json]] = (
    DISCOVERY,
    "https://example.com/not-held",
    {"ex": _EX},
    {"ex": {"@id": _EX}},
    {"ex": "http://example.com/other#", "saref": "http://example.com/saref/"},
    {"@language": "de"},
    {"@language": None},
    {"@language": "not a language"},
    {"@direction": "ltr"},
    {"@version": 1.1},
    {"@vocab": "http://example.com/vocabulary#"},
    {"@base": "http://example.com/"},
    {"term": _EX + "term", "typed": {"@id": _EX + "typed", "@type": "@id"}},
    {"typed": {"@id": "ex:typed", "@type": "xsd:integer"}, "ex": _EX},
    {"typed": {"@id": _EX + "typed", "@type": "@json"}},
    {"typed": {"@id": _EX + "typed", "@type": "@none"}},
    {"term": {"@id": "ex:term", "@type": "@vocab"}, "ex": _EX},
    {"lang": {"@id": _EX + "lang", "@language": "FR"}},
    {"lang": {"@id": _EX + "lang", "@language": None}},
    {"none": None},
    {"ex": _EX, "ex:p": {"@type": "@id"}},
    {"title": "http://schema.org/name"},
    {"name": "http://schema.org/name"},
    {"unit": _EX + "unit"},
    {"forms": {"@id": _EX + "forms"}},
    {"properties": _EX + "properties"},
    {"id": _EX + "id"},
    {"type": "@type"},
    {"term": "title"},
    {"term": "foo"},
    {"term": "_:b"},
    {"term": {}},
    {"term": 5},
    {"term": "ex:a", "ex": "term:b"},
    {"term": {"@reverse": _EX + "term"}},
    {"term": {"@id": _EX + "term", "@container": "@list"}},
    {"term": {"@id": _EX + "term", "@context": {"title": _EX + "title"}}},
    {"a:b": "http://example.com/"},
    {"td": "http://example.com/td#"},
    {"xsd": "http://example.com/xsd#"},
)


def mutated(document: Mapping[str, Json], random: Random) -> dict[str, Json]:
    """*document* with up to five values changed, added or removed, and perhaps another context."""
    changed = dict(copy.deepcopy(document))
    if random.random() < 0.5:
        given = changed.get("@context")
        contexts = list(given) if isinstance(given, list) else [given]
        for _ in range(random.randint(1, 2)):
            contexts.insert(random.randint(random.random() > 0.3, len(contexts)), random.choice(CONTEXTS))
        changed["@context"] = contexts
    for _ in range(random.randint(0, 5)):
        _change(changed, random)
    return changed


def _change(document: Json, random: Random) -> None:
    path = random.choice(list(_paths(document)))
    value = _at(document, path)
    if isinstance(value, dict) and random.random() < 0.7:
        value[random.choice(MEMBERS)] = _value(random)
    elif isinstance(value, list) and random.random() < 0.7:
        value.insert(random.randint(0, len(value)), _value(random))
    elif path:
        _replace(_at(document, path[:-1]), path[-1], random)


def _replace(holder: Any, member: str | int, random: Random) -> None:
    if isinstance(holder, dict) and random.random() < 0.2:
        del holder[member]
    elif random.random() < 0.3:
        holder[member] = [holder[member], _value(random)]
    else:
        holder[member] = _value(random)


def _value(random: Random, depth: int = 0) -> Json:
    kind = random.random() if depth < 3 else 0.0
    if kind < 0.5:
        return random.choice(SCALARS)
    if kind < 0.6:
        return [_value(random, depth + 1) for _ in range(random.randint(0, 3))]
    if kind < 0.7:
        return {"@id": random.choice(TEXTS)}
    if kind < 0.8:
        return _value_object(random)
    return {random.choice(MEMBERS): _value(random, depth + 1) for _ in range(random.randint(0, 3))}


def _value_object(random: Random) -> dict[str, Json]:
    value = {"@value": random.choice(SCALARS)}
    if random.random() < 0.5:
        value["@type"] = random.choice(["xsd:integer", "http://example.com/T", "ex:T", "foo", "@json", "_:t"])
    elif random.random() < 0.5:
        value["@language"] = random.choice(["en", "DE-de", "not a language"])
    return value


def _paths(value: Json, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    yield path
    if isinstance(value, dict):
        for member, inner in value.items():
            if member != "@context":
                yield from _paths(inner, (*path, member))
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield from _paths(inner, (*path, number))


def _at(value: Any, path: Sequence[str | int]) -> Any:
    for step in path:
        value = value[step]
    return value
