"""Expressions read into the model: constants, references, templates (RML-Core), functions (RML-FNML, and fnml:)."""

from __future__ import annotations

from typing import Final

from semantic_gw.errors import MappingError
from semantic_gw.lifters.rml.model import Call, Constant, Expression, Input, Place, Reference
from semantic_gw.lifters.rml.templates import parse_template
from semantic_gw.lifters.rml.vocabulary.graph import Node
from semantic_gw.lifters.rml.vocabulary.legacy import RML
from semantic_gw.model import IRI, Literal

_KINDS: Final = tuple(
    RML + name for name in ("constant", "reference", "template", "functionExecution", "functionValue")
)
_EXECUTES: Final = ("https://w3id.org/function/ontology#executes", "http://w3id.org/function/ontology#executes")
_DEEPEST: Final = 32
"""Functions within functions, at most."""


def has_expression(node: Node) -> bool:
    """Whether *node* says how values are made."""
    return node.has(*_KINDS)


def constant(value: Node | Literal, place: Place) -> Constant:
    """*value* as a constant. Raises MappingError for a blank node (RML-Core, Constant RDF Terms)."""
    if isinstance(value, Literal):
        return Constant(value)
    if value.is_blank:
        raise MappingError(f"{place}: a constant is a blank node, which means nothing outside of its document")
    return Constant(value.id)


def expression(node: Node, depth: int = 0) -> Expression | None:
    """What *node* says of its values; None where it says nothing. Raises MappingError."""
    kinds = [kind for kind in _KINDS if node.has(kind)]
    if len(kinds) > 1:
        names = " and ".join("rml:" + kind.removeprefix(RML) for kind in kinds)
        raise MappingError(f"{node.place}: there are {names}, where one of them is wanted")
    if not kinds:
        return None
    return _expression(node, kinds[0].removeprefix(RML), depth)


def _expression(node: Node, kind: str, depth: int) -> Expression:
    if kind == "constant":
        value = node.only(RML + kind, "constant")
        return constant(value or Literal("", ""), node.place)
    if kind == "reference":
        text = node.text(RML + kind) or ""
        return Reference(text, node.at(text))
    if kind == "template":
        text = node.text(RML + kind) or ""
        return parse_template(text, node.at(text))
    if depth > _DEEPEST:
        raise MappingError(f"{node.place}: functions call each other more than {_DEEPEST} levels deep, or in a circle")
    return _call(node, depth) if kind == "functionExecution" else _old_call(node, depth)


def _call(node: Node, depth: int) -> Call:
    """A function-valued expression (RML-FNML)."""
    execution = node.only_node(RML + "functionExecution", "function execution")
    if execution is None:
        raise MappingError(f"{node.place}: there is no function execution")
    function = _named(execution, "function")
    if function is None:
        raise MappingError(f"{execution.place}: there is no rml:function")
    inputs = [_input(each, depth) for each in execution.nodes(RML + "input", "input")]
    return Call(function, tuple(inputs), _named(node, "return"), execution.place)


def _input(node: Node, depth: int) -> Input:
    parameter = _named(node, "parameter")
    if parameter is None:
        raise MappingError(f"{node.place}: there is no rml:parameter")
    shortcut = node.only(RML + "inputValue", "input value")
    whole = node.only_node(RML + "inputValueMap", "input value map")
    if (shortcut is None) is (whole is None):
        raise MappingError(f"{node.place}: an input wants one of rml:inputValue and rml:inputValueMap")
    return Input(parameter, _value(whole, depth) if whole else constant(shortcut or node, node.place), node.place)


def _value(node: Node, depth: int) -> Expression:
    found = expression(node, depth + 1)
    if found is None:
        raise MappingError(f"{node.place}: there is no rml:constant, rml:reference, rml:template or function")
    return found


def _named(node: Node, what: str) -> IRI | None:
    """The IRI that *node* gives for *what*: by the shortcut, or by a map with a constant."""
    found = node.only_node(RML + what, what)
    whole = node.only_node(f"{RML}{what}Map", f"{what} map")
    if found is not None and whole is not None:
        raise MappingError(f"{node.place}: there are rml:{what} and rml:{what}Map, where one is wanted")
    if whole is None:
        return found.id if found is not None else None
    value = expression(whole)
    if not isinstance(value, Constant) or isinstance(value.value, Literal):
        raise MappingError(f"{whole.place}: the {what} is no constant IRI: which one it is has to be known at load")
    return value.value


def _old_call(node: Node, depth: int) -> Call:
    """A function of the older vocabulary: a triples map without a subject, whose predicates are parameters."""
    execution = node.only_node(RML + "functionValue", "function")
    if execution is None:
        raise MappingError(f"{node.place}: there is no function")
    function: IRI | None = None
    inputs: list[Input] = []
    for pair in execution.nodes(RML + "predicateObjectMap", "parameter"):
        predicate, value = _old_predicate(pair), _old_object(pair, depth)
        if predicate not in _EXECUTES:
            inputs.append(Input(predicate, value, pair.place))
        elif isinstance(value, Constant) and not isinstance(value.value, Literal):
            function = value.value
    if function is None:
        raise MappingError(f"{execution.place}: there is no fno:executes with the IRI of a function")
    return Call(function, tuple(inputs), None, execution.place)


def _old_predicate(pair: Node) -> IRI:
    found = _named(pair, "predicate")
    if found is None:
        raise MappingError(f"{pair.place}: there is no rr:predicate")
    return found


def _old_object(pair: Node, depth: int) -> Expression:
    shortcut = pair.only(RML + "object", "object")
    if shortcut is not None:
        return constant(shortcut, pair.place)
    whole = pair.only_node(RML + "objectMap", "object map")
    if whole is None:
        raise MappingError(f"{pair.place}: there is no rr:object and no rr:objectMap")
    return _value(whole, depth)
