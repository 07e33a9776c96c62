from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

import pytest
from pyld import jsonld

from semantic_gw.errors import DescribingError
from semantic_gw.model import Json
from semantic_gw.rdf.contexts import CONTEXTS, DISCOVERY, TD_1_0, TD_1_1, context, expand, terms, unknown_contexts
from semantic_gw.rdf.namespaces import HYPERMEDIA, TD
from tests.shared import SHARED, shared

VALID = sorted(path.name for path in (SHARED / "wot/td-valid").glob("*.json*")) or ["absent"]
PUBLISHED: Final = {TD_1_1: "td-context-1.1", TD_1_0: "td-context-1.1", DISCOVERY: "discovery-core"}
UNKNOWN: Final = "https://example.com/context.jsonld"
BASE: Final = "https://thing.example/"


def published(url: str) -> Mapping[str, Json]:
    """The context that W3C serves under *url*."""
    text = shared(f"wot/context/{PUBLISHED[url]}.jsonld").read_text("utf-8")
    found: Mapping[str, Json] = json.loads(text)["@context"]
    return found


def lines(terms: Mapping[str, Json], prefixes: Mapping[str, str], path: Sequence[str] = ()) -> Iterator[str]:
    """A line for each term of a context and of the contexts within it, its IRI written out."""
    for name, value in terms.items():
        full = {"@id": value} if isinstance(value, str) and name[0] != "@" else value
        if not isinstance(full, dict):
            yield f"{path} {name}: {full}"
            continue
        prefix, _, local = str(full["@id"]).partition(":")
        iri = prefixes[prefix] + local if prefix in prefixes else full["@id"]
        rest = {key: item for key, item in full.items() if key != "@context"}
        yield f"{path} {name}: {json.dumps({**rest, '@id': iri}, sort_keys=True)}"
        yield from lines(full.get("@context", {}), prefixes, (*path, name))


def inlined(document: Mapping[str, Json], contexts: Mapping[str, Json]) -> dict[str, Any]:
    """*document* with the contexts it names written into it, those that nobody holds left out."""
    given = document["@context"] if isinstance(document["@context"], list) else [document["@context"]]
    held = [item for item in given if not isinstance(item, str) or item in contexts]
    return {**document, "@context": [contexts[item] if isinstance(item, str) else item for item in held]}


def nquads(document: Mapping[str, Json]) -> list[str]:
    text: str = jsonld.to_rdf(document, {"format": "application/n-quads", "base": BASE})
    return sorted(text.splitlines())


@pytest.mark.parametrize("url", PUBLISHED)
def test_a_context_has_the_terms_that_w3c_publishes(url: str) -> None:
    theirs = published(url)
    prefixes = {name: iri for name, iri in theirs.items() if isinstance(iri, str) and iri[-1] in "#/"}
    prefixes["schema"] = "http://schema.org/"

    assert set(lines(context(url), prefixes)) == set(lines(theirs, prefixes))


@pytest.mark.parametrize("name", VALID)
def test_a_description_means_the_same_with_the_context_that_w3c_publishes(name: str) -> None:
    document = json.loads(shared(f"wot/td-valid/{name}").read_text("utf-8"))
    ours, theirs = {url: context(url) for url in PUBLISHED}, {url: published(url) for url in PUBLISHED}

    assert nquads(inlined(document, ours)) == nquads(inlined(document, theirs))


def test_every_context_held_can_be_loaded() -> None:
    for url in CONTEXTS:
        assert expand({"@context": url, "@id": "urn:a", "http://example.com/p": 1}, base_iri=BASE)


def test_a_context_that_is_not_held_is_named_with_those_that_are() -> None:
    with pytest.raises(DescribingError, match=rf"{UNKNOWN}.*{TD_1_1}.*Write its terms") as caught:
        expand({"@context": [TD_1_1, UNKNOWN], "id": "urn:a"}, base_iri=BASE)

    assert caught.value.value == UNKNOWN


@pytest.mark.parametrize(
    "document",
    [
        {"@context": UNKNOWN},
        {"@context": {"p": {"@id": "urn:p", "@context": UNKNOWN}}},
        {"properties": {"a": {"@context": [None, UNKNOWN]}}},
        {"forms": [{"@context": UNKNOWN}]},
        {"@context": "context.jsonld"},
        {"@context": "file:///etc/passwd"},
    ],
)
def test_a_context_that_is_not_held_is_found_wherever_it_stands(document: Mapping[str, Json]) -> None:
    assert len(unknown_contexts(document)) == 1
    with pytest.raises(DescribingError, match="no context is held"):
        expand(document, base_iri=BASE)


def test_contexts_that_are_held_are_not_unknown() -> None:
    assert unknown_contexts({"@context": [TD_1_1, {"ex": "https://example.com/"}, DISCOVERY]}) == ()


def test_nobody_fetches_a_context_once_we_have_used_the_processor() -> None:
    expand({"@context": TD_1_1, "id": "urn:a"}, base_iri=BASE)

    with pytest.raises(jsonld.JsonLdError) as caught:
        jsonld.expand({"@context": UNKNOWN, "p": 1}, {})
    assert isinstance(caught.value.__cause__, DescribingError)


def test_what_is_no_jsonld_is_said_so() -> None:
    with pytest.raises(DescribingError, match=r"not JSON-LD 1\.1 \(invalid IRI mapping\)"):
        expand({"@context": {"p": {"@id": 1}}, "p": 1}, base_iri=BASE)


def test_terms_name_the_members_of_an_iri() -> None:
    assert terms(TD_1_1)[TD + "hasForm"] == "forms"
    assert terms(TD_1_1)[HYPERMEDIA + "hasTarget"] == "href"
