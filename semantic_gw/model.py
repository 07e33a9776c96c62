"""One frozen type per state of the data: Payload → Document → DataGraph → ValidationReport → Record.

Each keeps what it came from, so that every later step can say why. Terms of RDF are plain: an IRI is a
`str`, a literal a `Literal`; there are no blank nodes on the bus.
"""

from __future__ import annotations

import enum
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, NamedTuple
from typing import Literal as OneOf

IRI = str
"""An absolute IRI, without angle brackets."""


class Literal(NamedTuple):
    """An RDF literal (RDF 1.1 Concepts, 3.3): lexical form and datatype IRI, or language tag."""

    lexical: str
    datatype: IRI
    language: str | None = None


Term = IRI | Literal
"""The object of a triple."""

Triple = tuple[IRI, IRI, Term]
"""Subject, predicate, object."""

Json = Any
"""A JSON value as decoded: None, bool, int, float, str, list or dict."""


class Position(NamedTuple):
    """Where a record stands on the bus."""

    topic: str
    partition: int
    offset: int


@dataclass(frozen=True, slots=True)
class Source:
    """Where a payload came from: the way in, and the address (an MQTT topic, an HTTP path, a Kafka topic)."""

    kind: OneOf["http", "mqtt", "kafka", "capture"]
    address: str
    position: Position | None = None


@dataclass(frozen=True, slots=True)
class Payload:
    """The bytes of one device message as they came in.

    *received_at* is in UTC. *content_type* is empty where the sender gave none. *description* is the
    family's own description of the device where it came along (the `meta` of a capture record).
    *family* is set where the operator fixed it; *retained* is MQTT's retain flag.
    """

    body: bytes
    content_type: str
    source: Source
    received_at: datetime
    id: str = ""
    description: Json = None
    family: str | None = None
    retained: bool = False
    delivery: str = ""
    """How a broker names this delivery until it is acknowledged: `mqtt/<client id>/<packet id>`."""

    def __post_init__(self) -> None:
        if not self.id:
            object.__setattr__(self, "id", message_id(self.source.address, self.received_at, self.body))


def message_id(address: str, received_at: datetime, body: bytes) -> str:
    """The id of a message: the same address, time and bytes always give the same 24 hexadecimal digits."""
    digest = hashlib.blake2b(body, digest_size=12, key=b"message")
    digest.update(f"\0{address}\0{received_at.isoformat()}".encode("utf-8", "surrogatepass"))
    return digest.hexdigest()


@dataclass(frozen=True, slots=True)
class Document:
    """A decoded payload."""

    payload: Payload
    value: Json
    media_type: str
    part: str = ""
    """Which part of the payload it is, where a reader took it apart: `1`, `2`; empty for the first, or the whole."""
    phenomenon_time: datetime | None = None
    """The time of everything in it, where a reader found one."""


@dataclass(frozen=True, slots=True)
class ThingDescription:
    """A W3C Thing Description 1.1: the document as it was made or sent, and where it came from.

    *origin* names the description source that lists this Thing (the address of a bridge's device list);
    a Thing that its origin no longer lists is gone.
    """

    id: IRI
    document: Mapping[str, Json]
    origin: str = ""
    family: str = ""


class Finding(NamedTuple):
    """Something that is to be said of a place in a document: a JSON Pointer (RFC 6901), and a sentence."""

    pointer: str
    detail: str


class Observation(NamedTuple):
    """One value a Thing reported, as the graph says it.

    *kind* is an instance of saref:Property or saref:State; *value* is a number, a truth value, the IRI of a state, or a
    position (geo:wktLiteral); *unit* a QUDT IRI (numbers only); *pointer* the JSON Pointer of the value.
    """

    affordance: str
    kind: IRI
    value: float | bool | IRI | Literal
    unit: IRI | None
    pointer: str


class Event(NamedTuple):
    """One event a Thing reported: its affordance, its kind, and the text that came with it."""

    affordance: str
    kind: IRI
    data: str
    pointer: str


class GraphKind(enum.StrEnum):
    """What a graph tells of, and so the topic it goes to."""

    OBSERVATIONS = "observations"
    EVENTS = "events"


@dataclass(frozen=True, slots=True)
class DataGraph:
    """What one payload says of one Thing, as one RDF graph.

    *triples* stand in the named graph *iri*; *about* are triples on the graph itself (its topic, time and
    `dcterms:conformsTo`) and stand in the default graph of the same dataset.
    """

    document: Document
    iri: IRI
    thing: IRI
    kind: GraphKind
    result_time: datetime
    phenomenon_time: datetime | None
    observations: tuple[Observation, ...]
    events: tuple[Event, ...]
    triples: tuple[Triple, ...]
    about: tuple[Triple, ...]
    says_more: bool = False
    """Whether *triples* are not what *observations* and *events* say alone: a mapping made them as it likes."""


@dataclass(frozen=True, slots=True)
class PublishedGraph:
    """What a record on `semantic.observations` or `semantic.events` says: a DataGraph as its subscribers know it.

    *triples* are filled where a mapping made the graph as it likes, *observations* and *events* then are what can be
    read out of it. The pointers of these are empty.
    """

    iri: IRI
    thing: IRI
    kind: GraphKind
    result_time: datetime
    phenomenon_time: datetime | None
    observations: tuple[Observation, ...] = ()
    events: tuple[Event, ...] = ()
    triples: tuple[Triple, ...] = ()

    @property
    def time(self) -> datetime:
        """When it was so: the phenomenon time, or else the time it was received."""
        return self.phenomenon_time or self.result_time


class Severity(enum.StrEnum):
    """The severities that SHACL names (SHACL, 2.1.4); a shape may have an IRI of its own instead."""

    VIOLATION = "http://www.w3.org/ns/shacl#Violation"
    WARNING = "http://www.w3.org/ns/shacl#Warning"
    INFO = "http://www.w3.org/ns/shacl#Info"


@dataclass(frozen=True, slots=True)
class Inverse:
    """A path walked backwards (SHACL, 2.3.1.4)."""

    path: PropertyPath


@dataclass(frozen=True, slots=True)
class Sequence:
    """Paths walked one after the other (SHACL, 2.3.1.2)."""

    paths: tuple[PropertyPath, ...]


@dataclass(frozen=True, slots=True)
class Alternative:
    """Any of several paths (SHACL, 2.3.1.3)."""

    paths: tuple[PropertyPath, ...]


@dataclass(frozen=True, slots=True)
class ZeroOrMore:
    """A path walked any number of times (SHACL, 2.3.1.5)."""

    path: PropertyPath


@dataclass(frozen=True, slots=True)
class OneOrMore:
    """A path walked at least once (SHACL, 2.3.1.6)."""

    path: PropertyPath


@dataclass(frozen=True, slots=True)
class ZeroOrOne:
    """A path walked once or not at all (SHACL, 2.3.1.7)."""

    path: PropertyPath


PropertyPath = IRI | Inverse | Sequence | Alternative | ZeroOrMore | OneOrMore | ZeroOrOne
"""A SHACL property path (SHACL, 2.3.1); the IRI of a predicate is one by itself."""


@dataclass(frozen=True, slots=True)
class ValidationResult:
    """One sh:ValidationResult (SHACL, 3.6.2).

    *severity* is a Severity or the IRI of one of a shape's own. *messages* are literals of xsd:string or
    rdf:langString, at least one. *details* are the results that explain this one (sh:detail).
    """

    focus_node: Term
    result_path: PropertyPath | None
    value: Term | None
    source_shape: IRI
    """The IRI of the shape; of a blank node, its label with `_:`."""
    source_constraint_component: IRI
    severity: IRI
    messages: tuple[Literal, ...]
    source_name: str = ""
    """The source shape for people: its IRI with a prefix, or where it stands."""
    source_constraint: Term | None = None
    """The node of a SPARQL-based constraint (SHACL, 5.3.2)."""
    details: tuple[ValidationResult, ...] = ()

    @property
    def message(self) -> str:
        """The message in English where there is one, or else the first."""
        english = (m.lexical for m in self.messages if (m.language or "en").lower().startswith("en"))
        return next(english, self.messages[0].lexical)


@dataclass(frozen=True, slots=True)
class ValidationReport:
    """What SHACL says of a graph. *focus_nodes* counts the nodes that some shape targeted: with none, the
    graph is unchecked, and never called valid.
    """

    results: tuple[ValidationResult, ...]
    focus_nodes: int
    focus_nodes_of: Mapping[IRI, int] = field(default_factory=dict)
    """Focus nodes of each shape that had any; filled only where it was asked for."""

    @property
    def checked(self) -> bool:
        return self.focus_nodes > 0

    @property
    def conforms(self) -> bool:
        """Whether shapes looked at the graph and none found a violation (warnings annotate only)."""
        return self.checked and not any(result.severity == Severity.VIOLATION for result in self.results)


class Outcome(enum.StrEnum):
    """How a payload ended. Every payload ends in exactly one."""

    PUBLISHED = "published"
    REJECTED = "rejected"
    DEAD_LETTER = "dead-letter"
    IGNORED = "ignored"


Headers = tuple[tuple[str, bytes], ...]


@dataclass(frozen=True, slots=True)
class Record:
    """One record of the bus, before or after it was written. A *value* of None is a tombstone."""

    topic: str
    key: str | None
    value: bytes | None
    headers: Headers = ()
    timestamp: datetime = field(default_factory=lambda: datetime.now(UTC))
    partition: int = -1
    offset: int = -1

    @property
    def position(self) -> Position:
        return Position(self.topic, self.partition, self.offset)

    def header(self, name: str) -> str | None:
        """The text of the first header called *name* (case-insensitive), or None."""
        wanted = name.lower()
        return next((value.decode("utf-8", "replace") for key, value in self.headers if key.lower() == wanted), None)
