"""Values of real samples whose meaning people wrote down before any table was: labels/<family>.toml.

A row: `sample` (id of the record), `at` (the JSON Pointer that the observation tells, or its end), `kind` and `unit` as
in ontologies/sgw.ttl and QUDT, `value`; `kind = "none"` for a value that must not become an observation, with `why`.
A family's file names `samples`, the folder of its samples, and may excuse rows that are known to be wrong: `wrong`.
It has 40 rows, unless there are fewer values: `least`. `address` is where samples come in that tell none.
Where samples describe and do not report, `[[message]]` rows (sample, address, payload) are sent after all of them.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from semantic_gw.app.parts import load_parts
from semantic_gw.model import Event, Literal, Observation, Payload, Source
from semantic_gw.rdf.namespaces import compact
from semantic_gw.settings import Settings
from tests.mappings.captures import RECEIVED, captured

LABELS = [pytest.param(path, id=path.stem) for path in sorted(Path(__file__).with_name("labels").glob("*.toml"))]
RIGHT = 0.98
"""The part of the labels that must come out as written; every other one is excused by name."""

Row = Mapping[str, Any]


def observed(samples: str, wanted: set[str], address: str = "") -> Mapping[str, list[Observation | Event]]:
    """What the gateway observes in each of the records *wanted*, each on its own.

    Records that tell no address come in at *address*.
    """
    pipeline = load_parts(Settings()).pipeline
    found: dict[str, list[Observation | Event]] = {}
    for sample, payload in captured(samples):
        if sample in wanted:
            here = found.setdefault(sample, [])
            source = replace(payload.source, address=payload.source.address or address)
            for judged in pipeline.process(replace(payload, source=source)).graphs:
                here.extend(judged.graph.observations)
                here.extend(judged.graph.events)
    return found


def observed_after(samples: str, messages: Sequence[Mapping[str, str]]) -> Mapping[str, list[Observation | Event]]:
    """What the gateway observes in each of *messages*, which are sent after all *samples*."""
    pipeline = load_parts(Settings()).pipeline
    for _, payload in captured(samples):
        pipeline.process(payload)
    found: dict[str, list[Observation | Event]] = {}
    for message in messages:
        source = Source("mqtt", message["address"])
        here = found.setdefault(message["sample"], [])
        for judged in pipeline.process(Payload(message["payload"].encode(), "", source, RECEIVED)).graphs:
            here.extend(judged.graph.observations)
            here.extend(judged.graph.events)
    return found


def matching(found: list[Observation | Event], at: str) -> Iterator[Observation | Event]:
    tail = at if at.startswith("/") else f"/{at}"
    return (one for one in found if one.pointer == at or one.pointer.endswith(tail))


def is_right(row: Row, found: list[Observation | Event]) -> bool:
    here = list(matching(found, row["at"]))
    if row["kind"] == "none":
        return not here
    return any(told(one) == (row["kind"], row.get("unit", ""), shown(row["value"])) for one in here)


def told(one: Observation | Event) -> tuple[str, str, str]:
    if isinstance(one, Event):
        return compact(one.kind), "", shown(one.data)
    value = one.value.lexical if isinstance(one.value, Literal) else one.value
    value = compact(value) if isinstance(value, str) and "://" in value else value
    return compact(one.kind), compact(one.unit) if one.unit else "", shown(value)


def shown(value: Any) -> str:
    return f"{value:.9g}" if isinstance(value, (int, float)) and not isinstance(value, bool) else str(value)


@pytest.mark.parametrize("path", LABELS)
def test_values_mean_what_people_say_they_mean(path: Path) -> None:
    table = tomllib.loads(path.read_text("utf-8"))
    rows: list[Row] = table["label"]
    if "message" in table:
        found = observed_after(table["samples"], table["message"])
    else:
        found = observed(table["samples"], {row["sample"] for row in rows}, table.get("address", ""))
    wrong = [row for row in rows if not is_right(row, found.get(row["sample"], []))]
    unexcused = [row for row in wrong if f"{row['sample']} {row['at']}" not in table.get("wrong", {})]

    assert unexcused == []
    assert len(wrong) <= (1 - RIGHT) * len(rows)
    assert len(rows) >= table.get("least", 40)
