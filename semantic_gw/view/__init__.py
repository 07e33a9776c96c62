"""The view: graphs that are always current, kept in a graph store, for whoever asks questions.

| graph | what is in it | where it comes from | module |
|---|---|---|---|
| the IRI of a Thing | its description in RDF, and the classes above its types | the directory | `things` |
| `<base>latest/<Thing>` | its newest value of every property and state, its last event of a kind | the bus | `latest` |
| the IRI of an ontology | its triples, and what follows from them | files | `vocabulary` |

`feeder` keeps the store at the state of these sources, `following` and `windows` follow one each.
"""
