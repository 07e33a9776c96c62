"""A graph store elsewhere, asked over the SPARQL 1.1 Protocol. `store.RemoteStore` is the way in.

| module | what it knows |
|---|---|
| `store` | what is written and asked, in which order |
| `update_text` | what a replacement is in SPARQL 1.1 Update |
| `triples_text` | what N-Triples are in SPARQL |
| `dataset` | what a query is asked of, and how that is said |
| `answering` | an answer within its bounds, while it comes |
| `rows` | how many solutions or triples have come |
| `complaints` | what it means when a store complains |
| `session` | connections, logins, TLS |
| `signing` | the signature that AWS wants |
"""
