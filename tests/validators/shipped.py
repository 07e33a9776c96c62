"""The shapes we ship before our vocabulary, without the rest of the gateway."""

from __future__ import annotations

from functools import cache

from semantic_gw.lexicon import Lexicon
from semantic_gw.model import Triple
from semantic_gw.rdf.ontology import load_ontology
from semantic_gw.shipped import ONTOLOGIES, SHAPES
from semantic_gw.validators import CompiledShapes, compile_shapes


@cache
def background() -> tuple[Triple, ...]:
    return (*load_ontology(sorted(ONTOLOGIES.glob("*.ttl"))).triples, *Lexicon.load().compatible_units())


@cache
def shipped() -> CompiledShapes:
    return compile_shapes(sorted(SHAPES.glob("*.ttl")), background())
