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

NUMBERS = ("records", "published", "ignored", "dead letters", "measured", "known", "others", "left", "unknown")
PAGE = Path(__file__).with_name("families.md")
HEAD = """# Families

What the gateway understands out of the box. Any other device is taught by [a short mapping](mappings.md), a
[Thing Description](thing-descriptions.md) or [RML](rml.md). Made by `python docs/make_families.py`.

"""
MEASURED = """
`measured` are the values that tell of the device or of what it senses; `known` is the part of them with a kind (and for
a number, a unit); `unknown` is the rest, told and never guessed. `others` are observations of settings and of the
transport (signal strength, number of messages); `left` is what is no measurement, told with the reason: settings,
identifiers, versions, raw frames, commands, times, what says that there is no value, what other values tell, too. A
value is one of these only where its kind, its own name ([unmeasured.toml](../semantic_gw/lexicon/unmeasured.toml)) or
its family's table says so: what nobody knows is a measured value.

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
    more = list(NUMBERS) if measured else []
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
        return [""] * (len(NUMBERS) if measured else 0)
    ends = (one.outcomes[o] for o in (Outcome.PUBLISHED, Outcome.IGNORED, Outcome.DEAD_LETTER))
    rest = (one.others, one.left.total(), one.unknown.total())
    known = f"{one.known} ({one.kinds:.0%})" if one.measured else "0"
    return [str(one.records), *map(str, ends), str(one.measured), known, *map(str, rest)]


def _row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


if __name__ == "__main__":
    main([Path(name) for name in sys.argv[1:]])
