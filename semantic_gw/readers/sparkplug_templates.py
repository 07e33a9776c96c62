"""Templates of Sparkplug B: metrics in a metric, and what a definition says of them (Sparkplug 3.0, 6.4.14)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final, NamedTuple

from semantic_gw.json_pointer import Tokens
from semantic_gw.model import Json

_VALUES: Final = ("template_value", "templateValue", "value")
_INHERITED: Final = ("timestamp", "is_historical", "isHistorical")
_FOLDER: Final = "_types_/"
"""What definitions are often called by before their own name, and instances are not."""

_MAX_DEPTH: Final = 8


class Part(NamedTuple):
    """A metric within a metric, under its whole name."""

    place: Tokens
    metric: Mapping[str, Json]
    of: str
    """Which metric of which definition it is: `Pump/Temperature`."""


def is_template(metric: Mapping[str, Json]) -> bool:
    return _template(metric) is not None


def is_definition(metric: Mapping[str, Json]) -> bool:
    """Whether *metric* only says what instances of a template have."""
    template = _template(metric)
    return template is not None and template.get("is_definition", template.get("isDefinition")) is True


def parts(metric: Mapping[str, Json], name: str) -> Iterator[Part]:
    """The metrics in *metric*, an instance or a definition called *name*, however deep they stand."""
    yield from _parts(metric, name, (), 0)


def _parts(metric: Mapping[str, Json], name: str, place: Tokens, depth: int) -> Iterator[Part]:
    template = _template(metric)
    if template is None or depth > _MAX_DEPTH:
        return
    of = _text(template, "template_ref", "templateRef", "reference") or name
    inherited = {member: metric[member] for member in _INHERITED if member in metric}
    for index, member in enumerate(template["metrics"]):
        if not isinstance(member, dict) or not (own := _text(member, "name")):
            continue
        inner = (*place, _member(metric), "metrics", str(index))
        whole = {**inherited, **member, "name": f"{name}/{own}"}
        whole.pop("alias", None)
        if is_template(whole):
            yield from _parts(whole, f"{name}/{own}", inner, depth + 1)
        else:
            yield Part(inner, whole, f"{of.removeprefix(_FOLDER)}/{own}")


def _template(metric: Mapping[str, Json]) -> Mapping[str, Any] | None:
    told = metric.get(_member(metric))
    return told if isinstance(told, dict) and isinstance(told.get("metrics"), list) else None


def _member(metric: Mapping[str, Json]) -> str:
    return next((member for member in _VALUES if member in metric), "")


def _text(told: Mapping[str, Json], *names: str) -> str:
    values = (told.get(name) for name in names)
    return next((value for value in values if isinstance(value, str) and value), "")
