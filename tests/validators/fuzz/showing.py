"""Cases for people: like Turtle, with paths as SPARQL writes them and lists in brackets."""

from __future__ import annotations

from collections import defaultdict
from typing import Final

from semantic_gw.model import Term, Triple
from semantic_gw.rdf import namespaces
from semantic_gw.rdf.namespaces import RDF, SH
from semantic_gw.rdf.property_paths import sparql_text
from tests.validators.fuzz.case import Case, written
from tests.validators.fuzz.engines import Refused, Verdict
from tests.validators.fuzz.lines import Line, ReportGraph

PREFIXES: Final = {**namespaces.PREFIXES, "": "urn:v:", "s": "urn:s:"}
_OF_PATHS = ("inversePath", "alternativePath", "zeroOrMorePath", "oneOrMorePath", "zeroOrOnePath")
_STRUCTURE = {RDF + "first", RDF + "rest", *(SH + name for name in _OF_PATHS)}


def shown(case: Case) -> str:
    """The shapes of *case*, and the data below a line of its own."""
    shapes = _Shown(case.shapes).subjects()
    return "\n".join([*shapes, "# data", *_Shown(case.data).subjects()])


def short(term: Term) -> str:
    """*term* with a prefix where there is one; `:` is the vocabulary of the cases, `s:` their shapes."""
    if not isinstance(term, str):
        text, mark, datatype = written(term).rpartition("^^")
        return f"{text}^^{short(datatype[1:-1])}" if mark else datatype
    for prefix, namespace in PREFIXES.items():
        if term.startswith(namespace):
            return f"{prefix}:{term[len(namespace) :]}"
    return written(term)


class _Shown:
    def __init__(self, triples: tuple[Triple, ...]) -> None:
        self.triples = triples
        self.graph = ReportGraph(triples)

    def subjects(self) -> list[str]:
        said: dict[str, list[str]] = defaultdict(list)
        for s, p, o in self.triples:
            if p not in _STRUCTURE:
                said[s].append(f"{'a' if p == RDF + 'type' else short(p)} {self.term(p, o)}")
        return [f"{short(subject)} {' ; '.join(parts)} ." for subject, parts in said.items()]

    def term(self, predicate: str, term: Term) -> str:
        if predicate == SH + "path":
            return sparql_text(self.graph.path(term), short)
        members = self.graph.members(term)
        return short(term) if members is None else f"({' '.join(['', *map(short, members), ''])})"


def told(ours: Verdict, theirs: Verdict) -> str:
    """The difference, a line each; `-` is what only we say, `+` what only the other engine does."""
    if isinstance(ours, Refused) or isinstance(theirs, Refused):
        refused = [f"{sign} refused: {v.why}" for sign, v in (("-", ours), ("+", theirs)) if isinstance(v, Refused)]
        return "\n".join(refused)
    less = [f"- {result(line)}{_times(times)}" for line, times in (ours - theirs).items()]
    return "\n".join([*less, *(f"+ {result(line)}{_times(times)}" for line, times in (theirs - ours).items())])


def _times(times: int) -> str:
    return "" if times == 1 else f", {times} times"


def result(line: Line) -> str:
    path = "" if line.path is None else f" path {sparql_text(line.path, short)}"
    value = "" if line.value is None else f" value {short(line.value)}"
    component = line.component.removeprefix(SH).removesuffix("ConstraintComponent")
    return f"{component} of {short(line.shape)} ({short(line.severity)}): focus {short(line.focus)}{path}{value}"
