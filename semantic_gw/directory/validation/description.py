"""Whether a Thing Description is one: minimal validation (TD 1.1, 6.5.1), and nothing that its text does not ask."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from semantic_gw.directory.validation import schemas
from semantic_gw.directory.validation.context import check_context, is_model, is_of_1_0
from semantic_gw.directory.validation.links import check_links
from semantic_gw.directory.validation.security import SecurityDefinitions
from semantic_gw.directory.validation.uri_variables import UriVariables, declared
from semantic_gw.directory.validation.wording import below, shown, told
from semantic_gw.model import Finding, Json

AFFORDANCES: Final = ("properties", "actions", "events")
"""The members of a Thing that hold its affordances, by name."""

_MODEL: Final = "this is a Thing Model (tm:ThingModel), not a Thing Description; register it at /models"


def check_description(document: Json) -> tuple[Finding, ...]:
    """What is wrong with *document* as a Thing Description of 1.1 or 1.0; nothing where it is one.

    At most a hundred findings, one a place. *document* is as `read` gives it: of bounded depth, its texts Unicode.
    """
    if not isinstance(document, dict):
        return (Finding("", f"a Thing Description is a JSON object; this is {shown(document)}"),)
    if is_model(document):
        return (Finding("/@type", _MODEL),)
    return told(_faults(document))


def _faults(document: Mapping[str, Json]) -> Iterator[Finding]:
    schema = schemas.thing_description_1_0() if is_of_1_0(document) else schemas.thing_description()
    yield from check_context(document)
    yield from schema.faults(document)
    yield from check_links(document)
    yield from _Forms(document).faults()


class _Forms:
    """One walk over the forms of a Thing, and what they name of it."""

    def __init__(self, document: Mapping[str, Json]) -> None:
        self._document = document
        self._security = SecurityDefinitions(document)
        self._variables = UriVariables(document, self._security)

    def faults(self) -> Iterator[Finding]:
        document = self._document
        yield from self._security.undefined(document.get("security"), "/security")
        yield from self._security.faults()
        yield from self._faults_of_holder(document, "")
        for pointer, affordance in affordances(document):
            yield from self._faults_of_holder(affordance, pointer)
        yield from self._variables.faults_of_base(affordance for _, affordance in affordances(document))

    def _faults_of_holder(self, holder: Mapping[str, Json], pointer: str) -> Iterator[Finding]:
        """*holder* is the Thing, or one of its affordances."""
        local = declared(holder)
        if local and self._security.uri_variables:
            yield from self._variables.clashes(local, pointer + "/uriVariables")
        forms = holder.get("forms")
        for index, form in enumerate(forms) if isinstance(forms, list) else ():
            if isinstance(form, dict):
                yield from self._faults_of_form(form, local, f"{pointer}/forms/{index}")

    def _faults_of_form(self, form: Mapping[str, Json], local: Mapping[str, Json], pointer: str) -> Iterator[Finding]:
        if "security" in form:
            yield from self._security.undefined(form["security"], pointer + "/security")
        yield from self._variables.faults_of_form(form, local, pointer)


def affordances(document: Mapping[str, Json]) -> Iterator[tuple[str, Mapping[str, Json]]]:
    """The affordances of *document* that are objects, each with its pointer."""
    for kind in AFFORDANCES:
        group = document.get(kind)
        for name, affordance in group.items() if isinstance(group, dict) else ():
            if isinstance(affordance, dict):
                yield below(f"/{kind}", name), affordance
