"""What hostile questions cost everybody else, asked over HTTP of a gateway that runs.

python benchmarks/sparql.py --hostile
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from tests.live.bombs import (  # noqa: E402  the path is set above
    BOMBS,
    LIMIT_S,
    SETTINGS,
    Asker,
    Outcome,
    bombed,
    describe,
    fed,
    memory,
    p99,
)
from tests.live.gateway_process import GatewayProcess  # noqa: E402

_RATE = 100
_SETTLED_S = 15.0
"""After which workers that nobody needs have gone."""


def hostile(count: int) -> list[str]:
    """The table: what becomes of each bomb, and of *count* simple questions beside two hundred slow ones."""
    with tempfile.TemporaryDirectory() as folder:
        gateway = GatewayProcess(Path(folder), SETTINGS)
        gateway.start()
        try:
            describe(gateway)
            return ["| what | value |", "|---|---:|", *_bombs(gateway.port), *_beside(gateway, count)]
        finally:
            gateway.stop()


def _bombs(port: int) -> list[str]:
    rows, asker = [], Asker(port)
    for name, text in BOMBS.items():
        outcome = asker.ask(text)
        end = outcome.limit or outcome.status
        rows.append(f"| {name}, with a bound of {LIMIT_S:g} s | {end} after {outcome.seconds:.2f} s |")
    return rows


def _beside(gateway: GatewayProcess, count: int) -> list[str]:
    """Simple questions, alone and beside the slow ones of the same and another address; messages come in."""
    same, other = Asker(gateway.port), Asker(gateway.port, "127.0.0.2")
    with fed(gateway.port, _RATE) as messages:
        begun = time.monotonic()
        other.timed(count)
        quiet = other.timed(count)
        before = memory(gateway)
        with bombed(gateway.port, 200) as bombs:
            time.sleep(2 * LIMIT_S)
            beside, others = same.timed(count), other.timed(count)
            most = memory(gateway)
        seconds = time.monotonic() - begun
    time.sleep(_SETTLED_S)
    ends = ", ".join(
        f"{limit or 'answered'} {n}" for limit, n in Counter(o.limit for o in bombs.outcomes).most_common()
    )
    timed_out = [outcome.seconds for outcome in bombs.outcomes if outcome.limit == "time"]
    return [
        _row("simple questions, alone", quiet, quiet),
        _row("beside 200 slow ones of the same address", beside, quiet),
        _row("beside 200 slow ones of another address", others, quiet),
        f"| what became of the slow ones | {ends} |",
        f"| longest that met the limit of time, in the queue and at work | {max(timed_out, default=0):.1f} s |",
        f"| messages taken, of {_RATE} a second | {len(messages.outcomes) / seconds:.0f} a second |",
        f"| memory before, beside them, after | {before >> 20}, {most >> 20}, {memory(gateway) >> 20} MB |",
    ]


def _row(what: str, outcomes: Sequence[Outcome], quiet: Sequence[Outcome]) -> str:
    times = sorted(outcome.seconds * 1e3 for outcome in outcomes)
    fine = sum(outcome.status == 200 for outcome in outcomes)
    shown = f"{times[len(times) // 2]:.1f} ms, {p99(outcomes):.1f} ms"
    ratio = f"{p99(outcomes) / p99(quiet):.1f} times, {fine} of {len(times)} answered"
    return f"| {what}: median, 99 of 100 | {shown} ({ratio}) |"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--hostile", action="store_true", help="what hostile questions cost others")
    parser.add_argument("--questions", type=int, default=500)
    options = parser.parse_args()
    if options.hostile:
        print("\n".join(hostile(options.questions)))


if __name__ == "__main__":
    main()
