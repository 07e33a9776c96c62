"""Replacements of graphs in SPARQL 1.1 Update, and the positions that are kept beside them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from semantic_gw.model import IRI
from semantic_gw.rdf.iris import encode_segment
from semantic_gw.rdf.literals import literal
from semantic_gw.rdf.namespaces import DCTERMS, RDF
from semantic_gw.rdf.serialize import term_text
from semantic_gw.stores.remote.triples_text import graph_name, sparql_triples

_NAME: Final = f"<{DCTERMS}identifier>"
_AT: Final = f"<{RDF}value>"


@dataclass(frozen=True, slots=True)
class Replacement:
    """What a graph is to hold, as SPARQL."""

    graph: IRI
    drop: str
    insert: str
    size: int = field(init=False, compare=False)
    """In bytes, about."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "size", 2 * len(self.drop) + len(self.insert.encode()))


def replacement(graph: IRI, triples: bytes | None, number: int) -> Replacement:
    """That of *graph*; *number* tells its blank nodes from those of others in the request. Raises ValueError."""
    name = graph_name(graph)
    text = sparql_triples(triples or b"", f"g{number}")
    return Replacement(graph, f"DROP SILENT GRAPH {name}", f"GRAPH {name} {{\n{text}}}\n" if text else "")


def requests(replacements: Iterable[Replacement], most_bytes: int) -> Iterator[list[Replacement]]:
    """*replacements*, in as many requests as it takes: a graph is never in two of them."""
    gathered: list[Replacement] = []
    size = 0
    for one in replacements:
        if gathered and size + one.size > most_bytes:
            yield gathered
            gathered, size = [], 0
        gathered.append(one)
        size += one.size
    if gathered:
        yield gathered


def update(replacements: Iterable[Replacement], positions: str = "") -> str:
    """One request: it is done as a whole or not at all (SPARQL 1.1 Update, 3)."""
    given = tuple(replacements)
    inserts = "".join(one.insert for one in given)
    operations = [one.drop for one in given]
    operations += [f"INSERT DATA {{\n{inserts}}}"] if inserts else []
    operations += [positions] if positions else []
    return " ;\n".join(operations)


def positions_update(graph: IRI, positions: Mapping[str, int]) -> str:
    """Operations that keep *positions* in *graph*; those of other sources stay. Empty where there are none."""
    if not positions:
        return ""
    name = graph_name(graph)
    nodes = {source: graph_name(f"{graph}#{encode_segment(source)}") for source in positions}
    deletes = [
        f"DELETE {{ GRAPH {name} {{ {node} {_AT} ?at }} }} WHERE {{ GRAPH {name} {{ {node} {_AT} ?at }} }}"
        for node in nodes.values()
    ]
    told = [
        f"{nodes[source]} {_NAME} {term_text(literal(source))} .\n{nodes[source]} {_AT} {term_text(literal(at))} .\n"
        for source, at in positions.items()
    ]
    text = sparql_triples("".join(told).encode(), "p")
    return " ;\n".join([*deletes, f"INSERT DATA {{ GRAPH {name} {{\n{text}}} }}"])


def positions_query(graph: IRI) -> str:
    """Asks for what `positions_update` kept: *source* and *at*."""
    return f"SELECT ?source ?at WHERE {{ GRAPH {graph_name(graph)} {{ ?node {_NAME} ?source ; {_AT} ?at }} }}"


def size_query(positions_graph: IRI) -> str:
    """Asks how many *graphs* and *quads* there are but for the positions."""
    return (
        "SELECT (COUNT(DISTINCT ?g) AS ?graphs) (COUNT(*) AS ?quads) "
        f"WHERE {{ GRAPH ?g {{ ?s ?p ?o }} FILTER(?g != {graph_name(positions_graph)}) }}"
    )
