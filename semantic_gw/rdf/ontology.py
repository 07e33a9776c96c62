"""Vocabularies in Turtle: loaded once, closed over subclasses and subproperties, checked by a reasoner."""

from __future__ import annotations

import hashlib
import shutil
import tempfile
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Final

import pyoxigraph as ox

from semantic_gw.errors import ConfigurationError
from semantic_gw.model import IRI, Literal, Triple
from semantic_gw.rdf.namespaces import OWL, QUDT, RDF, RDFS, SAREF, SGW, SKOS, compact

TYPE: Final[IRI] = RDF + "type"
LABEL: Final[IRI] = RDFS + "label"
BROADER: Final[IRI] = SKOS + "broader"
SUBCLASS_OF: Final[IRI] = RDFS + "subClassOf"
SUBPROPERTY_OF: Final[IRI] = RDFS + "subPropertyOf"
HAS_QUANTITY_KIND: Final[IRI] = QUDT + "hasQuantityKind"
COMPATIBLE_UNIT: Final[IRI] = SGW + "compatibleUnit"
DEFAULT_UNIT: Final[IRI] = SGW + "defaultUnit"
POSSIBLE_STATE: Final[IRI] = SGW + "possibleState"

PROPERTY: Final[IRI] = SAREF + "Property"
STATE: Final[IRI] = SAREF + "State"
POSITION: Final[IRI] = SGW + "GeographicPosition"
"""The kind whose values are places on earth, not numbers."""
EVENT_KIND: Final[IRI] = SGW + "EventKind"
KIND_CLASSES: Final = frozenset({PROPERTY, STATE, EVENT_KIND, SAREF + "Function", SAREF + "Command"})
"""What a kind is an instance of: a vocabulary's kinds are individuals, not classes."""

Closure = Mapping[IRI, frozenset[IRI]]
"""A term → all terms above it, itself left out."""


@dataclass(frozen=True)
class Ontology:
    """Triples of one or several vocabularies, and what follows from them for named terms."""

    triples: tuple[Triple, ...]

    def objects(self, subject: IRI, predicate: IRI) -> tuple[IRI, ...]:
        """The IRIs that *subject* has for *predicate*, in the order of the files."""
        return self._index.get((subject, predicate), ())

    @cached_property
    def kinds(self) -> Mapping[IRI, IRI]:
        """Every kind of property, state, event, function and command, and the class it is an instance of."""
        return {s: o for s, p, o in self.triples if p == TYPE and isinstance(o, str) and o in KIND_CLASSES}

    @cached_property
    def labels(self) -> Mapping[IRI, str]:
        """The label of every term, English where there are several."""
        found: dict[IRI, str] = {}
        for s, p, o in self.triples:
            if p == LABEL and isinstance(o, Literal) and (s not in found or o.language == "en"):
                found[s] = o.lexical
        return found

    @cached_property
    def superclasses(self) -> Closure:
        """The named classes above each named class."""
        return self._closure(SUBCLASS_OF)

    @cached_property
    def superproperties(self) -> Closure:
        """The properties above each property."""
        return self._closure(SUBPROPERTY_OF)

    @cached_property
    def broader(self) -> Closure:
        """The kinds above each kind (skos:broader)."""
        return self._closure(BROADER)

    def quantity_kind(self, kind: IRI) -> IRI | None:
        """The QUDT quantity kind that *kind* is aligned to.

        >>> from semantic_gw.shipped import ONTOLOGIES
        >>> load_ontology([ONTOLOGIES / "sgw.ttl"]).quantity_kind(SGW + "Temperature")
        'http://qudt.org/vocab/quantitykind/Temperature'
        """
        return next(iter(self.objects(kind, HAS_QUANTITY_KIND)), None)

    def states(self, kind: IRI) -> tuple[IRI, ...]:
        """The states that the state kind *kind* can have."""
        return self.objects(kind, POSSIBLE_STATE)

    @cached_property
    def _index(self) -> dict[tuple[IRI, IRI], tuple[IRI, ...]]:
        index: dict[tuple[IRI, IRI], tuple[IRI, ...]] = {}
        for s, p, o in self.triples:
            if isinstance(o, str):
                index[s, p] = (*index.get((s, p), ()), o)
        return index

    def _closure(self, predicate: IRI) -> Closure:
        direct: dict[IRI, set[IRI]] = {}
        for s, p, o in self.triples:
            if p == predicate and isinstance(o, str):
                direct.setdefault(s, set()).add(o)
        return {term: frozenset(_above(term, direct)) for term in direct}


def _above(term: IRI, direct: Mapping[IRI, set[IRI]]) -> set[IRI]:
    """Everything above *term*; a cycle ends where it began."""
    found: set[IRI] = set()
    waiting = list(direct[term])
    while waiting:
        above = waiting.pop()
        if above not in found:
            found.add(above)
            waiting.extend(direct.get(above, ()))
    return found - {term}


def load_ontology(files: Iterable[Path]) -> Ontology:
    """The vocabularies in *files* (Turtle), as one. Raises ConfigurationError with the file and the line.

    Triples on blank nodes (OWL restrictions) are left out: only named terms have a closure.
    """
    return Ontology(tuple(triple for path in files for triple in _triples(path)))


def _triples(path: Path) -> Iterator[Triple]:
    try:
        for quad in ox.parse(path=str(path), format=ox.RdfFormat.TURTLE):
            subject, value = quad.subject, quad.object
            if isinstance(subject, ox.NamedNode) and isinstance(value, ox.NamedNode | ox.Literal):
                yield subject.value, quad.predicate.value, _term(value)
    except (OSError, SyntaxError) as error:
        raise ConfigurationError(f"ontology {path}: {error}") from error


def _term(value: ox.NamedNode | ox.Literal) -> IRI | Literal:
    if isinstance(value, ox.NamedNode):
        return value.value
    return Literal(value.value, value.datatype.value, value.language)


@dataclass(frozen=True, slots=True)
class ConsistencyReport:
    """What the reasoner says of a set of ontologies. Without Java nothing was checked, and *reason* says so."""

    checked: bool
    consistent: bool
    unsatisfiable: tuple[IRI, ...] = ()
    reason: str = ""

    @property
    def findings(self) -> tuple[str, ...]:
        """What a reader must look into, a sentence each."""
        unsatisfiable = tuple(f"{compact(iri)} can have no instance" for iri in self.unsatisfiable)
        return (*unsatisfiable, *((self.reason,) if self.reason else ()))


def check_consistency(files: Sequence[Path]) -> ConsistencyReport:
    """Whether the ontologies in *files* (Turtle) contradict themselves, as the HermiT reasoner sees it.

    The files are copied into a world of their own and never written. Raises ConfigurationError for a file
    that is not Turtle.
    """
    if not shutil.which("java"):
        return ConsistencyReport(checked=False, consistent=False, reason="not checked: the reasoner needs Java")
    with tempfile.TemporaryDirectory(prefix="semantic-gw-") as folder:
        copy = Path(folder) / "ontologies.nt"
        _write_ntriples(files, copy)
        return _reason(copy)


def _write_ntriples(files: Sequence[Path], target: Path) -> None:
    """One N-Triples file of all *files* but for their imports: what is to be checked is named, never fetched."""
    with target.open("wb") as output:
        for path in files:
            try:
                quads = list(ox.parse(path=str(path), format=ox.RdfFormat.TURTLE, rename_blank_nodes=True))
            except (OSError, SyntaxError) as error:
                raise ConfigurationError(f"ontology {path}: {error}") from error
            kept = (quad.triple for quad in quads if quad.predicate.value != OWL + "imports")
            ox.serialize(kept, output=output, format=ox.RdfFormat.N_TRIPLES)


def _reason(ntriples: Path) -> ConsistencyReport:
    import owlready2  # noqa: PLC0415  opens a database and looks for Java on import: only who checks pays

    world = owlready2.World()
    world.get_ontology(ntriples.as_uri()).load()
    try:
        owlready2.sync_reasoner_hermit(world, debug=0, ignore_unsupported_datatypes=True)
    except owlready2.OwlReadyInconsistentOntologyError:
        return ConsistencyReport(checked=True, consistent=False, reason="the ontologies contradict themselves")
    except owlready2.base.OwlReadyJavaError as error:
        lines = [line for line in str(error).splitlines() if line.strip()]
        return ConsistencyReport(checked=False, consistent=False, reason=f"not checked: {' '.join(lines[:3])}")
    unsatisfiable = tuple(sorted(str(found.iri) for found in world.inconsistent_classes() if hasattr(found, "iri")))
    named = tuple(iri for iri in unsatisfiable if iri != OWL + "Nothing")
    return ConsistencyReport(checked=True, consistent=True, unsatisfiable=named)


@dataclass(frozen=True, slots=True)
class LockedOntology:
    """An ontology that does not ship with the gateway, and the SHA-256 digest of the file that is meant."""

    name: str
    version: IRI
    file: str
    sha256: str
    licence: str
    reason: bool = True
    """Whether the reasoner would find anything in it; tables of facts only cost time."""

    def path(self, folder: Path) -> Path | None:
        """The file in *folder*, None where it is not there. Raises ConfigurationError for another file of that name."""
        found = folder / self.file
        if not found.is_file():
            return None
        digest = hashlib.sha256(found.read_bytes()).hexdigest()
        if digest != self.sha256:
            raise ConfigurationError(f"{found} has the digest {digest}; {self.name} {self.version} has {self.sha256}")
        return found


def load_lock(path: Path) -> tuple[LockedOntology, ...]:
    """The ontologies that `ontologies/lock.toml` names. Raises ConfigurationError."""
    try:
        return tuple(LockedOntology(**row) for row in tomllib.loads(path.read_text("utf-8"))["ontology"])
    except (OSError, KeyError, TypeError, ValueError) as error:
        raise ConfigurationError(f"lock {path}: {error}") from error
