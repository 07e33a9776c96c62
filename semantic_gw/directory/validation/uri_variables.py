"""URI Templates in `href` and `base`: every variable is declared, none is missing (TD 1.1, 6.3.9.1)."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Final

from semantic_gw.directory.validation.placeholders import placeholder_left
from semantic_gw.directory.validation.security import SecurityDefinitions
from semantic_gw.directory.validation.wording import below, called, listed, shown
from semantic_gw.model import Finding, Json

_EXPRESSION: Final = re.compile(r"\{([^{}]*)\}")
_OPERATORS: Final = "+#./;?&=,!@|"
"""RFC 6570, 2.2."""

_MODIFIER: Final = re.compile(r":[0-9]+$|\*$")
"""RFC 6570, 2.4."""

_ABSOLUTE: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
"""The scheme of a URI (RFC 3986, 3.1): what begins with it is not resolved against `base`."""


class UriVariables:
    """The URI variables that a Thing declares: its own, and those of its security definitions."""

    def __init__(self, document: Mapping[str, Json], security: SecurityDefinitions) -> None:
        base = document.get("base")
        self._own = declared(document)
        self._security = security
        self._by_security = security.uri_variables
        self._default = document.get("security")
        self._base = base if isinstance(base, str) else ""
        self._in_base = frozenset(variables_of(self._base) or ())

    def faults_of_base(self, affordances: Iterable[Mapping[str, Json]]) -> Iterator[Finding]:
        """A variable of `base` that nobody declares: then no relative `href` can be used."""
        if "{" in self._base:
            anywhere = {name for affordance in affordances for name in declared(affordance)}
            yield from self._faults(self._base, anywhere, "/base")

    def faults_of_form(self, form: Mapping[str, Json], local: Mapping[str, Json], pointer: str) -> Iterator[Finding]:
        """What is wrong with the `href` of *form*, in an affordance that declares *local* itself."""
        href = form.get("href")
        if not isinstance(href, str):
            return
        if "{" in href or "}" in href:
            yield from self._faults(href, local, pointer + "/href")
        if self._by_security:
            yield from self._missing(href, form.get("security", self._default), pointer + "/href")

    def clashes(self, variables: Iterable[str], pointer: str) -> Iterator[Finding]:
        """Those of *variables*, which stand at *pointer*, that a security definition declares already (5.3.3.1)."""
        for name in variables:
            if name in self._by_security:
                by = f"the security definition {shown(self._by_security[name])}"
                said = f"the URI variable {shown(name)} is declared by {by}, too; rename one"
                yield Finding(below(pointer, name), said)

    def _faults(self, template: str, local: Collection[str], pointer: str) -> Iterator[Finding]:
        names = variables_of(template)
        if left := placeholder_left(template):
            still = f"{called(pointer)} still has {shown(left)}"
            yield Finding(pointer, f"{still}, a placeholder of a Thing Model; fill it in")
        elif names is None:
            wanted = "braces enclose the variables of a URI Template (RFC 6570); write others as %7B and %7D"
            yield Finding(pointer, f"{called(pointer)} is {shown(template)}; {wanted}")
        elif unknown := self._undeclared(names, local):
            known = listed({*self._own, *local, *self._by_security})
            yield Finding(pointer, f"{called(pointer)} has the variable {shown(unknown)}; uriVariables has {known}")

    def _undeclared(self, names: Iterable[str], local: Collection[str]) -> str | None:
        known = (self._own, local, self._by_security)
        return next((name for name in names if not any(name in group for group in known)), None)

    def _missing(self, href: str, security: Json, pointer: str) -> Iterator[Finding]:
        """A variable that *security* demands and the URI does not have (5.3.3.1, td-security-in-uri-variable)."""
        own = frozenset(variables_of(href) or ())
        inherited = () if _ABSOLUTE.match(href) else self._in_base
        for name in self._security.demanded(security):
            if name not in inherited and name not in own:
                by = f"the security definition {shown(self._by_security[name])}"
                yield Finding(pointer, f"href has no variable {shown(name)}, in which {by} puts a parameter (in: uri)")
                return


def declared(holder: Mapping[str, Json]) -> Mapping[str, Json]:
    """The `uriVariables` of *holder*, a Thing or an affordance, by name."""
    found = holder.get("uriVariables")
    return found if isinstance(found, dict) else {}


def variables_of(template: str) -> tuple[str, ...] | None:
    """The names of the variables of *template* (RFC 6570), None where its braces enclose something else.

    >>> variables_of("/things{?offset,limit}"), variables_of("/a/{id"), variables_of("/{}")
    (('offset', 'limit'), None, None)
    """
    between = _EXPRESSION.sub("", template)
    if "{" in between or "}" in between:
        return None
    specs = [spec for inner in _EXPRESSION.findall(template) for spec in inner.lstrip(_OPERATORS).split(",")]
    names = tuple(_MODIFIER.sub("", spec) for spec in specs)
    return names if all(names) else None
