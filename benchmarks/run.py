"""Measure the gateway and write docs/benchmarks.md: steps beside the plain way, and ways in and out per CPU second.

CPU time of the gateway's own process counts, not the clock on the wall: other work on the machine matters less.
What a machine lacks (Kafka, mosquitto, captures) is left out of the table with a line that says so.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from benchmarks.ways import Way, measure_ways  # noqa: E402  the path is set above

SHARED = Path(os.environ.get("SEMANTIC_GW_SHARED", ROOT.parent / "shared"))
STATES = SHARED / "payloads" / "zigbee2mqtt" / "states.ndjson"


def steps(captures: list[Path], seconds: float) -> dict[str, Any]:
    """CPU time per step, by `semantic-gw bench`."""
    command = [
        sys.executable,
        "-m",
        "semantic_gw.cli",
        "bench",
        "--json",
        "--seconds",
        str(seconds),
        *map(str, captures),
    ]
    done = subprocess.run(command, capture_output=True, check=True, cwd=tempfile.gettempdir())
    measured: dict[str, Any] = json.loads(done.stdout)
    return measured


def steps_table(measured: dict[str, Any]) -> list[str]:
    whole = next(step["microseconds"] for step in measured["steps"] if step["step"] == "whole pipeline")
    lines = ["| step | CPU µs a message | µs for 27 triples | times the whole pipeline |", "|---|---:|---:|---:|"]
    for step in measured["steps"]:
        per27 = step["microseconds"] / measured["triples"] * 27
        ratio = step["microseconds"] / whole
        lines.append(f"| {step['step']} | {step['microseconds']:.1f} | {per27:.1f} | {ratio:.2f} |")
    return lines


def ways_table(ways: list[Way]) -> list[str]:
    lines = ["| way | messages per CPU second of the gateway | resident memory, MB |", "|---|---:|---:|"]
    for way in ways:
        shown = (
            f"{way.per_cpu_second:,.0f} | {way.resident_mb:.0f}"
            if way.per_cpu_second
            else f"not measured: {way.why} | "
        )
        lines.append(f"| {way.name} | {shown} |")
    return lines


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=2.0, help="CPU seconds for each step")
    parser.add_argument("--messages", type=int, default=20_000, help="messages for each way")
    parser.add_argument("--out", type=Path, default=ROOT / "docs" / "benchmarks.md")
    options = parser.parse_args()
    captures = [STATES] if STATES.exists() else []
    measured = steps(captures, options.seconds)
    what = "zigbee2mqtt states of real devices" if captures else "the bundled tour"
    text = [
        "# Benchmarks",
        "",
        f"Made by `make bench` on Python {platform.python_version()}, {platform.machine()}, {os.cpu_count()} cores.",
        "CPU time of one core; ratios hold across machines better than times.",
        "",
        f"## Steps: {measured['messages']} messages ({what}), {measured['triples']:.0f} triples on average",
        "",
        *steps_table(measured),
        "",
        "The plain way is an rdflib graph for each message, pySHACL with its shapes parsed once, and rdflib's JSON-LD",
        "serialiser, on the same messages in the same run.",
        "",
        "## Ways in and out",
        "",
        *ways_table(measure_ways(options.messages)),
        "",
    ]
    options.out.write_text("\n".join(text), "utf-8")
    sys.stdout.write("\n".join(text))


if __name__ == "__main__":
    main()
