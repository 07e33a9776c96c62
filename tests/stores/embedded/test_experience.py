"""What was quick goes first, what was slow stands back, and one hiccup changes nothing."""

from __future__ import annotations

from semantic_gw.stores.embedded.experience import Experience

QUERY = 'SELECT ?v { <urn:lamp> <urn:p> "a" } LIMIT 10 # first'
SIMILAR = 'SELECT ?v { <urn:door> <urn:q> "b\\"c" } LIMIT 200\n# second'
OTHER = "SELECT ?v { ?s ?p ?v }"


def test_nobody_knows_a_new_query() -> None:
    assert Experience().of_text(QUERY) == Experience().of_kind(QUERY) == 0


def test_queries_that_differ_in_values_are_of_one_kind() -> None:
    experience = Experience()
    experience.learn(QUERY, was_quick=True)

    assert experience.of_kind(SIMILAR) > 0
    assert experience.of_text(SIMILAR) == 0


def test_queries_that_differ_in_more_are_of_another_kind() -> None:
    experience = Experience()
    experience.learn(QUERY, was_quick=True)

    assert experience.of_kind(OTHER) == 0


def test_what_was_slow_once_is_slow() -> None:
    experience = Experience()
    experience.learn(QUERY, was_quick=False)

    assert experience.of_text(QUERY) < 0


def test_what_was_quick_for_long_is_not_slow_for_one_hiccup() -> None:
    experience = Experience()
    for _ in range(20):
        experience.learn(QUERY, was_quick=True)
    experience.learn(QUERY, was_quick=False)

    assert experience.of_text(QUERY) > 0


def test_what_has_become_quick_is_quick_again_soon() -> None:
    experience = Experience()
    for _ in range(50):
        experience.learn(QUERY, was_quick=False)
    for _ in range(5):
        experience.learn(QUERY, was_quick=True)

    assert experience.of_text(QUERY) > 0


def test_what_nobody_asked_for_long_is_forgotten() -> None:
    experience = Experience()
    experience.learn(QUERY, was_quick=False)
    for number in range(10_000):
        experience.learn(f"SELECT ?v{'x' * (number % 100)} {{ ?s{number} ?p ?v }}", was_quick=True)

    assert experience.of_text(QUERY) == 0


def test_a_text_that_is_very_long_is_a_kind_of_its_own() -> None:
    experience = Experience()
    experience.learn("ASK {}" + " " * 100_000, was_quick=True)

    assert experience.of_kind("ASK {}" + " " * 100_001) == 0
