"""tm:submodel: a Thing of several parts, a Thing Description for each (TD 1.1, 9.3.3)."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from urllib.parse import quote

from semantic_gw.directory.thing_models.faults import Faults, refuse
from semantic_gw.directory.thing_models.instantiation import (
    Instance,
    address,
    linked,
    make,
    room_for_values,
    tell_unknown_placeholders,
)
from semantic_gw.directory.thing_models.pointers import pointer
from semantic_gw.directory.thing_models.resolution import Resolver
from semantic_gw.directory.thing_models.terms import MAX_CHAIN, MAX_PARTS, SUBMODEL, Models, links
from semantic_gw.model import IRI, Json


@dataclass(frozen=True, slots=True)
class _Part:
    """One Thing of the composition: its model, where that is registered, and the names that lead to it."""

    model: Json
    href: str
    instance: Instance
    path: tuple[str, ...] = ()
    chain: tuple[str, ...] = ()

    @property
    def under(self) -> str:
        """Where findings of this part stand: below the member that patches it."""
        return pointer("submodels", "/".join(self.path)) if self.path else ""


def compose(
    document: Json, models: Models, instance: Instance, submodels: Mapping[str, Json] | None = None
) -> list[Json]:
    """The Thing Descriptions made of the model *document* and of its submodels, the whole before its parts.

    A part is called by the `instanceName` of its link (its number where it has none), and `led/chip` is the chip of
    the led. Its id is that of the whole with its name added; *submodels* gives the merge patch of each part. A part
    takes the values of placeholders from the whole, and its base and security where it says nothing of them. The
    whole links to its parts as `item`, they to it as `collection`. Raises InvalidDocumentError.
    """
    return _Composition(models, instance, submodels or {}).make(document)


class _Composition:
    """Makes the Things of one composition, the whole before its parts."""

    def __init__(self, models: Models, instance: Instance, patches: Mapping[str, Json]) -> None:
        self._faults = Faults()
        self._resolver = Resolver(models, self._faults)
        self._room = room_for_values()
        self._instance = instance
        self._patches = patches
        self._models: list[Json] = []
        self._names: set[str] = set()

    def make(self, document: Json) -> list[Json]:
        things: list[Json] = []
        href = address(document)
        waiting = deque([_Part(document, href, self._instance, chain=(href,))])
        while waiting:
            part = waiting.popleft()
            thing, parts = self._made(part)
            things.append(thing)
            waiting += parts
            if len(things) + len(waiting) > MAX_PARTS:
                raise refuse(f"{part.under}/links", f"the model has more than {MAX_PARTS - 1} submodels in all")
        self._tell_unknown()
        self._faults.raise_any()
        return things

    def _made(self, part: _Part) -> tuple[Json, list[_Part]]:
        """The Thing of *part*, and the parts that it has itself."""
        model = self._resolver.resolve(part.model, part.href, part.under)
        thing = make(model, part.instance, self._faults.under(part.under), self._room, href=part.href)
        self._models.append(model)
        parts = list(self._parts(part, model, thing))
        return linked(thing, "item", [inner.instance.id for inner in parts]), parts

    def _parts(self, whole: _Part, model: Json, thing: Json) -> Iterator[_Part]:
        submodels = [link for _, link in links(model) if link.get("rel") == SUBMODEL]
        for number, link in enumerate(submodels, start=1):
            name = link.get("instanceName", str(number))
            href = link.get("href")
            if not (isinstance(name, str) and name and isinstance(href, str)):
                self._faults.add(f"{whole.under}/links", f"tm:submodel needs a href and a name, not {href!r}, {name!r}")
            elif (part := self._part(whole, href, name, thing)) is not None:
                yield part

    def _part(self, whole: _Part, href: str, name: str, thing: Json) -> _Part | None:
        where = f"{whole.under}/links"
        called = "/".join((*whole.path, name))
        if called in self._names:
            self._faults.add(where, f"two submodels are called {name!r}: give each an instanceName of its own")
        self._names.add(called)
        if href in whole.chain or len(whole.chain) >= MAX_CHAIN:
            raise refuse(where, f"the model contains itself: {' → '.join((*whole.chain, href))}")
        model = self._resolver.library.read(href, where)
        patch = self._patches.get(called, {})
        if not isinstance(patch, dict):
            self._faults.add(pointer("submodels", called), f"the patch of a submodel is a JSON object, not {patch!r}")
        elif model is not None:
            instance = self._instance_of(thing, name, patch, whole.instance)
            return _Part(model, href, instance, (*whole.path, name), (*whole.chain, href))
        return None

    def _instance_of(self, whole: Json, name: str, patch: Mapping[str, Json], instance: Instance) -> Instance:
        id = _id_of_part(whole.get("id"), name)
        if id is None:
            self._faults.add("/id", "a Thing of several parts needs an id, of which those of its parts are made")
        part = f"{instance.part}{quote(name, safe='')}/"
        return replace(instance, id=id, overrides=patch, optional=None, part=part, whole=whole)

    def _tell_unknown(self) -> None:
        tell_unknown_placeholders(self._models, self._instance, self._faults)
        there_is = f"there is {', '.join(sorted(self._names))}" if self._names else "there is none"
        for called in self._patches:
            if called not in self._names:
                self._faults.add(pointer("submodels", called), f"the model has no submodel {called!r}; {there_is}")


def _id_of_part(whole: Json, name: str) -> IRI | None:
    """The id of the part *name* of the Thing *whole*.

    >>> _id_of_part("urn:example:fan-7", "led"), _id_of_part("https://fans.example/7", "led")
    ('urn:example:fan-7:led', 'https://fans.example/7/led')
    """
    if not isinstance(whole, str):
        return None
    return whole + (":" if whole.startswith("urn:") else "/") + quote(name, safe="")
