"""The graph of a Thing: its description in RDF as the directory projects it, and the classes above its types.

So `?x a saref:Device` finds what calls itself a saref:Meter, without a reasoner for each question.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Final

from semantic_gw.model import IRI
from semantic_gw.rdf.namespaces import RDF

_TYPE: Final = f"<{RDF}type>"
_TYPED: Final = re.compile(rb"^(<[^>]*>) " + re.escape(_TYPE.encode()) + rb" <([^>]*)> \.$", re.MULTILINE)


class ThingGraphs:
    """Makes the graphs of Things. *above* tells the classes above a class."""

    def __init__(self, above: Mapping[IRI, Iterable[IRI]]) -> None:
        self._above = {lower.encode(): tuple(sorted(one.encode() for one in higher)) for lower, higher in above.items()}

    def graph(self, projection: bytes) -> bytes:
        """*projection* (N-Triples, a line for each triple) and what follows from its types."""
        typed = _TYPED.findall(projection)
        told = set(typed)
        new = {
            (subject, higher): None
            for subject, lower in typed
            for higher in self._above.get(lower, ())
            if (subject, higher) not in told
        }
        if not new:
            return projection
        lines = (subject + b" " + _TYPE.encode() + b" <" + higher + b"> .\n" for subject, higher in new)
        return b"".join([projection, b"" if projection.endswith(b"\n") else b"\n", *lines])
