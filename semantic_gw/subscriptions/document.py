"""What a standing query is, as it is sent and shown: a filter or a query, how long it lasts, and where matches go."""

from __future__ import annotations

from typing import Annotated, Any, Final, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from semantic_gw.directory.preparation import refuse_all
from semantic_gw.json_pointer import format_pointer
from semantic_gw.lexicon.units import unit, unit_table
from semantic_gw.model import IRI, Finding, Json
from semantic_gw.rdf.namespaces import compact, expand
from semantic_gw.rdf.node_names import is_valid

_MOST: Final = 100
ID_PATTERN: Final = r"^[A-Za-z0-9][A-Za-z0-9_-]{0,99}$"
"""What an id looks like: it is part of the name of a topic."""


def _iri(text: str) -> IRI:
    iri = expand(text)
    if not is_valid(iri):
        raise ValueError(f"{text!r} is no absolute IRI, and no name with a known prefix (sgw:Temperature)")
    return iri


class _Part(BaseModel):
    """Unknown members are errors, so that a typing slip never matches everything."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


Degrees = Annotated[float, Field(allow_inf_nan=False)]


class Box(_Part):
    """A bounding box on the Earth: west, south, east, north in degrees (RFC 7946, 5); west > east crosses 180°."""

    bbox: tuple[Degrees, Degrees, Degrees, Degrees]

    @model_validator(mode="after")
    def _is_a_box(self) -> Self:
        west, south, east, north = self.bbox
        if not (-180 <= west <= 180 and -180 <= east <= 180 and -90 <= south <= north <= 90):
            raise ValueError("a bbox is west, south, east, north in degrees, with south <= north (RFC 7946, 5)")
        return self


class Threshold(_Part):
    """Bounds of a value; all that are given hold at once. *hysteresis*: one match when it is entered, and the next
    only after the value has gone back by as much.
    """

    above: float | None = Field(None, allow_inf_nan=False)
    at_least: float | None = Field(None, alias="atLeast", allow_inf_nan=False)
    below: float | None = Field(None, allow_inf_nan=False)
    at_most: float | None = Field(None, alias="atMost", allow_inf_nan=False)
    equals: bool | float | str | None = None
    """A truth value, a number, or the IRI of a state."""
    hysteresis: float | None = Field(None, ge=0, allow_inf_nan=False)

    @field_validator("equals")
    @classmethod
    def _state(cls, value: Any) -> Any:
        return _iri(value) if isinstance(value, str) else value

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        bounds = (self.above, self.at_least, self.below, self.at_most)
        if self.equals is None and all(bound is None for bound in bounds):
            raise ValueError("wants one of above, atLeast, below, atMost, equals")
        if self.equals is not None and any(bound is not None for bound in bounds):
            raise ValueError("equals stands alone")
        return self


class Filter(_Part):
    """What a message must be: each member that is given holds of one observation (or event) of it."""

    kinds: tuple[IRI, ...] = Field((), max_length=_MOST)
    classes: tuple[IRI, ...] = Field((), max_length=_MOST)
    things: tuple[IRI, ...] = Field((), max_length=_MOST)
    place: IRI | Box | None = None
    threshold: Threshold | None = None
    unit: IRI | None = None

    @field_validator("kinds", "classes", "things")
    @classmethod
    def _iris(cls, value: tuple[str, ...]) -> tuple[IRI, ...]:
        return tuple(dict.fromkeys(map(_iri, value)))

    @field_validator("place")
    @classmethod
    def _place(cls, value: str | Box | None) -> IRI | Box | None:
        return _iri(value) if isinstance(value, str) else value

    @field_validator("unit")
    @classmethod
    def _unit(cls, value: str | None) -> IRI | None:
        if value is None:
            return None
        found = expand(value) if expand(value) in unit_table().by_iri else unit(value)
        if found is None:
            raise ValueError(f"{value!r} is no unit that is known here: give a QUDT unit such as unit:DEG_F")
        return found

    @model_validator(mode="after")
    def _asks_something(self) -> Self:
        if not (self.kinds or self.classes or self.things or self.place or self.threshold):
            raise ValueError("wants one of kinds, classes, things, place, threshold: else it were every message")
        return self


class Webhook(_Part):
    """Where matches are sent, and what they are signed with (Standard Webhooks)."""

    url: str = Field(min_length=8, max_length=2000)
    secret: str = Field(min_length=16, max_length=200)


class Deliver(_Part):
    """How matches are had. They are always on a topic of their own; *kafka* only says so."""

    kafka: bool = True
    sse: bool = True
    websocket: bool = True
    webhook: Webhook | None = None

    @field_validator("kafka")
    @classmethod
    def _always(cls, value: bool) -> bool:  # noqa: FBT001  pydantic calls it so
        if not value:
            raise ValueError("is always there: every other way of delivery reads the topic")
        return value


class Document(_Part):
    """A standing query as it is sent: *filter* or *query*. *expires* is an RFC 3339 date-time."""

    id: str = Field("", pattern=f"{ID_PATTERN}|^$")
    description: str = Field("", max_length=2000)
    filter: Filter | None = None
    query: str | None = Field(None, min_length=1)
    deliver: Deliver = Deliver()
    expires: str = Field("", max_length=40)

    @model_validator(mode="after")
    def _one_of_both(self) -> Self:
        if (self.filter is None) == (self.query is None):
            raise ValueError("wants a filter or a query: one of both")
        return self

    def shown(self) -> dict[str, Json]:
        """The document for whoever asks: what was left out stays out, and the secret is not told."""
        told: dict[str, Json] = self.model_dump(mode="json", by_alias=True, exclude_none=True, exclude_defaults=True)
        if self.deliver.webhook is not None:
            told["deliver"]["webhook"]["secret"] = SECRET
        return told

    def stored(self) -> bytes:
        """The document as the registry keeps it."""
        return self.model_dump_json(by_alias=True, exclude_none=True, exclude_defaults=True).encode()


SECRET: Final = "*" * 3
"""What stands where a secret is not told; sent back, it keeps the one that is there."""


def read_document(value: Json) -> Document:
    """The standing query that *value* is. Raises InvalidDocumentError with every fault."""
    try:
        return Document.model_validate(value)
    except ValidationError as error:
        refuse_all([_finding(fault) for fault in error.errors(include_url=False, include_input=False)])
        raise


def _finding(fault: Any) -> Finding:
    said = fault["msg"].removeprefix("Value error, ")
    return Finding(format_pointer([str(part) for part in fault["loc"] if part not in _BRANCHES]), said)


_BRANCHES: Final = ("str", "Box", "bool", "float")
"""What pydantic says of the branch of a union that it tried: nothing that stands in the document."""


def kind_names(kinds: tuple[IRI, ...]) -> str:
    """*kinds* for people."""
    return ", ".join(map(compact, kinds)) or "any kind"
