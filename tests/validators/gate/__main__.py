"""Compare our gate with TopBraid on graphs that lifters make of random payloads, some damaged.

python -m tests.validators.gate --payloads 100000 --sample 5000
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
from pathlib import Path

from tests.validators.fuzz.document import record
from tests.validators.fuzz.showing import short
from tests.validators.fuzz.topbraid import TopBraid
from tests.validators.gate.agreement import Agreement, Gates


def told(found: Agreement) -> str:
    counted = found.counted
    lines = [
        f"{counted.payloads} payloads: {counted.not_lifted} not lifted, {counted.without_graph} of no known meaning",
        f"{found.graphs} graphs: {found.passed} pass our gate, {found.unchecked} unchecked",
        *(f"  {number:6} {name}" for name, number in counted.of.items()),
        f"{found.asked} asked of TopBraid, {found.asked_passed} of them pass our gate:",
        f"  {len(found.other_verdict)} of another verdict, {len(found.other_report)} more of another report",
    ]
    return "\n".join(lines)


def numbers(found: Agreement) -> dict[str, int]:
    return {
        "payloads": found.counted.payloads,
        "graphs": found.graphs,
        "passed": found.passed,
        "asked": found.asked,
        "asked and passed": found.asked_passed,
        "of another verdict": len(found.other_verdict),
        "of another report": len(found.other_report),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--payloads", type=int, default=100_000)
    parser.add_argument("--sample", type=int, default=5_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--record", action="store_true", help="note the numbers for docs/shacl-differences.md")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        gates = Gates(TopBraid(Path(folder)))
        found = gates.run(options.payloads, options.sample, random.Random(options.seed))
    print(f"seed {options.seed}\n{told(found)}")
    if options.record:
        record({"gate": {"seed": options.seed, **numbers(found)}})
    for case in [*found.other_verdict, *found.other_report][:5]:
        print("---", *(f"{short(s)} {short(p)} {short(o)} ." for s, p, o in case.data), sep="\n")
    sys.exit(bool(found.other_verdict))


if __name__ == "__main__":
    main()
