"""Write docs/families.md: the families there are, where their payloads come in, and how much of samples is understood.

`python docs/make_families.py CAPTURE...` measures with capture files (NDJSON); without any there are no numbers.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping
from pathlib import Path

from semantic_gw.app.parts import Parts, load_parts
from semantic_gw.cli.captures import capture_records
from semantic_gw.codecs.capture import BadLine
from semantic_gw.model import Outcome
from semantic_gw.pipeline.coverage import Coverage, Coverages
from semantic_gw.pipeline.family import Family
from semantic_gw.settings import Settings

PAGE = Path(__file__).with_name("families.md")
HEAD = """# Families

What the gateway understands out of the box. Any other device is taught by [a short mapping](mappings.md), a
[Thing Description](thing-descriptions.md) or [RML](rml.md). Made by `python docs/make_families.py`.

"""
MEASURED = """
`values` are all that were looked at, `kinds` is the part whose kind is known; the rest is told, and never guessed.
The samples are recordings that others published, and no part of this repository; `semantic-gw coverage CAPTURE`
measures with yours. Payloads are ignored and dead-lettered for reasons that the same command tells.
"""


def main(captures: list[Path]) -> None:
    parts = load_parts(Settings())
    measured = _measured(parts, captures)
    PAGE.write_text(HEAD + "\n".join(_table(parts, measured)) + "\n" + (MEASURED if measured else ""), "utf-8")


def _measured(parts: Parts, captures: list[Path]) -> Mapping[str, Coverage]:
    coverages = Coverages()
    for record in capture_records(captures):
        if not isinstance(record, BadLine):
            coverages.add(parts.pipeline.process(record.payload))
    return {one.family: one for one in coverages}


def _table(parts: Parts, measured: Mapping[str, Coverage]) -> Iterable[str]:
    more = ["records", "published", "ignored", "dead letters", "values", "kinds"] if measured else []
    yield _row(["family", "comes in at", *more])
    yield _row(["---", "---", *["---:"] * len(more)])
    for family in sorted(parts.families, key=lambda one: one.title.lower()):
        yield _row([f"[{family.title}](../mappings/{family.id})", _addresses(family), *_numbers(family, measured)])


def _addresses(family: Family) -> str:
    shown = list(dict.fromkeys(row.template for row in family.rows if row.role != "ignore"))
    more = f" and {len(shown) - 3} more" if len(shown) > 3 else ""
    return ", ".join(f"`{template}`" for template in shown[:3]) + more or "any address, by its look"


def _numbers(family: Family, measured: Mapping[str, Coverage]) -> list[str]:
    one = measured.get(family.id)
    if not measured or one is None:
        return [""] * (6 if measured else 0)
    ends = (one.outcomes[o] for o in (Outcome.PUBLISHED, Outcome.IGNORED, Outcome.DEAD_LETTER))
    return [str(one.records), *map(str, ends), str(one.values), f"{one.kinds:.0%}"]


def _row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


if __name__ == "__main__":
    main([Path(name) for name in sys.argv[1:]])
