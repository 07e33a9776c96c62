"""The settings that docs/stores.md shows are settings."""

from __future__ import annotations

import re
import tomllib

import pytest

from semantic_gw.settings import Settings
from semantic_gw.stores.remote.session import open_session
from semantic_gw.stores.remote.timeouts import timeout_parameter
from tests.shared import ROOT

PAGE = (ROOT / "docs" / "stores.md").read_text("utf-8")
EXAMPLES = re.findall(r"^## ([^\n]*)\n(?:(?!^## ).)*?^```toml\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)


def test_there_is_one_for_each_store() -> None:
    assert [name for name, _ in EXAMPLES] == [
        "A remote store",
        "GraphDB",
        "Virtuoso",
        "Amazon Neptune",
        "Oxigraph's server",
        "QLever",
    ]


@pytest.mark.parametrize(("name", "text"), [pytest.param(*example, id=example[0]) for example in EXAMPLES])
async def test_it_is_taken(name: str, text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for key in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(key, "example")
    settings = Settings.model_validate(tomllib.loads(text)).store
    async with open_session(settings.remote) as session:
        parameter = timeout_parameter(settings.remote.timeout_parameter, 5.0)

        assert not session.is_closed
        assert all(value.startswith("6") for _, value in parameter)


@pytest.mark.parametrize("name", sorted(set(re.findall(r"`([a-z_]+)(?: = [^`]*)?`", PAGE))))
def test_what_it_calls_a_setting_is_one(name: str) -> None:
    known = {*Settings.model_fields["store"].annotation.model_fields["remote"].annotation.model_fields}  # type: ignore[union-attr]

    assert name in known | {"embedded", "remote", "neptune_query_timeout", "view"}
