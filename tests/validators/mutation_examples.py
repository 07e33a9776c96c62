"""Small shapes, each with data that it finds fine, data that it does not, and ways to make it say something else.

In each, `s:1` is for the node `:a`; where it is one constraint, `sh:path :p` stands before it. The prefixes are those
of the gateway, `:` for data and `s:` for shapes.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Example:
    """*mutants* are other shapes, weaker or tighter, that say something else of some of the data."""

    name: str
    shapes: str
    good: tuple[str, ...]
    bad: tuple[str, ...]
    mutants: tuple[str, ...]


def on_path(name: str, constraint: str, good: list[str], bad: list[str], mutants: list[str]) -> Example:
    """An example of a constraint on the values of :p."""
    written = [f"s:1 sh:targetNode :a ; sh:path :p ; {text} ." for text in (constraint, *mutants)]
    return Example(name, written[0], tuple(good), tuple(bad), tuple(written[1:]))


def of_shapes(name: str, shapes: str, good: list[str], bad: list[str], mutants: list[tuple[str, str]]) -> Example:
    """An example of whole shapes; a mutant is them with one text replaced by another."""
    for old, _ in mutants:
        if old not in shapes:
            raise ValueError(f"{name}: no {old!r} in {shapes!r}")
    return Example(name, shapes, tuple(good), tuple(bad), tuple(shapes.replace(*mutant, 1) for mutant in mutants))


KINDS: Final = {"IRI": ":b", "BlankNode": "_:b", "Literal": '"b"'}


def node_kind(*kinds: str) -> Example:
    """An example of the node kind that allows *kinds*."""
    name = "Or".join(kinds)
    good = [f":a :p {term} ." for kind, term in KINDS.items() if kind in kinds]
    bad = [f":a :p {term} ." for kind, term in KINDS.items() if kind not in kinds]
    all_kinds = ("IRI", "BlankNode", "Literal", "BlankNodeOrIRI", "BlankNodeOrLiteral", "IRIOrLiteral")
    mutants = [f"sh:nodeKind sh:{other}" for other in all_kinds if other != name]
    return on_path(f"nodeKind {name}", f"sh:nodeKind sh:{name}", good, bad, mutants)


ON_VALUES: Final = (
    on_path("class", "sh:class :C", [":a :p :b . :b a :C .", ":a :p :b . :b a :D . :D rdfs:subClassOf :C ."],
            [":a :p :b .", ":a :p :b . :b a :E .", ':a :p "C" .'], ["sh:class :D", "sh:class :E", "sh:class :C, :D"]),
    on_path("datatype", "sh:datatype xsd:integer", [":a :p 1 ."],
            [':a :p "1" .', ":a :p 1.0 .", ":a :p :b .", ':a :p "one"^^xsd:integer .'],
            ["sh:datatype xsd:decimal", "sh:datatype xsd:string", "sh:nodeKind sh:Literal"]),
    node_kind("IRI"), node_kind("BlankNode"), node_kind("Literal"),
    node_kind("BlankNode", "IRI"), node_kind("BlankNode", "Literal"), node_kind("IRI", "Literal"),
    on_path("minCount", "sh:minCount 2", [":a :p 1, 2 .", ":a :p 1, 2, 3 ."], [":a :p 1 .", ":a :q 1 ."],
            ["sh:minCount 1", "sh:minCount 3", "sh:maxCount 2"]),
    on_path("maxCount", "sh:maxCount 1", [":a :p 1 .", ":a :q 1 ."], [":a :p 1, 2 ."],
            ["sh:maxCount 0", "sh:maxCount 2", "sh:minCount 1"]),
    on_path("minExclusive", "sh:minExclusive 5", [":a :p 6 .", ":a :p 5.5 ."],
            [":a :p 5 .", ":a :p 4 .", ':a :p "6" .'],
            ["sh:minInclusive 5", "sh:minExclusive 4", "sh:minExclusive 6", "sh:maxExclusive 5"]),
    on_path("minInclusive", "sh:minInclusive 5", [":a :p 5 .", ":a :p 6 ."], [":a :p 4.9 .", ":a :p :b ."],
            ["sh:minExclusive 5", "sh:minInclusive 4", "sh:minInclusive 6", "sh:maxInclusive 5"]),
    on_path("maxExclusive", "sh:maxExclusive 5", [":a :p 4 .", ":a :p 4.5 ."],
            [":a :p 5 .", ":a :p 6 .", ':a :p "4" .'],
            ["sh:maxInclusive 5", "sh:maxExclusive 4", "sh:maxExclusive 6", "sh:minExclusive 5"]),
    on_path("maxInclusive", "sh:maxInclusive 5", [":a :p 5 .", ":a :p 4 ."], [":a :p 5.1 .", ":a :p 6 ."],
            ["sh:maxExclusive 5", "sh:maxInclusive 4", "sh:maxInclusive 6", "sh:minInclusive 5"]),
    on_path("minLength", "sh:minLength 2", [':a :p "ab" .', ":a :p :b ."], [':a :p "a" .', ":a :p _:b ."],
            ["sh:minLength 1", "sh:minLength 3", "sh:maxLength 2"]),
    on_path("maxLength", "sh:maxLength 2", [':a :p "ab" .', ':a :p "" .'], [':a :p "abc" .', ":a :p _:b ."],
            ["sh:maxLength 1", "sh:maxLength 3", "sh:minLength 2"]),
    on_path("pattern", 'sh:pattern "^a+$"', [':a :p "aa" .'],
            [':a :p "ab" .', ':a :p "A" .', ':a :p "" .', ":a :p _:b ."],
            ['sh:pattern "^a"', 'sh:pattern "^a*$"', 'sh:pattern "^a+$" ; sh:flags "i"', 'sh:pattern "^a$"']),
    on_path("flags", 'sh:pattern "^a.$" ; sh:flags "is"', [':a :p "AB" .', ':a :p "a\\n" .'], [':a :p "b" .'],
            ['sh:pattern "^a.$" ; sh:flags "i"', 'sh:pattern "^a.$" ; sh:flags "s"']),
    on_path("languageIn", 'sh:languageIn ( "en" "de" )', [':a :p "b"@en .', ':a :p "b"@en-GB .', ':a :p "b"@de .'],
            [':a :p "b"@fr .', ':a :p "b" .', ":a :p :b ."],
            ['sh:languageIn ( "en" )', 'sh:languageIn ( "en-GB" "de" )', 'sh:languageIn ( "en" "de" "fr" )']),
    on_path("uniqueLang", "sh:uniqueLang true", [':a :p "b"@en, "b"@de, "b", "c" .'], [':a :p "b"@en, "c"@en .'],
            ["sh:uniqueLang false", "sh:maxCount 1"]),
    on_path("equals", "sh:equals :q", [":a :p 1, 2 ; :q 1, 2 ."], [":a :p 1 ; :q 2 .", ":a :p 1 .", ":a :q 1 ."],
            ["sh:equals :r", "sh:disjoint :q"]),
    on_path("disjoint", "sh:disjoint :q", [":a :p 1 ; :q 2 .", ":a :p 1 ; :r 1 ."], [":a :p 1, 2 ; :q 1 ."],
            ["sh:disjoint :r", "sh:equals :q"]),
    on_path("lessThan", "sh:lessThan :q", [":a :p 1 ; :q 2 ."],
            [":a :p 2 ; :q 2 .", ":a :p 3 ; :q 2 .", ':a :p 1 ; :q "2" .'],
            ["sh:lessThanOrEquals :q", "sh:lessThan :r"]),
    on_path("lessThanOrEquals", "sh:lessThanOrEquals :q", [":a :p 1 ; :q 2 .", ":a :p 2 ; :q 2 ."],
            [":a :p 3 ; :q 2 .", ':a :p 1 ; :q "2" .'], ["sh:lessThan :q", "sh:lessThanOrEquals :r"]),
    on_path("not", "sh:not [ sh:class :C ]", [":a :p :b ."], [":a :p :b . :b a :C ."],
            ["sh:node [ sh:class :C ]", "sh:not [ sh:class :D ]"]),
    on_path("and", "sh:and ( [ sh:class :C ] [ sh:class :D ] )", [":a :p :b . :b a :C, :D ."],
            [":a :p :b . :b a :C .", ":a :p :b . :b a :D .", ":a :p :b ."],
            ["sh:or ( [ sh:class :C ] [ sh:class :D ] )", "sh:and ( [ sh:class :C ] )", "sh:and ( [ sh:class :D ] )"]),
    on_path("or", "sh:or ( [ sh:class :C ] [ sh:class :D ] )",
            [":a :p :b . :b a :C .", ":a :p :b . :b a :D .", ":a :p :b . :b a :C, :D ."], [":a :p :b ."],
            ["sh:and ( [ sh:class :C ] [ sh:class :D ] )", "sh:xone ( [ sh:class :C ] [ sh:class :D ] )",
             "sh:or ( [ sh:class :C ] )", "sh:or ( [ sh:class :D ] )"]),
    on_path("xone", "sh:xone ( [ sh:class :C ] [ sh:class :D ] )", [":a :p :b . :b a :C .", ":a :p :b . :b a :D ."],
            [":a :p :b .", ":a :p :b . :b a :C, :D ."],
            ["sh:or ( [ sh:class :C ] [ sh:class :D ] )", "sh:xone ( [ sh:class :C ] )"]),
    on_path("node", "sh:node [ sh:class :C ]", [":a :p :b . :b a :C ."], [":a :p :b ."],
            ["sh:not [ sh:class :C ]", "sh:node [ sh:class :D ]"]),
    on_path("property", "sh:property [ sh:path :q ; sh:minCount 1 ]", [":a :p :b . :b :q 1 ."], [":a :p :b ."],
            ["sh:property [ sh:path :r ; sh:minCount 1 ]", "sh:property [ sh:path :q ; sh:minCount 0 ]",
             "sh:node [ sh:path :q ; sh:minCount 1 ]"]),
    on_path("qualifiedMinCount", "sh:qualifiedValueShape [ sh:class :C ] ; sh:qualifiedMinCount 1",
            [":a :p :b . :b a :C .", ":a :p :b, :c . :b a :C . :c a :C ."], [":a :p :b .", ":a :q 1 ."],
            ["sh:qualifiedValueShape [ sh:class :C ] ; sh:qualifiedMinCount 2",
             "sh:qualifiedValueShape [ sh:class :D ] ; sh:qualifiedMinCount 1",
             "sh:qualifiedValueShape [ sh:class :C ] ; sh:qualifiedMinCount 0"]),
    on_path("qualifiedMaxCount", "sh:qualifiedValueShape [ sh:class :C ] ; sh:qualifiedMaxCount 1",
            [":a :p :b . :b a :C .", ":a :p :b, :c . :b a :C ."], [":a :p :b, :c . :b a :C . :c a :C ."],
            ["sh:qualifiedValueShape [ sh:class :C ] ; sh:qualifiedMaxCount 0",
             "sh:qualifiedValueShape [ sh:class :C ] ; sh:qualifiedMaxCount 2",
             "sh:qualifiedValueShape [ sh:class :D ] ; sh:qualifiedMaxCount 1"]),
    on_path("hasValue", "sh:hasValue 1", [":a :p 1, 2 ."], [":a :p 2 .", ':a :p "01"^^xsd:integer .', ":a :q 1 ."],
            ["sh:hasValue 2", "sh:in ( 1 )"]),
    on_path("in", "sh:in ( 1 :b )", [":a :p 1 .", ":a :p :b ."], [":a :p 2 .", ':a :p "01"^^xsd:integer .'],
            ["sh:in ( 1 )", "sh:in ( :b )", "sh:in ( 1 2 :b )", "sh:in ( :b 1.0 )"]),
)  # fmt: skip

SIBLINGS = (
    "s:1 sh:targetNode :a ; sh:property s:2, s:3 . s:2 sh:path :p ; sh:qualifiedValueShape [ sh:class :C ] ; "
    "sh:qualifiedMinCount 1 ; sh:qualifiedValueShapesDisjoint true . s:3 sh:path :p ; sh:qualifiedValueShape "
    "[ sh:class :D ] ; sh:qualifiedMinCount 1 ."
)
ON_SHAPES: Final = (
    of_shapes("qualifiedValueShapesDisjoint", SIBLINGS, [":a :p :b, :c . :b a :C . :c a :D ."],
              [":a :p :b . :b a :C, :D .", ":a :p :b . :b a :C ."], [("Disjoint true", "Disjoint false")]),
    of_shapes("closed", "s:1 sh:targetNode :a ; sh:closed true ; sh:property [ sh:path :p ; sh:maxCount 1 ] .",
              [":a :p 1 ."], [":a :q 1 .", ":a a :C .", ":a :p 1, 2 ."], [("true", "false"), (":p", ":q")]),
    of_shapes("ignoredProperties", "s:1 sh:targetNode :a ; sh:closed true ; sh:ignoredProperties ( :p rdf:type ) .",
              [":a :p 1 ; a :C ."], [":a :q 1 ."], [(" rdf:type", ""), (":p ", ""), (":p", ":p :q")]),
    of_shapes("targetNode", "s:1 sh:targetNode :a ; sh:class :C .", [":a a :C ."], [":a :p 1 .", ":b :p 1 ."],
              [(":a", ":b"), ("targetNode", "targetSubjectsOf")]),
    of_shapes("targetClass", "s:1 sh:targetClass :C ; sh:class :D .",
              [":b a :D .", ":b a :C, :D ."], [":b a :C .", ":b a :E . :E rdfs:subClassOf :C ."],
              [(":C", ":D"), (":C", ":E")]),
    of_shapes("implicit class target", "s:1 a rdfs:Class ; sh:class :D .", [":b a :E .", ":b a s:1, :D ."],
              [":b a s:1 .", ":b a :E . :E rdfs:subClassOf s:1 ."], [("rdfs:Class", "rdfs:Resource")]),
    of_shapes("targetSubjectsOf", "s:1 sh:targetSubjectsOf :p ; sh:class :C .", [":b :p :c . :b a :C .", ":b :q :c ."],
              [":b :p :c ."], [(":p", ":q"), ("Subjects", "Objects")]),
    of_shapes("targetObjectsOf", "s:1 sh:targetObjectsOf :p ; sh:class :C .", [":b :p :c . :c a :C .", ":b :q :c ."],
              [":b :p :c .", ':b :p "c" .'], [(":p", ":q"), ("Objects", "Subjects")]),
    of_shapes("severity", "s:1 sh:targetNode :a ; sh:class :C ; sh:severity sh:Warning .", [":a a :C ."], [":a :p 1 ."],
              [("Warning", "Info"), ("Warning", "Violation"), ("sh:Warning", ":Bad")]),
    of_shapes("message", 's:1 sh:targetNode :a ; sh:class :C ; sh:message "no C" .', [":a a :C ."], [":a :p 1 ."],
              [("no C", "no D"), ('"no C"', '"no C"@en')]),
    of_shapes("deactivated",
              "s:1 sh:targetNode :a ; sh:class :C ; sh:not s:2 . s:2 sh:class :D ; sh:deactivated true .",
              [], [":a a :C .", ":a a :C, :D .", ":a a :D ."], [("true", "false")]),
)  # fmt: skip


def path(name: str, written: str, good: list[str], bad: list[str], others: list[str]) -> Example:
    """An example of a path that no value of class :C may be at the end of."""
    shapes = [f"s:1 sh:targetNode :a ; sh:path {text} ; sh:not [ sh:class :C ] ." for text in (written, *others)]
    return Example(name, shapes[0], tuple(good), tuple(bad), tuple(shapes[1:]))


ON_PATHS: Final = (
    path("predicate path", ":p", [":a :q :b . :b a :C .", ":b :p :a . :b a :C ."], [":a :p :b . :b a :C ."],
         [":q", "[ sh:inversePath :p ]"]),
    path("inverse path", "[ sh:inversePath :p ]", [":a :p :b . :b a :C ."], [":b :p :a . :b a :C ."],
         [":p", "[ sh:inversePath :q ]"]),
    path("sequence path", "( :p :q )", [":a :p :b . :b a :C .", ":a :q :b . :b :p :c . :c a :C ."],
         [":a :p :b . :b :q :c . :c a :C ."], ["( :q :p )", "( :p :r )", "[ sh:alternativePath ( :p :q ) ]"]),
    path("alternative path", "[ sh:alternativePath ( :p :q ) ]", [":a :r :b . :b a :C ."],
         [":a :p :b . :b a :C .", ":a :q :b . :b a :C ."], [":p", ":q", "( :p :q )"]),
    path("zero or more path", "[ sh:zeroOrMorePath :p ]", [":a :q :b . :b a :C ."],
         [":a a :C .", ":a :p :b . :b a :C .", ":a :p :b . :b :p :c . :c a :C ."],
         [":p", "[ sh:oneOrMorePath :p ]", "[ sh:zeroOrOnePath :p ]"]),
    path("one or more path", "[ sh:oneOrMorePath :p ]", [":a a :C ."],
         [":a :p :b . :b a :C .", ":a :p :b . :b :p :c . :c a :C ."],
         [":p", "[ sh:zeroOrMorePath :p ]", "[ sh:zeroOrOnePath :p ]"]),
    path("zero or one path", "[ sh:zeroOrOnePath :p ]", [":a :p :b . :b :p :c . :c a :C ."],
         [":a a :C .", ":a :p :b . :b a :C ."], [":p", "[ sh:oneOrMorePath :p ]", "[ sh:zeroOrMorePath :p ]"]),
    path("path within a path", "[ sh:zeroOrMorePath [ sh:inversePath :p ] ]", [":a :p :b . :b a :C ."],
         [":b :p :a . :c :p :b . :c a :C ."], ["[ sh:zeroOrMorePath :p ]", "[ sh:inversePath :p ]"]),
)  # fmt: skip

EXAMPLES: Final = (*ON_VALUES, *ON_SHAPES, *ON_PATHS)
