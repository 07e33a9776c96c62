"""Write docs/mapping.schema.json, and the tables of keys in docs/mappings.md, from the keys themselves."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

from semantic_gw.readers.short_form_keys import FIELD, IGNORE, KEYS, PAIRS, POSITION, TIME, Key, json_schema

TABLES = {"keys": KEYS, "field": FIELD, "time": TIME, "position": POSITION, "pairs": PAIRS, "ignore": IGNORE}


def table(keys: tuple[Key, ...]) -> Iterator[str]:
    yield "| key | meaning |"
    yield "|---|---|"
    for key in keys:
        yield f"| `{key.name}` | {key.meaning}{' Needed.' if key.needed else ''} |"


def filled(page: str) -> str:
    """*page* with every table between its marks."""
    for name, keys in TABLES.items():
        text = "\n".join(table(keys))
        page = re.sub(rf"(<!-- {name} -->\n).*?(<!-- end -->)", rf"\g<1>{text}\n\g<2>", page, flags=re.DOTALL)
    return page


if __name__ == "__main__":
    folder = Path(__file__).parent
    (folder / "mapping.schema.json").write_text(json.dumps(json_schema(), indent=1) + "\n", "utf-8")
    page = folder / "mappings.md"
    page.write_text(filled(page.read_text("utf-8")), "utf-8")
