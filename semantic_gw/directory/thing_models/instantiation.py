"""A Thing Description made of a Thing Model (TD 1.1, 9.4)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final
from urllib.parse import quote

from semantic_gw.directory.merge_patch import apply
from semantic_gw.directory.thing_models.faults import Faults
from semantic_gw.directory.thing_models.library import without_links
from semantic_gw.directory.thing_models.placeholders import Filling, names, placeholders, strings
from semantic_gw.directory.thing_models.pointers import pointer
from semantic_gw.directory.thing_models.resolution import resolve
from semantic_gw.directory.thing_models.size import Allowance, check_nesting
from semantic_gw.directory.thing_models.terms import EXTENDS, KINDS, MAX_SIZE, OPTIONAL, SUBMODEL, THING_MODEL, Models
from semantic_gw.json_pointer import parse_pointer
from semantic_gw.model import IRI, Json

_NONE: Final[Mapping[str, Json]] = MappingProxyType({})
_TD: Final = "application/td+json"
_TM: Final = "application/tm+json"
_SECURITY: Final = ("securityDefinitions", "security")


@dataclass(frozen=True, slots=True)
class Instance:
    """What one Thing has that its model leaves open.

    *overrides* is a JSON Merge Patch (RFC 7396), applied last. *optional* lists the optional affordances to keep, by
    their JSON Pointers; with None those are kept that have forms. *forms* is a template of the `href` for affordances
    that have none, in which `{kind}` (properties, actions or events), `{name}` and `{part}` (the names of the
    submodels that lead here, each with a slash) are replaced.
    """

    id: IRI | None = None
    placeholders: Mapping[str, Json] = field(default_factory=dict)
    overrides: Mapping[str, Json] = field(default_factory=dict)
    optional: Sequence[str] | None = None
    forms: str = ""
    part: str = ""
    whole: Mapping[str, Json] = field(default_factory=dict)
    """The Thing that this one is a part of, which says how to reach a part that does not say it."""


def instantiate(
    document: Json,
    models: Models,
    *,
    id: IRI | None = None,
    placeholders: Mapping[str, Json] = _NONE,
    overrides: Mapping[str, Json] = _NONE,
    optional: Sequence[str] | None = None,
    forms: str = "",
) -> Json:
    """A Thing Description made of the model *document*; the arguments are those of `Instance`.

    Raises InvalidDocumentError with all that is missing, unknown or wrong: its pointers are into the model, or into
    the arguments (`/placeholders/HOST`).
    """
    instance = Instance(id, placeholders, overrides, optional, forms)
    model = resolve(document, models, href=address(document))
    faults = Faults()
    tell_unknown_placeholders([model], instance, faults)
    thing = make(model, instance, faults, room_for_values(), href=address(document))
    faults.raise_any()
    return thing


def address(document: Json) -> str:
    """Where the model *document* is registered: its id, where that is no template for the ids of Things."""
    named = document.get("id") if isinstance(document, dict) else None
    return named if isinstance(named, str) and not names(named) else ""


def room_for_values() -> Allowance:
    """What the values of placeholders may add to a model, and to its submodels together."""
    return Allowance(MAX_SIZE, "with the values of its placeholders, the model has more than")


def make(model: Json, instance: Instance, faults: Faults, room: Allowance, *, href: str) -> Json:
    """A Thing Description made of *model*, which is resolved and registered at *href*.

    What is missing or wrong is told to *faults*. Raises InvalidDocumentError where it takes more than *room*.
    """
    optional = _optional(model, faults)
    thing = _thing(model, instance, href)
    thing = _without(thing, _unwanted(optional, instance, faults))
    thing = Filling(instance.placeholders, faults, room).fill(thing)
    thing = _with_hrefs(thing, instance) if instance.forms else thing
    thing = _with_access(apply(thing, dict(instance.overrides)), instance.whole)
    thing = linked(_with_version(thing), "collection", [instance.whole.get("id")])
    if instance.optional is None:
        thing = _without(thing, [where for where in optional if not _has_forms(_affordance(thing, where))])
    check_nesting(thing)
    _tell_missing(thing, faults)
    return thing


def tell_unknown_placeholders(models: Sequence[Json], instance: Instance, faults: Faults) -> None:
    """Add a finding for each placeholder that *instance* has a value for, and none of *models* has."""
    known = frozenset[str]().union(*(placeholders(model) for model in models))
    there_is = f"there is {', '.join(sorted(known))}" if known else "there is none"
    for name in instance.placeholders:
        if name.strip() not in known:
            faults.add(pointer("placeholders", name), f"the model has no placeholder {name!r}; {there_is}")


def affordances(document: Json) -> Iterator[tuple[str, str, dict[str, Json]]]:
    """The affordances of *document*: their kind (properties, actions, events), name and definition."""
    for kind in KINDS:
        found = document.get(kind)
        for name, affordance in found.items() if isinstance(found, dict) else ():
            if isinstance(affordance, dict):
                yield kind, name, affordance


def _thing(model: Json, instance: Instance, href: str) -> Json:
    """*model* without the terms of models, with its own id and a link to the model."""
    named = model.get("id") if instance.id is None else instance.id
    head = {"@context": model.get("@context"), "@type": _thing_type(model.get("@type"))}
    if instance.id is not None or (isinstance(named, str) and names(named)):
        head["id"] = named
    rest = without_links(model, EXTENDS, SUBMODEL, *(["type"] if href else []))
    body = {name: value for name, value in rest.items() if name not in head | {"id": None} and name[:3] != "tm:"}
    thing = {name: value for name, value in head.items() if value is not None} | body
    return linked(thing, "type", [href], media_type=_TM) if href else thing


def linked(thing: Json, relation: str, hrefs: Sequence[str | None], *, media_type: str = _TD) -> Json:
    """*thing* with links of this *relation* to *hrefs*."""
    added = [{"rel": relation, "href": href, "type": media_type} for href in hrefs if href is not None]
    others = thing.get("links", [])
    return {**thing, "links": [*(others if isinstance(others, list) else [others]), *added]} if added else thing


def _thing_type(value: Json) -> Json:
    """`@type` of a Thing: tm:ThingModel gives way to Thing.

    >>> _thing_type("tm:ThingModel"), _thing_type(["tm:ThingModel", "ThingDirectory"])
    ('Thing', ['Thing', 'ThingDirectory'])
    """
    if not isinstance(value, list):
        return "Thing" if value == THING_MODEL else value
    if "Thing" in value:
        return [entry for entry in value if entry != THING_MODEL]
    return ["Thing" if entry == THING_MODEL else entry for entry in value]


def _optional(model: Json, faults: Faults) -> list[str]:
    """The pointers of the optional affordances that *model* has; others than of affordances are findings."""
    listed = model.get(OPTIONAL, [])
    if not isinstance(listed, list):
        faults.add(f"/{OPTIONAL}", f"tm:optional is a list of JSON Pointers, not {listed!r}")
        return []
    for index, entry in enumerate(listed):
        if not _names_affordance(entry):
            faults.add(pointer(OPTIONAL, index), f"{entry!r} is not the JSON Pointer of an affordance")
    return [entry for entry in listed if _names_affordance(entry) and _affordance(model, entry) is not None]


def _names_affordance(entry: Json) -> bool:
    try:
        path = parse_pointer(entry) if isinstance(entry, str) else ()
    except ValueError:
        return False
    return len(path) == 2 and path[0] in KINDS


def _unwanted(optional: Sequence[str], instance: Instance, faults: Faults) -> list[str]:
    """The optional affordances that *instance* does not ask for."""
    if instance.optional is None:
        return []
    there_is = f"there is {', '.join(optional)}" if optional else "nothing is"
    known = frozenset(optional)
    wanted = frozenset(entry for entry in instance.optional if isinstance(entry, str))
    for index, entry in enumerate(instance.optional):
        if not isinstance(entry, str) or entry not in known:
            faults.add(pointer("optional", index), f"{entry!r} is not optional in the model; {there_is}")
    return [where for where in optional if where not in wanted]


def _without(thing: Json, unwanted: Sequence[str]) -> Json:
    """*thing* without the affordances at the pointers *unwanted*."""
    paths = {parse_pointer(where) for where in unwanted}
    for kind in {kind for kind, *_ in paths}:
        found = thing.get(kind)
        if isinstance(found, dict):
            left = {name: affordance for name, affordance in found.items() if (kind, name) not in paths}
            thing = {
                member: left if member == kind else value for member, value in thing.items() if member != kind or left
            }
    return thing


def _affordance(thing: Json, where: str) -> Json:
    """The affordance at the pointer *where*, or None."""
    kind, name = parse_pointer(where)
    found = thing.get(kind)
    return found.get(name) if isinstance(found, dict) else None


def _with_hrefs(thing: Json, instance: Instance) -> Json:
    """*thing*, with a form that has an href for each affordance that has none."""
    template = instance.forms.replace("{part}", instance.part)
    completed: dict[str, dict[str, Json]] = {}
    for kind, name, affordance in affordances(thing):
        href = template.replace("{kind}", kind).replace("{name}", quote(name, safe=""))
        completed.setdefault(kind, {})[name] = _with_href(affordance, href)
    return {
        member: value | completed.get(member, {}) if member in completed else value for member, value in thing.items()
    }


def _with_href(affordance: Json, href: str) -> Json:
    return affordance if _has_forms(affordance) else {**affordance, "forms": _forms_to(affordance, href)}


def _forms_to(affordance: Json, href: str) -> Json:
    """The forms of *affordance*, each to *href* where it leads nowhere yet."""
    forms = affordance.get("forms")
    stated = forms if isinstance(forms, list) and forms else [{}]
    return [{"href": href, **form} if isinstance(form, dict) else form for form in stated]


def _has_forms(affordance: Json) -> bool:
    forms = affordance.get("forms") if isinstance(affordance, dict) else None
    return isinstance(forms, list) and bool(forms) and all(isinstance(form, dict) and "href" in form for form in forms)


def _with_access(thing: Json, whole: Mapping[str, Json]) -> Json:
    """*thing*, with the base and the security of the *whole* that it is a part of where it says nothing of them."""
    taken = ["base"] if "base" not in thing else []
    taken += _SECURITY if not any(name in thing for name in _SECURITY) else ()
    return {**thing, **{name: whole[name] for name in taken if name in whole}}


def _with_version(thing: Json) -> Json:
    """*thing*; where it names the version of its model only, that is the version of the instance as well."""
    version = thing.get("version")
    if not isinstance(version, dict) or "model" not in version or "instance" in version:
        return thing
    return {**thing, "version": {"instance": version["model"], **version}}


def _tell_missing(thing: Json, faults: Faults) -> None:
    """Add a finding for all that a Thing needs, and neither its model nor anybody else said."""
    for where, string in strings(thing):
        for name in names(string):
            faults.add(where, f"placeholder {name!r} has no value; values are given in placeholders")
    if "title" not in thing:
        faults.add("", 'a Thing needs a title: give one in overrides, such as {"title": "Lamp"}')
    if absent := [name for name in _SECURITY if name not in thing]:
        example = '{"securityDefinitions": {"nosec_sc": {"scheme": "nosec"}}, "security": "nosec_sc"}'
        faults.add("", f"the model says nothing of {' and '.join(absent)}: give it in overrides, such as {example}")
    for kind, name, affordance in affordances(thing):
        if not _has_forms(affordance):
            detail = "has no form with an href: give one in overrides, or a template of the href for all in forms"
            faults.add(pointer(kind, name), f"{name} {detail}")
