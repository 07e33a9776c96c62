"""The models that one resolution reads: each once, within bounds, with all that it extends in place."""

from __future__ import annotations

from typing import Final

from semantic_gw.directory.thing_models.extension import extend
from semantic_gw.directory.thing_models.faults import Faults, refuse
from semantic_gw.directory.thing_models.pointers import pointer
from semantic_gw.directory.thing_models.size import Allowance, text
from semantic_gw.directory.thing_models.terms import (
    EXTENDS,
    MAX_CHAIN,
    MAX_MODELS,
    MAX_SIZE,
    REF,
    SUBMODEL,
    Models,
    absolute,
    links,
)
from semantic_gw.model import Json

_ROOM_TO_READ: Final = 4
"""Much of what is read may be left out of the result: so many times its size may be read."""


class Library:
    """Models by name: the URL or id by which they are referred to, without a fragment."""

    def __init__(self, models: Models, faults: Faults, *, max_size: int = MAX_SIZE) -> None:
        self.faults = faults
        self._models = models
        self._documents: dict[str, Json] = {}
        self._extended: dict[str, Json] = {}
        self._looked_up = 0
        self._reading = Allowance(_ROOM_TO_READ * max_size, "the models that this one needs have more than")

    def given(self, name: str, document: Json, under: str = "") -> Json:
        """*document*, called *name*, with all that it extends; findings stand below the pointer *under*."""
        self._documents[name] = document
        index = next((index for index, link in links(document) if link.get("rel") == EXTENDS), None)
        return self.extended(name, under if index is None else under + pointer("links", index, "href"))

    def read(self, name: str, where: str) -> Json | None:
        """The document called *name*; where there is none, a finding at the pointer *where*, and None."""
        if name not in self._documents:
            self._documents[name] = self._look_up(name, where)
        document = self._documents[name]
        if not isinstance(document, dict):
            self.faults.add(where, f"no model is registered as {name!r}: register it first")
            return None
        return document

    def extended(self, name: str, where: str, chain: tuple[str, ...] = ()) -> Json | None:
        """The model called *name* with all that it extends, its imports absolute and not yet followed."""
        if name not in self._extended:
            document = self.read(name, where)
            if document is None:
                return None
            self._extended[name] = self._with_base(name, absolute_references(document, name), where, (*chain, name))
        return self._extended[name]

    def _look_up(self, name: str, where: str) -> Json | None:
        self._looked_up += 1
        if self._looked_up > MAX_MODELS:
            raise refuse(where, f"more than {MAX_MODELS} other models are needed")
        document = self._models(name)
        self._reading.spend(len(text(document)), where)
        return document

    def _with_base(self, name: str, own: Json, where: str, chain: tuple[str, ...]) -> Json:
        bases = [link.get("href") for _, link in links(own) if link.get("rel") == EXTENDS]
        own = without_links(own, EXTENDS)
        if not bases:
            return own
        if len(bases) > 1:
            self.faults.add(where, f"{name or 'the model'} extends {len(bases)} models: a model extends at most one")
        base = self._base(bases[0], where, chain)
        return own if base is None else extend(base, own, where, self.faults)

    def _base(self, href: Json, where: str, chain: tuple[str, ...]) -> Json | None:
        base, _, fragment = href.partition("#") if isinstance(href, str) else ("", "", "")
        if not base or fragment:
            self.faults.add(where, f"tm:extends needs the address of a whole model, and has {href!r}")
            return None
        if base in chain:
            raise refuse(where, f"the model extends itself: {' → '.join((*chain, base))}")
        if len(chain) > MAX_CHAIN:
            raise refuse(where, f"more than {MAX_CHAIN} models extend one another")
        return self.extended(base, where, chain)


def without_links(document: Json, *relations: str) -> Json:
    """*document* without its links of these *relations*, and without an empty list of links."""
    found = document.get("links")
    if not isinstance(found, list):
        return document
    kept = [link for link in found if not (isinstance(link, dict) and link.get("rel") in relations)]
    rest = {name: value for name, value in document.items() if name != "links"}
    return document if len(kept) == len(found) else {**document, "links": kept} if kept else rest


def absolute_references(document: Json, name: str) -> Json:
    """*document*, called *name*, with absolute addresses of the models that it extends, imports from and contains."""
    document = _absolute_imports(document, name) if f'"{REF}"' in text(document) else document
    if not any(link.get("rel") in (EXTENDS, SUBMODEL) for _, link in links(document)):
        return document
    return {**document, "links": [_absolute_link(link, name) for link in document["links"]]}


def _absolute_link(link: Json, name: str) -> Json:
    if not isinstance(link, dict) or link.get("rel") not in (EXTENDS, SUBMODEL):
        return link
    href = link.get("href")
    return {**link, "href": absolute(href, name)} if isinstance(href, str) else link


def _absolute_imports(value: Json, name: str) -> Json:
    """The object or array *value* with the addresses of its imports absolute."""
    if isinstance(value, list):
        return [_absolute_imports(inner, name) if isinstance(inner, dict | list) else inner for inner in value]
    changed = {
        member: _absolute_imports(inner, name) if isinstance(inner, dict | list) else inner
        for member, inner in value.items()
    }
    if isinstance(value.get(REF), str):
        changed[REF] = absolute(value[REF], name)
    return changed
