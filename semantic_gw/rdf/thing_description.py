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
| another `name`, or a context with `name`, renames an affordance | it is called as it is in the map | likewise |
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

There are two ways to it. A document whose contexts do no more than declare prefixes and terms is walked as it stands
(`plans`, a fifth of a millisecond); any other is first expanded by the JSON-LD processor (`contexts.expand`, five), and
then walked by the same code (`projection`).

To it come the SAREF triples that follow (see `interest`).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from functools import partial

from semantic_gw.errors import DescribingError
from semantic_gw.model import IRI, Json, Triple
from semantic_gw.rdf import contexts
from semantic_gw.rdf.contexts import PROJECTION, TD_1_0, TD_1_1, ForeignContext, items, understood
from semantic_gw.rdf.limits import check
from semantic_gw.rdf.node_names import NodeNames, is_valid
from semantic_gw.rdf.plans import EXPANDED, plans
from semantic_gw.rdf.projection import Projection
from semantic_gw.rdf.rules import OF_THE_CONTEXT
from semantic_gw.rdf.scopes import DIRECTIONS, NotSimple
from semantic_gw.sandbox import Sandbox


def project(
    document: Mapping[str, Json],
    *,
    base_iri: IRI = "",
    opaque: bool = False,
    foreign: Sequence[ForeignContext] = (),
    sandbox: Sandbox | None = None,
) -> tuple[Triple, ...]:
    """The triples of the Thing that *document*, a Thing Description 1.1 or 1.0, describes; each once, in its order.

    A Thing without an `id` is `{base_iri}things/{digest of the document}`. Beside the contexts that we hold, those in
    *foreign* are known. With *opaque*, others are left out with everything that only they define;
    `contexts.unknown_contexts` says which. What takes the JSON-LD processor is done in *sandbox*, where there is one.
    Raises DescribingError, and SandboxError.
    """
    is_ordinary = check(document)
    thing = _thing_iri(document, base_iri)
    _check_context(document)
    if is_ordinary:
        try:
            found = plans(document["@context"], opaque=opaque, foreign=tuple(foreign))
            return Projection(NodeNames(thing)).of(document, found)
        except NotSimple:
            pass
    return project_expanded(document, thing, opaque=opaque, foreign=foreign, sandbox=sandbox)


def project_expanded(
    document: Mapping[str, Json],
    thing: IRI,
    *,
    opaque: bool = False,
    foreign: Sequence[ForeignContext] = (),
    sandbox: Sandbox | None = None,
) -> tuple[Triple, ...]:
    """What `project` does, with the JSON-LD processor: the same for any document, and twenty times as long."""
    reading = {**_Reading(foreign, opaque=opaque).document(document), "@id": thing}
    if sandbox is not None:
        return sandbox.run(partial(_expanded, measured=True), reading, thing)
    return _expanded(reading, thing)


def _expanded(reading: Mapping[str, Json], thing: IRI, *, measured: bool = False) -> tuple[Triple, ...]:
    names = NodeNames(thing)
    nodes = contexts.expand(reading, base_iri=names.base, measured=measured)
    if len(nodes) > 1:
        raise DescribingError(f"{len(nodes)} nodes at the top; a Thing Description describes one Thing")
    return Projection(names).of(nodes[0] if nodes else {}, EXPANDED)


def _check_context(document: Mapping[str, Json]) -> None:
    if not {TD_1_1, TD_1_0} & {item for item in items(document.get("@context")) if isinstance(item, str)}:
        raise DescribingError(f"no Thing Description: its @context lacks {TD_1_1}", pointer="/@context")


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

    def __init__(self, foreign: Sequence[ForeignContext], *, opaque: bool) -> None:
        self._foreign = foreign
        self._opaque = opaque

    def document(self, document: Mapping[str, Json]) -> dict[str, Json]:
        return {name: self._value(name, value) for name, value in document.items() if name != "id"}

    def _value(self, name: str, value: Json) -> Json:
        if name == "@context":
            return [self._context(item) for item in understood(items(value), self._foreign, opaque=self._opaque)]
        if isinstance(value, Mapping):
            return {inner: self._value(inner, item) for inner, item in value.items()}
        return [self._value("", item) for item in value] if isinstance(value, list | tuple) else value

    def _context(self, item: Json) -> Json:
        if isinstance(item, Mapping):
            return {name: self._entry(name, value) for name, value in item.items() if not _is_direction(name, value)}
        return PROJECTION if item in (TD_1_1, TD_1_0) else item

    def _entry(self, name: str, value: Json) -> Json:
        """An entry of a context. No language is one, too: PyLD has a fault where there was none before."""
        if name == "@language" and (value is None or isinstance(value, str)):
            return (value or "") + OF_THE_CONTEXT
        return self._value(name, value)


def _is_direction(name: str, value: Json) -> bool:
    return name == "@direction" and value in DIRECTIONS
