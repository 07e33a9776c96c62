"""Value types (SHACL, 4.1): sh:class, sh:datatype, sh:nodeKind."""

from __future__ import annotations

from typing import Final

from semantic_gw.model import IRI, Literal, Term
from semantic_gw.rdf.namespaces import SH, compact
from semantic_gw.validators.constraints.forms import Each, Form, Surroundings, Test
from semantic_gw.validators.literals import well_formed
from semantic_gw.validators.syntax import Class, Datatype, NodeKind
from semantic_gw.validators.view import TYPE, View


def of_class(constraint: Class, around: Surroundings) -> Form:
    class_ = constraint.class_
    below, known = around.background.subclasses(class_), around.background.instances(class_)

    def is_instance(view: View, value: Term) -> bool:
        predicates = view.forward.get(value)
        if predicates is not None:
            for type_ in predicates.get(TYPE, ()):
                if type_ in below:
                    return True
        return value in known or (view.states_classes and view.is_instance(value, class_))

    return Each(is_instance, lambda: f"must be a {compact(class_)}")


def of_datatype(constraint: Datatype, _around: Surroundings) -> Form:
    datatype = constraint.datatype

    def fits(_view: View, value: Term) -> bool:
        return type(value) is Literal and value.datatype == datatype and well_formed(value)

    return Each(fits, lambda: f"must be a well-formed {compact(datatype)}")


def of_node_kind(constraint: NodeKind, _around: Surroundings) -> Form:
    return Each(_NODE_KINDS[constraint.kind], lambda: f"must be of kind {compact(constraint.kind)}")


def _is_iri(_view: View, value: Term) -> bool:
    return not isinstance(value, Literal) and not value.startswith("_:")


def _is_literal(_view: View, value: Term) -> bool:
    return isinstance(value, Literal)


def _is_blank(_view: View, value: Term) -> bool:
    return not isinstance(value, Literal) and value.startswith("_:")


_NODE_KINDS: Final[dict[IRI, Test]] = {
    SH + "IRI": _is_iri,
    SH + "BlankNode": _is_blank,
    SH + "Literal": _is_literal,
    SH + "BlankNodeOrIRI": lambda _view, value: not isinstance(value, Literal),
    SH + "BlankNodeOrLiteral": lambda _view, value: isinstance(value, Literal) or value.startswith("_:"),
    SH + "IRIOrLiteral": lambda _view, value: isinstance(value, Literal) or not value.startswith("_:"),
}
