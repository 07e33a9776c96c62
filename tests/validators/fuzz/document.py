"""Write docs/shacl-differences.md from the standing list and the numbers of the last long runs.

python -m tests.validators.fuzz.document
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from tests.shared import ROOT
from tests.validators.fuzz.difference import Difference
from tests.validators.fuzz.differences import DIFFERENCES
from tests.validators.fuzz.showing import shown

RUNS: Final = Path(__file__).parent / "runs.json"
DOCUMENT: Final = ROOT / "docs" / "shacl-differences.md"
TITLES: Final = {
    "pyshacl": "pySHACL 0.40.1",
    "shacl": "PyPI `shacl` 0.3.4",
    "topbraid": "TopBraid SHACL 1.5.0",
}
RIGHT: Final = {"ours": "We are right.", "theirs": "It is right.", "open": "This is left open."}
HEAD: Final = """# What other SHACL engines say otherwise

The compiler is compared with three engines on random shapes and data of everything that SHACL Core has: every result's
focus node, path, value, component, severity and source shape. Here is every difference that was ever found, with the
smallest case of it, and who is right. A difference explains a disagreement only where the disagreement is gone once
its cause is taken away; one that nothing here explains fails the tests.

Made by `python -m tests.validators.fuzz.document`. The dependency group `bench` has the engines; TopBraid
wants Java 21.
"""


def record(numbers: Mapping[str, Mapping[str, Any]]) -> None:
    """Keep the numbers of a run, by engine."""
    RUNS.write_text(json.dumps({**_runs(), **numbers}, indent=1) + "\n", "utf-8")


def _runs() -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = json.loads(RUNS.read_text("utf-8")) if RUNS.exists() else {}
    return found


def document() -> str:
    """The text of docs/shacl-differences.md."""
    runs = _runs()
    parts = [HEAD, *_pairs(runs), *_gate(runs.get("gate"))]
    for engine, title in TITLES.items():
        times = runs.get(engine, {}).get("explained", {})
        known = (difference for difference in DIFFERENCES if difference.engine == engine)
        parts += [f"## {title}\n", *(told(difference, times.get(difference.name, 0)) for difference in known)]
    return "\n".join(parts)


def _pairs(runs: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    yield "## Random pairs of shapes and data\n"
    yield "`python -m tests.validators.fuzz --pairs 20000 --record pyshacl shacl topbraid`\n"
    yield "| engine | pairs | of them without results | disagreements | unexplained |\n|---|---:|---:|---:|---:|"
    for engine, title in TITLES.items():
        if run := runs.get(engine):
            cells = (run[name] for name in ("pairs", "without results", "disagreements", "unexplained"))
            yield f"| {title} | {' | '.join(f'{cell:,}' for cell in cells)} |"
    yield ""


def _gate(run: Mapping[str, int] | None) -> Iterator[str]:
    if run:
        yield (
            "## Our gate and TopBraid\n\n`python -m tests.validators.gate --payloads 100000 --sample 5000 --record`\n\n"
            f"{run['payloads']:,} random payloads of five mappings became {run['graphs']:,} graphs, four in ten of "
            f"them damaged afterwards; {run['passed']:,} pass our gate.\nOf a sample of {run['asked']:,}, "
            f"{run['asked and passed']:,} pass it. TopBraid judges {run['of another verdict']} of them otherwise, and "
            f"reports {run['of another report']} more otherwise.\n"
        )


def told(difference: Difference, times: int) -> str:
    """One difference; *times* is how many disagreements of the last run it was needed to explain."""
    name = difference.name[0].upper() + difference.name[1:]
    seen = f" Needed to explain {times:,} of the disagreements." if times else ""
    verdict = f"{difference.reason} {RIGHT[difference.right]}{seen}"
    return f"### {name}\n\n{verdict}\n\n```\n{shown(difference.example)}\n```\n"


if __name__ == "__main__":
    DOCUMENT.write_text(document(), "utf-8")
