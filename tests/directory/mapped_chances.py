"""Mappings, shapes and payloads at random, for the tests that hold proofs to what comes out."""

from __future__ import annotations

import random

from semantic_gw.model import Json

PREFIXES = """
@prefix rml: <http://w3id.org/rml/> . @prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@prefix ex: <http://example.com/> . @prefix saref: <https://saref.etsi.org/core/> .
@prefix idlab-fn: <https://w3id.org/imec/idlab/function#> . @prefix sh: <http://www.w3.org/ns/shacl#> .
"""
ITERATORS = ["$", "$", "$", "$.list[*]", "$.deep"]
NODES = [
    'rml:template "http://n/{a}"',
    'rml:template "http://n/{a}/s"',
    'rml:template "http://n/{b}"',
    'rml:template "http://m/{a}-{b}"',
    'rml:template "http://m/{a}/{b}"',
    'rml:template "n/{a}"',
    'rml:template "o{a}"; rml:termType rml:BlankNode',
    'rml:template "r{a}"; rml:termType rml:BlankNode',
    'rml:template "{a}{b}"; rml:termType rml:BlankNode',
    "rml:termType rml:BlankNode",
    "rml:constant ex:one",
    "rml:constant <http://n/1>",
]
LINKS = [
    *NODES[:-3],
    'rml:template "http://u/{a}"; rml:termType rml:UnsafeIRI',
    'rml:reference "a"; rml:termType rml:IRI',
    'rml:template "http://n/{t[*]}"',
]
VALUES = [
    'rml:reference "a"',
    'rml:reference "b"',
    'rml:reference "b"; rml:datatype xsd:double',
    'rml:reference "b"; rml:datatype xsd:integer',
    'rml:reference "a"; rml:datatype xsd:string',
    'rml:reference "b"; rml:language "en"',
    'rml:template "value {b}"; rml:termType rml:Literal',
    'rml:reference "t[*]"',
    "rml:constant 5",
    'rml:constant "x"',
    "rml:constant ex:one",
    "rml:constant ex:two",
]
CONDITION = """; rml:condition [ rml:functionExecution [ rml:function idlab-fn:isNotNull; rml:input [
    rml:parameter idlab-fn:str; rml:inputValueMap [ rml:reference "b" ] ] ] ]"""
PREDICATES = ["ex:p", "ex:q", "ex:r", "saref:hasValue"]
CLASSES = ["ex:C", "ex:D", "ex:E"]
SCALARS: list[Json] = [1, "1", 2, 2.5, "2", "x", True, None, "NaN", "", [1], {"a": 1}, "ex y", "http://n/1"]


def mapping(chance: random.Random) -> str:
    """A mapping of a few triples maps."""
    names = [f"ex:T{number}" for number in range(chance.randint(1, 3))]
    iterators = [chance.choice(ITERATORS) for _ in names]
    graph = chance.choice([""] * 6 + ["; rml:graph ex:g", '; rml:graphMap [ rml:template "http://g/{a}" ]'])
    maps = (_triples_map(name, iterator, graph, _parents(iterator, names, iterators), chance)
            for name, iterator in zip(names, iterators, strict=True))  # fmt: skip
    return PREFIXES + "".join(maps)


def _parents(iterator: str, names: list[str], iterators: list[str]) -> list[str]:
    return [name for name, other in zip(names, iterators, strict=True) if other == iterator]


def _triples_map(name: str, iterator: str, graph: str, parents: list[str], chance: random.Random) -> str:
    source = f'[ rml:source [ rml:path "a.json" ]; rml:referenceFormulation rml:JSONPath; rml:iterator "{iterator}" ]'
    subject = f"{chance.choice(NODES)}; rml:class {', '.join(chance.sample(CLASSES, chance.randint(1, 2)))}{graph}"
    pairs = [_pair(chance.choice(PREDICATES), parents, chance) for _ in range(chance.randint(0, 4))]
    if chance.random() < 0.6:
        thing = chance.choice(['rml:template "http://n/{a}"', 'rml:template "urn:t:{b}"', "rml:constant ex:one"])
        pairs.append(f"[ rml:predicate saref:madeBy; rml:objectMap [ {thing} ] ]")
    rules = f"; rml:predicateObjectMap {', '.join(pairs)}" if pairs else ""
    return f"{name} rml:logicalSource {source}; rml:subjectMap [ {subject} ]{rules} .\n"


def _pair(predicate: str, parents: list[str], chance: random.Random) -> str:
    made = chance.choice([*VALUES, *LINKS, f"rml:parentTriplesMap {chance.choice(parents)}"])
    condition = CONDITION if chance.random() < 0.15 else ""
    return f"[ rml:predicate {predicate}; rml:objectMap [ {made}{condition} ] ]"


def payload(chance: random.Random) -> Json:
    """A document with some of the members that mappings refer to."""
    found = _members(chance)
    found["list"] = [_members(chance) for _ in range(chance.choice([0, 1, 1, 2, 3]))]
    if chance.random() < 0.7:
        found["deep"] = _members(chance)
    return found


def _members(chance: random.Random) -> dict[str, Json]:
    plain: list[Json] = [1, 1, "x", 2.5, 2]
    found = {name: chance.choice(plain if chance.random() < 0.7 else SCALARS) for name in ("a", "b")}
    if chance.random() < 0.6:
        found["t"] = [chance.choice(SCALARS) for _ in range(chance.randint(0, 3))]
    return {name: value for name, value in found.items() if chance.random() < 0.9}


TARGETS = ["sh:targetClass ex:C", "sh:targetClass ex:D", "sh:targetSubjectsOf ex:p", "sh:targetObjectsOf ex:q",
           "sh:targetNode ex:one", "sh:targetSubjectsOf saref:madeBy"]  # fmt: skip
PATHS = ["ex:p", "ex:q", "ex:r", "saref:hasValue", "saref:madeBy", "[ sh:inversePath ex:p ]", "( ex:p ex:q )",
         "[ sh:alternativePath ( ex:p ex:r ) ]", "[ sh:zeroOrMorePath ex:p ]", "( [ sh:inversePath ex:q ] ex:r )",
         "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"]  # fmt: skip
CONSTRAINTS = [
    "sh:minCount 1", "sh:minCount 2", "sh:maxCount 0", "sh:maxCount 1", "sh:maxCount 2", "sh:datatype xsd:string",
    "sh:datatype xsd:double", "sh:datatype xsd:integer", "sh:nodeKind sh:IRI", "sh:nodeKind sh:Literal",
    "sh:class ex:C", "sh:class ex:D", "sh:in ( ex:one 5 )", "sh:in ( <http://n/1> 1 )",
    "sh:hasValue ex:one", "sh:hasValue 5",
    'sh:hasValue "NaN"^^xsd:double', "sh:disjoint ex:q", "sh:equals ex:r", "sh:lessThan ex:r", "sh:uniqueLang true",
    'sh:languageIn ( "en" )', "sh:minLength 1", "sh:minLength 8", 'sh:pattern "^v"', "sh:minInclusive 2",
    "sh:maxExclusive 2", "sh:not [ sh:class ex:D ]", "sh:or ( [ sh:class ex:C ] [ sh:nodeKind sh:Literal ] )",
    "sh:xone ( [ sh:class ex:C ] [ sh:class ex:D ] )", "sh:node [ sh:property [ sh:path ex:r; sh:minCount 1 ] ]",
    "sh:node [ sh:closed true; sh:property [ sh:path ex:p ] ]",
    "sh:qualifiedValueShape [ sh:class ex:C ]; sh:qualifiedMinCount 1",
    "sh:qualifiedValueShape [ sh:nodeKind sh:Literal ]; sh:qualifiedMaxCount 1",
    "sh:property [ sh:path ex:q; sh:minCount 1 ]",
    "sh:property [ sh:path ex:q; sh:maxCount 1; sh:datatype xsd:double ]",
]  # fmt: skip


def shapes(chance: random.Random) -> str:
    """A few shapes."""
    return PREFIXES + "".join(_shape(number, chance) for number in range(chance.randint(1, 4)))


def _shape(number: int, chance: random.Random) -> str:
    parts = [f"sh:property [ sh:path {chance.choice(PATHS)}; {chance.choice(CONSTRAINTS)} ]"
             for _ in range(chance.randint(1, 3))]  # fmt: skip
    if chance.random() < 0.15:
        parts.append("sh:closed true; sh:ignoredProperties ( ex:r saref:madeBy )")
    return f"ex:S{number} a sh:NodeShape; {chance.choice(TARGETS)}; {'; '.join(parts)} .\n"
