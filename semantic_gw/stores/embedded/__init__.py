"""A graph store beside the gateway: Oxigraph in the memory of its own process. `store.EmbeddedStore` is the way in.

| process | what it does | module |
|---|---|---|
| gateway | hands over updates and queries, keeps the time, ends what takes too long | `store`, `lanes`, `workers` |
| owner | holds the graphs, and forks | `owner`, `graphs`, `snapshot` |
| worker | forked from the owner: it sees the graphs as they were then, and answers one query at a time | `worker` |

A query that takes too long, needs too much or brings the engine down costs one worker: nothing else ends a query of the
engine. Nothing is imported here: the owner holds little else.
"""
