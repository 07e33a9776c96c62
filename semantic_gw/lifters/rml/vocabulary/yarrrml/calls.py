"""Functions and conditions of YARRRML: by keys, or on one line as `grel:escape(valueParam = $(name))`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from semantic_gw.errors import MappingError
from semantic_gw.lifters.rml.functions.idlab import NAMESPACES
from semantic_gw.lifters.rml.model import Call, Expression, Input, Join, Place
from semantic_gw.lifters.rml.vocabulary.yarrrml.entries import Keyed, keyed, scalar
from semantic_gw.lifters.rml.vocabulary.yarrrml.texts import Texts
from semantic_gw.model import IRI
from semantic_gw.yaml_nodes import Entries, Items, Node, Scalar

CALL_KEYS: Final = ("function", "parameters", "type", "datatype", "language", "targets", "condition")
_ONE_LINE: Final = re.compile(r"\s*([^\s(]+)\s*\((.*)\)\s*", re.DOTALL)
_EQUAL: Final = ("equal", *(f"{namespace}equal" for namespace in NAMESPACES))
_SIDES: Final = ("s", "o")


def call(found: Keyed, texts: Texts) -> Call:
    """The function that *found* calls. Raises MappingError."""
    text = found.text("function")
    if text is None:
        raise MappingError(f"{found.place}: there is no function")
    one_line = _ONE_LINE.fullmatch(text)
    if one_line is None:
        function = _function(text, texts, found.place)
        inputs = [_input(node, text, texts, found.place) for node in found.items("parameters")]
        return Call(function, tuple(inputs), place=found.place)
    name: str = one_line[1]
    inputs = [_written(argument, name, texts, found.place) for argument in _split(one_line[2])]
    return Call(_function(name, texts, found.place), tuple(inputs), place=found.place)


def condition(node: Node, texts: Texts, place: Place) -> Call:
    """The condition that *node* says: a function that tells true or false. Raises MappingError."""
    return call(keyed(node, place, ("function", "parameters")), texts)


def join(node: Node, texts: Texts, place: Place) -> Join:
    """The join that *node* says: `equal` of a value of the subject's record and one of the object's."""
    found = keyed(node, place, ("function", "parameters"))
    name = found.text("function") or ""
    one_line = _ONE_LINE.fullmatch(name)
    short = one_line[1] if one_line else name
    if _function(short, texts, place) not in _EQUAL:
        raise MappingError(f"{place}: records of two mappings meet by the function equal, not by {short!r}")
    sides = [*_sides(found, one_line, texts)]
    if len(sides) != 2:
        raise MappingError(f"{place}: equal compares two values; there are {len(sides)}")
    (first, one), (second, other) = sides
    if "s" in (one, other) and one == other:
        raise MappingError(f"{place}: both values are of the subject's record; mark the object's with o")
    child, parent = (second, first) if one == "o" else (first, second)
    return Join(child, parent)


def _sides(found: Keyed, one_line: re.Match[str] | None, texts: Texts) -> Iterator[tuple[Expression, str]]:
    """Both values of a join, each with `s`, `o` or nothing."""
    if one_line is not None:
        for argument in _split(one_line[2]):
            yield _written(argument, "", texts, found.place).value, ""
        return
    for node in found.items("parameters"):
        if isinstance(node, Items) and len(node.items) == 3:
            side = scalar(node.items[2], found.place).text
            if side not in _SIDES:
                raise MappingError(f"{found.place}: {side!r} is neither s (of the subject) nor o (of the object)")
            yield _value(node.items[1], texts, found.place), side
        else:
            yield _input(node, "", texts, found.place).value, ""


def _function(name: str, texts: Texts, place: Place) -> IRI:
    return texts.expand(name, place) if ":" in name else name if name in _EQUAL else NAMESPACES[0] + name


def _parameter(name: str, function: str, texts: Texts, place: Place) -> IRI:
    """The IRI of the parameter *name*; without a prefix, it has that of the function."""
    prefix, colon, _ = function.partition(":")
    return texts.expand(name if ":" in name or not colon else f"{prefix}:{name}", place)


def _input(node: Node, function: str, texts: Texts, place: Place) -> Input:
    place = place.within("parameter", node.line)
    if isinstance(node, Items):
        if len(node.items) not in (2, 3):
            raise MappingError(f"{place}: a short parameter is [parameter, value]")
        name = scalar(node.items[0], place).text
        return Input(_parameter(name, function, texts, place), _value(node.items[1], texts, place), place)
    found = keyed(node, place, ("parameter", "value", "type"))
    called, value = found.text("parameter"), found.get("value")
    if called is None or value is None:
        raise MappingError(f"{place}: a parameter wants the keys parameter and value")
    return Input(_parameter(called, function, texts, place), _value(value, texts, place), place)


def _value(node: Node, texts: Texts, place: Place) -> Expression:
    if isinstance(node, Entries):
        return call(keyed(node, place, CALL_KEYS), texts)
    text = scalar(node, place).text
    is_iri = text.endswith("~iri")
    return texts.expression(text.removesuffix("~iri"), place, iri=is_iri)


def _written(argument: str, function: str, texts: Texts, place: Place) -> Input:
    """One `parameter = value` of a function on one line."""
    name, sign, value = argument.partition("=")
    if not sign:
        raise MappingError(f"{place}: {argument.strip()!r} is no parameter: write parameter = value")
    node = Scalar(value.strip().strip("\"'"), place.line or 0)
    return Input(_parameter(name.strip(), function, texts, place), _value(node, texts, place), place)


def _split(arguments: str) -> Iterator[str]:
    """*arguments* at their commas, but for those within parentheses."""
    depth, piece = 0, ""
    for character in arguments:
        depth += {"(": 1, ")": -1}.get(character, 0)
        if character == "," and depth == 0:
            yield piece
            piece = ""
        else:
            piece += character
    if piece.strip():
        yield piece
