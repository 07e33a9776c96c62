"""What a plug-in must offer, on one page. The built-in ones come in through the same door.

Codec       bytes of one media type           → a JSON value        raises DecodingError
Describer   a family's own description        → Thing Descriptions  raises DescribingError
Reader      a Document of a family            → Readings            raises LiftingError
Lifter      a Document                        → DataGraphs          raises LiftingError
Validator   a DataGraph                       → ValidationReport    raises nothing: bad data is a value
Bus         Records                           ⇄ topics              raises UnavailableError
GraphStore  named graphs, replaced whole      → SPARQL answers      raises QueryError, UnavailableError
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple, Protocol, Self

from semantic_gw.model import (
    IRI,
    DataGraph,
    Document,
    Finding,
    Json,
    Payload,
    Position,
    Record,
    ThingDescription,
    ValidationReport,
)


class Codec(Protocol):
    """Turns the bytes of one family of media types into a JSON value. Pure."""

    media_types: tuple[str, ...]

    def decode(self, body: bytes) -> Json:
        """The value that *body* encodes. Raises DecodingError with what is wrong, and where."""
        ...


@dataclass(frozen=True, slots=True)
class Descriptions:
    """What a describer made of one payload: Thing Descriptions, and whether the origin lists all it has."""

    things: tuple[ThingDescription, ...]
    origin: str
    complete: bool = False
    remarks: tuple[str, ...] = ()
    """What could not be described, a sentence each."""
    partial: bool = False
    """Whether other messages tell of the same Things, too: these are put together (`sgw:describedOn`)."""


class Describer(Protocol):
    """Turns a family's own descriptions into Thing Descriptions. Pure."""

    def describe(self, description: Json, address: str) -> Descriptions:
        """The Things that *description*, received at *address*, tells of. Raises DescribingError."""
        ...


@dataclass(frozen=True, slots=True)
class Field:
    """One value that a device reported, before anybody looks up what it means.

    *path* are the names that lead to it, its own last; *value* is in plain form: a number, a truth value or a text, no
    sentinel and no number with a unit in one text. *unit* is spelled as the payload or the family's table spells it.
    Where the family's table knows what is meant, *kind* is a kind of the vocabulary, and *states* the state of each
    value (or the kind of each event); else the lexicon is asked by path, unit and value.
    """

    path: tuple[str, ...]
    value: Json
    unit: str = ""
    pointer: str = ""
    """JSON Pointer of the value in the document that was read, for people."""
    kind: str = ""
    states: Mapping[str, str] = field(default_factory=dict)
    title: str = ""
    also: tuple[tuple[tuple[str, ...], str], ...] = ()
    """Other paths the lexicon may know it by, best first, each with the unit in its name: `BatV` is a `Bat` in V."""
    unknown: str = ""
    """Why nobody can know what it means, where its reader knows that: the lexicon is not asked."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What one message says of one Thing at one time.

    *time* is the phenomenon time in UTC, None where the message tells none that can be trusted. *about* are members
    for the Thing's description (`saref:hasManufacturer`, `saref:hasModel`, `@type` …).
    """

    thing: str
    title: str
    fields: tuple[Field, ...]
    time: datetime | None = None
    about: Mapping[str, Json] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Readings:
    """What a reader made of one document.

    *left* are the values that are in no reading, each with a true reason (a sentinel, an echo of a command, a text
    nobody can read). With *ignored* the document as a whole is nothing for us, and the reason is told.
    """

    readings: tuple[Reading, ...] = ()
    left: tuple[Finding, ...] = ()
    ignored: str = ""
    looked: bool = True
    """Whether the document is of a shape that the reader takes apart: else nobody says that no value is in it."""


class Reader(Protocol):
    """Takes the documents of a family apart: which Things report, when, and which values. Meanings are not its job."""

    def read(self, document: Document, captures: Mapping[str, str]) -> Readings:
        """The readings of *document*; *captures* are the levels of its address that the family's route named.

        Raises LiftingError for a document that is not what the family's are.
        """
        ...

    def fork(self) -> Self:
        """A copy that shares nothing that changes: what is tried out there stays there. *self* where nothing does."""
        ...


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the explanation of a message: what was looked at, what was seen, what came of it."""

    step: str
    """decode, route, describe, lift, validate, publish"""
    subject: str
    """what was looked at: an affordance, a rule, a shape, a topic"""
    outcome: str
    """a sentence"""
    pointer: str = ""
    value: str = ""
    details: Mapping[str, Json] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Lifted:
    """What a lifter made of one document: graphs, and the JSON Pointers of values that became no triple."""

    graphs: tuple[DataGraph, ...]
    unmapped: tuple[str, ...] = ()
    steps: tuple[Step, ...] = ()
    """Filled only by `explain`."""


class Lifter(Protocol):
    """Turns documents of one Thing and address into graphs. Pure: the clock is in the payload."""

    def lift(self, document: Document) -> Lifted:
        """Raises LiftingError."""
        ...

    def explain(self, document: Document) -> Lifted:
        """The same, with a step for each affordance."""
        ...


class Validator(Protocol):
    """Checks one graph, alone, against the shapes it was compiled from. Pure."""

    def validate(self, graph: DataGraph) -> ValidationReport: ...


class PlanValidator(Validator, Protocol):
    """Checks the graphs of one mapping with the reports that *shapes* give, for less. Pure."""

    @property
    def shapes(self) -> Validator: ...


@dataclass(frozen=True, slots=True)
class TopicSpec:
    """A topic the gateway writes: created on start if allowed."""

    name: str
    compact: bool = False
    partitions: int = 4
    replication_factor: int = 1
    retention_ms: int = 7 * 24 * 3600 * 1000
    max_message_bytes: int = 8 * 1024 * 1024


Offsets = Mapping[tuple[str, int], int]
"""Topic and partition → the offset of the next record to take."""


class Subscription(Protocol):
    """A member of a consumer group, or (without a group) a reader of everything."""

    async def batch(self, max_records: int, timeout_s: float) -> Sequence[Record]:
        """The next records, in order per partition; empty after *timeout_s* without any."""
        ...

    async def commit(self, records: Sequence[Record]) -> None:
        """Commit the offsets after *records*: call it only when their results are durable."""
        ...

    async def caught_up(self) -> bool:
        """Whether everything that stood on the topics at the time of the call has been handed out."""
        ...

    async def behind(self) -> Mapping[str, int]:
        """Records of each topic that have not been handed out; in Kafka at most so many."""
        ...


class Bus(Protocol):
    """A durable log of records: Kafka, or the embedded log. One contract, one test suite."""

    async def start(self) -> None:
        """Raises UnavailableError when the broker cannot be reached: pause, then call again."""
        ...

    async def stop(self) -> None:
        """Returns within a bounded time, broker or not."""
        ...

    async def ensure_topics(self, specs: Sequence[TopicSpec]) -> None:
        """Create the topics that are missing. Raises ConfigurationError where that is not allowed."""
        ...

    async def publish(self, records: Sequence[Record]) -> Sequence[Position]:
        """Write *records* in order; on return all are durable. Raises UnavailableError: unknown which are."""
        ...

    def subscribe(
        self,
        topics: Sequence[str],
        *,
        group: str | None = None,
        pattern: str | None = None,
        from_start: bool = True,
        begin_at: Offsets | None = None,
    ) -> AbstractAsyncContextManager[Subscription]:
        """Read *topics* (or those whose name fully matches the regular expression *pattern*).

        A reader without a group that keeps its own place gives it in *begin_at*: partitions that are not in it are read
        from their start, and so are those whose offset the topic no longer has, with a warning in the log.
        """
        ...

    async def lag(self, group: str) -> Mapping[str, int]:
        """Records per topic that *group* has not committed yet."""
        ...


class AtomicBus(Bus, Protocol):
    """A bus that can write results and commit what they were made of in one transaction."""

    async def publish_and_commit(
        self, records: Sequence[Record], subscription: Subscription, consumed: Sequence[Record]
    ) -> Sequence[Position]:
        """All or nothing. Raises UnavailableError."""
        ...


class Binding(Protocol):
    """A way in. It hands payloads to the intake and acknowledges to its peer once they are durable."""

    name: str

    async def run(self) -> None:
        """Serve until cancelled; reconnect with back-off. Nothing taken is lost when it is cancelled."""
        ...


class Intake(Protocol):
    """Takes payloads from bindings. On return they are durable."""

    async def take(self, payloads: Sequence[Payload]) -> None:
        """Raises UnavailableError when the spool is full or the disk fails: tell the sender to come back."""
        ...


class GraphUpdate(NamedTuple):
    """What a named graph is to hold from now on: all of it, as N-Triples. None: the graph is gone."""

    graph: IRI
    triples: bytes | None


@dataclass(frozen=True, slots=True)
class QueryBounds:
    """What a query may cost: the time of its evaluation in seconds, memory and answer in bytes, and rows or triples."""

    time_s: float
    memory_bytes: int
    answer_bytes: int
    rows: int


@dataclass(frozen=True, slots=True)
class GraphQuery:
    """A query of SPARQL 1.1, and the form of its answer.

    *solutions* is the media type of what SELECT and ASK give, *graph* of what CONSTRUCT and DESCRIBE give.
    *default_graphs* and *named_graphs* are the dataset of the protocol (SPARQL 1.1 Protocol, 2.1.4); with neither, and
    no FROM in the text, the default graph is the union of all graphs. *at_least* is a generation (`replace`) that the
    answer must know of; 0: as fresh as is convenient. Callers take turns where not all queries can be at work at once.
    """

    text: str
    bounds: QueryBounds
    solutions: str = "application/sparql-results+json"
    graph: str = "text/turtle"
    default_graphs: tuple[IRI, ...] = ()
    named_graphs: tuple[IRI, ...] = ()
    at_least: int = 0
    caller: str = ""


@dataclass(frozen=True, slots=True)
class GraphAnswer:
    """An answer as it comes: *parts* raises LimitError where a bound is met in the middle of it.

    *generation* is the one (`replace`) that the answer tells of; 0 where nobody knows.
    """

    media_type: str
    parts: AsyncIterator[bytes]
    generation: int = 0


@dataclass(frozen=True, slots=True)
class StoreSize:
    """How much a store holds. *dead* are quads that were removed, and still take memory."""

    graphs: int
    quads: int
    dead: int = 0


class GraphStore(Protocol):
    """Named graphs, each replaced whole, that answer SPARQL 1.1. One contract, one test suite."""

    @property
    def generation(self) -> int:
        """What `replace` returned last; 0 before. A store that others write, too, says 0 always."""
        ...

    async def start(self) -> None:
        """Raises UnavailableError where the store cannot be reached: pause, then call again."""
        ...

    async def stop(self) -> None:
        """Returns within a bounded time."""
        ...

    async def replace(self, updates: Sequence[GraphUpdate], positions: Mapping[str, int]) -> int:
        """Replace graphs, all or none; of several updates of a graph the last counts. Returns the new generation.

        *positions* say of each source how far it is known now (the name of a source → the next one to take); those of
        sources that are not named stay. A graph that cannot be stored stays as it was, and is told of in the log.

        Raises UnavailableError. A store that lost what it was told (its process died, and another one begins with an
        older state) raises it until `positions` has been asked: go on from there.
        """
        ...

    async def positions(self) -> Mapping[str, int]:
        """The positions that belong to what the store holds: where to go on. Empty: it holds nothing."""
        ...

    def query(self, query: GraphQuery) -> AbstractAsyncContextManager[GraphAnswer]:
        """The answer to *query*; on leaving, a query that still runs is ended.

        Raises QueryError (with its line and column where it is wrong), LimitError, UnavailableError.
        """
        ...

    async def size(self) -> StoreSize: ...


class EvolvingStore(GraphStore, Protocol):
    """A store that can say what an update would make of its graphs, and leave them as they are."""

    async def evolve(
        self, update: str, prefix: str, bounds: QueryBounds, *, at_least: int = 0
    ) -> Sequence[GraphUpdate]:
        """What *update* (SPARQL 1.1 Update) would make of those graphs that it changes and whose names have *prefix*.

        What it would do to any other graph is not told. Raises QueryError, LimitError, UnavailableError.
        """
        ...
