"""Our verdict and that of W3C's own schema, on published documents in which one thing after the other is changed.

Where they differ, the reason stands here: W3C's schema asks less than the Recommendation, or more.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any, Final, NamedTuple

import jsonschema_rs
import pytest

from semantic_gw.directory.validation import check_description, check_model, schemas
from semantic_gw.directory.validation.schema import Schema
from semantic_gw.model import Finding, Json
from tests.shared import shared

ABSENT: Final = object()
VALUES: Final[tuple[Any, ...]] = (ABSENT, None, True, -1, 1.5, "x", "", [], {}, ["x"], [1], {"x": 1})
"""What is put in the place of every value of a document."""

DESCRIPTIONS: Final = (
    "pg__InteractionSecurityThing.json",
    "pg__additionalResponses.json",
    "pg__bearerSec.json",
    "pg__createdModified.json",
    "pg__languageDirection.json",
    "pg__linksThing.json",
    "pg__rootForms.json",
    "pg__scopesForm_oauth2.json",
    "pg__semanticTD.json",
    "pg__uriVariablesAffordances.json",
    "pgex-6__combo-security-def-oneOf.td.jsonld",
    "pgex-7__data-schema-serialization.td.jsonld",
    "plugfest-2024.11.Munich-WebThings_Gateway__motion-sensor.td.json",
)
MODELS: Final = (
    "pg__links.json",
    "pg__optional.json",
    "pg__overwrite.json",
    "pg__placeholder.json",
    "pg__security.json",
    "test-things__calculator.tm.json",
    "test-things__counter-thing.tm.json",
)


class Difference(NamedTuple):
    """A pattern that the pointer and the sentence of our first finding fit, or the place where W3C's schema finds."""

    pattern: str
    reason: str


WE_ASK: Final = (
    Difference(r"^/@context @context is empty", "@context MUST contain the context (5.3.1.1)"),
    Difference(
        r"^/@context.*(@language|@direction)", "language tags and directions have their values (5.3.1.1, 6.3.2)"
    ),
    Difference(r"names .*; securityDefinitions has", "names are chosen from those defined (5.3.1.1, 5.3.3.4)"),
    Difference(r"href has the variable", "variables MUST be collected in uriVariables (6.3.9.1)"),
    Difference(r"/properties properties is", "properties of an object schema is a map (5.3.2.6)"),
    Difference(r"/flow flow is missing", "flow is mandatory (5.3.3.10)"),
    Difference(r"/(token|authorization) .* OAuth 2.0 flow", "the flow code MUST have both servers (5.3.3.10)"),
)
"""What the Recommendation asks and W3C's schema of descriptions does not."""

WE_ASK_OF_MODELS: Final = (
    *WE_ASK[:2],
    Difference(r"^/id id is", "an id is a URI, unless it has a placeholder (10.2)"),
    Difference(r"no such affordance", "tm:optional MUST resolve to an affordance (10.3.4)"),
    Difference(r"^/links/\d+/href href is missing", "a link to a model targets it (10.3.2)"),
    Difference(r"# and a JSON Pointer", "tm:ref MUST be a URI, # and a JSON Pointer (10.3.2)"),
)
W3C_ASKS: Final = (Difference(r"^@context$", "null resets a language or direction (6.3.2; JSON-LD 1.1, 4.2.4)"),)
"""What W3C's schema of descriptions asks and the Recommendation does not."""

W3C_ASKS_OF_MODELS: Final = (
    *W3C_ASKS,
    Difference(r"dimming/", "null beside tm:ref removes what is imported (10.3.2)"),
)


@cache
def official(name: str) -> jsonschema_rs.Validator:
    schema = json.loads(shared(f"wot/schema/{name}.schema.json").read_text("utf-8"))
    return jsonschema_rs.Draft7Validator(schema, validate_formats=True, offline=True)


def changed(document: Json) -> Iterator[None]:
    """*document*, with one of its values after the other exchanged for each of VALUES, in place."""
    for holder, key in list(places(document)):
        before = dict(holder) if isinstance(holder, dict) else list(holder)
        for value in VALUES:
            if value is ABSENT:
                del holder[key]
            else:
                holder[key] = value
            yield
            holder.clear()
            holder.update(before) if isinstance(holder, dict) else holder.extend(before)


def places(value: Json) -> Iterator[tuple[Any, Any]]:
    for key, inner in value.items() if isinstance(value, dict) else enumerate(value):
        yield value, key
        if isinstance(inner, (dict, list)):
            yield from places(inner)


def unexplained(
    document: Json,
    check: Callable[[Json], tuple[Finding, ...]],
    theirs: jsonschema_rs.Validator,
    we_ask: tuple[Difference, ...],
    they_ask: tuple[Difference, ...],
) -> list[str]:
    """The differences between the verdicts that no row explains."""
    found = []
    for _ in changed(document):
        ours = check(document)
        if theirs.is_valid(document) != (not ours):
            said = " ".join(ours[0]) if ours else "/".join(map(str, next(theirs.iter_errors(document)).instance_path))
            rows = we_ask if ours else they_ask
            if not any(re.search(row.pattern, said) for row in rows):
                found.append(("we: " if ours else "W3C: ") + said)
    return found


@pytest.mark.parametrize("name", DESCRIPTIONS)
def test_every_difference_over_a_changed_description_has_its_reason(name: str) -> None:
    document = json.loads((shared("wot/td-valid") / name).read_text("utf-8"))

    assert unexplained(document, check_description, official("td-1.1"), WE_ASK, W3C_ASKS) == []


@pytest.mark.parametrize("name", MODELS)
def test_every_difference_over_a_changed_model_has_its_reason(name: str) -> None:
    document = json.loads((shared("wot/tm-valid") / name).read_text("utf-8"))

    assert unexplained(document, check_model, official("tm-1.1"), WE_ASK_OF_MODELS, W3C_ASKS_OF_MODELS) == []


# The verdict and its reasons come from two readers of the same schema.


@pytest.mark.parametrize(
    ("folder", "name", "schema"),
    [
        *(("td-valid", name, schemas.thing_description) for name in DESCRIPTIONS),
        *(("td-valid", name, schemas.thing_description_1_0) for name in DESCRIPTIONS[:3]),
        *(("tm-valid", name, schemas.thing_model) for name in MODELS),
    ],
)
def test_what_does_not_fit_is_always_explained_and_what_fits_never(
    folder: str, name: str, schema: Callable[[], Schema]
) -> None:
    document = json.loads((shared(f"wot/{folder}") / name).read_text("utf-8"))
    compiled = schema()

    assert all(compiled.fits(document) == (not list(compiled.explain(document))) for _ in changed(document))
