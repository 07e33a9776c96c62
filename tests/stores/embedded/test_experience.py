"""What was quick goes first, what was slow stands back, and one hiccup changes nothing."""

from __future__ import annotations

from semantic_gw.stores.embedded.experience import Experience

QUERY = 'SELECT ?v { <urn:lamp> <urn:p> "a" } LIMIT 10 # first'
SIMILAR = 'SELECT ?v { <urn:door> <urn:q> "b\\"c" } LIMIT 200\n# second'
OTHER = "SELECT ?v { ?s ?p ?v }"


def experience(**times: int) -> Experience:
    """With QUERY, so many times slow and then so many times quick."""
    experience = Experience()
    for was_quick, count in ((False, times.get("slow", 0)), (True, times.get("quick", 0))):
        for _ in range(count):
            experience.learn(QUERY, was_quick=was_quick)
    return experience


def test_nobody_knows_a_new_query() -> None:
    assert experience().of(QUERY) == 0


def test_queries_that_differ_in_values_are_of_one_kind() -> None:
    assert experience(quick=1).of(SIMILAR) > 0
    assert experience(slow=1).of(SIMILAR) < 0


def test_queries_that_differ_in_more_are_of_another_kind() -> None:
    assert experience(quick=1).of(OTHER) == 0


def test_what_was_slow_once_is_slow() -> None:
    assert experience(slow=1).of(QUERY) < 0


def test_what_was_quick_for_long_is_not_slow_for_one_hiccup() -> None:
    known = experience(quick=20)
    known.learn(QUERY, was_quick=False)

    assert known.of(QUERY) > 0


def test_what_is_slow_time_and_again_is_whatever_others_of_its_kind_are() -> None:
    known = experience(slow=2)
    for _ in range(20):
        known.learn(SIMILAR, was_quick=True)

    assert known.of(QUERY) < 0


def test_one_query_that_is_slow_time_and_again_does_not_spoil_its_kind() -> None:
    known = Experience()
    for _ in range(8):
        known.learn(SIMILAR, was_quick=True)
    for _ in range(50):
        known.learn(QUERY, was_quick=False)

    assert known.of(SIMILAR.replace("door", "window")) > 0


def test_what_has_become_quick_is_quick_again_soon() -> None:
    assert experience(slow=50, quick=5).of(QUERY) > 0


def test_what_nobody_asked_for_long_is_forgotten() -> None:
    known = experience(slow=1)
    for number in range(10_000):
        known.learn(f"SELECT ?v{'x' * (number % 100)} {{ <urn:{number}> ?p ?v }}", was_quick=True)

    assert known.of(QUERY) == 0


def test_a_text_that_is_very_long_is_a_kind_of_its_own() -> None:
    known = Experience()
    known.learn("ASK {}" + " " * 100_000, was_quick=True)

    assert known.of("ASK {}" + " " * 100_001) == 0


def test_a_quote_that_is_never_closed_takes_the_rest() -> None:
    text = 'SELECT ?v { ?s ?p "' + '\\"' * 9_000
    known = Experience()
    known.learn(text, was_quick=True)

    assert known.of(text) > 0
