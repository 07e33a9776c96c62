"""The reader of oneM2M: notifications, requests and bare resources, of containers and of flexContainers."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any, Final, Self

from semantic_gw.contracts import Field, Reading, Readings
from semantic_gw.errors import LiftingError
from semantic_gw.json_pointer import Tokens, format_pointer
from semantic_gw.lexicon.spelling import value_key, value_text
from semantic_gw.model import Document, Finding, Json
from semantic_gw.rdf.ontology import POSITION
from semantic_gw.readers.device_names import thing_of
from semantic_gw.readers.ngsi_models import Meant, meant
from semantic_gw.readers.onem2m_content import values_in
from semantic_gw.readers.onem2m_modules import load_modules
from semantic_gw.readers.onem2m_primitives import INSTANCES, Nothing, Resource, member, resources_in, segments, told
from semantic_gw.readers.values import moment, number_in, point

MAX_READINGS: Final = 2_000
"""Most readings of one message."""

_TIMESTAMP: Final = "%Y%m%dT%H%M%S"
"""m2m:timestamp: the basic format of ISO 8601, of UTC (TS-0004, 6.3.3)."""
_FRACTION: Final = re.compile(r"[.,][0-9]+$")
_COMMON: Final = frozenset(
    {
        "ty", "ri", "rn", "pi", "ct", "lt", "et", "st", "cs", "cnd", "lbl", "acpi", "cr", "or", "at", "aa", "daci",
        "dgt",
        "resourceType", "resourceID", "resourceName", "parentID", "creationTime", "lastModifiedTime", "expirationTime",
        "stateTag", "contentSize", "containerDefinition", "labels", "accessControlPolicyIDs", "creator", "ontologyRef",
        "announceTo", "dataGenerationTime", "nodLk", "nodeLink", "flNLk", "flexNodeLink", "loc", "hld", "custodian",
        "mgd", "obis", "obps", "dc", "description", "cbs", "cni", "fcied", "org",
    }
)  # fmt: skip
"""Attributes that every resource may have (TS-0001, 9.6.1.3)."""
_LATITUDE: Final = ("latie", "latitude")
_LONGITUDE: Final = ("longe", "longitude")
_HEIGHT: Final = ("altie", "altitude")


@dataclass(frozen=True, slots=True)
class _Application:
    """What the contents of one application are, by the `cnf` that it marks them with."""

    info: str
    reason: str
    device: str
    fields: Mapping[str, Meant]
    leave: str


class OneM2MReader:
    """Reads messages. Its table names the file of module classes, `modules`, and has rows `other` and `application`.

    | member | meaning |
    |---|---|
    | `other` | resources that carry no value, by a pattern of their name, and why |
    | `generic` | names of containers that do not tell what is in them |
    | `device` | members of a content that name the device where no path does |
    | `application` | `cnf`, a pattern; `reason`, or `device`, `fields` as in models, and `leave` for the others |
    """

    def __init__(self, table: Mapping[str, Any], folder: Path, zone: tzinfo | None) -> None:  # noqa: ARG002  UTC by the standard
        self._modules = load_modules(folder / table["modules"])
        self._other: Mapping[str, str] = table.get("other", {})
        self._generic = frozenset(map(str.lower, table.get("generic", ())))
        self._device = tuple(table.get("device", ()))
        self._applications = tuple(map(_application, table.get("application", ())))

    def fork(self) -> Self:
        return self

    def read(self, document: Document, captures: Mapping[str, str]) -> Readings:
        """Raises LiftingError for a message of which nobody can say which device it is of."""
        if not isinstance(document.value, dict):
            raise LiftingError("a primitive of oneM2M is an object, and so is a resource (TS-0004, 8.3)")
        readings: list[Reading] = []
        left: list[Finding] = []
        reasons: list[str] = []
        origin = captures.get("originator", "").replace(":", "/")
        path = segments(captures.get("path", ""))
        for found in resources_in(document.value, path, "" if "<" in origin else origin):
            if isinstance(found, Nothing):
                reasons.append(found.reason)
            elif reason := self._reason(found):
                reasons.append(reason)
            else:
                readings += self._readings(found, left)
            if len(readings) > MAX_READINGS:
                raise LiftingError(f"more than {MAX_READINGS} readings in one message")
        if readings:
            return Readings(tuple(readings), tuple(left))
        why = next(iter((*reasons, *(one.detail for one in left))), "")
        if not why:
            raise LiftingError("there is no resource of oneM2M in it: one has a name such as m2m:cin or cod:tempe")
        return Readings((), tuple(left), why)

    def _reason(self, resource: Resource) -> str:
        """Why there is no value in *resource*; empty where there may be one."""
        if why := next((why for pattern, why in self._other.items() if fnmatchcase(resource.type, pattern)), ""):
            return why
        application = self._application(resource)
        return application.reason if application is not None else ""

    def _application(self, resource: Resource) -> _Application | None:
        info = told(resource.members, "cnf")
        return next((one for one in self._applications if fnmatchcase(info, one.info)), None) if info else None

    def _readings(self, resource: Resource, left: list[Finding]) -> Iterator[Reading]:
        """The reading of *resource*, if it has a value."""
        fields = list((self._instance if resource.type in INSTANCES else self._container)(resource, left))
        if fields:
            device = self._name(resource)
            title = device.rpartition("/")[2]
            yield Reading(thing_of(device, "onem2m"), title, tuple(fields), _time(resource))

    def _name(self, resource: Resource) -> str:
        """What the device is called: the path above a container or a module, an identifier, or who sent it."""
        names = resource.path
        application = self._application(resource)
        content = member(resource.members, "con")[1]
        wanted = (application.device,) if application is not None and application.device else self._device
        if application is not None and application.device and (name := told(content, application.device)):
            return name
        if len(names) > 1:
            return "/".join(names[:-1] if len(names) > 2 else names)
        known = (*names, told(resource.members, "pi"), resource.origin, *(told(content, one) for one in wanted))
        device = next(filter(None, known), "")
        if not device:
            raise LiftingError("neither a path nor an identifier tells of which device it is")
        return device

    def _instance(self, resource: Resource, left: list[Finding]) -> Iterator[Field]:
        """The values of a contentInstance, or of an instance of a time series."""
        written, content = member(resource.members, "con")
        place = (*resource.place, written)
        application = self._application(resource)
        around = self._around(resource.path)
        for one in values_in(content, told(resource.members, "cnf")):
            pointer = format_pointer((*place, *one.path))
            if one.why:
                left.append(Finding(pointer, one.why))
            elif application is not None:
                yield from _known(application, one.path, one.value, pointer, left)
            elif one.path and one.path[-1] in self._device:
                left.append(Finding(pointer, "the name of the device"))
            elif path := (*around, *one.path):
                also = (((path[-1],), ""),) if len(path) > 1 else ()
                yield Field(path, one.value, one.unit, pointer, also=also)
            else:
                left.append(Finding(pointer, "neither its container nor the content tells what it is"))

    def _around(self, path: tuple[str, ...]) -> tuple[str, ...]:
        """The name of the container, where that tells what is in it."""
        return () if not path or path[-1].lower() in self._generic or len(path) < 2 else path[-1:]

    def _container(self, resource: Resource, left: list[Finding]) -> Iterator[Field]:
        """The data points of a flexContainer."""
        definition = told(resource.members, "cnd")
        short, long = resource.type.partition(":")[2], definition.rpartition(".")[2]
        points = self._modules.find(short, long)
        module = resource.path[-1:] if len(resource.path) > 2 else ()
        yield from _position(resource, module)
        for name, value in resource.members.items():
            if name in _COMMON or name in (*_LATITUDE, *_LONGITUDE, *_HEIGHT):
                continue
            pointer = format_pointer((*resource.place, name))
            row = points.get(name) if points is not None else None
            if row is None:
                left.append(Finding(pointer, f"no data point of the module class {long or short} that is known"))
            elif (found := _point(row, (*module, name), value, resource.members, pointer, left)) is not None:
                yield found


def _application(row: Mapping[str, Any]) -> _Application:
    fields = {name: meant(name, value) for name, value in row.get("fields", {}).items()}
    return _Application(row["cnf"], row.get("reason", ""), row.get("device", ""), fields, row.get("leave", ""))


def _known(application: _Application, path: Tokens, value: Json, pointer: str, left: list[Finding]) -> Iterator[Field]:
    row = application.fields.get("/".join(path))
    if row is None:
        left.append(Finding(pointer, application.leave))
    elif (found := _point(row, path, value, {}, pointer, left)) is not None:
        yield found


def _position(resource: Resource, module: tuple[str, ...]) -> Iterator[Field]:
    values = [
        next((resource.members[name] for name in names if name in resource.members), None)
        for names in (_LATITUDE, _LONGITUDE, _HEIGHT)
    ]
    text = point(*values)
    if text is not None:
        yield Field((*module, "position"), text, pointer=format_pointer(resource.place), kind=POSITION)


def _point(
    row: Meant, path: Tokens, value: Json, around: Mapping[str, Json], pointer: str, left: list[Finding]
) -> Field | None:
    """The value of a data point that is known, or None where it is none, which *left* then tells."""
    why = row.why or ("no value" if value is None or value == "" else "")
    unit = row.unit or _unit_beside(around)
    if not why and row.states:
        if value_key(value_text(value)) in row.states:
            return Field(path, value, "", pointer, row.kind, row.states)
        why = f"{value_text(value)[:80]!r} is no state that the module class knows"
    number = number_in(value) if isinstance(value, str) else value
    if not why and (isinstance(number, bool) or not isinstance(number, (int, float))):
        why = "it is no number"
    if not why and not unit:
        why = "the module class fixes no unit"
    if why:
        left.append(Finding(pointer, why))
        return None
    return Field(path, number, unit, pointer, row.kind)


_SCALES: Final = {
    "1": "°C",
    "c": "°C",
    "celsius": "°C",
    "": "°C",
    "f": "°F",
    "fahrenheit": "°F",
    "k": "K",
    "kelvin": "K",
}
"""The scales of the module class `temperature`: degrees Celsius by default (TS-0023, 5.3.1)."""


def _unit_beside(around: Mapping[str, Json]) -> str:
    """The unit of a temperature, by the data point `unit` beside it; empty where it is of a number nobody knows."""
    return _SCALES.get(str(around.get("unit", "")).lower(), "")


def _time(resource: Resource) -> datetime | None:
    """When it was: when the device made it, sent it, or the platform took it."""
    members = resource.members
    last = "ct" if resource.type in INSTANCES else "lt"
    for time in (member(members, "dgt")[1], resource.time, member(members, last)[1]):
        if isinstance(time, str) and (found := moment(_FRACTION.sub("", time.strip()), _TIMESTAMP, UTC)) is not None:
            return found
    return None
