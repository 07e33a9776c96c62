"""RML and YARRRML: mapping documents become quads.

load          a document, in any vocabulary    → a Mapping          raises MappingError
sources       a Mapping and its folder         → documents          raises MappingError, LiftingError
interpreter   a Mapping and documents          → quads              raises LiftingError; complete, and plain
compiler      a source of a Mapping            → one function of a document: N-Quads, or quads
batch         a Mapping and documents          → lines, by whichever of both is right
"""
