"""Write docs/settings.md from the settings themselves."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from pydantic import BaseModel

from semantic_gw.settings import FamilySettings, HistoryRule, PolicyRule, ServiceSettings, Settings, WriterSettings

HEAD = """# Settings

Strongest first: options of the command line, environment variables, the file `semantic-gw.toml` (or the one that
`SEMANTIC_GW_CONFIG` names), the defaults. `http.port` is `SEMANTIC_GW_HTTP__PORT` in the environment, and `port` under
`[http]` in the file. Unknown names are errors.
Made by `python docs/make_settings.py`.

| setting | default | meaning |
|---|---|---|
"""


def rows(model: type[BaseModel], prefix: str = "") -> Iterator[str]:
    for name, field in model.model_fields.items():
        kind = field.annotation
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            yield from rows(kind, f"{prefix}{name}.")
        else:
            default = "(required)" if field.is_required() else str(field.default).replace("|", "\\|") or "(empty)"
            yield f"| `{prefix}{name}` | `{default}` | {field.description} |"


if __name__ == "__main__":
    lines = [*rows(Settings), *rows(FamilySettings, "families.<family>."), *rows(PolicyRule, "shapes.rules.")]
    lines += rows(HistoryRule, "history.rules.")
    lines += [*rows(ServiceSettings, "sparql.services.<iri>."), *rows(WriterSettings, "sparql.writers.<name>.")]
    (Path(__file__).parent / "settings.md").write_text(HEAD + "\n".join(lines) + "\n", "utf-8")
