"""What families cost: to load all of them, to find the one of an address, and to lift their messages.

CPU time counts, not the clock on the wall. Messages are those of the families' own examples:

    python benchmarks/families.py
"""

from __future__ import annotations

import gc
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from semantic_gw.app.parts import load_parts  # noqa: E402  the path is set above
from semantic_gw.codecs.capture import read_capture  # noqa: E402
from semantic_gw.model import Outcome, Payload, Source, ThingDescription  # noqa: E402
from semantic_gw.pipeline.dispatch import Dispatch, Entry, heads  # noqa: E402
from semantic_gw.pipeline.pipeline import Pipeline  # noqa: E402
from semantic_gw.readers.templates import address_pattern  # noqa: E402
from semantic_gw.settings import Settings  # noqa: E402
from semantic_gw.shipped import MAPPINGS  # noqa: E402

FAMILIES = ("hfp", "zigbee2mqtt", "ttn", "senml")
PACKS = (1, 10, 100, 1000)
"""Records of the SenML packs."""

ADDRESSES = 1_000
ROUNDS = 5
RECEIVED = datetime(2026, 11, 24, 10, 15, tzinfo=UTC)

_LOADING = """
import json, time
from semantic_gw.app.parts import mapping_folders, mappings_of
from semantic_gw.lexicon import Lexicon
from semantic_gw.settings import Settings
settings, lexicon = Settings(), Lexicon.load()
started = time.process_time()
families = mapping_folders(settings).load().families
mappings_of(families, lexicon, settings)
print(json.dumps({"families": len(list(families)), "seconds": time.process_time() - started}))
"""


@dataclass(frozen=True, slots=True)
class Cost:
    """CPU time of one message, in microseconds, and how much comes out of it."""

    name: str
    microseconds: float
    observations: float
    triples: float


def least(call: Callable[[], object], times: int) -> float:
    """CPU time of one of *times* that *call* does something, in microseconds: the least of some rounds."""
    gc.collect()
    found = []
    for _ in range(ROUNDS):
        started = time.process_time()
        call()
        found.append(time.process_time() - started)
    return min(found) / times * 1e6


def loading() -> dict[str, Any]:
    """How many families there are, and the CPU seconds until all are ready, in a process of their own."""
    command = [sys.executable, "-c", _LOADING]
    runs = [subprocess.run(command, capture_output=True, check=True, cwd=tempfile.gettempdir()) for _ in range(3)]
    return min((json.loads(run.stdout) for run in runs), key=lambda told: float(told["seconds"]))


def dispatching() -> dict[str, float]:
    """CPU µs to find the row of an address among a thousand, and the Things among a thousand that report there."""
    templates = [f"family{number // 4}/{{device}}/{'abcd'[number % 4]}/{{+rest}}" for number in range(ADDRESSES)]
    entries = [Entry(heads(template, ()), address_pattern(template), template) for template in templates]
    addresses = [f"family{number // 4}/device/{'abcd'[number % 4]}/state" for number in range(ADDRESSES)]
    known, new = Dispatch(entries), Dispatch(entries, remembered=0)
    things = load_parts(Settings()).pipeline.things
    for number, address in enumerate(addresses):
        things.register(_thing(number, address))
    sources = [Source("mqtt", address) for address in addresses]
    return {
        "the row of an address that was seen before": least(lambda: [known.find(one) for one in addresses], ADDRESSES),
        "the row of an address that is new": least(lambda: [new.find(one) for one in addresses], ADDRESSES),
        "the Things that report at an address": least(lambda: [things.reporting(one) for one in sources], ADDRESSES),
    }


def _thing(number: int, address: str) -> ThingDescription:
    form = {"op": ["observeproperty"], "href": f"mqtt://localhost/{address}", "contentType": "application/json"}
    temperature = {"type": "number", "unit": "unit:DEG_C", "saref:hasPropertyKind": {"@id": "sgw:Temperature"}}
    thing = f"urn:dev:ops:32473-{number}"
    document = {"id": thing, "title": "t", "properties": {"temperature": {**temperature, "forms": [form]}}}
    return ThingDescription(thing, document, origin="", family="")


def examples(family: str) -> list[Payload]:
    """The payloads of the examples of *family*."""
    paths = sorted((MAPPINGS / family / "examples").glob("*.json"))
    return [read_capture(path.read_bytes().replace(b"\n", b" "), now=RECEIVED).payload for path in paths]


def pack(records: int) -> Payload:
    """A SenML pack of as many temperatures of one device, one a minute (RFC 8428, 5.1.4)."""
    head = {"bn": "urn:dev:ow:10e2073a01080063:", "bt": 1.7e9, "bu": "Cel", "n": "temperature", "v": 20}
    more = [{"n": "temperature", "t": 60 * number, "v": 20 + number / 100} for number in range(1, records)]
    return Payload(json.dumps([head, *more]).encode(), "application/senml+json", Source("mqtt", "pack"), RECEIVED)


def cost(pipeline: Pipeline, name: str, payloads: Sequence[Payload]) -> Cost:
    """What a message of *payloads* costs that is published, once its Thing is known."""
    fork = pipeline.fork()
    told = [fork.process(payload) for payload in payloads]
    wanted = [result.payload for result in told if result.outcome is Outcome.PUBLISHED and result.graphs]
    again = [replace(payload, description=None) for payload in wanted]
    results = [fork.process(payload) for payload in again]
    graphs = [judged.graph for result in results for judged in result.graphs]
    times = max(1, 2_000 // len(graphs))

    def run() -> None:
        for _ in range(times):
            for payload in again:
                fork.process(payload)

    return Cost(
        name,
        least(run, times * len(again)),
        sum(len(graph.observations) + len(graph.events) for graph in graphs) / len(again),
        sum(len(graph.triples) + len(graph.about) for graph in graphs) / len(again),
    )


def costs(pipeline: Pipeline) -> Iterator[Cost]:
    """What a message of each family costs, and packs of more and more records."""
    yield from (cost(pipeline, family, examples(family)) for family in FAMILIES)
    for records in PACKS:
        yield cost(pipeline, f"a SenML pack of {records:,} records", [pack(records)])


def costs_table(found: Sequence[Cost]) -> list[str]:
    lines = [
        "| messages | CPU µs a message | observations | triples | µs an observation |",
        "|---|---:|---:|---:|---:|",
    ]
    for one in found:
        each = one.microseconds / one.observations
        counts = f"{one.observations:,.1f} | {one.triples:,.0f}"
        lines.append(f"| {one.name} | {one.microseconds:,.0f} | {counts} | {each:.1f} |")
    return lines


def section() -> list[str]:
    """What docs/benchmarks.md says of families."""
    loaded = loading()
    found = dispatching()
    gc.freeze()
    return [
        "## Families",
        "",
        f"Loading all {loaded['families']} families takes {loaded['seconds']:.2f} s of CPU time.",
        "",
        "| to find, among a thousand | CPU µs |",
        "|---|---:|",
        *(f"| {name} | {microseconds:.2f} |" for name, microseconds in found.items()),
        "",
        *costs_table([*costs(load_parts(Settings()).pipeline)]),
        "",
        "From bytes to checked graphs: decode, route, read, lift, validate. Things are known; messages are those",
        "of the families' examples, again and again. Each record of a pack is of another time, and a graph of its own.",
        "",
    ]


def main() -> None:
    """Print what docs/benchmarks.md says of families."""
    print("\n".join(section()))


if __name__ == "__main__":
    main()
