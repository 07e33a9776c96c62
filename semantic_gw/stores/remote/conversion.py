"""Graphs that a store gave in one syntax, in another one."""

from __future__ import annotations

from typing import Final

import pyoxigraph as ox

from semantic_gw.errors import LimitError, NotSupportedError, UnavailableError

N_TRIPLES: Final = "application/n-triples"

LINES: Final = frozenset({N_TRIPLES, "text/turtle", "application/trig", "application/n-quads"})
"""Syntaxes that N-Triples are written in, too (RDF 1.1 N-Triples, 1; TriG, 2.1; N-Quads, 2.1)."""

_MOST_NESTED: Final = 50
"""Triple terms in a line: the engine works its way into them by recursion."""


def converted(body: bytes, media_type: str, wanted: str, most: int) -> bytes:
    """*body* as *wanted*. Raises LimitError where there are more than *most* triples, UnavailableError for nonsense."""
    given, asked = ox.RdfFormat.from_media_type(media_type), ox.RdfFormat.from_media_type(wanted)
    if given is None:
        raise UnavailableError(f"the graph store answers with {media_type or 'nothing that has a type'}, no graph")
    if asked is None:
        raise NotSupportedError(f"a graph cannot be given as {wanted}")
    if any(line.count(b"<<") > _MOST_NESTED for line in body.splitlines()):
        raise LimitError("the answer has triples within triples too deep", limit="engine")
    try:
        triples = [quad.triple for quad in ox.parse(body, format=given)]
    except (SyntaxError, ValueError) as error:
        raise UnavailableError(f"the graph store answers with {media_type} that is none: {error}") from error
    if len(triples) > most:
        raise LimitError(f"the answer has more than {most} triples", limit="rows")
    text = ox.serialize(triples, format=asked)
    return text or b""
