"""Code for the terms of a generated function: each reference read once, each term made once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from semantic_gw.lifters.rml import model
from semantic_gw.lifters.rml.compiler.backends import Backend, Constant, joined
from semantic_gw.lifters.rml.compiler.runtime import encoded
from semantic_gw.lifters.rml.compiler.uniqueness import begins_absolute, terms_differ
from semantic_gw.lifters.rml.expressions import Expressions
from semantic_gw.lifters.rml.model import Expression, Formulation, LogicalSource, Reference, Template, TermMap, TermType
from semantic_gw.lifters.rml.names import ENCODERS, VALID
from semantic_gw.lifters.rml.references.jsonpath import EACH, Steps, steps
from semantic_gw.lifters.rml.terms import compile_conditions, compile_terms
from semantic_gw.model import IRI, Literal

_SAFE: Final = (TermType.IRI, TermType.URI)
_DEFAULT: Final = TermMap(model.Constant(model.DEFAULT_GRAPH))


@dataclass(frozen=True, slots=True)
class Value:
    """A term in the generated code: *piece* is a constant or the variable *name*.

    It is None where one of the variables of *refs* is. Of several, *many* is the variable of the list, and *name* walks
    it.
    """

    piece: object
    name: str = ""
    refs: frozenset[str] = frozenset()
    many: str = ""


class Terms:
    """Makes code, in *lines*, and what it calls, in *names*."""

    def __init__(self, source: LogicalSource, backend: Backend) -> None:
        self.source = source
        self.backend = backend
        self.lines: list[str] = []
        self.names: dict[str, Any] = {}
        self.needs_moment = False
        self._expressions = Expressions(source)
        self._read: dict[Steps, str] = {(): "it"}
        self._getters: dict[str, str] = {}
        self._known: dict[object, Any] = {}
        self._counts: dict[str, int] = {}

    def value(self, term_map: TermMap, base: IRI, owner: int) -> Value:
        """The term of *term_map*, number *owner*; the same one gives the same variable, and so does one that is alike.

        Blank nodes that no value names are alike only where they are of the same term map.
        """
        key = (term_map, base, owner if term_map.expression is None else None)
        if key not in self._known:
            self._known[key] = self._value(term_map, base, owner)
        found: Value = self._known[key]
        return found

    def graph(self, term_map: TermMap | None, base: IRI, owner: int) -> Value:
        """The end of a quad in the graph that *term_map* names; None is the default graph."""
        if term_map is None:
            return Value(self.backend.graph_constant(None))
        if isinstance(term_map.expression, model.Constant):
            return Value(self.backend.graph_constant(str(term_map.expression.value)))
        made = self.value(term_map, base, owner)
        key = ("graph", made)
        if key not in self._known:
            self._known[key] = self._graph(made, is_named=terms_differ(term_map, _DEFAULT))
        found: Value = self._known[key]
        return found

    def conditional(self, value: Value, conditions: tuple[Expression, ...]) -> Value:
        """*value*, where *conditions* hold."""
        self.needs_moment = True
        holds, name = self._bound("H", compile_conditions(conditions, self._expressions)), self._name("t")
        whole = value.name or repr(str(value.piece))
        listed = value.many or f"[{whole}]"
        present = f" and {whole} is not None" if value.refs else ""
        self._say(f"{name}_all = {listed} if {holds}(moment){present} else ()")
        return Value(name, name, many=f"{name}_all")

    def _graph(self, made: Value, *, is_named: bool) -> Value:
        """The graph *made*, which *is_named* where it is never the default graph."""
        name = self._name("g")
        if made.many:
            self._say(f"{name}_all = [graph(each) for each in {made.many}]")
            return Value(name, name, many=f"{name}_all")
        ending = f" if {made.name} is not None else None" if made.refs else ""
        self._say(f"{name} = {self.backend.graph(made.name) if is_named else f'graph({made.name})'}{ending}")
        # For plain terms, None is also the default graph: whether it is there, the term itself tells.
        return Value(name, made.name, made.refs)

    def _value(self, term_map: TermMap, base: IRI, owner: int) -> Value:
        if term_map.conditions or not self._is_simple(term_map):
            return self._many(term_map, base, owner)
        if term_map.expression is None:
            name = self._name("t")
            self._say(f"{name} = fresh({owner}, number, scope)")
            return Value(name, name)
        if isinstance(term_map.expression, model.Constant):
            return Value(self.backend.constant(term_map.expression.value))
        name, refs = self._name("t"), self._references(term_map.expression)
        made = self._literal(term_map) if term_map.term_type is TermType.LITERAL else self._named(term_map, base)
        present = " and ".join(f"{ref} is not None" for ref in refs)
        self._say(f"{name} = {made} if {present} else None" if refs else f"{name} = {made}")
        return Value(name, name, frozenset(refs))

    def _is_simple(self, term_map: TermMap) -> bool:
        """Whether *term_map* has at most one value, and is made without functions."""
        qualifiers = (term_map.language, term_map.datatype)
        if any(each is not None and not isinstance(each, model.Constant) for each in qualifiers):
            return False
        expression = term_map.expression
        if expression is None:
            return True
        if isinstance(expression, model.Constant):
            return qualifiers == (None, None)
        if isinstance(expression, Reference):
            return self._steps(expression) is not None
        if isinstance(expression, Template):
            return all(isinstance(part, str) or self._steps(part) is not None for part in expression.parts)
        return False

    def _steps(self, reference: Reference) -> Steps | None:
        return single_steps(self.source, reference)

    def _references(self, expression: Expression | None) -> list[str]:
        """The variables of the references in *expression*, read."""
        parts: Sequence[Any] = expression.parts if isinstance(expression, Template) else [expression]
        found = [self._variable(self._steps(part) or ()) for part in parts if isinstance(part, Reference)]
        return [*dict.fromkeys(found)]

    def _variable(self, path: Steps) -> str:
        """The variable of the value at *path*; None where nothing is there."""
        if path in self._read:
            return self._read[path]
        parent, step, name = self._variable(path[:-1]), path[-1], self._name("r")
        if isinstance(step, str):
            self._say(f"{name} = {self._getter(parent)}({step!r})")
        else:
            within = f"-len({parent}) <= {step!r} < len({parent})"
            self._say(f"{name} = {parent}[{step!r}] if type({parent}) is list and {within} else None")
        if self.source.nulls:
            self._say(f"if {name} is not None and text({name}) in NULLS:")
            self._say(f"    {name} = None")
        self._read[path] = name
        return name

    def _getter(self, parent: str) -> str:
        if parent not in self._getters:
            name = self._name("get")
            self._say(f"{name} = {parent}.get if type({parent}) is dict else nothing")
            self._getters[parent] = name
        return self._getters[parent]

    def _literal(self, term_map: TermMap) -> str:
        if isinstance(term_map.expression, Template):
            written = self._template(term_map.expression, TermType.LITERAL)
        else:
            (written,) = self._references(term_map.expression)
        if isinstance(term_map.language, model.Constant):
            tag = term_map.language.value
            return f"{self._bound('L', self.backend.tagged(_written(tag)))}({written})"
        if isinstance(term_map.datatype, model.Constant):
            return f"{self._bound('D', self.backend.typed(_written(term_map.datatype.value)))}({written})"
        typed = self.source.typed and isinstance(term_map.expression, Reference)
        return f"{'natural' if typed else 'string'}({written})"

    def _named(self, term_map: TermMap, base: IRI) -> str:
        """An IRI or a blank node."""
        expression = term_map.expression
        if isinstance(expression, Template):
            pieces = self._pieces(expression, term_map.term_type)
            if is_always_valid(expression, term_map.term_type):
                return self.backend.iri(pieces)
            written = self._template(expression, term_map.term_type)
        else:
            (reference,) = self._references(expression)
            written = f"text({reference})"
        if term_map.term_type is TermType.BLANK_NODE:
            return f"blank({written}, scope)"
        return f"{self._bound('I', self.backend.checked(term_map.term_type, base))}({written})"

    def _template(self, template: Template, term_type: TermType) -> str:
        return joined(self._pieces(template, term_type))

    def _pieces(self, template: Template, term_type: TermType) -> list[object]:
        return [
            Constant(part) if isinstance(part, str) else self._encoded(self._references(part)[0], term_type)
            for part in template.parts
        ]

    def _encoded(self, variable: str, term_type: TermType) -> str:
        """The variable of the text of *variable*, encoded for a template of *term_type*."""
        encode = ENCODERS[term_type]
        if encode not in self._known:
            self._known[encode] = self._bound("E", encoded(encode))
        key = (variable, encode)
        if key not in self._known:
            name = self._known[key] = self._name("e")
            self._say(f"{name} = {self._known[encode]}({variable}) if {variable} is not None else None")
        found: str = self._known[key]
        return found

    def _many(self, term_map: TermMap, base: IRI, owner: int) -> Value:
        """Several terms, by the interpreter's own term map."""
        self.needs_moment = True
        name = self._name("t")
        maker = self._bound("M", compile_terms(term_map, self._expressions, base, owner))
        self._say(f"{name}_all = [term(each) for each in {maker}(moment)]")
        return Value(name, name, many=f"{name}_all")

    def _bound(self, kind: str, thing: Any) -> str:
        """The name of *thing* in the generated code."""
        for name, known in self.names.items():
            if known is thing:
                return name
        name = self._name(kind)
        self.names[name] = thing
        return name

    def _name(self, kind: str) -> str:
        self._counts[kind] = self._counts.get(kind, 0) + 1
        return f"{kind}{self._counts[kind]}"

    def _say(self, line: str) -> None:
        self.lines.append(line)


def _written(term: IRI | Literal) -> str:
    return term.lexical if isinstance(term, Literal) else term


def single_steps(source: LogicalSource, reference: Reference) -> Steps | None:
    """The steps to the one value that *reference* has at most; None where it may have several."""
    if source.formulation is Formulation.XPATH:
        return None
    if source.formulation is not Formulation.JSONPATH:
        return (reference.text,)
    found = steps(reference.text, reference.place, loose=source.loose or not reference.text.startswith("$"))
    return found if found is not None and EACH not in found else None


def is_always_valid(template: Template, term_type: TermType) -> bool:
    """Whether *template* gives an absolute IRI whatever is filled in, encoded."""
    first = template.parts[0] if template.parts else None
    if term_type not in _SAFE or not isinstance(first, str) or not begins_absolute(first):
        return False
    valid = VALID[term_type]
    return all(
        valid("".join(part if isinstance(part, str) else filled for part in template.parts)) for filled in ("", "x")
    )
