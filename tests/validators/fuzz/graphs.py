"""Random small data graphs."""

from __future__ import annotations

from collections.abc import Sequence

from hypothesis import strategies as st

from semantic_gw.model import Literal, Term, Triple
from semantic_gw.rdf.namespaces import RDF, RDFS
from tests.validators.fuzz.vocabulary import BLANK, CLASSES, FLAVOURS, NODES, PREDICATES

TYPE = RDF + "type"
ANY_NODE = st.sampled_from((*NODES, *NODES, *BLANK))
Pool = Sequence[Literal]


@st.composite
def pools(draw: st.DrawFn) -> tuple[Literal, ...]:
    """The literals of one case: most of one flavour, so that shapes and data speak of the same."""
    main = draw(st.sampled_from(FLAVOURS))
    pool = draw(st.lists(st.sampled_from(main), min_size=2, max_size=5))
    if draw(st.integers(0, 3)) == 0:
        pool.append(draw(st.sampled_from(draw(st.sampled_from(FLAVOURS)))))
    return tuple(dict.fromkeys(pool))


def terms(pool: Pool) -> st.SearchStrategy[Term]:
    return ANY_NODE | st.sampled_from(pool) | st.sampled_from(pool)


def data_graphs(pool: Pool) -> st.SearchStrategy[tuple[Triple, ...]]:
    """Some triples of random nodes, now and then one node with several values, some types, and classes of classes."""
    said = st.tuples(ANY_NODE, st.sampled_from((*PREDICATES, PREDICATES[0])), terms(pool))
    several = st.builds(
        lambda node, predicate, values: [(node, predicate, value) for value in values],
        ANY_NODE,
        st.sampled_from(PREDICATES),
        st.lists(terms(pool), min_size=2, max_size=4),
    )
    typed = st.tuples(ANY_NODE, st.just(TYPE), st.sampled_from(CLASSES))
    below = st.tuples(st.sampled_from(CLASSES), st.just(RDFS + "subClassOf"), st.sampled_from(CLASSES))
    return st.builds(
        lambda *parts: tuple(dict.fromkeys(triple for part in parts for triple in part)),
        several | st.lists(said, min_size=1, max_size=5),
        st.lists(said, max_size=4),
        st.lists(typed, max_size=3),
        st.lists(below, max_size=2),
    )
