"""The RDF projection of a Thing Description: made once per change, deterministic, without blank nodes.

The document is the truth; this is what is said of it in RDF (WoT TD 1.1, 8, and the namespaces of its ontology). It is
read as JSON-LD 1.1 with contexts we hold, and differs from plain JSON-LD on purpose:

| plain JSON-LD | here | why |
|---|---|---|
| `a td:Thing` only where `@type` says it | always; affordances have their class, too | shapes and queries start there |
| an affordance is a blank node | `<thing>#<name>` | SAREF's convention: an observation observes the affordance |
| forms, schemas … are blank nodes | `<thing>#<name>.forms.0`, `<thing>#.links.0` | a JSON Pointer with dots |
| `@language` of a context reaches every text | `title` and `description` | nobody finds `td:name "status"@it` |
| a `title` is English | has the language of the context, or none | it is not |
| names of fields: td:name or jsonschema:propertyName | td:name | readers of JSON-LD disagree |
| names of `schemaDefinitions` are lost | td:name | others refer to them |
| `security`, definitions and their parts do not join | `<thing>#.securityDefinitions.<name>` | they should |
| `schema` of a response is an IRI of nothing | `<thing>#.schemaDefinitions.<name>` | likewise |
| a `unit` that is no IRI becomes one | a text, sgw:unitText | `json-schema#%` is no unit, nor even an IRI |
| `const`, `default`, `enum`: objects become nodes | an rdf:JSON literal; null is one, too | a value is no node |
| uriVariables and schemaDefinitions are no schemas | they are | td:type "string" means nothing |
| what no context defines lands in the TD namespace | left out | `tag` is no term of TD |
| `foaf:x` without a prefix is an IRI of scheme foaf | our own prefixes are known, others left out | likewise |
| an IRI with illegal characters is written | percent-encoded | no store reads it |
| `base`, `profile`, `token` … are texts or IRIs | xsd:anyURI literals, as the ontology says | one kind of term each |
| `@direction` may change literals | it does not | RDF 1.1 has none |

Order within arrays and repeated values are lost, as in any RDF; the document keeps them.

To it come the SAREF triples that follow (see `interest`).
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Final, NamedTuple

from semantic_gw.errors import DescribingError
from semantic_gw.model import IRI, Json, Term, Triple
from semantic_gw.rdf import contexts
from semantic_gw.rdf.contexts import CONTEXTS, PROJECTION, TD_1_0, TD_1_1
from semantic_gw.rdf.interest import event_of_interest, property_of_interest
from semantic_gw.rdf.iris import encode_name
from semantic_gw.rdf.limits import check
from semantic_gw.rdf.literals import json_literals, literal
from semantic_gw.rdf.namespaces import HYPERMEDIA, JSON_SCHEMA, OWL, RDF, SCHEMA, SECURITY, SGW, TD
from semantic_gw.rdf.node_names import NodeNames, absolute, is_valid

_WOT: Final = (TD, JSON_SCHEMA, SECURITY, HYPERMEDIA)
_NO_MEMBERS: Final = frozenset(
    {
        TD + "OperationType",
        TD + "hasInteractionAffordance",
        HYPERMEDIA + "ExpectedResponse",
        HYPERMEDIA + "AdditionalExpectedResponse",
        SECURITY + "SecurityScheme",
    }
)
"""Terms of the WoT ontologies that no member of a Thing Description stands for."""

_TYPE: Final = RDF + "type"
_NAME: Final = TD + "name"
_UNIT: Final = SCHEMA + "unitCode"
_ENUM: Final = JSON_SCHEMA + "enum"
_SECURITY_DEFINITION: Final = TD + "definesSecurityScheme"
_SCHEMA_DEFINITION: Final = TD + "schemaDefinitions"
_ACTION: Final = TD + "hasActionAffordance"
_EVENT: Final = TD + "hasEventAffordance"
_PROPERTY: Final = TD + "hasPropertyAffordance"

_AFFORDANCES: Final[Mapping[IRI, IRI]] = {
    _PROPERTY: TD + "PropertyAffordance",
    _ACTION: TD + "ActionAffordance",
    _EVENT: TD + "EventAffordance",
}
_DEFINITIONS: Final = frozenset({_SECURITY_DEFINITION, _SCHEMA_DEFINITION})
_NAMED: Final = frozenset({*_DEFINITIONS, JSON_SCHEMA + "properties", TD + "hasUriTemplateSchema"})
_NUMBERED: Final = frozenset(
    {
        TD + "hasForm",
        TD + "hasLink",
        HYPERMEDIA + "additionalReturns",
        JSON_SCHEMA + "oneOf",
        JSON_SCHEMA + "allOf",
        JSON_SCHEMA + "anyOf",
    }
)
_NAMES_A_DEFINITION: Final[Mapping[IRI, IRI]] = {
    TD + "hasSecurityConfiguration": _SECURITY_DEFINITION,
    SECURITY + "oneOf": _SECURITY_DEFINITION,
    SECURITY + "allOf": _SECURITY_DEFINITION,
    HYPERMEDIA + "hasAdditionalOutputSchema": _SCHEMA_DEFINITION,
}
_IN_A_LANGUAGE: Final = frozenset({TD + "title", TD + "description"})
_OF_THE_CONTEXT: Final = "-x-gateway"
"""Marks the languages that texts have only from a context: a private subtag (BCP 47, 2.2.7), taken off again."""

Node = Mapping[str, Json]
"""A node object in expanded form."""


def project(document: Mapping[str, Json], *, base_iri: IRI = "", opaque: bool = False) -> tuple[Triple, ...]:
    """The triples of the Thing that *document*, a Thing Description 1.1 or 1.0, describes; each once, in its order.

    A Thing without an `id` is `{base_iri}things/{digest of the document}`. With *opaque*, contexts that we do not hold
    are left out with everything that only they define; `contexts.unknown_contexts` says which. Raises DescribingError.
    """
    check(document)
    thing = _thing_iri(document, base_iri)
    names = NodeNames(thing)
    nodes = contexts.expand({**_Reading(opaque=opaque).document(document), "@id": thing}, base_iri=names.base)
    if len(nodes) > 1:
        raise DescribingError(f"{len(nodes)} nodes at the top; a Thing Description describes one Thing")
    return tuple(dict.fromkeys(_Projection(thing, names, nodes[0] if nodes else {}).triples()))


def _thing_iri(document: Mapping[str, Json], base_iri: IRI) -> IRI:
    given = document.get("id", document.get("@id"))
    if given is None:
        if not base_iri:
            raise DescribingError("the Thing Description has no id, so its Thing has no IRI", pointer="/id")
        text = json.dumps(document, sort_keys=True, default=dict)
        return f"{base_iri}things/{hashlib.blake2b(text.encode(), digest_size=12).hexdigest()}"
    if not isinstance(given, str) or not is_valid(given):
        raise DescribingError(f"{given!r} is no absolute IRI, so it names no Thing", pointer="/id", value=str(given))
    return given


class _Reading:
    """Makes *document* ready for the processor: our reading of TD, and languages of contexts marked as such."""

    def __init__(self, *, opaque: bool) -> None:
        self._opaque = opaque

    def document(self, document: Mapping[str, Json]) -> dict[str, Json]:
        if not {TD_1_1, TD_1_0} & {item for item in _items(document.get("@context")) if isinstance(item, str)}:
            raise DescribingError(f"no Thing Description: its @context lacks {TD_1_1}", pointer="/@context")
        return {name: self._value(name, value) for name, value in document.items() if name != "id"}

    def _value(self, name: str, value: Json) -> Json:
        if name == "@context":
            return [self._context(item) for item in _items(value) if not self._is_left_out(item)]
        if isinstance(value, Mapping):
            return {inner: self._value(inner, item) for inner, item in value.items()}
        return [self._value("", item) for item in value] if isinstance(value, list | tuple) else value

    def _context(self, item: Json) -> Json:
        if isinstance(item, Mapping):
            inner = {name: self._value(name, value) for name, value in item.items()}
            language = inner.get("@language")
            return {**inner, "@language": language + _OF_THE_CONTEXT} if isinstance(language, str) else inner
        return PROJECTION if item in (TD_1_1, TD_1_0) else item

    def _is_left_out(self, item: Json) -> bool:
        return self._opaque and isinstance(item, str) and item not in CONTEXTS


class _At(NamedTuple):
    """A node: its IRI, and the path that names of what is within it start with."""

    iri: IRI
    path: str


class _Projection:
    """Walks the expanded form of one Thing Description."""

    def __init__(self, thing: IRI, names: NodeNames, root: Node) -> None:
        self._thing = thing
        self._names = names
        self._root = root
        self._members = contexts.terms(PROJECTION)
        self._types = frozenset(self._known_iris(root.get("@type", ())))
        self._observed = {_name(node) for predicate in (_PROPERTY, _EVENT) for node in root.get(predicate, ())}

    def triples(self) -> Iterator[Triple]:
        yield self._thing, _TYPE, TD + "Thing"
        yield from self._node(_At(self._thing, ""), self._root)

    def _node(self, at: _At, node: Node) -> Iterator[Triple]:
        if "@graph" in node:
            raise DescribingError("a graph within a Thing Description (@graph): it describes one Thing")
        for type_ in self._known_iris(node.get("@type", ())):
            yield at.iri, _TYPE, type_
        for member in sorted(node):
            if member[0] != "@" and (predicate := self._known(member)):
                yield from self._values(at, predicate, node[member])
        for member, values in sorted(node.get("@reverse", {}).items()):
            if predicate := self._known(member):
                yield from self._reverse(at, predicate, values)
        for number, included in enumerate(node.get("@included", ())):
            yield from self._node(self._inner(at, "included", str(number), included), included)

    def _values(self, at: _At, predicate: IRI, values: Sequence[Node]) -> Iterator[Triple]:
        numbered = predicate in _NUMBERED or len(values) > 1
        for number, value in enumerate(values):
            if "@value" in value:
                yield from ((at.iri, predicate, term) for term in self._terms(predicate, value))
            elif "@list" in value:
                yield from self._list(at, predicate, value["@list"])
            elif predicate == _UNIT and set(value) == {"@id"}:
                yield self._unit(at.iri, value["@id"])
            elif predicate in _AFFORDANCES and at.iri == self._thing:
                yield from self._affordance(predicate, value)
            else:
                yield from self._link(at, predicate, str(number) if numbered else "", value)

    def _affordance(self, predicate: IRI, node: Node) -> Iterator[Triple]:
        name = _name(node)
        path = encode_name(name)
        if predicate == _ACTION and name in self._observed:
            path += ".action"
        at = _At(self._names.of(path), path)
        yield self._thing, predicate, at.iri
        yield at.iri, _TYPE, _AFFORDANCES[predicate]
        yield from self._node(at, node)
        if (given := self._given(node)) and given != at.iri:
            yield at.iri, OWL + "sameAs", given
        if predicate == _PROPERTY:
            yield from property_of_interest(self._thing, self._types, at.iri, node)
        elif predicate == _EVENT:
            yield from event_of_interest(self._thing, at.iri, node)

    def _link(self, at: _At, predicate: IRI, number: str, node: Node) -> Iterator[Triple]:
        if set(node) == {"@id"}:  # no more than a reference
            target = self._known(node["@id"])
            if target:
                yield at.iri, predicate, target
            return
        inner = self._inner(at, self._label(predicate), self._part(predicate, number, node), node)
        if predicate in _DEFINITIONS:
            inner = _At(self._definition(predicate, _name(node)), inner.path)
        yield at.iri, predicate, inner.iri
        yield from self._node(inner, node)

    def _reverse(self, at: _At, predicate: IRI, nodes: Sequence[Node]) -> Iterator[Triple]:
        for number, node in enumerate(nodes):
            inner = self._inner(at, self._label(predicate), str(number), node)
            yield inner.iri, predicate, at.iri
            yield from self._node(inner, node)

    def _list(self, at: _At, predicate: IRI, items: Sequence[Node]) -> Iterator[Triple]:
        """An rdf:List (RDF Schema 1.1, 5.2), its cells numbered."""
        paths = [self._names.free(f"{at.path}.{self._label(predicate)}.{number}") for number in range(len(items))]
        cells = [_At(self._names.of(path), path) for path in paths]
        rest = [*(cell.iri for cell in cells), RDF + "nil"]
        yield at.iri, predicate, rest[0]
        for cell, item, following in zip(cells, items, rest[1:], strict=True):
            yield from self._values(cell, RDF + "first", [item])
            yield cell.iri, RDF + "rest", following

    def _terms(self, predicate: IRI, value: Node) -> Iterator[Term]:
        """The terms of a value object."""
        raw = value["@value"]
        if value.get("@type") == "@json":
            yield from json_literals(raw, each=predicate == _ENUM)
        elif predicate in _NAMES_A_DEFINITION and isinstance(raw, str):
            yield self._definition(_NAMES_A_DEFINITION[predicate], raw)
        else:
            datatype = absolute(value["@type"]) if "@type" in value else None
            yield literal(raw, datatype, _language(predicate, value.get("@language")))

    def _unit(self, node: IRI, text: str) -> Triple:
        text = text.removeprefix(JSON_SCHEMA)
        iri = absolute(text) if is_valid(text) else None
        return (node, _UNIT, iri) if iri else (node, SGW + "unitText", literal(text))

    def _inner(self, at: _At, label: str, part: str, node: Node) -> _At:
        path = self._names.free(f"{at.path}.{label}.{part}" if part else f"{at.path}.{label}")
        return _At(self._given(node) or self._names.of(path), path)

    def _given(self, node: Node) -> IRI | None:
        return self._names.iri(node["@id"]) if "@id" in node else None

    def _part(self, predicate: IRI, number: str, node: Node) -> str:
        return encode_name(_name(node)) if predicate in _NAMED else number

    def _definition(self, predicate: IRI, name: str) -> IRI:
        return self._names.of(f".{self._label(predicate)}.{encode_name(name)}")

    def _label(self, predicate: IRI) -> str:
        """The member that stands for *predicate*, else the last part of its IRI."""
        return self._members.get(predicate) or encode_name(re.split(r"[/#:]", predicate.rstrip("/#"))[-1])

    def _known(self, text: str) -> IRI | None:
        """The IRI *text*, unless it is one that a term without a definition was given (TD has `@vocab`)."""
        iri = self._names.iri(text)
        made_up = iri is not None and iri.startswith(_WOT) and iri not in self._members and iri not in _NO_MEMBERS
        return None if made_up else iri

    def _known_iris(self, texts: Sequence[str]) -> Iterator[IRI]:
        return (iri for text in texts if (iri := self._known(text)))


def _name(node: Node) -> str:
    return next((str(value["@value"]) for value in node.get(_NAME, ()) if "@value" in value), "")


def _language(predicate: IRI, tag: str | None) -> str | None:
    if tag is None or not tag.endswith(_OF_THE_CONTEXT):
        return tag
    return tag.removesuffix(_OF_THE_CONTEXT) if predicate in _IN_A_LANGUAGE else None


def _items(value: Json) -> Sequence[Json]:
    return value if isinstance(value, list | tuple) else (value,)
