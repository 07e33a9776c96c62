"""The ontologies as graphs, each under its own IRI, with what follows from all of them together.

Subclasses, subproperties and kinds have everything above them: `rdfs:subClassOf` and `rdfs:subPropertyOf` are
transitive (RDF Schema 1.1, 3.4 and 3.5), `skos:broader` is not: what is broader at any distance is
`skos:broaderTransitive` (SKOS, 8.1).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Final

from semantic_gw.contracts import GraphUpdate
from semantic_gw.errors import ConfigurationError, DecodingError
from semantic_gw.model import IRI, Triple
from semantic_gw.rdf.namespaces import OWL, RDF, SKOS
from semantic_gw.rdf.ontology import SUBCLASS_OF, SUBPROPERTY_OF, Closure, Ontology
from semantic_gw.rdf.serialize import term_text
from semantic_gw.rdf.syntaxes import SYNTAXES, parse

BROADER_TRANSITIVE: Final[IRI] = SKOS + "broaderTransitive"

_VERSION_BITS: Final = 52
"""Of the digest of what is in the graphs: a position is a number that JSON keeps exactly."""


@dataclass(frozen=True)
class Vocabulary:
    """Ontologies by the IRI of their graph."""

    triples: Mapping[IRI, Sequence[Triple]]

    @cached_property
    def ontology(self) -> Ontology:
        """All of them as one."""
        return Ontology(tuple(triple for triples in self.triples.values() for triple in triples))

    @cached_property
    def updates(self) -> tuple[GraphUpdate, ...]:
        """A graph for each ontology."""
        return tuple(GraphUpdate(name, _text(triples, self._closures)) for name, triples in self.triples.items())

    @cached_property
    def version(self) -> int:
        """A number that changes with what is in the graphs."""
        digest = hashlib.sha256(b"\0".join(update.triples or b"" for update in self.updates)).digest()
        return int.from_bytes(digest[:8], "big") >> (64 - _VERSION_BITS)

    @cached_property
    def _closures(self) -> Mapping[IRI, Closure]:
        whole = self.ontology
        return {
            SUBCLASS_OF: whole.superclasses,
            SUBPROPERTY_OF: whole.superproperties,
            BROADER_TRANSITIVE: whole.broader,
        }


def load_vocabulary(files: Sequence[Path], base_iri: IRI) -> Vocabulary:
    """The ontologies in *files* (Turtle). Raises ConfigurationError with the file and the line.

    One that does not say its IRI gets one below *base_iri*.
    """
    found: dict[IRI, list[Triple]] = {}
    for number, path in enumerate(files):
        triples = _read(path, label=f"v{number}")
        name = next((s for s, p, o in triples if p == RDF + "type" and o == OWL + "Ontology" and s[:2] != "_:"), None)
        found.setdefault(name or f"{base_iri}ontologies/{path.stem}", []).extend(triples)
    return Vocabulary(found)


def _read(path: Path, *, label: str) -> list[Triple]:
    try:
        return parse(path.read_bytes(), SYNTAXES["turtle"], label=label).triples
    except (OSError, DecodingError) as error:
        raise ConfigurationError(f"ontology {path}: {error}") from error


def _text(triples: Sequence[Triple], closures: Mapping[IRI, Closure]) -> bytes:
    every = dict.fromkeys((*triples, *_above(triples, closures)))
    return "".join(f"{term_text(s)} {term_text(p)} {term_text(o)} .\n" for s, p, o in every).encode()


def _above(triples: Sequence[Triple], closures: Mapping[IRI, Closure]) -> Iterator[Triple]:
    """What stands above the subjects of *triples*."""
    for subject in dict.fromkeys(subject for subject, _, _ in triples):
        for predicate, closure in closures.items():
            yield from ((subject, predicate, higher) for higher in sorted(closure.get(subject, ())))
