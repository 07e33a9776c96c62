"""The RDF projection of a Thing Description: made once per change, deterministic, without blank nodes.

The document is the truth; this is what is said of it in RDF (WoT TD 1.1, 8; its ontology namespaces). It differs from
what a JSON-LD processor makes of a TD, on purpose:

- the Thing is always a td:Thing, and every affordance is the IRI `<thing>#<name>`, SAREF's own convention: what an
  observation observes is the affordance itself;
- `title` and `description` have a language only where the context gives one (`@language`), and nothing else ever has;
- names of `properties` within a data schema and of `schemaDefinitions` are kept as td:name;
- security definitions are `<thing>#security.<name>`, and `security` refers to them: the two join;
- forms, schemas and links are numbered nodes (`<thing>#temperature.form.1`);
- a `unit` that is no IRI stays a text (sgw:unitText);
- members with a prefix that neither the document's own contexts nor we know are left out: nothing is fetched.

To it come the SAREF triples that follow: an affordance with a kind is a property or state of interest of the Thing,
observed where it can be read and controlled where it can be written.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from semantic_gw.model import IRI, Json, Literal, Term, Triple
from semantic_gw.rdf.iris import affordance_iri, encode_name
from semantic_gw.rdf.namespaces import PREFIXES, RDF, SAREF, SGW, TD, XSD
from semantic_gw.rdf.serialize import canonical_double, is_iri

JSON_SCHEMA: Final = "https://www.w3.org/2019/wot/json-schema#"
SECURITY: Final = "https://www.w3.org/2019/wot/security#"
HYPERMEDIA: Final = "https://www.w3.org/2019/wot/hypermedia#"
TYPE: Final = RDF + "type"

_AFFORDANCES: Final = {
    "properties": ("hasPropertyAffordance", "PropertyAffordance"),
    "actions": ("hasActionAffordance", "ActionAffordance"),
    "events": ("hasEventAffordance", "EventAffordance"),
}
_SCHEMA_TYPES: Final = {
    name: f"{JSON_SCHEMA}{name.capitalize()}Schema"
    for name in ("object", "array", "boolean", "string", "number", "integer", "null")
}
_SCHEMA_VALUES: Final = (
    "readOnly", "writeOnly", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf", "minItems",
    "maxItems", "minLength", "maxLength", "pattern", "format", "contentEncoding", "contentMediaType", "enum", "const",
    "default", "required",
)  # fmt: skip
_SCHEMES: Final = {
    "nosec": "NoSecurityScheme", "auto": "AutoSecurityScheme", "combo": "ComboSecurityScheme",
    "basic": "BasicSecurityScheme", "digest": "DigestSecurityScheme", "apikey": "APIKeySecurityScheme",
    "bearer": "BearerSecurityScheme", "psk": "PSKSecurityScheme", "oauth2": "OAuth2SecurityScheme",
}  # fmt: skip
_OPERATIONS: Final = TD
_READING: Final = frozenset({"readproperty", "observeproperty"})


def project(document: Mapping[str, Json]) -> tuple[Triple, ...]:
    """The triples of the Thing that *document*, a valid TD 1.1 with an id, describes; each once, in its order."""
    return tuple(dict.fromkeys(_Projection(document).thing()))


class _Projection:
    def __init__(self, document: Mapping[str, Json]) -> None:
        self.document = document
        self.iri: IRI = document["id"]
        self.language: str | None = None
        self.prefixes = dict(PREFIXES)
        for context in _sequence(document.get("@context")):
            if isinstance(context, Mapping):
                self._learn(context)

    def _learn(self, context: Mapping[str, Json]) -> None:
        language = context.get("@language")
        self.language = language if isinstance(language, str) else self.language
        self.prefixes |= {name: iri for name, iri in context.items() if isinstance(iri, str) and name[:1] != "@"}

    def thing(self) -> Iterator[Triple]:
        document, thing = self.document, self.iri
        yield thing, TYPE, TD + "Thing"
        yield from self._described(thing, document)
        if isinstance(document.get("base"), str):
            yield thing, TD + "baseURI", Literal(document["base"], XSD + "anyURI")
        for member, (predicate, class_) in _AFFORDANCES.items():
            for name, affordance in _mapping(document.get(member)).items():
                iri = affordance_iri(thing, name)
                yield thing, TD + predicate, iri
                yield iri, TYPE, TD + class_
                yield from self._affordance(iri, name, _mapping(affordance), member)
        yield from self._securities(thing, document)
        yield from self._links(thing, document)
        yield from self._definitions(thing, document)

    def _described(self, node: IRI, source: Mapping[str, Json]) -> Iterator[Triple]:
        """Types, title, description, and members of other vocabularies."""
        for name in _sequence(source.get("@type")):
            if isinstance(name, str) and (type_ := self.expand(name)):
                yield node, TYPE, type_
        for member in ("title", "description"):
            if isinstance(source.get(member), str):
                yield node, TD + member, self.text(source[member])
            for language, text in _mapping(source.get(member + "s")).items():
                yield node, f"{TD}{member}InLanguage", Literal(str(text), RDF + "langString", language)
        for member, value in source.items():
            if ":" in member and (predicate := self.expand(member)):
                yield from ((node, predicate, term) for term in self.terms(value))

    def _affordance(self, iri: IRI, name: str, source: Mapping[str, Json], member: str) -> Iterator[Triple]:
        yield iri, TD + "name", Literal(name, XSD + "string")
        yield from self._described(iri, source)
        yield from self._forms(iri, source)
        if member == "properties":
            yield from self._schema(iri, source)
            yield from self._of_interest(iri, source)
            if isinstance(source.get("observable"), bool):
                yield iri, TD + "isObservable", _truth(truth=source["observable"])
        for part, predicate in _SCHEMA_PARTS.items():
            if isinstance(source.get(part), Mapping):
                yield from self._inner(iri, part, TD + predicate, source[part])

    def _of_interest(self, iri: IRI, source: Mapping[str, Json]) -> Iterator[Triple]:
        """What SAREF says of an affordance with a kind (SAREF core 4.1.1)."""
        of_what = next((name for name in ("Property", "State") if f"saref:has{name}Kind" in source), None)
        if of_what is None:
            return
        yield iri, TYPE, f"{SAREF}{of_what}OfInterest"
        yield iri, f"{SAREF}is{of_what}OfInterestOf", self.iri
        yield self.iri, f"{SAREF}has{of_what}OfInterest", iri
        operations = {op for form in _mappings(source.get("forms")) for op in _sequence(form.get("op"))}
        if not operations or operations & _READING:
            yield self.iri, SAREF + "observes", iri
        if "writeproperty" in operations:
            yield self.iri, SAREF + "controls", iri

    def _schema(self, node: IRI, source: Mapping[str, Json]) -> Iterator[Triple]:
        """A data schema (TD 1.1, 5.3.2)."""
        if isinstance(source.get("type"), str) and source["type"] in _SCHEMA_TYPES:
            yield node, TYPE, _SCHEMA_TYPES[source["type"]]
        for member in _SCHEMA_VALUES:
            for value in _sequence(source.get(member)):
                if (literal := _literal(value)) is not None:
                    yield node, JSON_SCHEMA + member, literal
        if isinstance(source.get("unit"), str):
            yield self._unit(node, source["unit"])
        for member in ("oneOf", "allOf", "anyOf", "items"):
            for number, schema in enumerate(_mappings(source.get(member)), 1):
                yield from self._inner(node, f"{member}.{number}", JSON_SCHEMA + member, schema)
        for name, schema in _mapping(source.get("properties")).items():
            yield from self._inner(node, encode_name(name), JSON_SCHEMA + "properties", _mapping(schema), name)

    def _inner(
        self, node: IRI, label: str, predicate: IRI, schema: Mapping[str, Json], name: str = ""
    ) -> Iterator[Triple]:
        inner = f"{node}.{label}"
        yield node, predicate, inner
        if name:
            yield inner, TD + "name", Literal(name, XSD + "string")
        yield from self._described(inner, schema)
        yield from self._schema(inner, schema)

    def _unit(self, node: IRI, text: str) -> Triple:
        iri = self.expand(text)
        if iri and is_iri(iri):
            return node, "http://schema.org/unitCode", iri
        return node, SGW + "unitText", Literal(text, XSD + "string")

    def _forms(self, node: IRI, source: Mapping[str, Json]) -> Iterator[Triple]:
        for number, form in enumerate(_mappings(source.get("forms")), 1):
            iri = f"{node}.form.{number}"
            yield node, TD + "hasForm", iri
            yield iri, HYPERMEDIA + "hasTarget", Literal(str(form.get("href", "")), XSD + "anyURI")
            for operation in _sequence(form.get("op")):
                yield iri, HYPERMEDIA + "hasOperationType", f"{_OPERATIONS}{operation}"
            for member, predicate in _FORM_TEXTS.items():
                if isinstance(form.get(member), str):
                    yield iri, HYPERMEDIA + predicate, Literal(form[member], XSD + "string")
            yield from self._described(iri, form)

    def _securities(self, thing: IRI, source: Mapping[str, Json]) -> Iterator[Triple]:
        for name, scheme in _mapping(source.get("securityDefinitions")).items():
            iri = self._security(name)
            yield thing, TD + "definesSecurityScheme", iri
            yield iri, TD + "name", Literal(name, XSD + "string")
            yield from self._described(iri, _mapping(scheme))
            class_ = _SCHEMES.get(str(_mapping(scheme).get("scheme")))
            if class_:
                yield iri, TYPE, SECURITY + class_
            for member in (
                "in",
                "name",
                "authorization",
                "token",
                "refresh",
                "flow",
                "qop",
                "alg",
                "format",
                "identity",
            ):
                if (literal := _literal(_mapping(scheme).get(member))) is not None:
                    yield iri, SECURITY + member, literal
        for name in _sequence(source.get("security")):
            yield thing, TD + "hasSecurityConfiguration", self._security(str(name))

    def _security(self, name: str) -> IRI:
        return f"{self.iri}#security.{encode_name(name)}"

    def _links(self, thing: IRI, source: Mapping[str, Json]) -> Iterator[Triple]:
        for number, link in enumerate(_mappings(source.get("links")), 1):
            iri = f"{thing}#link.{number}"
            yield thing, TD + "hasLink", iri
            yield iri, HYPERMEDIA + "hasTarget", Literal(str(link.get("href", "")), XSD + "anyURI")
            for member, predicate in {"rel": "hasRelationType", "type": "hintsAtMediaType"}.items():
                if isinstance(link.get(member), str):
                    yield iri, HYPERMEDIA + predicate, Literal(link[member], XSD + "string")

    def _definitions(self, thing: IRI, source: Mapping[str, Json]) -> Iterator[Triple]:
        for name, schema in _mapping(source.get("schemaDefinitions")).items():
            iri = f"{thing}#schema.{encode_name(name)}"
            yield thing, TD + "schemaDefinitions", iri
            yield iri, TD + "name", Literal(name, XSD + "string")
            yield from self._described(iri, _mapping(schema))
            yield from self._schema(iri, _mapping(schema))

    def text(self, value: str) -> Literal:
        return Literal(value, RDF + "langString", self.language) if self.language else Literal(value, XSD + "string")

    def expand(self, text: str) -> IRI | None:
        """The IRI that *text*, compact or absolute, stands for; None where its prefix is not known."""
        prefix, colon, local = text.partition(":")
        if colon and prefix in self.prefixes and not local.startswith("//"):
            text = self.prefixes[prefix] + local
        elif not colon or not ("://" in text or text.startswith("urn:")):
            return None
        return text if is_iri(text) else None

    def terms(self, value: Json) -> Iterator[Term]:
        """The terms that the value of an extension member means: `@id` objects are IRIs, scalars literals."""
        for item in _sequence(value):
            if isinstance(item, Mapping):
                iri = self.expand(str(item.get("@id", "")))
                if iri:
                    yield iri
            elif (literal := _literal(item)) is not None:
                yield literal


_SCHEMA_PARTS: Final = {
    "data": "hasNotificationSchema",
    "subscription": "hasSubscriptionSchema",
    "cancellation": "hasCancellationSchema",
    "input": "hasInputSchema",
    "output": "hasOutputSchema",
}
_FORM_TEXTS: Final = {
    "contentType": "forContentType",
    "contentCoding": "forContentCoding",
    "subprotocol": "forSubProtocol",
}


def _truth(*, truth: bool) -> Literal:
    return Literal("true" if truth else "false", XSD + "boolean")


def _literal(value: Json) -> Literal | None:
    if isinstance(value, bool):
        return _truth(truth=value)
    if isinstance(value, int):
        return Literal(str(value), XSD + "integer")
    if isinstance(value, float):
        return Literal(canonical_double(value), XSD + "double")
    return Literal(value, XSD + "string") if isinstance(value, str) else None


def _sequence(value: Json) -> Sequence[Json]:
    return value if isinstance(value, list | tuple) else () if value is None else (value,)


def _mapping(value: Json) -> Mapping[str, Json]:
    return value if isinstance(value, Mapping) else {}


def _mappings(value: Json) -> Iterator[Mapping[str, Json]]:
    yield from (item for item in _sequence(value) if isinstance(item, Mapping))
