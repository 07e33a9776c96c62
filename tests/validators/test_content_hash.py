"""Shapes have the same hash where they judge alike: by what their files and background say, not by names or order."""

from __future__ import annotations

from pathlib import Path

import pytest

from semantic_gw.model import Triple
from semantic_gw.validators import compile_shapes

ONE = "@prefix sh: <http://www.w3.org/ns/shacl#> . <urn:S> sh:targetNode <urn:a> ; sh:minLength 1 ."
TWO = "@prefix sh: <http://www.w3.org/ns/shacl#> . <urn:T> sh:targetNode <urn:a> ; sh:minLength 2 ."
KNOWN: list[Triple] = [("urn:a", "urn:p", "urn:b"), ("urn:c", "urn:p", "urn:d")]


def test_a_hash_is_16_hexadecimal_digits() -> None:
    hash_ = compile_shapes([ONE]).content_hash

    assert len(hash_) == 16
    assert int(hash_, 16) >= 0


def test_names_of_files_do_not_count(tmp_path: Path) -> None:
    path = tmp_path / "one.ttl"
    path.write_text(ONE)

    assert compile_shapes([path]).content_hash == compile_shapes([ONE]).content_hash


def test_order_does_not_count() -> None:
    assert compile_shapes([ONE, TWO], KNOWN).content_hash == compile_shapes([TWO, ONE], KNOWN[::-1]).content_hash


@pytest.mark.parametrize(
    ("sources", "background"),
    [([ONE], KNOWN), ([TWO], []), ([ONE, TWO], []), ([ONE + " "], []), ([ONE], KNOWN[:1]), ([], [])],
)
def test_what_is_said_counts(sources: list[str], background: list[Triple]) -> None:
    assert compile_shapes(sources, background).content_hash != compile_shapes([ONE]).content_hash
