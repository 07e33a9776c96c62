"""Compare the compiler with other engines on many random pairs of shapes and data.

    python -m tests.validators.fuzz --pairs 20000 pyshacl shacl topbraid

Every disagreement must be explained by the standing list (differences.py); the least form of each that is not is shown.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import warnings
from collections import Counter
from pathlib import Path

from tests.validators.fuzz.case import Case
from tests.validators.fuzz.compare import Pair
from tests.validators.fuzz.document import record
from tests.validators.fuzz.drawing import drawn
from tests.validators.fuzz.pairs import ENGINES, pair
from tests.validators.fuzz.showing import shown


class Tally:
    """What came of the cases of one run."""

    def __init__(self, pair: Pair, shown: int) -> None:
        self.pair = pair
        self.cases = 0
        self.conform = 0
        self.differ = 0
        self.explained: Counter[str] = Counter()
        self.unexplained = 0
        self._shown = shown
        self._small: set[Case] = set()

    def take(self, case: Case) -> None:
        self.cases += 1
        self.conform += not self.pair.ours.judge(case)
        if not self.pair.disagree(case):
            return
        self.differ += 1
        why = self.pair.explain(case)
        for difference in why or ():
            self.explained[difference.name] += 1
        if why is None:
            self._unexplained(case)

    def _unexplained(self, case: Case) -> None:
        self.unexplained += 1
        if len(self._small) >= self._shown:
            return
        small = self.pair.smallest(case)
        if small not in self._small:
            self._small.add(small)
            print(f"--- {self.pair.theirs.name}\n{shown(small)}\n{self.pair.told(small)}", flush=True)

    def numbers(self) -> dict[str, int | dict[str, int]]:
        return {
            "pairs": self.cases,
            "without results": self.conform,
            "disagreements": self.differ,
            "unexplained": self.unexplained,
            "explained": dict(self.explained.most_common()),
        }

    def told(self) -> str:
        head = (
            f"{self.pair.theirs.name}: {self.cases} pairs, {self.conform} without any result; "
            f"{self.differ} disagreements, {self.unexplained} of them unexplained"
        )
        return "\n".join([head, *(f"  {times:6} {name}" for name, times in self.explained.most_common())])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("engines", nargs="+", choices=ENGINES)
    parser.add_argument("--pairs", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--record", action="store_true", help="note the numbers for docs/shacl-differences.md")
    parser.add_argument("--show", type=int, default=10, help="unexplained disagreements to show, of each engine")
    options = parser.parse_args()
    warnings.simplefilter("ignore")  # rdflib's
    with tempfile.TemporaryDirectory() as folder:
        tallies = [Tally(pair(name, Path(folder)), options.show) for name in options.engines]
        for case in drawn(options.pairs, options.seed):
            for tally in tallies:
                tally.take(case)
    print("\n".join(tally.told() for tally in tallies))
    if options.record:
        record({tally.pair.theirs.name: {"seed": options.seed, **tally.numbers()} for tally in tallies})
    sys.exit(any(tally.unexplained for tally in tallies))


if __name__ == "__main__":
    main()
